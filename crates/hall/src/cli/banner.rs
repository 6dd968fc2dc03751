//! What the demo prints once it is open: where to go, whom to sign in as, what to try.

use super::outside_world::OutsideWorld;

pub(super) fn print(public_url: &str, world: &OutsideWorld) {
    println!("\n  至简社保 · 演示城市已开门（其中的人物、单位、资金全部虚构）");
    println!("  Zhijian: the hall of a fictitious city is open\n");
    println!("  打开 open        {public_url}");
    println!("  手机短信 SMS     {}/inbox", world.sms.url());
    println!("  停止 stop        Ctrl-C\n");
    println!("  密码都是 every password: {}\n", city::PASSWORD);
    for persona in city::personas() {
        println!("  {}  {}  {public_url}{}", persona.name, persona.sign_in, persona.door);
        println!("      {}", persona.story);
        println!("      {}\n", persona.story_en);
    }
    println!("  账实核对 check the books:  zhijian books verify\n");
}

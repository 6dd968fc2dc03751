//! Names for people who do not exist.

use rand::{Rng, RngExt};

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
const FOR_WOMEN: &str = "秀英桂兰玉珍淑芳丽敏静霞红梅艳娟娜燕玲慧琴云洁琳雪晶婷倩颖欣怡佳蕾莉萍芬爱凤美华春香";
const FOR_MEN: &str = "建国伟强军磊洋勇杰涛超明刚平辉鹏飞宇浩凯健俊峰志永斌波海龙文博成林东新民生福贵根宝山旺";

/// A surname and one or two characters, as usual for the sex.
pub(crate) fn name(random: &mut impl Rng, sex: kernel::Sex) -> String {
    let given = match sex {
        kernel::Sex::Female => FOR_WOMEN,
        kernel::Sex::Male => FOR_MEN,
    };
    let mut name = String::new();
    // Three in ten bear one of the ten commonest surnames more than their share would give.
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let range = if random.random_range(0..10u32) < 4 { 10 } else { surnames.len() };
    name.extend(pick(random, &surnames[..range]));
    let given: Vec<char> = given.chars().collect();
    let characters = if random.random_range(0..10u32) < 3 { 1 } else { 2 };
    for _ in 0..characters {
        name.extend(pick(random, &given));
    }
    name
}

fn pick(random: &mut impl Rng, from: &[char]) -> Option<char> {
    from.get(random.random_range(0..from.len())).copied()
}

const TRADES: &[&str] =
    &["机械", "纺织", "商贸", "物流", "电子", "建材", "食品", "服装", "化工", "餐饮", "装饰", "医药"];
const KINDS: &[&str] = &["有限公司", "股份有限公司", "厂", "经营部", "合作社"];
const FIRST: &[&str] = &["华", "丰", "恒", "安", "瑞", "邯", "赵", "丛", "滏", "磁", "永", "冀"];
const SECOND: &[&str] = &["泰", "源", "达", "盛", "通", "兴", "和", "隆", "成", "诚"];

/// The name of a firm that does not exist.
pub(crate) fn firm(random: &mut impl Rng) -> String {
    let mut word = |from: &[&'static str]| from.get(random.random_range(0..from.len())).copied().unwrap_or_default();
    format!("邯郸市{}{}{}{}（虚构）", word(FIRST), word(SECOND), word(TRADES), word(KINDS))
}

//! The people and officers whom the demo introduces: each with a life of their own making, so that there is something to see.

use crate::life::{Life, Spell, Work, number_of, stable_id};
use kernel::{Date, IdNumber, Month, MonthRange, PersonId, Sex};

/// The password of every persona and officer of the demo. A real installation has none of them.
pub const PASSWORD: &str = "zhijian-2026";

/// Somebody to sign in as.
#[derive(Clone, Debug)]
pub struct Persona {
    /// The name on the page.
    pub name: &'static str,
    /// The identity number of a person, the login name of an officer.
    pub sign_in: String,
    /// Where to sign in: `/sign-in`, `/employer/sign-in` or `/counter/sign-in`.
    pub door: &'static str,
    /// Who this is and what to try, in Chinese.
    pub story: &'static str,
    /// The same in English.
    pub story_en: &'static str,
}

/// A stretch: employer or oneself (paying in a month of the year), first and last month, percent of the average wage.
type Stretch = (Option<u8>, (i32, i32), (i32, i32), u16);

struct Sketch {
    name: &'static str,
    sex: Sex,
    birth: (i32, u32, u32),
    cadre: bool,
    stretches: &'static [Stretch],
    retired_from: Option<(i32, i32)>,
    /// The person has paid this year's months for themselves before this month of the year, and none from it on.
    unpaid_from: Option<i32>,
    story: &'static str,
    story_en: &'static str,
}

/// Stands for the last month of the history in a stretch: the relation is still open.
const NOW: (i32, i32) = (0, 0);

const SKETCHES: [Sketch; 6] = [
    Sketch {
        name: "王秀兰",
        sex: Sex::Female,
        birth: (1979, 5, 12),
        cadre: true,
        stretches: &[
            (None, (2006, 11), (2013, 6), 80),
            (Some(8), (2015, 1), (2017, 12), 60),
            (Some(10), (2019, 3), NOW, 60),
        ],
        retired_from: None,
        unpaid_from: Some(4),
        story: "灵活就业人员，有中断。今年1至3月已缴，其余未缴：请缴费、下载凭证。",
        story_en: "a flexible worker with gaps; this year paid to March: pay, then print the voucher",
    },
    Sketch {
        name: "李建国",
        sex: Sex::Male,
        birth: (1984, 2, 3),
        cadre: false,
        stretches: &[(None, (2007, 7), (2012, 12), 100), (Some(7), (2013, 1), NOW, 100)],
        retired_from: None,
        unpaid_from: None,
        story: "灵活就业人员，全部缴清。请看历年记录、个人账户和“为什么是这个数”。",
        story_en: "a flexible worker, paid up: see the history, the account and why each amount",
    },
    Sketch {
        name: "张伟",
        sex: Sex::Male,
        birth: (1990, 9, 21),
        cadre: false,
        stretches: &[(None, (2012, 8), (2019, 5), 90), (None, (2019, 6), NOW, 130)],
        retired_from: None,
        unpaid_from: None,
        story: "在职职工。单位已参保的月份不能自己再买：试试缴费页会怎么说。",
        story_en: "an employee; months insured by an employer cannot be bought: see what the page says",
    },
    Sketch {
        name: "刘桂芳",
        sex: Sex::Female,
        birth: (1971, 9, 20),
        cadre: true,
        stretches: &[(None, (2006, 11), (2016, 3), 70), (Some(9), (2016, 4), NOW, 60)],
        retired_from: None,
        unpaid_from: None,
        story: "临近退休（2027年3月）。请看首页上距离最低年限还差多少。",
        story_en: "near retirement (March 2027): see the countdown on the home page",
    },
    Sketch {
        name: "陈德福",
        sex: Sex::Male,
        birth: (1958, 3, 8),
        cadre: false,
        stretches: &[(None, (2006, 11), (2018, 3), 110)],
        retired_from: Some((2018, 4)),
        unpaid_from: None,
        story: "退休人员。请打印个人权益记录，再扫一扫验证。",
        story_en: "a retiree: print the entitlement record and verify it",
    },
    Sketch {
        name: "刘\u{20BB7}祥",
        sex: Sex::Male,
        birth: (1988, 12, 1),
        cadre: false,
        stretches: &[(Some(8), (2016, 1), NOW, 60)],
        retired_from: None,
        unpaid_from: Some(1),
        story: "姓名含生僻字的人：证明不会印成方框，会告诉您怎么办。",
        story_en: "a name with a rare character: papers never print an empty box",
    },
];

/// Officers: login name, name, roles.
pub(crate) const OFFICERS: [(&str, &str, &[control::Role]); 3] = [
    ("zhaomin", "赵敏", &[control::Role::Clerk]),
    ("sunli", "孙丽", &[control::Role::Reviewer]),
    ("qianjin", "钱进", &[control::Role::Accountant]),
];

/// The agent whom the demo introduces: login name, name, the number of the employer, which is 张伟's.
pub(crate) const AGENT: (&str, &str, u32) = ("guomin", "郭敏", 2);

/// How many of the city's first people are personas.
pub(crate) const PERSONAS: u32 = 6;

/// Everybody to sign in as; the first six are the introduced ones.
pub fn personas() -> Vec<Persona> {
    let mut all: Vec<Persona> = (0u32..).zip(&SKETCHES).map(|(index, sketch)| introduced(index, sketch)).collect();
    all.insert(
        5,
        officer(
            "zhaomin",
            "赵敏",
            "经办人员（窗口）。请为没有手机的人开具窗口验证码，处理工单。",
            "a clerk at the counter: give a counter code, handle a work item",
        ),
    );
    let (login, name, _) = AGENT;
    all.push(Persona {
        name,
        sign_in: login.to_owned(),
        door: "/employer/sign-in",
        story: "单位经办人。增减员、申报工资；从前由社保机构征收的日子用 --on 2017-07-20 --years 8 再开一个演示城市。",
        story_en: "an employer's agent: staff, wages; for the days when the agency collected, a demo with --on 2017-07-20 --years 8",
    });
    all.push(officer("sunli", "孙丽", "复核人员。复核同事处理的工单。", "a reviewer: review what the clerk handled"));
    all.push(officer(
        "qianjin",
        "钱进",
        "财务人员。看账、对账。",
        "an accountant: the books and the day's reconciliation",
    ));
    all
}

fn introduced(index: u32, sketch: &Sketch) -> Persona {
    Persona {
        name: sketch.name,
        sign_in: identity(index, sketch).reveal().to_owned(),
        door: "/sign-in",
        story: sketch.story,
        story_en: sketch.story_en,
    }
}

fn officer(login: &str, name: &'static str, story: &'static str, story_en: &'static str) -> Persona {
    Persona { name, sign_in: login.to_owned(), door: "/counter/sign-in", story, story_en }
}

/// The id of the person of this number in a city of this seed.
pub fn person_id(seed: u64, index: u32) -> PersonId {
    stable_id(seed, 1, index)
}

/// The life of a persona, where this number is one.
pub(crate) fn life(index: u32, history: MonthRange) -> Option<Life> {
    let sketch = SKETCHES.get(usize::try_from(index).ok()?)?;
    let spells = sketch.stretches.iter().filter_map(|stretch| spell(index, *stretch, history)).collect();
    Some(Life {
        index,
        name: sketch.name.to_owned(),
        id_number: identity(index, sketch),
        sex: sketch.sex,
        birth: birth(sketch),
        cadre: sketch.cadre,
        phone: Some(format!("160{index:08}")),
        spells,
        retired_from: sketch.retired_from.and_then(|(year, month)| Month::new(year, month).ok()),
        unpaid_from: sketch.unpaid_from.and_then(|month| Month::new(history.last().year(), month).ok()),
    })
}

fn birth(sketch: &Sketch) -> Date {
    let (year, month, day) = sketch.birth;
    Date::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn identity(index: u32, sketch: &Sketch) -> IdNumber {
    number_of(index, sketch.sex, birth(sketch))
}

fn spell(index: u32, (pays_in, first, last, percent): Stretch, history: MonthRange) -> Option<Spell> {
    let month = |(year, month): (i32, i32)| Month::new(year, month).ok();
    let first = month(first)?.max(history.first());
    let last = if last == NOW { history.last() } else { month(last)?.min(history.last()) };
    let work = pays_in.map_or(Work::Employed { employer: index }, |pays_in| Work::Flexible { pays_in });
    Some(Spell { work, months: MonthRange::new(first, last).ok()?, percent })
}

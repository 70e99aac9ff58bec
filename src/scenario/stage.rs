//! `[<side>.<post>.<stage>]`: a stage, its lanes and booths, its checks, and where one goes from it.

use super::declare::{section, words};
use super::forms::{CheckOrder, Live, Named, OneOrMore, Per, Ranged, Shelter, Tables, Text};
use super::law::{Law, LawForm, LawKeys};
use super::layout::{
    AsideTables, BoothKeys, HasLength, LaneKeys, LaneLength, RoomKeys, Target, finish_group, finish_lane,
};
use super::numbers::{Between, Duration, Factor, HowMany, Percent, Speed};
use super::officers::{Handover, Shift, Work};
use super::post::{Gate, Size};
use super::read::Reader;
use super::roster::Roster;
use super::selector::{EachSelect, Select, Selector};
use super::sides::{Agency, Pool};
use super::tree::Node;
use super::{Span, Tick};

section! {
    /// A stage of a post: where it stands is its table, whose time it takes is its `agency`.
    pub struct Stage then finish {
        /// The stage's name.
        name: String = own_name(),
        /// Where it stands in the file.
        span: Span = here(),
        /// The name under which its random draws were keyed before it was renamed; keeps every digit.
        draws_as: Option<String> = may(Text),
        /// Whose time it is, first word the side: `"PL customs"`. Several are one desk, one after the other.
        agencies("agency"): Vec<String> = or(OneOrMore<Agency>, Vec::new()),
        /// Whom it serves; everyone else passes without time. Default: everyone.
        serves: Option<Selector> = may(Select),
        /// Which share is sent here, the first that fits: `[{ for = "truck", share = "10 %" }]`. Default: all.
        takes: Vec<Share> = or(OneOrMore<Share>, Vec::new()),
        /// Whether each person or each vehicle (party) is one service: `"person"` or `"vehicle"` (default).
        per_person("per"): bool = or(Per, false),
        /// `"one line"` (default) or `"line per booth"`.
        queue: Queue = or(Queue, Queue::OneLine),
        /// Which of several lines one joins: `"shortest"` (default) or `"random"`.
        choose: Choose = or(Choose, Choose::Shortest),
        /// Changes the line when another is shorter by at least this. A number from 2, since nobody gains by 1;
        /// default: never.
        jockey: Option<u32> = may(Between<2, 1000>),
        /// Its lanes: tables `lanes.<name>`, or the one lane that `booths`, `length` and `open` describe.
        lanes: Vec<Lane> = flat(LaneKeys),
        /// How long a service takes: a law, or a list of laws with `for`, of which the first fits.
        services("service"): Vec<Service> = or(OneOrMore<Service>, Vec::new()),
        /// Checks of several agencies on the same traveller: tables `checks.<name>`, instead of `service`.
        checks: Vec<Check> = or(Tables<Check>, Vec::new()),
        /// Order of the checks: `"side by side"` (default) or `"one after the other"`.
        one_after_the_other("order"): bool = or(CheckOrder, false),
        /// Pools of officers it draws on: `"customs"` (of this side) or `"UA.joint_team"`. Default: none.
        officers: Vec<String> = or(OneOrMore<Pool>, Vec::new()),
        /// Its own change of shift; default: the pool's, else the side's.
        handover: Option<Handover> = may(Handover),
        /// What happens to work under way when a booth closes: `"finish"` (default), `"interrupt"`, `"hand over"`.
        when_closed("work_at_close"): Work = or(Work, Work::Finish),
        /// Who is served first, in this order; everyone else after, first come first served.
        priority: Vec<Selector> = or(EachSelect, Vec::new()),
        /// Who interrupts the service of others.
        preempts: Option<Preempts> = may(Preempts),
        /// Who is sent aside, the booth being free again: `{ to = "second_line", share = "2 %" }`, or a list.
        refer: Vec<Refer> = or(OneOrMore<Refer>, Vec::new()),
        /// The tables that `refer` names.
        aside: Vec<Aside> = flat(AsideTables),
        /// Where one goes after the service, the first that fits: a name, or a list of `{ for, share, to }`.
        then: Vec<Then> = or(OneOrMore<Then>, Vec::new()),
        /// Admission to the stage's booths.
        gate: Option<Gate> = may(Gate),
        /// `"indoors"`, `"roof"` or `"none"`. Default: not said.
        shelter: Option<String> = may(Shelter),
    }
}

words! {
    /// How one waits before several booths.
    pub enum Queue {
        /// One line for all booths of a lane.
        OneLine = "one line",
        /// A line before each booth.
        LinePerBooth = "line per booth",
    }
}

words! {
    /// Which of several lines one joins.
    pub enum Choose {
        /// The one with the fewest in it, the service under way included.
        Shortest = "shortest",
        /// Any, with equal chance.
        Random = "random",
    }
}

section! {
    /// A lane before booths.
    pub struct Lane then finish_lane {
        /// The lane's name; empty for the only lane of a stage without `lanes`.
        name: String = own_name(),
        /// Who uses it. Default: everyone.
        serves("for"): Option<Selector> = may(Select),
        /// Its booths: `booths = 4`, `bays = 4`, or `booths.<name> = { for, count, open }`.
        booths: Vec<BoothGroup> = flat(BoothKeys),
        /// How much fits in it: `"200 m"`, `"8 trucks"` or `"unlimited"`; required for `lanes.<name>`.
        length: Size = flat(LaneLength),
        /// Whether it has a length of its own; `false`: one waits in the post's room.
        own_length: bool = flat(HasLength),
        /// How fast one drives in it, e.g. `"10 km/h"` (metres per second in the model). Default: it takes no time.
        drive: Option<f64> = may(Speed),
        /// The time after which the metres of one who left are free, e.g. `"5 s"`. Default `"0 s"`.
        moves_up: Tick = or(Duration, 0),
        /// When it is open, and with how many booths. Default: always, all.
        open: Vec<Shift> = or(Roster, Vec::new()),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// Booths of a lane that serve the same travellers.
    pub struct BoothGroup short "count" then finish_group {
        /// The group's name; empty for `booths = 4`.
        name: String = own_name(),
        /// Whom they serve. Default: everyone in the lane.
        serves("for"): Option<Selector> = may(Select),
        /// How many there are. A number.
        count: u32 = need(Live<Ranged<HowMany>>),
        /// How many a run may open at most (`booths_max`). A number; default: as many as there are.
        max("booths_max"): u32 = or(HowMany, 0),
        /// When how many are open. Default: all, always.
        open: Vec<Shift> = or(Roster, Vec::new()),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// How long a service takes, for whom.
    pub struct Service short "deterministic" {
        /// For whom. Default: everyone whom no entry before it fits.
        of("for"): Option<Selector> = may(Select),
        /// The law: `lognormal = "4 min", cv = 0.5`.
        law: Law = flat(LawKeys),
        /// What is known in advance multiplies the time: `factor = { t1 = 0.4 }`.
        factor: Vec<(String, f64)> = or(Named<Factor>, Vec::new()),
        /// What comes on top for whom: `add = { never = { uniform = ["30 s", "120 s"] } }`.
        add: Vec<(String, Law)> = or(Named<LawForm>, Vec::new()),
        /// What comes on top for each person inside: a law, e.g. `"40 s"`.
        add_per_person: Option<Law> = may(LawForm),
        /// Where one goes after it: a stage of this post, a path, `"back to UA"`, `"out"`. Default: on.
        then: Option<String> = may(Target),
    }
}

section! {
    /// A check of one agency within a stage of several.
    pub struct Check {
        /// The check's name.
        name: String = own_name(),
        /// Whose time it is, first word the side: `"PL customs"`.
        agency: String = need(Agency),
        /// The pool of officers it draws on. Default: none.
        officers: Option<String> = may(Pool),
        /// How long it takes: a law, or a list of laws with `for`.
        service: Vec<Service> = need(OneOrMore<Service>),
        /// Checks of the same stage that must be done before it begins.
        after: Vec<String> = or(OneOrMore<Text>, Vec::new()),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A share of certain travellers.
    pub struct Share short "share" {
        /// Of whom. Default: everyone whom no entry before it fits.
        of("for"): Option<Selector> = may(Select),
        /// The share, e.g. `"10 %"`.
        share: f64 = need(Ranged<Percent>),
    }
}

section! {
    /// Who interrupts the service of others.
    pub struct Preempts {
        /// Who interrupts, e.g. `"convoy"`.
        of("for"): Selector = need(Select),
        /// What becomes of the interrupted service: `"resume"` (default), `"restart"` or `"resample"`.
        work: Victim = or(Victim, Victim::Resume),
    }
}

words! {
    /// What becomes of an interrupted service.
    pub enum Victim {
        /// The rest of it is done later.
        Resume = "resume",
        /// It begins anew, with the same length.
        Restart = "restart",
        /// It begins anew, with another length.
        Resample = "resample",
    }
}

section! {
    /// Who is sent aside.
    pub struct Refer {
        /// The table of this stage that describes where to, e.g. `"second_line"`.
        to: String = need(Text),
        /// The share, e.g. `"2 %"`.
        share: f64 = need(Ranged<Percent>),
        /// Of whom. Default: everyone.
        of("for"): Option<Selector> = may(Select),
    }
}

section! {
    /// A place aside, off the lane: second line, red light.
    pub struct Aside {
        /// Its name, as `refer.to` says it.
        name: String = own_name(),
        /// How many at once (`rooms` or `bays`). A number.
        rooms: u32 = flat(RoomKeys),
        /// How long it takes: a law.
        lasts: Law = need(LawForm),
        /// The share that is refused. Default `"0 %"`.
        refused: f64 = or(Percent, 0.0),
        /// Where the refused go, e.g. `"back to UA"`. Default `"out"`.
        then: Option<String> = may(Target),
        /// Whose time it is. Default: the stage's.
        agency: Option<String> = may(Agency),
        /// The pool of officers it draws on. Default: none.
        officers: Option<String> = may(Pool),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// Where one goes after a service.
    pub struct Then short "to" {
        /// Who. Default: everyone whom no entry before it fits.
        of("for"): Option<Selector> = may(Select),
        /// The share, e.g. `"3 %"`. Default `"100 %"`.
        share: f64 = or(Ranged<Percent>, 1.0),
        /// A stage of this post, a path (`"PL.entry.secondary"`), `"back to UA"`, or `"out"`.
        to: String = need(Target),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

fn finish(stage: &mut Stage, node: &Node, cx: &mut Reader<'_>) {
    if !node.is_table() {
        return;
    }
    if stage.checks.is_empty() {
        plain(stage, node, cx);
    } else {
        with_checks(stage, node, cx);
    }
}

/// A stage without `checks`: it has an agency and a service of its own.
fn plain(stage: &Stage, node: &Node, cx: &mut Reader<'_>) {
    if node.get("agency").is_none() {
        cx.missing(node, "agency", "whose time it is, first word the side, e.g. \"PL customs\"");
    }
    if stage.services.is_empty() && node.get("checks").is_none() {
        let doc = "how long it takes, e.g. service = { lognormal = \"4 min\", cv = 0.5 }";
        cx.missing(node, "service", doc);
    }
    if let (Some(entry), true) = (node.entry("order"), stage.checks.is_empty()) {
        cx.error(
            entry.at,
            "`order` without `checks`",
            "nothing to put in order",
            "remove it, or write checks",
        );
    }
}

/// A stage with `checks`: these have the agencies and the services.
fn with_checks(stage: &Stage, node: &Node, cx: &mut Reader<'_>) {
    for key in ["service", "agency", "officers"] {
        if let Some(entry) = node.entry(key) {
            let help = format!("move it into the checks: checks.<name>.{key}");
            cx.error(entry.at, &format!("has `checks` and `{key}`"), "each check has its own", &help);
        }
    }
    for check in stage.checks.iter().filter(|check| check.service.is_empty()) {
        let title = format!("check `{}` lacks `service`", check.name);
        cx.diags.push(
            check.span,
            title,
            "how long does it take?",
            "e.g. service = { lognormal = \"3 min\", cv = 0.6 }",
        );
    }
    let names: Vec<&str> = stage.checks.iter().map(|check| check.name.as_str()).collect();
    for check in &stage.checks {
        for after in check.after.iter().filter(|after| !names.contains(&after.as_str())) {
            let title = format!("check `{}` waits for `{after}`, which is none of the checks", check.name);
            cx.diags.push(
                check.span,
                title,
                "would never begin",
                super::diagnostics::suggestion(after, &names),
            );
        }
    }
    if let Some(check) = stage.checks.iter().find(|check| waits_for_itself(check, &stage.checks)) {
        let title = format!("check `{}` waits for itself", check.name);
        cx.diags.push(check.span, title, "would never begin", "break the circle of `after`");
    }
}

fn waits_for_itself(check: &Check, all: &[Check]) -> bool {
    let mut reached: Vec<&str> = Vec::new();
    let mut next: Vec<&str> = check.after.iter().map(String::as_str).collect();
    while let Some(name) = next.pop() {
        if name == check.name {
            return true;
        }
        if !reached.contains(&name) {
            reached.push(name);
            next.extend(
                all.iter().filter(|c| c.name == name).flat_map(|c| c.after.iter().map(String::as_str)),
            );
        }
    }
    false
}

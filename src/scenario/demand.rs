//! How many come, and when: the keys `books`, `arrives`, `peaks`.

use serde_json::{Value, json};

use super::declare::section;
use super::forms::{Fixed, Flag, List, OneOrMore, Ranged, Text};
use super::inputs::How;
use super::law::{Law, LawForm};
use super::numbers::{Duration, HowMany, Seed, number_in};
use super::quantity::{Amount, MOST_PER_SECOND};
use super::read::{Flat, Form, Reader};
use super::schema::{self, Defs, Properties};
use super::traffic::{Demand, Peak, RateStep, Traffic};
use super::tree::{Kind, Node};
use super::when::TimeOfDay;
use super::{Span, Tick};

const HOUR: Tick = 3_600_000_000;
const DAY: Tick = 24 * HOUR;
const WEEK: Tick = 7 * DAY;

section! {
    /// How many come, and when. A Poisson stream: `{ per_day = 480 }`, with weights by `weekday` and `hour`, or in
    /// `steps`. Or exactly: `every`, `at`, `gaps`. Or from a `table` of counts.
    pub(crate) struct Rate {
        /// Mean number per minute.
        per_minute: Option<f64> = may(Ranged<PerTime>),
        /// Mean number per hour.
        per_hour: Option<f64> = may(Ranged<PerTime>),
        /// Mean number per day.
        per_day: Option<f64> = may(Ranged<PerTime>),
        /// Mean number per week.
        per_week: Option<f64> = may(Ranged<PerTime>),
        /// Seven weights, Monday to Sunday, on the clock of the side it comes from.
        weekday: Option<Vec<f64>> = may(Weights<7>),
        /// 24 weights, from 00:00, on the clock of the side it comes from; without `per_…` the numbers per hour.
        hour: Option<Vec<f64>> = may(Weights<24>),
        /// Rates one after the other since the start: `[{ until = "55 min", per_minute = 0.1 }, { per_minute = 2 }]`.
        steps: Option<Vec<StepOfRate>> = may(List<StepOfRate>),
        /// Whether `steps` begin anew after the last. Default `false`.
        repeats: bool = or(Flag, false),
        /// One after the other at this distance; of a `table`, the time a row stands for.
        every: Option<Tick> = may(Duration),
        /// The first of `every`, since the start. Default: one distance.
        first: Option<Tick> = may(Duration),
        /// How many of `every`. Default: no limit.
        count: Option<u64> = may(Fixed<Seed>),
        /// Exactly at these times since the start; a time may be repeated.
        at: Option<Vec<Tick>> = may(Fixed<OneOrMore<Duration>>),
        /// The gap by time of day: `[{ from = "00:00", gap = "30 min" }, { from = "08:00", gap = "5 min" }]`; or
        /// independent gaps of one law: `{ erlang = "75 s", k = 4 }`.
        gaps: Option<Gaps> = may(GapsForm),
        /// A CSV file beside this one, with a column of counts.
        table: Option<String> = may(Text),
        /// The column of the table.
        column: Option<String> = may(Text),
        /// Whether exactly as many come as the table says, instead of so many in the mean. Default `false`.
        exact: bool = or(Flag, false),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A rate until a moment.
    pub(crate) struct StepOfRate {
        /// Until when, since the start. Default: for ever.
        until: Option<Tick> = may(Fixed<Duration>),
        /// Mean number per minute.
        per_minute: Option<f64> = may(PerTime),
        /// Mean number per hour.
        per_hour: Option<f64> = may(PerTime),
        /// Mean number per day.
        per_day: Option<f64> = may(PerTime),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A gap from a time of day on.
    pub(crate) struct Gap {
        /// From when, each day, on the clock of the side it comes from.
        from: u16 = need(TimeOfDay),
        /// The time between two.
        gap: Tick = need(Ranged<Duration>),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

/// Gaps between arrivals.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gaps {
    /// Constant, by time of day.
    ByTime(Vec<Gap>),
    /// Independent, of one law.
    OfLaw(Law),
}

/// A list of gaps by time of day, or a law.
#[derive(Debug)]
pub(crate) struct GapsForm;

impl Form for GapsForm {
    type Out = Gaps;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Gaps {
        match node.kind {
            Kind::List(_) => Gaps::ByTime(List::<Gap>::read(node, cx)),
            _ => Gaps::OfLaw(LawForm::read(node, cx)),
        }
    }
    fn stand_in() -> Gaps {
        Gaps::OfLaw(LawForm::stand_in())
    }
    fn schema(defs: &mut Defs) -> Value {
        json!({ "anyOf": [List::<Gap>::schema(defs), LawForm::schema(defs)] })
    }
}

/// A rate; its key says per what.
#[derive(Debug)]
pub(crate) struct PerTime;

impl Form for PerTime {
    type Out = f64;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> f64 {
        let per = cx.own_name();
        let number = super::numbers::plain_number(node, cx, 0.0, f64::MAX, false).unwrap_or(1.0);
        if number / seconds_of(&per) > MOST_PER_SECOND {
            let help = "at most 100 000 000 a day are believed; is a unit or a digit wrong?";
            cx.error(node.span, "an absurd rate", "more than any border has seen", help);
            return 1.0;
        }
        number
    }
    fn stand_in() -> f64 {
        1.0
    }
    fn schema(_: &mut Defs) -> Value {
        schema::quantity(json!({ "type": "number", "minimum": 0 }))
    }
}

/// Seconds in the time after which a key is named.
fn seconds_of(key: &str) -> f64 {
    match key {
        "per_minute" => 60.0,
        "per_hour" => 3600.0,
        "per_week" => 604_800.0,
        _ => 86_400.0,
    }
}

/// `N` weights, one input of the register.
#[derive(Debug)]
pub(crate) struct Weights<const N: usize>;

impl<const N: usize> Form for Weights<N> {
    type Out = Vec<f64>;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<f64> {
        let even = vec![1.0; N];
        let help = format!("write {N} numbers in a list; `0` for none");
        if node.elements().len() != N {
            let label = format!("{N} numbers belong here, there are {}", node.elements().len());
            cx.error(node.span, "not a profile", &label, &help);
            return even;
        }
        let fits = |number: &f64| (0.0..=1e9).contains(number);
        let weights: Vec<f64> =
            node.elements().iter().filter_map(|element| number_in(element).filter(fits)).collect();
        if weights.len() != N {
            cx.error(node.span, "not a profile", "each must be a number from 0", &help);
            return even;
        }
        if weights.iter().all(|weight| *weight == 0.0) {
            cx.error(node.span, "not a profile", "all are 0", "at least one must be larger");
            return even;
        }
        let amount = Amount { value: mean(&weights), unit: "", factor: 1.0 };
        cx.note(node, None, amount, None, How::Scaled);
        weights
    }
    fn stand_in() -> Vec<f64> {
        vec![1.0; N]
    }
    fn schema(_: &mut Defs) -> Value {
        json!({ "type": "array", "items": { "type": "number", "minimum": 0 }, "minItems": N, "maxItems": N })
    }
}

fn mean(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 24")]
    let number = values.len() as f64;
    values.iter().sum::<f64>() / number
}

/// The keys of demand.
#[derive(Debug)]
pub(crate) struct DemandKeys;

impl Flat for DemandKeys {
    type Out = Demand;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["books", "arrives", "peaks", "size", "away"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Demand {
        if cx.name_at(0) == "fleet" {
            return fleet(node, cx);
        }
        for entry in ["size", "away"].iter().filter_map(|key| node.entry(key)) {
            cx.error(
                entry.at,
                "only a fleet has this",
                "not a key of traffic",
                "write [fleet.<name>], or remove it",
            );
        }
        let peaks = node.get("peaks").map(|peaks| cx.under("peaks", |cx| List::<Peak>::read(peaks, cx)));
        let (key, table) = match (node.entry("books"), node.entry("arrives")) {
            (Some(one), None) | (None, Some(one)) => (one.name.as_str(), &one.node),
            (Some(books), Some(_)) => {
                let help = "keep `books` for rates of bookings, `arrives` for vehicles on the road";
                cx.error(books.at, "has both `books` and `arrives`", "one of them belongs here", help);
                return Self::stand_in_flat();
            }
            (None, None) => {
                let doc =
                    "how many come: `arrives = { per_day = 480 }`, or `books = …` where one books first";
                cx.missing(node, "arrives", doc);
                return Self::stand_in_flat();
            }
        };
        cx.under(key, |cx| {
            let rate = Rate::read(table, cx);
            if table.is_table() {
                lower(&rate, table, peaks.unwrap_or_default(), cx)
            } else {
                Self::stand_in_flat()
            }
        })
    }
    fn stand_in_flat() -> Demand {
        Demand::At(Vec::new())
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        let rate = Rate::schema(defs);
        let books = json!({ "anyOf": [rate, { "type": "boolean" }] });
        out.add_schema("books", "How many book, and when; of a fleet: whether it books.", books);
        out.add_schema("arrives", "How many drive up to the road, and when.", rate);
        out.add::<List<Peak>>(defs, "peaks", "What comes on top: [{ from, to, extra }].", false);
        out.add::<HowMany>(defs, "size", "Of a fleet: how many there are.", false);
        out.add::<LawForm>(defs, "away", "Of a fleet: the time until one comes back, a law.", false);
    }
}

/// Whether it books.
#[derive(Debug)]
pub(crate) struct BooksKey;

impl Flat for BooksKey {
    type Out = bool;
    fn keys(_: &mut Vec<&'static str>) {}
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> bool {
        match node.get("books") {
            Some(books) if cx.name_at(0) == "fleet" => cx.under("books", |cx| Flag::read(books, cx)),
            books => books.is_some(),
        }
    }
    fn stand_in_flat() -> bool {
        false
    }
    fn properties(_: &mut Defs, _: &mut Properties) {}
}

/// `[traffic.<name>]` and `[fleet.<name>]`.
#[derive(Debug)]
pub(crate) struct TrafficTables;

impl Flat for TrafficTables {
    type Out = Vec<Traffic>;
    fn keys(out: &mut Vec<&'static str>) {
        out.extend(["traffic", "fleet"]);
    }
    fn read_flat<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Vec<Traffic> {
        let mut all: Vec<Traffic> = Vec::new();
        for entry in ["traffic", "fleet"].iter().filter_map(|key| node.entry(key)) {
            all.extend(cx.under(&entry.name, |cx| super::forms::Tables::<Traffic>::read(&entry.node, cx)));
        }
        for (index, one) in all.iter().enumerate() {
            if all[..index].iter().any(|other| other.name == one.name) {
                let title = format!("two streams are called `{}`", one.name);
                cx.diags.push(one.span, title, "its draws would be the other's", "give it another name");
            }
        }
        if all.is_empty() {
            let doc =
                "who comes, e.g. [traffic.out] class = \"truck\", from = \"UA\", arrives = { per_day = 480 }";
            cx.missing(node, "traffic", doc);
        }
        all
    }
    fn stand_in_flat() -> Vec<Traffic> {
        Vec::new()
    }
    fn properties(defs: &mut Defs, out: &mut Properties) {
        let streams = schema::named(Traffic::schema(defs));
        out.add_schema("traffic", "Streams of travellers, by name.", streams.clone());
        out.add_schema("fleet", "Finite sets of vehicles that return, by name.", streams);
    }
}

fn fleet<'d>(node: &'d Node, cx: &mut Reader<'d>) -> Demand {
    for entry in ["arrives", "peaks"].iter().filter_map(|key| node.entry(key)) {
        let help = "a fleet comes back after `away`; for a stream write [traffic.<name>]";
        cx.error(entry.at, "a fleet has no rate", "not a key of a fleet", help);
    }
    let size = match node.get("size") {
        Some(size) => cx.under("size", |cx| HowMany::read(size, cx)),
        None => {
            cx.missing(node, "size", "how many vehicles the fleet has, e.g. 40");
            1
        }
    };
    let away = match node.get("away") {
        Some(away) => cx.under("away", |cx| LawForm::read(away, cx)),
        None => {
            cx.missing(
                node,
                "away",
                "the time from leaving the crossing until coming back, e.g. { exponential = \"2 d\" }",
            );
            LawForm::stand_in()
        }
    };
    Demand::Fleet { size, away }
}

// ---- from what is written to what comes

/// The one of several rates that is given, per second.
fn base_rate(rates: [(&str, Option<f64>); 4], span: Span, cx: &mut Reader<'_>) -> Option<f64> {
    let given: Vec<(&str, f64)> =
        rates.into_iter().filter_map(|(key, rate)| rate.map(|rate| (key, rate))).collect();
    if given.len() > 1 {
        let label = format!("`{}` and `{}` stand side by side", given[0].0, given[1].0);
        cx.error(span, "has two rates", &label, "keep one of them");
    }
    given.first().map(|(key, rate)| rate / seconds_of(key))
}

fn lower<'d>(rate: &Rate, node: &'d Node, peaks: Vec<Peak>, cx: &mut Reader<'d>) -> Demand {
    let base = base_rate(
        [
            ("per_minute", rate.per_minute),
            ("per_hour", rate.per_hour),
            ("per_day", rate.per_day),
            ("per_week", rate.per_week),
        ],
        rate.span,
        cx,
    );
    let profile = rate.hour.is_some() || rate.weekday.is_some();
    let kinds = [
        ("a rate", base.is_some() || profile),
        ("`steps`", rate.steps.is_some()),
        ("`at`", rate.at.is_some()),
        ("`gaps`", rate.gaps.is_some()),
        ("`table`", rate.table.is_some()),
        ("`every`", rate.every.is_some() && rate.table.is_none()),
    ];
    let given: Vec<&str> = kinds.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    if given.len() != 1 {
        let label = if given.is_empty() { "nobody would come".to_owned() } else { given.join(" and ") };
        let help = "write one of per_hour, per_day, per_week, hour, steps, every, at, gaps, table";
        cx.error(rate.span, "says not how many come", &label, help);
        return DemandKeys::stand_in_flat();
    }
    let poisson = base.is_some() || profile || rate.steps.is_some();
    if !poisson && !peaks.is_empty() {
        let help = "peaks come on top of a rate; put these travellers into a stream of their own";
        cx.error(rate.span, "has peaks without a rate", "these times are exact", help);
    }
    if let Some(steps) = &rate.steps {
        return stepped(rate, steps, peaks, cx);
    }
    if let Some(at) = &rate.at {
        let mut at = at.clone();
        at.sort_unstable();
        return Demand::At(at);
    }
    match &rate.gaps {
        Some(Gaps::ByTime(gaps)) => return by_gaps(gaps, rate.span, cx),
        Some(Gaps::OfLaw(law)) => return Demand::Renewal(law.clone()),
        None => {}
    }
    if let Some(table) = &rate.table {
        return by_table(rate, table, node, cx);
    }
    if let Some(every) = rate.every {
        if every == 0 {
            cx.error(
                rate.span,
                "a distance of 0",
                "infinitely many would come",
                "write e.g. every = \"7 min\"",
            );
        }
        return Demand::Every { every: every.max(1), first: rate.first.unwrap_or(every), count: rate.count };
    }
    by_profile(base, rate, peaks)
}

fn by_profile(base: Option<f64>, rate: &Rate, peaks: Vec<Peak>) -> Demand {
    let ones = |n: usize| vec![1.0; n];
    let hours = rate.hour.clone().unwrap_or_else(|| ones(24));
    let days = rate.weekday.clone().unwrap_or_else(|| ones(7));
    if rate.hour.is_none() && rate.weekday.is_none() {
        let steps = vec![RateStep { from: 0, per_second: base.unwrap_or(0.0) }];
        return Demand::Poisson { steps, period: None, local: false, peaks };
    }
    // Without a rate the hours are numbers per hour (the days then weights), or the days numbers per day.
    let (per_second, hour_mean, day_mean) = match (base, rate.hour.is_some()) {
        (Some(base), _) => (base, mean(&hours), mean(&days)),
        (None, true) => (1.0 / 3600.0, 1.0, mean(&days)),
        (None, false) => (1.0 / 86_400.0, 1.0, 1.0),
    };
    let mut steps: Vec<RateStep> = Vec::with_capacity(168);
    let mut from = 0;
    for day in &days {
        for hour in &hours {
            let per_second = per_second * (day / day_mean) * (hour / hour_mean);
            if steps.last().is_none_or(|last| last.per_second != per_second) {
                steps.push(RateStep { from, per_second });
            }
            from += HOUR;
        }
    }
    Demand::Poisson { steps, period: Some(WEEK), local: true, peaks }
}

fn stepped(rate: &Rate, given: &[StepOfRate], peaks: Vec<Peak>, cx: &mut Reader<'_>) -> Demand {
    let mut steps = Vec::with_capacity(given.len() + 1);
    let mut from = 0;
    for (index, step) in given.iter().enumerate() {
        let rates = [
            ("per_minute", step.per_minute),
            ("per_hour", step.per_hour),
            ("per_day", step.per_day),
            ("per_week", None),
        ];
        let per_second = base_rate(rates, step.span, cx).unwrap_or_else(|| {
            cx.error(step.span, "a step without a rate", "how many?", "add per_minute, per_hour or per_day");
            0.0
        });
        steps.push(RateStep { from, per_second });
        let last = index + 1 == given.len();
        match step.until {
            Some(until) if until > from => from = until,
            Some(_) => cx.error(step.span, "steps must ascend", "ends before it begins", "put them in order"),
            None if last && !rate.repeats => {
                return Demand::Poisson { steps, period: None, local: false, peaks };
            }
            None => cx.error(step.span, "lacks `until`", "when does it end?", "add e.g. until = \"55 min\""),
        }
    }
    let period = rate.repeats.then_some(from.max(1));
    if period.is_none() {
        steps.push(RateStep { from, per_second: 0.0 });
    }
    Demand::Poisson { steps, period, local: false, peaks }
}

fn by_gaps(gaps: &[Gap], span: Span, cx: &mut Reader<'_>) -> Demand {
    let ascending = gaps.windows(2).all(|pair| pair[0].from < pair[1].from);
    if gaps.first().is_none_or(|gap| gap.from != 0) || !ascending {
        let help = "write [{ from = \"00:00\", gap = \"30 min\" }, { from = \"08:00\", gap = \"5 min\" }]";
        cx.error(span, "gaps do not cover the day", "they must begin at 00:00 and ascend", help);
    }
    for gap in gaps.iter().filter(|gap| gap.gap == 0) {
        cx.error(gap.span, "a gap of 0", "infinitely many would come", "write e.g. gap = \"5 min\"");
    }
    Demand::Gaps { gaps: gaps.iter().map(|gap| (gap.from, gap.gap.max(1))).collect() }
}

fn by_table<'d>(rate: &Rate, name: &str, node: &'d Node, cx: &mut Reader<'d>) -> Demand {
    let at = node.get("table").map_or(rate.span, |table| table.span);
    let stand_in = DemandKeys::stand_in_flat();
    let (Some(column), Some(every)) = (&rate.column, rate.every.filter(|every| *every > 0)) else {
        let help = "{ table = \"counts.csv\", column = \"trucks\", every = \"1 h\" }";
        cx.error(at, "a table needs `column` and `every`", "which column, and what time is a row?", help);
        return stand_in;
    };
    let Some((_, text)) = cx.tables.iter().find(|(span, _)| *span == at) else {
        if !cx.diags.has_error_at(at) {
            let help = "tables are read beside a scenario that is a file itself";
            cx.error(at, "the table cannot be read here", "no files in this place", help);
        }
        return stand_in;
    };
    match read_column(text, column) {
        Ok(counts) => {
            let rows = (0u64..).zip(counts);
            let row = |(index, mean): (u64, f64)| {
                (index.saturating_mul(every), (index + 1).saturating_mul(every), mean, rate.exact)
            };
            Demand::Counts(rows.map(row).collect())
        }
        Err((label, help)) => {
            cx.error(at, &format!("not a table of counts: `{name}`"), &label, &help);
            stand_in
        }
    }
}

/// The numbers of a column.
fn read_column(text: &str, column: &str) -> Result<Vec<f64>, (String, String)> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| (error.to_string(), String::new()))?.clone();
    let Some(index) = headers.iter().position(|header| header == column) else {
        let known: Vec<&str> = headers.iter().collect();
        return Err((format!("no column `{column}`"), super::diagnostics::suggestion(column, &known)));
    };
    let mut counts = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let line = row + 2;
        let record = record.map_err(|error| (format!("line {line}: {error}"), String::new()))?;
        let cell = record.get(index).unwrap_or("");
        let count: Option<f64> = cell.parse().ok().filter(|count: &f64| (0.0..=1e9).contains(count));
        let count = count.ok_or_else(|| {
            (format!("line {line}: `{cell}` is not a number from 0"), "one count in every row".to_owned())
        })?;
        counts.push(count);
    }
    if counts.is_empty() {
        return Err(("it has no rows".to_owned(), "one count in every row".to_owned()));
    }
    Ok(counts)
}

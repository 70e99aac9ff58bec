//! Arbitrary crossings, as the text of a scenario file, so that the grammar is exercised with the engine.
//!
//! A crossing is a function of a seed and of a set of mechanisms it may use: whoever shrinks a failure takes
//! mechanisms away until the least crossing that fails is left.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(missing_docs, unreachable_pub, missing_debug_implementations, reason = "test helpers")]
#![allow(clippy::needless_range_loop, reason = "a side is a number that names several things at once")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kordon::kernel::Draw;

/// Mechanisms a crossing may use, one bit each.
pub const MECHANISMS: [&str; 48] = [
    "both directions",
    "several stages",
    "room in places",
    "room in metres",
    "lane in places",
    "lane in metres",
    "strip each way",
    "strip shared",
    "pool of officers",
    "pool of both directions",
    "roster of booths",
    "roster of officers",
    "hand-over",
    "event stop",
    "event slow",
    "event for some",
    "event of a booth",
    "priority",
    "preempts",
    "second line",
    "return loop",
    "fork-join",
    "party",
    "fleet",
    "patience",
    "balking",
    "gate of a post",
    "gate of a stage",
    "virtual queue",
    "line per booth",
    "jockey",
    "drive",
    "random line",
    "takes",
    "checks side by side",
    "standing queue",
    "intervention",
    "batch",
    "finite road",
    "booths for some",
    "turns",
    "turns lost",
    "postponement",
    "cancellations",
    "strikes",
    "papers",
    "modes",
    "slots",
];

/// All mechanisms.
pub const ALL: u64 = (1 << MECHANISMS.len()) - 1;

/// A generated crossing.
#[derive(Clone)]
pub struct Crossing {
    pub text: String,
    /// Mechanisms it uses, and variants of them.
    pub uses: BTreeSet<String>,
}

struct Maker {
    draw: Draw,
    allowed: u64,
    uses: BTreeSet<String>,
    text: String,
    /// Both directions have posts.
    both: bool,
    shared_strip: bool,
    /// A fleet books: strikes can be counted.
    fleet_books: bool,
}

/// The crossing of a seed, with none but the `allowed` mechanisms.
pub fn crossing(seed: u64, allowed: u64) -> Crossing {
    let mut maker = Maker {
        draw: Draw::from_word(seed),
        allowed,
        uses: BTreeSet::new(),
        text: String::new(),
        both: false,
        shared_strip: false,
        fleet_books: false,
    };
    maker.all();
    Crossing { text: maker.text, uses: maker.uses }
}

impl Maker {
    fn below(&mut self, n: u64) -> u64 {
        self.draw.below(n)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// Is a mechanism used here? The draw is taken whether it is allowed or not, so that taking one away leaves the
    /// rest of the crossing nearly as it was.
    fn with(&mut self, mechanism: &str, percent: u64) -> bool {
        let bit = MECHANISMS.iter().position(|m| *m == mechanism).unwrap_or(63);
        let on = self.chance(percent) && self.allowed & 1 << bit != 0;
        if on {
            self.uses.insert(mechanism.to_owned());
        }
        on
    }

    fn note(&mut self, variant: String) {
        self.uses.insert(variant);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn law(&mut self, seconds: u64) -> String {
        let mean = seconds / 2 + self.below(seconds) + 1;
        match self.below(6) {
            0 => format!("\"{mean} s\""),
            1 => format!("{{ exponential = \"{mean} s\" }}"),
            2 => format!("{{ lognormal = \"{mean} s\", cv = 0.8 }}"),
            3 => format!("{{ gamma = \"{mean} s\", cv = 0.6 }}"),
            4 => format!("{{ erlang = \"{mean} s\", k = 3 }}"),
            _ => format!("{{ uniform = [\"{} s\", \"{} s\"] }}", mean / 2, mean + mean / 2 + 1),
        }
    }

    fn all(&mut self) {
        self.both = self.with("both directions", 60);
        let length = 3 + self.below(4);
        let warmup = if self.chance(30) { "warmup = \"1 h\"\n" } else { "" };
        let stop = if self.chance(50) { "arrivals_stop = true\n" } else { "" };
        let head = format!(
            "kordon = 1\nname = \"generated\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 06:00\"\n\
             length = \"{length} h\"\nfollow = \"4 h\"\nreplications = 1\nmax_inside = 20000\n{warmup}{stop}"
        );
        self.line(&head);
        let queue = self.with("virtual queue", 30);
        let fork = [self.with("fork-join", 25), self.with("fork-join", 15)];
        let pools = [self.with("pool of officers", 40), self.with("pool of officers", 40)];
        self.zone();
        for side in 0..2 {
            self.side(side, pools[side], queue && side == 0);
        }
        let mut stages = vec![];
        for (side, post) in [(0, "exit"), (1, "entry"), (1, "exit"), (0, "entry")] {
            if self.both || (side, post) == (0, "exit") || (side, post) == (1, "entry") {
                let forks = fork[side] && post == "exit";
                self.post(side, post, pools[side], forks, queue && side == 0 && post == "exit", &mut stages);
            }
        }
        for from in 0..if self.both { 2 } else { 1 } {
            self.traffic(from, queue && from == 0, fork[from]);
        }
        if self.fleet_books && self.with("strikes", 50) {
            self.line("[UA.equeue.strikes]\nafter = 1\nban = \"1 h\"");
        }
        self.events(&stages);
        if self.with("standing queue", 30) {
            let at = if queue && self.chance(50) { "UA.equeue.all" } else { "UA.exit.road" };
            let many = 1 + self.below(8);
            self.line(&format!("[begin]\n\"{at}\" = {{ is = \"{many} places\" }}"));
        }
        if self.with("intervention", 20) {
            let at = 30 + self.below(150);
            let count = self.below(2);
            self.line(&format!(
                "[[intervention]]\nat = \"{at} min\"\nset = {{ \"UA.exit.s0.booths\" = {count} }}"
            ));
        }
    }

    fn zone(&mut self) {
        let places = self.below(6) + 1;
        let travel = if self.chance(60) { ", travel = \"2 min\"" } else { "" };
        let passing = if self.chance(30) { ", passing = true" } else { "" };
        if self.both && self.with("strip shared", 30) {
            self.shared_strip = true;
            self.line(&format!("[zone]\nstrips.bridge = {{ shared = \"{places} places\"{travel} }}"));
        } else if self.with("strip each way", 60) {
            let size =
                if self.chance(50) { format!("{places} places") } else { format!("{} m", places * 20) };
            self.line(&format!("[zone]\nstrips.bridge = {{ each_way = \"{size}\"{travel}{passing} }}"));
        }
    }

    fn work(&mut self) -> &'static str {
        let work = self.pick(&["finish", "interrupt", "hand over"]);
        match work {
            "finish" => "finish",
            "interrupt" => "interrupt",
            _ => "hand over",
        }
    }

    fn handover(&mut self, of: &str) -> String {
        if !self.with("hand-over", 35) {
            return String::new();
        }
        let (work, minute, lasts) = (self.work(), self.below(60), 5 + self.below(40));
        self.note(format!("hand-over of {of}: {work}"));
        format!("{{ at = [\"07:{minute:02}\", \"09:30\"], lasts = \"{lasts} min\", work = \"{work}\" }}")
    }

    fn side(&mut self, side: usize, pool: bool, queue: bool) {
        let code = ["UA", "PL"][side];
        self.line(&format!("[{code}]"));
        if pool {
            let count = 1 + self.below(4);
            let mut keys = format!("count = {count}");
            if self.with("roster of officers", 40) {
                let (minute, less, work) = (self.below(60), self.below(count), self.work());
                self.note(format!("roster of officers: {work}"));
                let _ = write!(
                    keys,
                    ", open = [{{ from = \"00:00\", to = \"08:{minute:02}\", count = {count} }}, {{ from = \"08:{minute:02}\", to = \"09:00\", count = {less} }}, {{ from = \"09:00\", to = \"24:00\", count = {count} }}], work = \"{work}\""
                );
            }
            let handover = self.handover("officers");
            if !handover.is_empty() {
                let _ = write!(keys, ", handover = {handover}");
            }
            self.line(&format!("officers.desk = {{ {keys} }}"));
        } else {
            let handover = self.handover("booths");
            if !handover.is_empty() {
                self.line(&format!("handover = {handover}"));
            }
        }
        if queue {
            let travel = self.law(600);
            let no_show =
                if self.chance(60) { ", no_show = \"10 %\", show_up_within = \"40 min\"" } else { "" };
            let ahead = if self.chance(30) { ", ahead = 2" } else { "" };
            let by_room = self.chance(85);
            let room = if by_room { "while_room_in = \"UA.exit\", " } else { "" };
            let calls = format!("calls = {{ {room}travel = {travel}{no_show}{ahead}, headway = \"2 min\" }}");
            self.line(&format!("[UA.equeue]\nqueues = {{ all = [\"car\", \"truck\", \"bus\"] }}\n{calls}"));
            if by_room {
                self.call_rules(!no_show.is_empty());
            }
        }
    }

    /// Further rules of the virtual queue, which need calls to a room.
    fn call_rules(&mut self, limit: bool) {
        if self.with("turns", 45) {
            let lost = if self.with("turns lost", 40) { ", unused = \"lost\"" } else { "" };
            let back = if self.chance(40) { ", falls_back = true" } else { "" };
            self.line(&format!(
                "turns.all = {{ \"fast\" = 1, \"bus\" = 2, \"truck\" = 2, \"car\" = 1{lost}{back} }}"
            ));
        }
        if self.chance(20) && self.allowed & 1 << 40 != 0 {
            self.line("first = \"bus\"");
        }
        if self.with("postponement", 35) {
            self.line(
                "postponement = { share = \"30 %\", by = [\"10 min\", \"40 min\"], once_in = \"2 h\" }",
            );
        }
        if self.with("cancellations", 35) {
            let (after, called) = (self.law(900), if limit { "stays away" } else { "comes" });
            self.line(&format!(
                "cancellations = {{ share = \"25 %\", after = {after}, if_called = \"{called}\" }}"
            ));
        }
        if self.with("papers", 40) {
            let after = self.law(1500);
            let (seen, gate) = (self.chance(50), self.pick(&["held", "sent away"]).to_owned());
            self.line(&format!("papers.customs = {{ for = \"fast\", missing = \"40 %\", ready_after = {after}, integrated = {seen} }}\npapers.exit = {{ missing = \"10 %\", ready_after = {after}, at_gate = \"{gate}\", agency = \"UA a0\" }}"));
        }
        if self.with("modes", 45) {
            let (from, lasts) = (self.below(150), 10 + self.below(120));
            let mode = self
                .pick(&["paused", "read only", "outage", "off", "rules unenforced", "decaying"])
                .to_owned();
            let more = if mode == "rules unenforced" { ", jumping = \"20 %\"" } else { "" };
            self.note(format!("mode: {mode}"));
            self.line(&format!(
                "modes = {{ mode = \"{mode}\", from = \"{from} min\", until = \"{} min\"{more} }}",
                from + lasts
            ));
        }
        if self.with("slots", 40) {
            let unused = self.pick(&["released", "lost"]).to_owned();
            let (early, late) = (self.law(400), self.law(400));
            self.line(&format!("slots = {{ for = \"fast\", per_hour = 6, window = \"20 min\", lead = \"10 min\", overbooked = \"50 %\", unused = \"{unused}\", early = {{ share = \"20 %\", by = {early} }}, late = {{ share = \"20 %\", by = {late} }} }}"));
        }
    }

    fn post(
        &mut self,
        side: usize,
        post: &str,
        pool: bool,
        fork: bool,
        called: bool,
        stages: &mut Vec<String>,
    ) {
        let code = ["UA", "PL"][side];
        let path = format!("{code}.{post}");
        let many = if self.with("several stages", 65) { 2 + self.below(3) } else { 1 };
        let mut names: Vec<String> = (0..many).map(|k| format!("\"s{k}\"")).collect();
        if fork {
            names.push("[\"hall\", \"vehicle\"]".into());
        }
        let places = 2 + self.below(12);
        let room = if self.with("room in places", 50) || called {
            format!("{places} places")
        } else if self.with("room in metres", 30) {
            format!("{} m", places * 25)
        } else {
            "unlimited".into()
        };
        self.line(&format!("[{path}]\nstages = [{}]\nroom = \"{room}\"", names.join(", ")));
        if self.with("finite road", 25) && post == "exit" {
            let size = if self.chance(50) { format!("{} places", self.below(6)) } else { "120 m".into() };
            self.line(&format!("road = {{ length = \"{size}\", full = \"turn away\" }}"));
        }
        if room != "unlimited" && self.with("gate of a post", 15) {
            self.gate();
        }
        for k in 0..many {
            self.stage(&path, &format!("s{k}"), k, many, pool, post == "entry");
            stages.push(format!("{path}.s{k}"));
        }
        if fork {
            for (name, extra) in [("hall", "per = \"person\"\n"), ("vehicle", "")] {
                let (booths, service) = (1 + self.below(3), self.law(90));
                self.line(&format!(
                    "[{path}.{name}]\nagency = \"{code} a1\"\n{extra}booths = {booths}\nservice = {service}"
                ));
            }
        }
    }

    fn gate(&mut self) {
        let (group, lets, free) = (1 + self.below(4), 1 + self.below(5), 1 + self.below(2));
        let gate = match self.below(4) {
            0 => format!("group = {group}, wait_at_most = \"7 min\""),
            1 => format!("group = {group}"),
            2 => format!("when_free = {free}"),
            _ => format!("slots = {{ every = \"11 min\", lets = {lets}, first = \"1 min\" }}"),
        };
        self.line(&format!("gate = {{ {gate} }}"));
    }

    fn stage(&mut self, path: &str, name: &str, k: u64, many: u64, pool: bool, entry: bool) {
        let code = path[..2].to_owned();
        let booths = 1 + self.below(4);
        let agency = self.pick(&["a0", "a1"]).to_owned();
        self.line(&format!("[{path}.{name}]"));
        let mut single = true;
        if self.with("checks side by side", 12) {
            single = false;
            let (one, two) = (self.law(120), self.law(120));
            let order = self.pick(&["side by side", "one after the other"]).to_owned();
            self.line(&format!("order = \"{order}\"\nchecks.one = {{ agency = \"{code} a0\", service = {one} }}\nchecks.two = {{ agency = \"{code} a1\", service = {two} }}"));
        } else {
            let (fast, slow) = (self.law(120), self.law(200));
            let add = if self.chance(20) { ", add_per_person = \"20 s\"" } else { "" };
            let service = if self.chance(50) {
                format!(
                    "[{{ for = \"fast\", exponential = \"1 min\"{add} }}, {{ lognormal = \"3 min\", cv = 0.7, factor = {{ truck = 1.5 }} }}]"
                )
            } else if self.chance(50) {
                slow
            } else {
                fast
            };
            self.line(&format!("agency = \"{code} {agency}\"\nservice = {service}"));
        }
        if pool && single && (self.chance(60)) {
            self.line("officers = \"desk\"");
            if self.both && self.allowed & 1 << 9 != 0 {
                self.note("pool of both directions".into());
            }
        }
        self.booths(booths);
        if k > 0 && self.with("takes", 15) {
            self.line("takes = [{ for = \"fast\", share = \"30 %\" }, { share = \"60 %\" }]");
        }
        if self.with("line per booth", 20) {
            self.line("queue = \"line per booth\"");
            if self.with("jockey", 50) {
                self.line("jockey = 2");
            } else if self.with("random line", 40) {
                self.line("choose = \"random\"");
            }
        }
        if self.with("priority", 30) {
            self.line("priority = \"fast\"");
            if single && self.with("preempts", 50) {
                let work = self.pick(&["resume", "restart", "resample"]).to_owned();
                self.note(format!("preempts: {work}"));
                self.line(&format!("preempts = {{ for = \"fast\", work = \"{work}\" }}"));
            }
        }
        if self.with("gate of a stage", 10) {
            self.gate();
        }
        if k > 0 && self.with("return loop", 30) {
            let to = self.below(k + 1);
            self.line(&format!("then = [{{ share = \"25 %\", to = \"s{to}\" }}]"));
        } else if entry && self.with("second line", 35) {
            self.line("refer = { to = \"aside\", share = \"20 %\" }\naside = { rooms = 1, lasts = { exponential = \"5 min\" }, refused = \"30 %\", then = \"back to UA\" }".replace("UA", if code == "PL" { "UA" } else { "PL" }).as_str());
        }
        let _ = many;
    }

    fn booths(&mut self, booths: u64) {
        let close =
            if self.chance(50) { format!("work_at_close = \"{}\"\n", self.work()) } else { String::new() };
        if booths > 1 && self.with("booths for some", 20) {
            self.line(&format!(
                "booths.fast = {{ for = \"fast\", count = 1 }}\nbooths.all = {{ count = {} }}",
                booths - 1
            ));
        } else {
            self.line(&format!("booths = {booths}\nbooths_max = {booths}"));
        }
        if self.with("roster of booths", 25) {
            let minute = self.below(60);
            let work = close.split('"').nth(1).unwrap_or("finish").to_owned();
            self.note(format!("roster of booths: {work}"));
            self.line(&format!("{close}open = [{{ from = \"00:00\", to = \"07:{minute:02}\" }}, {{ from = \"08:{minute:02}\", to = \"24:00\" }}]"));
        }
        if self.with("lane in places", 30) {
            let size = self.below(5);
            self.line(&format!("length = \"{size} places\""));
        } else if self.with("lane in metres", 25) {
            let size = self.below(6) * 15 + 10;
            self.line(&format!("length = \"{size} m\""));
            if self.with("drive", 50) {
                self.line("drive = \"10 km/h\"\nmoves_up = \"4 s\"");
            }
        }
    }

    fn traffic(&mut self, from: usize, queue: bool, fork: bool) {
        let code = ["UA", "PL"][from];
        for class in ["truck", "car", "bus"] {
            let wanted = match class {
                "bus" => fork || queue,
                "truck" => true,
                _ => queue || self.chance(60),
            };
            if !wanted {
                continue;
            }
            let books = queue && self.chance(70);
            let mix = "mix.kind = { fast = \"30 %\", slow = \"70 %\" }";
            if class == "car" && self.with("fleet", 25) {
                if books {
                    self.fleet_books = true;
                }
                let (size, away) = (3 + self.below(20), self.law(2400));
                let booking = if books { "books = true\n" } else { "" };
                self.line(&format!("[fleet.{class}{from}]\nclass = \"{class}\"\nfrom = \"{code}\"\nsize = {size}\naway = {away}\n{booking}{mix}"));
            } else {
                let rate = 3 + self.below(25);
                let demand = match self.below(4) {
                    0 => format!("every = \"{} s\"", 3600 / rate),
                    1 => format!(
                        "steps = [{{ until = \"1 h\", per_hour = {rate} }}, {{ until = \"2 h\", per_hour = 3 }}], repeats = true"
                    ),
                    _ => format!("per_hour = {rate}"),
                };
                let key = if books { "books" } else { "arrives" };
                self.line(&format!("[traffic.{class}{from}]\nclass = \"{class}\"\nfrom = \"{code}\"\n{key} = {{ {demand} }}\n{mix}"));
                if self.with("batch", 20) {
                    self.line("batch = { 1 = \"60 %\", 3 = \"40 %\" }");
                }
            }
            if class == "bus" || self.with("party", 30) {
                self.line("party = { 1 = \"40 %\", 2 = \"30 %\", 5 = \"30 %\" }");
            }
            if self.with("patience", 20) {
                self.line("patience = { exponential = \"40 min\" }");
            }
            if self.with("balking", 20) {
                self.line("balks = { above = \"3 places\", share = \"50 %\" }");
            }
        }
    }

    fn events(&mut self, stages: &[String]) {
        for (what, percent) in
            [("event stop", 35), ("event slow", 25), ("event for some", 25), ("event of a booth", 20)]
        {
            if !self.with(what, percent) {
                continue;
            }
            let at = self.below(stages.len() as u64) as usize;
            let place = &stages[at];
            let when = if self.chance(50) {
                format!("from = \"{} min\"\nlasts = \"{} min\"", self.below(200), 5 + self.below(60))
            } else {
                "every = { exponential = \"50 min\" }\nlasts = { exponential = \"9 min\" }".to_owned()
            };
            let rule = match what {
                "event slow" => "rule = \"slow x 0.4\"",
                "event for some" => "for = \"truck\"\nrule = \"stop\"",
                "event of a booth" => "per_booth = true\nrule = \"stop\"",
                _ => "rule = \"stop\"",
            };
            self.line(&format!("[[event]]\nwhat = \"{what} {at}\"\nplace = \"{place}\"\n{when}\n{rule}"));
        }
    }
}

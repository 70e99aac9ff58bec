//! Routes: the steps of each direction in order, and where one may be sent from them.

use super::{Compiler, post_number};
use crate::crossing::plan::{NONE16, Plan, Route, Send, SpotKind, Step, Target};
use crate::scenario::{self, Post, Span, Stage};

/// How far along its route a station lies; the same post of both directions is as far.
pub(super) fn position(plan: &Plan, station: usize) -> usize {
    let mut best = 0;
    for route in &plan.routes {
        for (s, step) in route.steps.iter().enumerate() {
            let here = match step {
                Step::Stage { station: st, .. } => *st as usize == station,
                Step::Fork { vehicle, persons, .. } => {
                    vehicle.iter().chain(persons).any(|&st| st as usize == station)
                }
                _ => false,
            };
            if here {
                best = best.max(s);
            }
        }
    }
    best
}

impl Compiler<'_> {
    pub(super) fn routes(&mut self) {
        for from in 0..2 {
            let mut steps = vec![];
            let scenario = self.scenario;
            let (exit, entry) = (&scenario.side[from].exit, &scenario.side[1 - from].entry);
            let prefix = format!("{}.equeue.", scenario.sides[from]);
            let called = self.plan.queues.iter().enumerate().filter(|(_, q)| q.name.starts_with(&prefix));
            let queues: Vec<u16> = called.map(|(k, _)| k as u16).collect();
            if !queues.is_empty() {
                steps.push(Step::Call { queues });
            }
            let (container, spot) = self.road_of(from, exit.is_some(), entry.is_some());
            steps.push(Step::Road { container, spot });
            if let Some(post) = exit {
                self.post_steps(from, false, post, &mut steps);
            }
            let zone = steps.len() as u16;
            let strips: Vec<u16> =
                (0..self.plan.strips.len()).filter(|s| s % 2 == from).map(|s| s as u16).collect();
            if !strips.is_empty() {
                steps.push(Step::Strip { strips });
            }
            let entry_step = steps.len() as u16;
            if let Some(post) = entry {
                self.post_steps(1 - from, true, post, &mut steps);
            }
            let name = self.direction(from);
            self.plan.routes.push(Route { name, from, steps, entry: entry_step, zone });
        }
    }

    /// The road before the first post of a direction; without a post on this side, a road of its own.
    fn road_of(&mut self, from: usize, exit: bool, entry: bool) -> (u16, u16) {
        let post = if exit {
            self.posts[post_number(from, false)]
        } else if entry && self.plan.strips.is_empty() {
            self.posts[post_number(1 - from, true)]
        } else {
            None
        };
        if let Some(post) = post {
            return (post.road, post.road_spot);
        }
        let name = format!("{}.road", self.scenario.sides[from]);
        let spot = self.spot(name.clone(), SpotKind::Road, Some(from), None);
        (self.container(name, scenario::Size::Unlimited, 1, 0), spot)
    }

    fn post_steps(&mut self, side: usize, entry: bool, post: &Post, steps: &mut Vec<Step>) {
        let room = self.posts[post_number(side, entry)].map_or(NONE16, |p| p.room);
        let listed: Vec<&str> = post.stages.iter().flat_map(step_names).collect();
        let prefix = format!("{}.{}.", self.scenario.sides[side], if entry { "entry" } else { "exit" });
        let extra: Vec<&Stage> = post.stage.iter().filter(|s| !listed.contains(&s.name.as_str())).collect();
        let mut placed = vec![false; extra.len()];
        for step in &post.stages {
            for (k, stop) in extra.iter().enumerate() {
                if !placed[k] && self.stands_before(&prefix, &stop.name, step) {
                    placed[k] = true;
                    self.stage_steps(&prefix, stop, room, steps);
                }
            }
            match step {
                scenario::Step::One(name) => {
                    if let Some(stage) = post.stage.iter().find(|s| s.name == *name) {
                        self.stage_steps(&prefix, stage, room, steps);
                    }
                }
                scenario::Step::SideBySide(names) => self.fork(&prefix, names, room, side, steps),
            }
        }
        for (k, stop) in extra.iter().enumerate() {
            if !placed[k] {
                self.stage_steps(&prefix, stop, room, steps);
            }
        }
    }

    /// A stop of a policy that is not in the post's list stands before the first stage that the policy lets one skip.
    fn stands_before(&self, prefix: &str, stop: &str, step: &scenario::Step) -> bool {
        let path = format!("{prefix}{stop}");
        let names = step_names(step);
        self.scenario.policy.iter().any(|policy| {
            policy.stops.contains(&path)
                && names.iter().any(|n| policy.skips.contains(&format!("{prefix}{n}")))
        })
    }

    fn stage_steps(&mut self, prefix: &str, stage: &Stage, room: u16, steps: &mut Vec<Step>) {
        let path = format!("{prefix}{}", stage.name);
        if let Some(station) = self.stations_named(&path) {
            steps.push(Step::Stage { station, room });
        }
        for aside in &stage.aside {
            if let Some(station) = self.stations_named(&format!("{path}.{}", aside.name)) {
                steps.push(Step::Stage { station, room });
            }
        }
    }

    fn fork(&mut self, prefix: &str, names: &[String], room: u16, side: usize, steps: &mut Vec<Step>) {
        let found: Vec<u16> =
            names.iter().filter_map(|n| self.stations_named(&format!("{prefix}{n}"))).collect();
        let apart = |s: &&u16| self.plan.stations[**s as usize].persons_apart;
        let persons: Vec<u16> = found.iter().filter(apart).copied().collect();
        let vehicle: Vec<u16> = found.iter().filter(|s| !apart(s)).copied().collect();
        let spot = self.spot(format!("{prefix}{} join", names.join("+")), SpotKind::Join, Some(side), None);
        steps.push(Step::Fork { vehicle, persons, room, spot });
    }

    /// Where everybody may be sent: `then`, `refer`, refusals.
    pub(super) fn targets(&mut self) {
        let scenario = self.scenario;
        for (s, side) in scenario.side.iter().enumerate() {
            for (entry, post) in [(false, &side.exit), (true, &side.entry)] {
                let prefix = format!("{}.{}.", scenario.sides[s], if entry { "entry" } else { "exit" });
                for stage in post.iter().flat_map(|p| &p.stage) {
                    self.targets_of(stage, &prefix);
                }
            }
        }
    }

    fn targets_of(&mut self, stage: &Stage, prefix: &str) {
        let path = format!("{prefix}{}", stage.name);
        let Some(station) = self.stations_named(&path) else { return };
        let mut sends = vec![];
        for refer in &stage.refer {
            let to = self.target(&format!("{path}.{}", refer.to), prefix, stage.span);
            sends.push(Send { serves: self.test_of(refer.of.as_ref()), share: refer.share, to });
        }
        for then in &stage.then {
            let to = self.target(&then.to, prefix, then.span);
            sends.push(Send { serves: self.test_of(then.of.as_ref()), share: then.share, to });
        }
        for (k, service) in stage.services.iter().enumerate() {
            if let Some(then) = &service.then {
                let to = self.target(then, prefix, stage.span);
                self.plan.stations[station as usize].checks[0].services[k].then = Some(to);
            }
        }
        self.plan.stations[station as usize].sends = sends;
        for aside in &stage.aside {
            let Some(second) = self.stations_named(&format!("{path}.{}", aside.name)) else { continue };
            let to =
                aside.then.as_ref().map_or(Target::Refused, |then| self.target(then, prefix, aside.span));
            if aside.refused > 0.0 {
                self.plan.stations[second as usize].refused = Some((aside.refused, to));
            }
        }
    }

    fn target(&mut self, to: &str, prefix: &str, span: Span) -> Target {
        if to == "out" {
            return Target::Out;
        }
        let on = self.route_of_post(prefix);
        if let Some(side) = to.strip_prefix("back to ") {
            let back = self.scenario.sides.iter().position(|s| s == side);
            return match back {
                // Refused at the entry: back over the zone, through the entry control of the side it came from.
                Some(side)
                    if side == on && self.plan.routes[on].name.starts_with(side_name(&self.plan, side)) =>
                {
                    let other = 1 - on;
                    if prefix.contains(".entry.") {
                        Target::Back { route: other as u16, step: self.plan.routes[other].zone }
                    } else {
                        Target::Refused
                    }
                }
                Some(_) => Target::Refused,
                None => self.unknown_target(to, span),
            };
        }
        let own = format!("{prefix}{to}");
        for path in [to, own.as_str()] {
            let Some(station) = self.stations_named(path) else { continue };
            let found = self.step_of_station(on, station);
            if let Some((route, step)) = found {
                return Target::Step { route, step };
            }
        }
        self.unknown_target(to, span)
    }

    fn unknown_target(&mut self, to: &str, span: Span) -> Target {
        self.error(
            span,
            format!("`{to}` is nowhere that one can be sent"),
            "",
            "name a stage of the same post, a stage by its path, \"back to UA\" or \"out\"",
        );
        Target::Out
    }

    fn step_of_station(&self, preferred: usize, station: u16) -> Option<(u16, u16)> {
        [preferred, 1 - preferred].into_iter().find_map(|route| {
            let steps = &self.plan.routes[route].steps;
            let at =
                steps.iter().position(|s| matches!(s, Step::Stage { station: st, .. } if *st == station));
            at.map(|step| (route as u16, step as u16))
        })
    }

    /// The route on which a post (by its path's prefix) lies.
    fn route_of_post(&self, prefix: &str) -> usize {
        let side = usize::from(prefix.starts_with(&format!("{}.", self.scenario.sides[1])));
        if prefix.ends_with(".entry.") { 1 - side } else { side }
    }
}

fn side_name(plan: &Plan, side: usize) -> &str {
    &plan.sides[side]
}

fn step_names(step: &scenario::Step) -> Vec<&str> {
    match step {
        scenario::Step::One(name) => vec![name.as_str()],
        scenario::Step::SideBySide(names) => names.iter().map(String::as_str).collect(),
    }
}

//! Virtual queues: whom they hold, how they call, and which of their rules a policy puts in force.

use super::Compiler;
use crate::crossing::calling::{
    Booking, CallRules, Cancellation, Mode, Papers, Postponement, Slots, Strikes, Turns,
};
use crate::crossing::plan::{NONE16, SpotKind, Test, Unit, VirtualQueue};
use crate::kernel::laws::Law;
use crate::kernel::random::name_key;
use crate::kernel::time::{NEVER, Tick};
use crate::scenario::{self, AtGate, EQueue, IfCalled, ModeKind, Policy, Span, Unused};

impl Compiler<'_> {
    pub(super) fn queues(&mut self) {
        let scenario = self.scenario;
        for (s, side) in scenario.side.iter().enumerate() {
            if let Some(equeue) = &side.equeue {
                self.equeue(s, equeue);
            }
        }
        self.rules_of_two_policies();
    }

    fn equeue(&mut self, s: usize, equeue: &EQueue) {
        let side = &self.scenario.sides[s];
        let calls = &equeue.calls;
        let room = self.room_called_to(calls.while_room_in.as_deref(), equeue.span);
        let travel = calls.travel.as_ref().map_or(Law::Zero, |law| self.law(law));
        let owner = self.owner(&format!("{side} eQueue"));
        let slots = equeue.slots.as_ref().map(|slots| self.slots(s, slots, room));
        for (name, selector) in &equeue.queues {
            let places = calls.places.iter().find(|(queue, _)| queue == name).map_or(u32::MAX, |p| p.1);
            let path = format!("{side}.equeue.{name}");
            let spot = self.spot(path.clone(), SpotKind::VirtualQueue, None, None);
            let way_spot = self.spot(format!("{path}.way"), SpotKind::OnTheWay, None, None);
            let index = self.plan.queues.len() as u16;
            if room != NONE16 {
                self.plan.containers[room as usize].called_by.push(index);
            }
            let serves = self.test(selector);
            let purposes = (name_key(&format!("{path} travel")), name_key(&format!("{path} no-show")));
            let rules = self.call_rules(s, name, equeue, slots.as_ref());
            self.plan.queues.push(VirtualQueue {
                name: path,
                serves,
                room,
                ahead: calls.ahead,
                places,
                travel: travel.clone(),
                no_show: calls.no_show,
                show_up_within: calls.show_up_within.unwrap_or(0),
                headway: calls.headway,
                spot,
                way_spot,
                owner,
                purposes,
                rules,
            });
        }
    }

    fn room_called_to(&mut self, path: Option<&str>, span: Span) -> u16 {
        let Some(path) = path else { return NONE16 };
        let found = self.posts.iter().flatten().find(|p| self.plan.containers[p.room as usize].name == path);
        if let Some(post) = found {
            return post.room;
        }
        self.error(
            span,
            format!("`{path}` is not a post of this crossing"),
            "",
            "name a post with a room, for example \"UA.exit\"",
        );
        NONE16
    }

    fn call_rules(&mut self, s: usize, queue: &str, equeue: &EQueue, slots: Option<&Slots>) -> CallRules {
        let path = format!("{}.equeue", self.scenario.sides[s]);
        let first = equeue.first.as_ref().map(|first| {
            let under = self.under(&format!("{path}.first"));
            super::words::both(&self.test(first), &under)
        });
        let turns = equeue.turns.iter().find(|(name, _)| name == queue);
        let turns = turns.map(|(_, turns)| self.turns(turns, &format!("{path}.turns.{queue}")));
        let postponement = equeue.postponement.as_ref().map(|rule| Postponement {
            holds_for: self.under(&format!("{path}.postponement")),
            share: rule.share,
            by: rule.by.clone(),
            once_in: rule.once_in,
            purpose: name_key(&format!("{path} postpones")),
        });
        let strikes = equeue.strikes.as_ref().map(|rule| Strikes {
            holds_for: self.under(&format!("{path}.strikes")),
            after: rule.after,
            ban: rule.ban,
        });
        CallRules {
            first: first.unwrap_or_else(Test::nobody),
            turns,
            postponement,
            strikes,
            cancellations: self.cancellations(&path, equeue),
            papers: self.papers(&path, equeue),
            slots: slots.cloned(),
            modes: self.modes(s, queue, equeue),
        }
    }

    fn cancellations(&mut self, path: &str, equeue: &EQueue) -> Vec<Cancellation> {
        let mut out = vec![];
        for (k, entry) in equeue.cancellations.iter().enumerate() {
            out.push(Cancellation {
                serves: self.test_of(entry.of.as_ref()),
                share: entry.share,
                after: self.law(&entry.after),
                stays_away: entry.if_called == IfCalled::StaysAway,
                purpose: name_key(&format!("{path} cancels {k}")),
            });
        }
        out
    }

    fn slots(&mut self, s: usize, slots: &scenario::Slots, room: u16) -> Slots {
        let path = format!("{}.equeue.slots", self.scenario.sides[s]);
        let unit = self.plan.containers.get(room as usize).map(|container| container.unit);
        if unit.is_some_and(|unit| unit != Unit::Places) {
            let help = "say the room as a number of vehicles, for example \"60 trucks\"";
            self.error(
                slots.span,
                "slots are places, but the post's room is not counted in places",
                "",
                help,
            );
        }
        let books = self.plan.queues.iter().filter_map(|queue| queue.rules.slots.as_ref());
        let book = books.map(|slots| slots.book + 1).max().unwrap_or(0);
        let under = self.under(&path);
        let places = slots.places();
        let mut off = |time: &Option<scenario::OffTime>| match time {
            Some(time) => (time.share, self.law(&time.by)),
            None => (0.0, Law::Zero),
        };
        let (early, late) = (off(&slots.early), off(&slots.late));
        Slots {
            serves: super::words::both(&self.test(&slots.of), &under),
            window: slots.window,
            lead: slots.lead,
            places,
            given_out: (f64::from(places) * (1.0 + slots.overbooked)) as u32,
            lost: slots.unused == scenario::UnusedSlots::Lost,
            early,
            late,
            book,
            purpose: name_key(&path),
        }
    }

    fn papers(&mut self, path: &str, equeue: &EQueue) -> Vec<Papers> {
        let mut out = vec![];
        for (name, papers) in &equeue.papers {
            let seen = self.under(&format!("{path}.papers.{name}"));
            out.push(Papers {
                serves: self.test_of(papers.of.as_ref()),
                missing: papers.missing,
                ready_after: self.law(&papers.ready_after),
                seen: if papers.integrated { seen } else { Test::nobody() },
                held: papers.at_gate == AtGate::Held,
                owner: papers.agency.as_ref().map_or(self.plan.carrier_owner, |agency| self.owner(agency)),
                purpose: name_key(&format!("{path} papers {name}")),
            });
        }
        out
    }

    /// The modes of one queue over time; what stands in the file is for a while, between it all is as ordered.
    fn modes(&mut self, s: usize, queue: &str, equeue: &EQueue) -> Vec<(Tick, Mode)> {
        let mut windows: Vec<(Tick, Tick, &scenario::Mode)> = vec![];
        for mode in equeue.modes.iter().filter(|m| m.queues.is_empty() || m.queues.iter().any(|q| q == queue))
        {
            windows.extend(self.mode_windows(s, mode).into_iter().map(|(from, until)| (from, until, mode)));
        }
        windows.sort_by_key(|w| w.0);
        if windows.is_empty() {
            return vec![];
        }
        let mut out = vec![(0, Mode::ORDINARY)];
        for (k, &(from, until, mode)) in windows.iter().enumerate() {
            if k > 0 && windows[k - 1].1 > from {
                let title = format!("two modes of the queue `{queue}` at the same time");
                let help = "let one end before the other begins, or name other `queues`";
                self.error(mode.span, title, "begins before the other has ended", help);
                break;
            }
            for (at, mode) in [(from, mode_of(mode, from, until)), (until, Mode::ORDINARY)] {
                out.retain(|known| known.0 != at);
                out.push((at, mode));
            }
        }
        out
    }

    fn mode_windows(&self, s: usize, mode: &scenario::Mode) -> Vec<(Tick, Tick)> {
        let tick = |moment: i64| Tick::try_from(moment.max(0)).unwrap_or(0);
        if let (Some(from), Some(until)) = (&mode.from, &mode.until) {
            let windows = self.clock.windows(s, from, until, self.until);
            return windows.into_iter().map(|(from, until)| (tick(from), tick(until))).collect();
        }
        let at = |when: &Option<scenario::When>, default| {
            when.as_ref().map_or(Some(default), |when| self.clock.tick(s, when))
        };
        let (from, until) =
            (at(&mode.from, 0).unwrap_or(0), at(&mode.until, self.until).unwrap_or(self.until));
        if from < until { vec![(from, until)] } else { vec![] }
    }

    fn turns(&mut self, turns: &scenario::Turns, path: &str) -> Turns {
        let holds_for = self.under(path);
        let classes: Vec<Test> = turns.weights.iter().map(|(selector, _)| self.test(selector)).collect();
        let times =
            |(class, (_, weight)): (usize, &(_, u32))| std::iter::repeat_n(class as u8 + 1, *weight as usize);
        let cycle = turns.weights.iter().enumerate().flat_map(times).collect();
        Turns { holds_for, classes, cycle, lost: turns.unused == Unused::Lost, falls_back: turns.falls_back }
    }

    /// Who is under a rule of a virtual queue: everybody, or, where policies put it in force, those under one of them.
    fn under(&self, rule: &str) -> Test {
        let mut policies = self.scenario.policy.iter().filter(|p| names(p, rule)).peekable();
        if policies.peek().is_none() {
            return Test::everyone();
        }
        let bits = policies.map(|p| (self.words.bit(&format!("policy {}", p.name)), 0));
        Test::any_of(bits)
    }

    /// Two policies that put the same rule in force at the same time contradict each other: whose compliance holds?
    fn rules_of_two_policies(&mut self) {
        let policies = &self.scenario.policy;
        for (k, policy) in policies.iter().enumerate() {
            for other in &policies[..k] {
                let Some(rule) = policy.rules.iter().find(|rule| names(other, rule)) else { continue };
                if self.overlap(policy, other) {
                    self.error(
                        policy.span,
                        format!(
                            "`policy.{}` and `policy.{}` both put `{rule}` in force",
                            other.name, policy.name
                        ),
                        "at the same time",
                        "let one end before the other begins, or name the rule in one of them only",
                    );
                }
            }
        }
    }

    fn overlap(&self, one: &Policy, other: &Policy) -> bool {
        let period = |p: &Policy| {
            let at = |when| self.clock.tick(0, when).unwrap_or(0);
            (p.from.as_ref().map_or(0, at), p.until.as_ref().map_or(NEVER, at))
        };
        let ((from, until), (start, end)) = (period(one), period(other));
        from < end && start < until
    }
}

fn mode_of(mode: &scenario::Mode, from: Tick, until: Tick) -> Mode {
    let ordinary = Mode::ORDINARY;
    match mode.mode {
        ModeKind::Paused => Mode { calls: false, ..ordinary },
        ModeKind::ReadOnly => Mode { booking: Booking::Waits, ..ordinary },
        ModeKind::Outage => Mode { calls: false, booking: Booking::Waits, broken: true, ..ordinary },
        ModeKind::Off => Mode { calls: false, booking: Booking::None, ..ordinary },
        ModeKind::Unenforced => Mode { enforced: false, jumping: mode.jumping, ..ordinary },
        ModeKind::Decaying => {
            Mode { booking: Booking::Fading { from, until, least: mode.compliance }, ..ordinary }
        }
    }
}

fn names(policy: &Policy, rule: &str) -> bool {
    policy.rules.iter().any(|r| r == rule)
}

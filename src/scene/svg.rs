//! One picture of the crossing at a time, as SVG.

use crate::crossing::Plan;
use crate::crossing::plan::{SpotKind, Unit};
use crate::kernel::time::Tick;
use crate::trace::{State, Trace};

use super::film::Film;
use super::lamps::LampState;
use super::layout::{Layout, PostPlace};
use super::paint::{GROUNDS, INKS, Page, Projection, QUIET, WIDTH, escape, style};
use super::picture::{Look, Picture};
use super::svg_parts;

/// One picture of the crossing at time `at`. `label` says what a tick is called.
///
/// Everything drawn is present; who waits elsewhere is a number on a board. Colour says whose time a wait is traced to.
pub fn svg(plan: &Plan, trace: &Trace, at: Tick, label: &dyn Fn(Tick) -> String) -> String {
    let film = Film::new(plan, trace);
    let layout = &film.layout;
    let state = trace.at(at);
    let mut picture = Picture::new();
    picture.draw(&film, at, Look::default());
    let boards = boards(plan, &state);
    let top = if boards.iter().all(|b| b.rows.is_empty()) { 84.0 } else { 176.0 };
    let to = Projection::new(layout, top);
    let height = to.bottom + 150.0;
    let clock = label(at);
    let mut page = Page::new(String::with_capacity(1 << 16));
    open(&mut page, plan, &state, &boards, &clock, height);
    draw_boards(&mut page, plan, &boards);
    let view = View { plan, film: &film, layout, picture: &picture, state: &state, to: &to };
    svg_parts::ground(&mut page, &view);
    svg_parts::roads(&mut page, &view);
    svg_parts::stages(&mut page, &view);
    svg_parts::figures(&mut page, &view, trace);
    svg_parts::lamps(&mut page, &view);
    svg_parts::numbers(&mut page, &view);
    legend(&mut page, plan, &to);
    foot(&mut page, plan, trace, &clock, height);
    page.raw("</svg>");
    page.into_text()
}

/// Everything that the parts of a picture read.
pub(super) struct View<'a> {
    pub(super) plan: &'a Plan,
    pub(super) film: &'a Film,
    pub(super) layout: &'a Layout,
    pub(super) picture: &'a Picture,
    pub(super) state: &'a State,
    pub(super) to: &'a Projection,
}

/// The board of one side's virtual queues.
struct Board {
    rows: Vec<(String, u32)>,
    on_the_way: u32,
}

fn boards(plan: &Plan, state: &State) -> [Board; 2] {
    [0, 1].map(|side| {
        let prefix = format!("{}.", plan.sides[side]);
        let queues = plan.queues.iter().filter(|q| q.name.starts_with(&prefix));
        let rows = queues.clone().map(|q| (short(&q.name), state.number_at(q.spot))).collect();
        Board { rows, on_the_way: queues.map(|q| state.number_at(q.way_spot)).sum() }
    })
}

/// The last part of a path, for people.
pub(super) fn short(path: &str) -> String {
    path.rsplit('.').next().unwrap_or(path).replace('_', " ")
}

fn open(page: &mut Page, plan: &Plan, state: &State, boards: &[Board; 2], clock: &str, height: f64) {
    page.raw(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" \
         height=\"{height:.0}\" role=\"img\" aria-labelledby=\"title desc\">"
    ));
    page.raw(&format!("<title id=\"title\">{} at {}</title>", escape(&plan.name), escape(clock)));
    page.raw(&format!("<desc id=\"desc\">{}</desc>", escape(&in_words(plan, state, boards))));
    page.raw(&format!("<style>{}</style>", style()));
    page.raw(&format!("<rect width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"#fbfaf7\"/>"));
    page.text("b", 48.0, 46.0, title_size(&plan.name), &plan.name);
    page.text("b e", WIDTH - 48.0, 46.0, 22.0, clock);
}

fn title_size(name: &str) -> f64 {
    (1_900.0 / name.chars().count().max(1) as f64).clamp(13.0, 22.0)
}

/// The picture for those who do not see it.
fn in_words(plan: &Plan, state: &State, boards: &[Board; 2]) -> String {
    let mut words = vec![];
    for (side, board) in plan.sides.iter().zip(boards) {
        let waiting: u32 = board.rows.iter().map(|r| r.1).sum();
        if waiting + board.on_the_way > 0 {
            words.push(format!(
                "{side}: {waiting} wait elsewhere with a booking, {} are on the way.",
                board.on_the_way
            ));
        }
    }
    for (k, spot) in plan.spots.iter().enumerate() {
        let number = state.number_at(k as u16);
        let what = match spot.kind {
            SpotKind::Road => "on the road",
            SpotKind::Line => "wait in line",
            SpotKind::Booth => "at booths",
            SpotKind::Strip => "between the posts",
            SpotKind::Join => "wait for their party",
            SpotKind::VirtualQueue | SpotKind::OnTheWay => continue,
        };
        if number > 0 {
            let name = plan.stations.get(spot.station as usize).map_or(&spot.name, |s| &s.name);
            words.push(format!("{name}: {number} {what}."));
        }
    }
    if words.is_empty() { "Nobody is at the crossing.".to_owned() } else { words.join(" ") }
}

/// One board a side: the number that waits elsewhere, never drawn as a crowd.
fn draw_boards(page: &mut Page, plan: &Plan, boards: &[Board; 2]) {
    for (side, board) in boards.iter().enumerate().filter(|(_, b)| !b.rows.is_empty()) {
        let width = 470.0;
        let x = if side == 0 { 48.0 } else { WIDTH - 48.0 - width };
        let frame = format!(" rx=\"6\" fill=\"#fff\" stroke=\"{}\" stroke-width=\"1.2\"", INKS[side]);
        page.rect("board", x, 66.0, width, 92.0, &frame);
        let waiting: u32 = board.rows.iter().map(|r| r.1).sum();
        page.text("b m", x + 78.0, 120.0, 38.0, &waiting.to_string());
        page.text("m q", x + 78.0, 142.0, 11.5, "wait elsewhere");
        page.text("b", x + 164.0, 88.0, 12.5, &format!("{} virtual queue", plan.sides[side]));
        let shown: Vec<_> = board.rows.iter().map(|(name, n)| format!("{name} {n}")).collect();
        let lines = wrap(&shown, 44);
        for (k, line) in lines.iter().take(2).enumerate() {
            page.text("q", x + 164.0, 108.0 + 16.0 * k as f64, 11.5, line);
        }
        let last = 112.0 + 16.0 * lines.len().min(2) as f64;
        page.text("", x + 164.0, last, 12.0, &format!("{} called and on the way", board.on_the_way));
    }
}

fn wrap(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() + 3 <= width => {
                line.push_str(" · ");
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

fn legend(page: &mut Page, plan: &Plan, to: &Projection) {
    let y = to.bottom + 34.0;
    page.path(&format!("M48 {:.1}H{}", y - 18.0, WIDTH - 48.0), "stroke=\"#dcd8ce\" fill=\"none\"");
    page.text("b", 48.0, y + 4.0, 11.5, "Whose time the wait at this place is traced to");
    let mut x = 372.0;
    let names = [
        ("s0", plan.sides[0].clone()),
        ("s1", plan.sides[1].clone()),
        ("zone", "shared zone".to_owned()),
        ("other", "carrier, others".to_owned()),
        ("own", "does not wait".to_owned()),
    ];
    for (class, name) in names {
        page.rect(class, x, y - 5.0, 20.0, 9.0, " rx=\"1.5\"");
        page.text("", x + 26.0, y + 4.0, 11.5, &name);
        x += 52.0 + name.chars().count() as f64 * 7.2;
    }
    let y = y + 26.0;
    page.text("b", 48.0, y + 4.0, 11.5, "Booth");
    let lamps = [
        (LampState::Serving, "serving"),
        (LampState::Waiting, "waiting for the next"),
        (LampState::Held, "held from ahead"),
        (LampState::OffRoster, "not on the roster, without officer, or down"),
    ];
    let mut x = 372.0;
    for (state, name) in lamps {
        svg_parts::lamp(page, x + 8.0, y, 4.6, state);
        page.text("", x + 26.0, y + 4.0, 11.5, name);
        x += 52.0 + name.chars().count() as f64 * 7.0;
    }
    scale_bars(page, to, WIDTH - 48.0, y);
}

/// Two bars: one for posts and zone, one for the roads.
fn scale_bars(page: &mut Page, to: &Projection, right: f64, y: f64) {
    let bar = |page: &mut Page, right: f64, y: f64, scale: f64, name: &str| {
        let metres = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];
        let metres = metres.into_iter().rev().find(|m| m * scale <= 110.0).unwrap_or(1.0);
        let left = right - metres * scale;
        let d = format!("M{left:.1} {:.1}v6H{right:.1}v-6", y - 3.0);
        page.path(&d, &format!("fill=\"none\" stroke=\"{QUIET}\" stroke-width=\"1.2\""));
        page.text("q e", left - 8.0, y + 4.0, 11.0, &format!("{name} {metres} m"));
    };
    bar(page, right, y - 26.0, to.scale, "posts, zone");
    bar(page, right, y, to.road_scale, "roads");
}

fn foot(page: &mut Page, plan: &Plan, trace: &Trace, clock: &str, height: f64) {
    let words = format!(
        "schematic: lengths true, buildings not · {} · seed {} · replication {} · {clock}",
        plan.name, trace.seed, trace.replication
    );
    page.text("q", 48.0, height - 24.0, 11.5, &words);
    let note = "one simulated run of many";
    page.text("q e", WIDTH - 48.0, height - 24.0, 11.5, note);
}

/// The ground of a side.
pub(super) fn ground_of(side: usize) -> String {
    format!(" rx=\"7\" fill=\"{}\"", GROUNDS[side.min(1)])
}

/// How much of a post's room is taken, in long and in short; the called have their places already.
pub(super) fn room_words(view: &View<'_>, post: &PostPlace) -> Option<(String, String)> {
    let container = view.plan.containers.get(post.room as usize).filter(|c| !c.unlimited())?;
    let size = container.size;
    Some(match container.unit {
        Unit::Places => {
            let inside = inside(view, post);
            (format!("{inside} of {size} places taken"), format!("{inside}/{size} taken"))
        }
        Unit::Persons => (format!("room for {size} persons"), format!("room {size}")),
        Unit::Millimetres => (format!("room of {} m", size / 1000), format!("{} m", size / 1000)),
    })
}

/// Travellers who hold a place in a post's room.
fn inside(view: &View<'_>, post: &PostPlace) -> u32 {
    let stages = view.layout.stages[post.stages.clone()].iter().filter(|s| !s.apart);
    let here: u32 = stages
        .map(|s| &view.plan.stations[s.station as usize])
        .map(|s| view.state.number_at(s.line_spot) + view.state.number_at(s.booth_spot))
        .sum();
    let called = view.plan.queues.iter().filter(|q| q.room == post.room);
    let called: u32 = called.map(|q| view.state.number_at(q.way_spot)).sum();
    let joins = view.layout.joins.iter().filter(|j| j.stretch.heading() == post.stretch.heading());
    let joins = joins.filter(|j| post.stretch.holds(j.stretch.from));
    here + called + joins.map(|j| view.state.number_at(j.spot)).sum::<u32>()
}

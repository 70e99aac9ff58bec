//! The parts of a picture: ground, roads, stages, those who are there, lamps, numbers.

use crate::kernel::time::Tick;
use crate::trace::{Trace, duration, traveller_name};

use super::lamps::LampState;
use super::layout::{Place, ROW, StagePlace};
use super::paint::{INK, Page, class_of, escape, text_width};
use super::svg::{View, ground_of, room_words, short};

/// Posts on the grounds of their sides, and the zone between them.
pub(super) fn ground(page: &mut Page, view: &View<'_>) {
    let to = view.to;
    for post in &view.layout.posts {
        let (top, bottom) = band_of(view, post.stretch.heading());
        let (left, right) = (to.x(post.stretch.left()), to.x(post.stretch.left() + post.stretch.length()));
        page.rect("", left, top - 50.0, right - left, bottom - top + 95.0, &ground_of(post.side));
        let long = |(long, _): (String, String)| format!("{} · {long}", post.name);
        let short = |(_, short): (String, String)| format!("{} · {short}", post.name);
        let fits = |name: &String| text_width(name, 12.5) < right - left - 8.0;
        let room = room_words(view, post);
        let name = room.clone().map(long).filter(fits).or_else(|| room.map(short).filter(fits));
        let name = name.unwrap_or_else(|| post.name.clone());
        page.text("b", left + 8.0, top - 33.0, 12.5, &name);
    }
    for strip in &view.layout.strips {
        let (left, right) = (to.x(strip.stretch.left()), to.x(strip.stretch.left() + strip.stretch.length()));
        let y = to.y(strip.y);
        let half = to.row * 0.5 * f64::from(strip.files);
        page.rect("road", left, y - half, right - left, 2.0 * half, "");
        let plan = &view.plan.strips[strip.strip as usize];
        let number = view.state.number_at(strip.spot);
        let container = &view.plan.containers[plan.container as usize];
        let name = plan.name.split('.').nth(1).unwrap_or(&plan.name).replace('_', " ");
        let size = if container.unlimited() || container.unit == crate::crossing::plan::Unit::Millimetres {
            String::new()
        } else {
            format!(" of {}", container.size)
        };
        let place = view.layout.place(strip.spot);
        let beyond = view.picture.beyond.iter().find(|b| b.place == place);
        let beyond = beyond.map(|b| format!(", {} not drawn", b.count)).unwrap_or_default();
        let words = format!("{name}: {number}{size}{beyond}");
        page.text("m", f64::midpoint(left, right), y + half + 12.0, 11.0, &words);
    }
    directions(page, view);
}

fn band_of(view: &View<'_>, heading: f64) -> (f64, f64) {
    view.to.band(usize::from(heading < 0.0))
}

/// An arrow with the name of the direction over the zone.
fn directions(page: &mut Page, view: &View<'_>) {
    for (r, route) in view.plan.routes.iter().enumerate().take(2) {
        let here = |heading: f64| (heading < 0.0) == (r == 1);
        let posts = view.layout.posts.iter().any(|p| here(p.stretch.heading()));
        if !posts && !view.layout.strips.iter().any(|s| here(s.stretch.heading())) {
            continue;
        }
        let (top, _) = view.to.band(r);
        let x = view.to.x(0.0);
        let words = match route.name.split_once('>') {
            Some((from, to)) if r == 0 => format!("{from} → {to}"),
            Some((from, to)) => format!("{to} ← {from}"),
            None => route.name.clone(),
        };
        page.text("b m", x, top - 33.0, 14.0, &words);
    }
}

/// The approach roads, with their queues to scale.
pub(super) fn roads(page: &mut Page, view: &View<'_>) {
    let to = view.to;
    for road in &view.layout.roads {
        let y = to.y(road.y);
        let (gate, end) = (to.x(road.stretch.to), to.x(road.stretch.from));
        let (left, right) = (gate.min(end), gate.max(end));
        let half = to.body() * 0.8;
        page.rect("road", left, y - half, right - left, 2.0 * half, "");
        let away = if end < gate { -1.0 } else { 1.0 };
        let mut metres = 0.0;
        while metres <= road.stretch.length() + 0.5 {
            let x = to.x(road.stretch.before_end(metres));
            page.path(&format!("M{x:.1} {:.1}v5", y + half + 2.0), "stroke=\"#9a958a\"");
            let words = if metres == 0.0 { "gate".to_owned() } else { kilometres(metres) };
            let class = match (metres == 0.0, away < 0.0) {
                (true, true) => "q e",
                (true, false) => "q",
                _ => "q m",
            };
            page.text(class, x, y + half + 18.0, 10.0, &words);
            metres += tick_of(road.stretch.length());
        }
        if road.goes_on {
            let x = end + away * 3.0;
            let d = format!(
                "M{x:.1} {:.1}l-4 {:.1}l8 {:.1}l-4 {:.1}",
                y - half - 3.0,
                half * 0.8,
                half * 0.6,
                half * 1.2
            );
            page.path(&d, &format!("fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.1\""));
        }
        access(page, view, road, gate, y);
        road_words(page, view, road, left, right, y - half);
    }
}

/// From the gate to a post that is less deep than the other direction's.
fn access(page: &mut Page, view: &View<'_>, road: &super::layout::RoadPlace, gate: f64, y: f64) {
    let heading = road.stretch.heading();
    let ahead = view.layout.posts.iter().filter(|p| p.stretch.heading() == heading);
    let nearest =
        ahead.map(|p| view.to.x(p.stretch.from)).min_by(|a, b| (a - gate).abs().total_cmp(&(b - gate).abs()));
    if let Some(post) = nearest.filter(|post| (post - gate).abs() > 2.0) {
        page.path(
            &format!("M{gate:.1} {y:.1}H{post:.1}"),
            "stroke=\"#cfcabf\" stroke-width=\"3\" stroke-dasharray=\"2 4\"",
        );
    }
}

fn tick_of(length: f64) -> f64 {
    if length >= 1_000.0 {
        500.0
    } else if length >= 300.0 {
        100.0
    } else {
        50.0
    }
}

fn kilometres(metres: f64) -> String {
    if metres >= 1_000.0 {
        let words = format!("{:.1}", metres / 1_000.0);
        format!("{} km", words.trim_end_matches(".0"))
    } else {
        format!("{metres:.0} m")
    }
}

/// How long the queue is, and the bar where it is longer than what is drawn.
fn road_words(
    page: &mut Page,
    view: &View<'_>,
    road: &super::layout::RoadPlace,
    left: f64,
    right: f64,
    top: f64,
) {
    let number = view.state.number_at(road.spot);
    let place = view.layout.place(road.spot);
    let beyond = view.picture.beyond.iter().find(|b| b.place == place);
    let metres = beyond.map_or_else(|| drawn_metres(view, place), |b| b.metres);
    let words = match number {
        0 => "road: nobody waits".to_owned(),
        _ => format!("road: {number} wait, {}", kilometres((metres / 10.0).round() * 10.0)),
    };
    page.text("m", f64::midpoint(left, right), top - 10.0, 12.0, &words);
    if let Some(beyond) = beyond {
        let words = format!("+{} beyond what is drawn", beyond.count);
        page.text("b m", f64::midpoint(left, right), top - 25.0, 11.0, &words);
        let x = if road.stretch.heading() > 0.0 { left } else { right };
        page.rect("pill", x - 2.5, top - 3.0, 5.0, view.to.body() * 1.6 + 6.0, "");
    }
}

fn drawn_metres(view: &View<'_>, place: Place) -> f64 {
    view.picture.figures.iter().filter(|f| f.place == place).map(|f| f.length / 0.88).sum()
}

/// Lines and booths of the stages, with their names.
pub(super) fn stages(page: &mut Page, view: &View<'_>) {
    for (k, stage) in view.layout.stages.iter().enumerate() {
        lines(page, view, stage);
        for lamp in view.picture.lamps.iter().filter(|l| l.stage == k) {
            let (from, to) = (view.to.x(stage.booths.from), view.to.x(stage.booths.to));
            let class = if lamp.state == LampState::OffRoster { "off" } else { "booth" };
            let height = view.to.row * 0.84;
            page.rect(
                class,
                from.min(to),
                view.to.y(lamp.y) - height / 2.0,
                (to - from).abs(),
                height,
                " rx=\"2\"",
            );
        }
        stage_name(page, view, stage);
    }
}

fn lines(page: &mut Page, view: &View<'_>, stage: &StagePlace) {
    let (from, to) = (view.to.x(stage.line.from), view.to.x(stage.line.to));
    let (left, width) = (from.min(to), (to - from).abs());
    let station = &view.plan.stations[stage.station as usize];
    for lane in &station.lanes {
        let groups = &station.groups[lane.groups.clone()];
        let Some(first) = groups.first() else { continue };
        let rows: u32 = groups.iter().map(|g| g.booths).sum();
        let first = f64::from(first.first - station.booths.start);
        let top = view.to.y(stage.top + (first - 0.5) * ROW) + 1.5;
        let height = f64::from(rows.max(1)) * view.to.row - 3.0;
        if stage.single_file {
            let body = view.to.body() + 4.0;
            let files = if lane.lines.len() > 1 { rows } else { 1 };
            let apart = height / f64::from(files.max(1));
            for file in 0..files {
                let y = top + (f64::from(file) + 0.5) * apart - body / 2.0;
                page.rect("road", left, y, width, body, " rx=\"1\"");
            }
        } else {
            page.rect("line", left, top, width, height, " rx=\"3\"");
        }
    }
}

/// The name over a stage, on two lines where it is long.
fn stage_name(page: &mut Page, view: &View<'_>, stage: &StagePlace) {
    let station = &view.plan.stations[stage.station as usize];
    let (from, to) = (view.to.x(stage.line.from), view.to.x(stage.booths.to));
    let (middle, width) = (f64::midpoint(from, to), (to - from).abs() + 6.0);
    let (top, _) = band_of(view, stage.line.heading());
    let name = short(&station.name);
    // Stages that stand one over the other have their names over themselves.
    let top = if stage.beside.1 > 1 { view.to.y(stage.top) - view.to.row * 0.5 + 1.0 } else { top - 4.0 };
    let title = format!("<title>{}</title>", escape(&station.name));
    page.raw(&format!("<g>{title}"));
    let lines = fit(&name, width.max(62.0), 11.0);
    for (k, line) in lines.iter().rev().enumerate() {
        page.text("m", middle, top - 12.0 * k as f64, 11.0, line);
    }
    page.raw("</g>");
}

/// A name on at most two lines of this width; what does not fit is cut.
fn fit(name: &str, width: f64, size: f64) -> Vec<String> {
    let most = ((width / (size * 0.6)) as usize).max(3);
    if name.chars().count() <= most {
        return vec![name.to_owned()];
    }
    let cut = |line: &str| -> String {
        if line.chars().count() <= most {
            line.to_owned()
        } else {
            line.chars().take(most - 1).chain(['…']).collect()
        }
    };
    match name.split_once(' ') {
        Some((first, rest)) => vec![cut(first), cut(rest)],
        None => vec![cut(name)],
    }
}

/// Those who are there.
pub(super) fn figures(page: &mut Page, view: &View<'_>, trace: &Trace) {
    let now = view.state.at();
    page.raw("<g>");
    for figure in &view.picture.figures {
        let (x, y) = (view.to.x(figure.x), view.to.y(figure.y));
        let class = class_of(figure.cause.tint());
        let title = figure_title(
            view,
            trace,
            figure.traveller,
            now.saturating_sub(view.film.stays[figure.stay as usize].from),
        );
        page.raw(&format!("<g><title>{}</title>", escape(&title)));
        let scale = if matches!(figure.place, Place::Road(_)) { view.to.road_scale } else { view.to.scale };
        if figure.person {
            let largest = (view.to.row * 0.28).min(3.4);
            let on_road = matches!(figure.place, Place::Road(_));
            page.circle(
                class,
                x,
                y,
                if on_road { (figure.length * scale * 0.55).clamp(0.9, largest) } else { largest },
            );
        } else {
            let (width, height) = ((figure.length * scale).max(1.4), view.to.body());
            let more = if width > 8.0 { " rx=\"1.5\"" } else { "" };
            page.rect(class, x - width / 2.0, y - height / 2.0, width, height, more);
            cab(page, figure.heading, x, y, width, height);
        }
        page.raw("</g>");
    }
    page.raw("</g>");
}

/// A light stripe behind the nose of a large vehicle says which way it faces.
fn cab(page: &mut Page, heading: f64, x: f64, y: f64, width: f64, height: f64) {
    if width >= 14.0 {
        let at = x + heading * (width / 2.0 - 5.0) - 0.6;
        page.rect("", at, y - height / 2.0, 1.2, height, " fill=\"#fff\" fill-opacity=\".85\"");
    }
}

fn figure_title(view: &View<'_>, trace: &Trace, traveller: u32, here: Tick) -> String {
    format!("{}, here for {}", traveller_name(view.plan, trace, traveller), duration(here))
}

/// A lamp at the downstream end of every booth.
pub(super) fn lamps(page: &mut Page, view: &View<'_>) {
    let size = (view.to.row * 0.24).clamp(2.4, 3.8);
    for lamp in &view.picture.lamps {
        let stage = &view.layout.stages[lamp.stage];
        let x = view.to.x(stage.booths.to) + stage.booths.heading() * (size + 2.0);
        self::lamp(page, x, view.to.y(lamp.y), size, lamp.state);
    }
}

/// One of four shapes: a disc, a ring, two bars, a cross.
pub(super) fn lamp(page: &mut Page, x: f64, y: f64, size: f64, state: LampState) {
    match state {
        LampState::Serving => page.circle("lamp", x, y, size),
        LampState::Waiting => page.circle("ring", x, y, size - 0.6),
        LampState::Held => {
            let (width, height) = (size * 0.62, size * 2.0);
            page.rect("lamp", x - width - size * 0.2, y - size, width, height, "");
            page.rect("lamp", x + size * 0.2, y - size, width, height, "");
        }
        LampState::OffRoster => {
            let s = size * 0.75;
            let d = format!(
                "M{:.1} {:.1}l{:.1} {:.1}m0 {:.1}l{:.1} {:.1}",
                x - s,
                y - s,
                2.0 * s,
                2.0 * s,
                -2.0 * s,
                -2.0 * s,
                2.0 * s
            );
            page.path(&d, "stroke=\"#8b8f94\" stroke-width=\"1.2\" fill=\"none\"");
        }
    }
}

/// How many wait and how many are served, under every stage; and whom there is no room to draw.
pub(super) fn numbers(page: &mut Page, view: &View<'_>) {
    for (k, stage) in view.layout.stages.iter().enumerate() {
        let station = &view.plan.stations[stage.station as usize];
        let (from, to) = (view.to.x(stage.line.from), view.to.x(stage.booths.to));
        let middle = f64::midpoint(from, to);
        let (_, bottom) = band_of(view, stage.line.heading());
        let waiting = view.state.number_at(station.line_spot);
        let lamps = view.picture.lamps.iter().filter(|l| l.stage == k);
        let serving = lamps.clone().filter(|l| l.state == LampState::Serving).count();
        let open = lamps.filter(|l| l.state != LampState::OffRoster).count();
        let below = bottom + 13.0;
        if stage.beside.1 > 1 {
            beside_numbers(page, view, stage, waiting, serving);
            continue;
        }
        page.text("m", middle, below, 11.0, &format!("{waiting} wait"));
        if view.picture.outages.contains(&k) {
            page.pill(middle, below + 10.0, "outage");
        } else {
            page.text("m q", middle, below + 13.0, 10.0, &format!("{serving}/{open} serve"));
        }
    }
    for beyond in &view.picture.beyond {
        if let Place::Line(k) = beyond.place {
            not_drawn(page, view, &view.layout.stages[k], beyond.count);
        }
    }
    for join in &view.layout.joins {
        let (_, bottom) = band_of(view, join.stretch.heading());
        let middle = f64::midpoint(view.to.x(join.stretch.from), view.to.x(join.stretch.to));
        let number = view.state.number_at(join.spot);
        page.text("m", middle, bottom + 13.0, 11.0, &format!("{number} wait"));
        page.text("m q", middle, bottom + 26.0, 10.0, "for party");
    }
}

/// A bar at the end of a line that is longer than what is drawn, and how many that leaves out.
fn not_drawn(page: &mut Page, view: &View<'_>, stage: &StagePlace, count: u32) {
    let (from, to) = (view.to.x(stage.line.from), view.to.x(stage.booths.to));
    let top = view.to.y(stage.top - ROW / 2.0) + 1.5;
    let height = f64::from(stage.rows) * view.to.row - 3.0;
    page.rect("pill", from - 1.5, top, 3.0, height, "");
    let (_, bottom) = band_of(view, stage.line.heading());
    let below = if stage.beside.1 > 1 { top + height + 24.0 } else { bottom + 41.0 };
    page.text("b m", f64::midpoint(from, to), below, 10.0, &format!("+{count} not drawn"));
}

/// Stages side by side say their numbers on one line under themselves.
fn beside_numbers(page: &mut Page, view: &View<'_>, stage: &StagePlace, waiting: u32, serving: usize) {
    let (from, to) = (view.to.x(stage.line.from), view.to.x(stage.booths.to));
    let y = view.to.y(stage.top + (f64::from(stage.rows) - 0.5) * ROW) + 10.0;
    page.text("m", f64::midpoint(from, to), y, 9.5, &format!("{waiting} wait, {serving} serve"));
}

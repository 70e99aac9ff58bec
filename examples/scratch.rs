use kordon::crossing::*; use kordon::scenario::*;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let reps: u64 = std::env::args().nth(2).map_or(5, |s| s.parse().unwrap());
    let loaded = load(std::path::Path::new(&path), &[]).unwrap_or_else(|e| { eprintln!("{}", e.render(false)); std::process::exit(2) });
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).unwrap();
    let plan = compile(&loaded.scenario, &clock, loaded.document.diagnostics()).unwrap_or_else(|e| { eprintln!("{}", e.render(false)); std::process::exit(2) });
    println!("slots {}", plan.slots.count);
    let mut sim = Simulation::new(&plan, 1, 0, Blind);
    let t = std::time::Instant::now();
    let mut visits = 0; let mut events = 0;
    for k in 0..reps {
        if k > 0 { sim.restart(1, k); }
        if let Err(e) = sim.run() { println!("ERR {e}"); }
        let b = sim.books();
        visits += b.stations.iter().map(|s| s.visits).sum::<u64>(); events += b.events;
        if !b.audit.passed() { println!("AUDIT {:?}", b.audit.failures); }
    }
    let dt = t.elapsed().as_secs_f64();
    println!("{} visits {} events, {:.1} ns/visit {:.1} ns/event", visits, events, dt*1e9/visits as f64, dt*1e9/events as f64);
    let b = sim.books();
    for (c, k) in plan.cohorts.iter().zip(&b.cohorts) {
        let h = |s: usize| k.spans[s].mean().unwrap_or(f64::NAN) / 6e7;
        println!("{:40} n {:6} left {:?} booking {:.2} arrival {:.2} first {:.2} q2b {:.2} wait {:.2} between {:.2} min", c.name, k.appeared, k.left, h(0), h(1), h(2), h(3), h(4), h(5));
    }
    let w = (plan.window - plan.warmup) as f64;
    for (s, k) in plan.stations.iter().zip(&b.stations) {
        println!("{:40} visits {:6} wait {:.3} min util {:.3} held {:.3} ", s.name, k.visits, k.wait.mean().unwrap_or(0.0)/6e7, k.window[0] as f64 / k.window[2] as f64, k.window[1] as f64 / k.window[2] as f64);
    }
    for (s, k) in plan.spots.iter().zip(&b.spots) { println!("  {:40} mean N {:.3}", s.name, k.window_area as f64 / w); }
    let base = plan.bases(); let o = plan.owners.len();
    for g in 0..base { println!("ledger {}", plan.cohorts[g].name); for wh in 0..6*o { let x: u64 = (0..plan.spots.len()).map(|s| b.booked_at(g, s, wh)).sum(); if x > 0 { println!("   {} {}: {:.1} h", kordon::crossing::ledger::KINDS[wh / o].word(), plan.owners[wh % o].name, x as f64 / 3.6e9); } } }
    println!("knots {:?} inside {:?}", b.knots, b.inside);
}

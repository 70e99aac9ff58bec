//! Whoever starts inside the length is followed until out: with a queue of sixty hours, following for twice as long
//! changes no mean.

mod common;

use common::plan_of;
use kordon::crossing::{Blind, Simulation};

/// Mean stay in hours, and how many are still inside.
fn stay(follow_h: u32) -> (f64, u32) {
    let text = format!(
        "kordon = 1\nname = \"a long queue\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 00:00\"\nlength = \"24 h\"\n\
         follow = \"{follow_h} h\"\n[begin]\n\"UA.exit.road\" = \"600 trucks\"\n[traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\n\
         arrives = {{ per_hour = 9 }}\n[UA.exit]\nstages = [\"customs\"]\nroom = \"20 trucks\"\n\
         customs = {{ agency = \"UA customs\", booths = 2, service = {{ exponential = \"12 min\" }} }}\n"
    );
    let plan = plan_of(&text);
    let mut simulation = Simulation::new(&plan, 1, 0, Blind);
    simulation.run().expect("it runs");
    let books = simulation.books();
    let mean = books.cohorts[0].spans[0].mean().unwrap_or(0.0);
    (mean / 3.6e9, books.inside.1)
}

#[test]
fn following_twice_as_long_changes_no_mean() {
    let ((once, inside), (twice, _)) = (stay(120), stay(240));
    assert!(once > 55.0, "the queue is {once} hours long");
    assert_eq!(inside, 0);
    assert!((twice / once - 1.0).abs() < 0.01, "{once} h and {twice} h");
}

#[test]
fn who_is_not_out_is_counted() {
    assert!(stay(10).1 > 0);
}

//! A picture that has been drawn once is drawn again without an allocation, at any time and in any colours.
//!
//! A whole process has one allocator, so this file holds one test and counts only while it says so.

mod common;
mod counting;
mod trace_scenarios;

use common::plan_of;
use counting::allocations;
use kordon::scene::{ColourBy, Film, Look, Picture};
use kordon::trace;
use trace_scenarios::{BUSES, WEEK};

#[test]
fn a_second_drawing_allocates_nothing() {
    for text in [WEEK, BUSES] {
        let plan = plan_of(text);
        let trace = match trace::record(&plan, 7, 0) {
            Ok(trace) => trace,
            Err(error) => panic!("{error}"),
        };
        let film = Film::new(&plan, &trace);
        let mut picture = Picture::new();
        let colours = [ColourBy::Cause, ColourBy::Class, ColourBy::Attribute(0), ColourBy::Waited];
        let mut draw_all = || {
            for k in 0..500 {
                picture.draw(&film, k * film.end / 500, Look { colour: colours[k as usize % 4] });
            }
            picture.figures.len()
        };
        draw_all();
        let (count, _) = allocations(draw_all);
        assert_eq!(count, 0);
    }
}

//! The reference crossing in NeXosim. Prints what `benches/peers/run` reads.
//!
//! ```text
//! reference-crossing-nexosim SEED REPLICATIONS
//! ```
//!
//! A stage is a model; travellers are events from model to model. The bridge is a count of places that customs holds: a
//! truck takes one when it leaves customs, and the stage beyond gives it back when the service there begins.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkWriter, Output};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, Gamma, LogNormal};
use serde::{Deserialize, Serialize};

const MINUTE: f64 = 60.0;
const COUNTED: Duration = Duration::from_secs(2 * 24 * 3600);
const FOLLOWED: Duration = Duration::from_secs(12 * 3600);

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Traveller {
    appeared: MonotonicTime,
    /// When this event was sent.
    now: MonotonicTime,
    trusted: bool,
}

impl Traveller {
    fn counts(&self) -> bool {
        self.appeared < MonotonicTime::EPOCH + COUNTED
    }
}

/// Minutes.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Law {
    Exponential(Exp<f64>),
    Lognormal(LogNormal<f64>),
    Gamma(Gamma<f64>),
}

impl Law {
    fn draw(&self, rng: &mut Xoshiro256PlusPlus) -> Duration {
        let minutes = match self {
            Law::Exponential(law) => law.sample(rng),
            Law::Lognormal(law) => law.sample(rng),
            Law::Gamma(law) => law.sample(rng),
        };
        // An event is to lie ahead: no law here gives less than a nanosecond more often than once in 10^10 draws.
        Duration::from_secs_f64(minutes * MINUTE).max(Duration::from_nanos(1))
    }
}

#[derive(Serialize, Deserialize)]
struct Source {
    appears: Output<Traveller>,
    gap: Law,
    trusted: f64,
    rng: Xoshiro256PlusPlus,
}

#[Model]
impl Source {
    fn new(gap: Law, trusted: f64, rng: Xoshiro256PlusPlus) -> Self {
        Self { appears: Output::default(), gap, trusted, rng }
    }

    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.schedule_next(cx);
    }

    #[nexosim(schedulable)]
    async fn next(&mut self, _: (), cx: &Context<Self>) {
        let trusted = self.trusted > 0.0 && self.rng.random_bool(self.trusted);
        self.appears.send(Traveller { appeared: cx.time(), now: cx.time(), trusted }).await;
        self.schedule_next(cx);
    }

    fn schedule_next(&mut self, cx: &Context<Self>) {
        let gap = self.gap.draw(&mut self.rng);
        cx.schedule_event(gap, schedulable!(Self::next), ()).expect("ahead");
    }
}

#[derive(Serialize, Deserialize)]
struct Stage {
    goes_on: Output<Traveller>,
    begins: Output<()>,
    service: Law,
    rng: Xoshiro256PlusPlus,
    free: u32,
    /// Places in front of the next stage; `None`: as many as are wanted.
    places: Option<u32>,
    trusted: VecDeque<Traveller>,
    others: VecDeque<Traveller>,
    /// Done, but still in their booths, as there is no place ahead.
    held: VecDeque<Traveller>,
}

#[Model]
impl Stage {
    fn new(booths: u32, places: Option<u32>, service: Law, rng: Xoshiro256PlusPlus) -> Self {
        Self {
            goes_on: Output::default(),
            begins: Output::default(),
            service,
            rng,
            free: booths,
            places,
            trusted: VecDeque::new(),
            others: VecDeque::new(),
            held: VecDeque::new(),
        }
    }

    async fn comes(&mut self, traveller: Traveller, cx: &Context<Self>) {
        if self.free > 0 {
            self.free -= 1;
            self.begin(traveller, cx).await;
        } else if traveller.trusted {
            self.trusted.push_back(traveller);
        } else {
            self.others.push_back(traveller);
        }
    }

    #[nexosim(schedulable)]
    async fn done(&mut self, traveller: Traveller, cx: &Context<Self>) {
        match &mut self.places {
            Some(0) => return self.held.push_back(traveller),
            Some(places) => *places -= 1,
            None => {}
        }
        self.leave(traveller, cx).await;
    }

    /// A place ahead is free again.
    async fn place(&mut self, _: (), cx: &Context<Self>) {
        match (self.held.pop_front(), &mut self.places) {
            (Some(traveller), _) => self.leave(traveller, cx).await,
            (None, Some(places)) => *places += 1,
            (None, None) => {}
        }
    }

    async fn leave(&mut self, traveller: Traveller, cx: &Context<Self>) {
        self.goes_on.send(Traveller { now: cx.time(), ..traveller }).await;
        match self.trusted.pop_front().or_else(|| self.others.pop_front()) {
            Some(next) => self.begin(next, cx).await,
            None => self.free += 1,
        }
    }

    async fn begin(&mut self, traveller: Traveller, cx: &Context<Self>) {
        self.begins.send(()).await;
        let service = self.service.draw(&mut self.rng);
        cx.schedule_event(service, schedulable!(Self::done), traveller).expect("ahead");
    }
}

#[derive(Clone, Copy, Default)]
struct Totals {
    /// Trucks that appeared within `COUNTED`.
    counted: u64,
    /// Those of them that are out, and the minutes that they were inside.
    out: u64,
    minutes: f64,
    stage_visits: u64,
}

/// Writes what comes out of a port into the totals.
#[derive(Clone)]
struct Tally(Arc<Mutex<Totals>>, fn(&mut Totals, Traveller));

impl EventSinkWriter<Traveller> for Tally {
    fn write(&self, traveller: Traveller) {
        (self.1)(&mut self.0.lock().expect("one thread"), traveller);
    }
}

fn truck_appeared(totals: &mut Totals, truck: Traveller) {
    totals.counted += u64::from(truck.counts());
}

fn truck_out(totals: &mut Totals, truck: Traveller) {
    totals.stage_visits += 3;
    if truck.counts() {
        totals.out += 1;
        totals.minutes += truck.now.duration_since(truck.appeared).as_secs_f64() / MINUTE;
    }
}

fn car_out(totals: &mut Totals, _: Traveller) {
    totals.stage_visits += 2;
}

fn replication(seed: u64) -> Result<Totals, Box<dyn Error>> {
    let mut seeds = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut rng = || Xoshiro256PlusPlus::from_rng(&mut seeds);
    let exponential = |mean: f64| Exp::new(1.0 / mean).map(Law::Exponential);
    let lognormal = |mean, cv| LogNormal::from_mean_cv(mean, cv).map(Law::Lognormal);
    let gamma = |mean: f64, cv: f64| Gamma::new(1.0 / (cv * cv), mean * cv * cv).map(Law::Gamma);

    let mut trucks = Source::new(exponential(2.0)?, 0.2, rng());
    let mut guard = Stage::new(3, None, lognormal(5.0, 0.5)?, rng());
    let mut customs = Stage::new(6, Some(20), gamma(10.0, 0.8)?, rng());
    let mut beyond = Stage::new(4, None, lognormal(7.0, 0.5)?, rng());
    let mut cars = Source::new(exponential(1.0 / 3.0)?, 0.0, rng());
    let mut car_guard = Stage::new(8, None, exponential(2.0)?, rng());
    let mut car_customs = Stage::new(8, None, exponential(2.0)?, rng());

    let (at_guard, at_customs, at_beyond) = (Mailbox::new(), Mailbox::new(), Mailbox::new());
    let (at_car_guard, at_car_customs) = (Mailbox::new(), Mailbox::new());
    trucks.appears.connect(Stage::comes, &at_guard);
    guard.goes_on.connect(Stage::comes, &at_customs);
    customs.goes_on.map_connect(|truck| Traveller { trusted: false, ..*truck }, Stage::comes, &at_beyond);
    beyond.begins.connect(Stage::place, &at_customs);
    cars.appears.connect(Stage::comes, &at_car_guard);
    car_guard.goes_on.connect(Stage::comes, &at_car_customs);

    let totals = Arc::new(Mutex::new(Totals::default()));
    trucks.appears.connect_sink(Tally(totals.clone(), truck_appeared));
    beyond.goes_on.connect_sink(Tally(totals.clone(), truck_out));
    car_customs.goes_on.connect_sink(Tally(totals.clone(), car_out));

    SimInit::with_num_threads(1)
        .add_model(trucks, Mailbox::new(), "trucks")
        .add_model(guard, at_guard, "border guard")
        .add_model(customs, at_customs, "customs")
        .add_model(beyond, at_beyond, "beyond")
        .add_model(cars, Mailbox::new(), "cars")
        .add_model(car_guard, at_car_guard, "car guard")
        .add_model(car_customs, at_car_customs, "car customs")
        .init(MonotonicTime::EPOCH)?
        .step_until(COUNTED + FOLLOWED)?;
    let totals = *totals.lock().expect("one thread");
    Ok(totals)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<u64> = std::env::args().skip(1).map(|a| a.parse()).collect::<Result<_, _>>()?;
    let [seed, replications] = arguments[..] else { return Err("give SEED and REPLICATIONS".into()) };
    let mut stage_visits = 0;
    let mut truck_minutes = Vec::new();
    for k in 0..replications {
        let totals = replication(seed * 1_000_003 + k)?;
        if totals.out != totals.counted {
            return Err("a truck that counts is still inside: follow them longer".into());
        }
        stage_visits += totals.stage_visits;
        truck_minutes.push(totals.minutes / totals.out as f64);
    }
    println!(r#"{{"version": "NeXosim 1.0.0", "stage_visits": {stage_visits}, "truck_minutes": {truck_minutes:?}}}"#);
    Ok(())
}

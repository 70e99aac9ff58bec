//! A scenario ready to run: read, checked, compiled.

use std::path::Path;

use crate::crossing::{Plan, compile};
use crate::scenario::{Clock, Diagnostics, Loaded, Scenario, Setting, load, load_str};

/// A scenario with everything that is made of it before the first replication.
#[derive(Debug, Clone)]
pub struct Case {
    /// How the user named it.
    pub label: String,
    /// What was read.
    pub loaded: Loaded,
    /// The clocks of both sides.
    pub clock: Clock,
    /// What the engine runs.
    pub plan: Plan,
}

impl Case {
    /// From a file, with `--set` overrides (path, value).
    ///
    /// # Errors
    /// Everything that is wrong with the file, at once.
    pub fn load(path: &Path, sets: &[(String, String)]) -> Result<Self, Diagnostics> {
        Self::of(path.display().to_string(), load(path, sets)?)
    }

    /// From a text.
    ///
    /// # Errors
    /// Everything that is wrong with the text, at once.
    pub fn of_text(name: &str, text: &str) -> Result<Self, Diagnostics> {
        Self::of(name.to_owned(), load_str(name, text, &[])?)
    }

    /// Compiles what was read.
    ///
    /// # Errors
    /// What does not fit together.
    pub fn of(label: String, loaded: Loaded) -> Result<Self, Diagnostics> {
        let (clock, plan) = compiled(&loaded.scenario, loaded.document.diagnostics())?;
        Ok(Self { label, loaded, clock, plan })
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.loaded.scenario
    }

    /// The plan with other numbers in place of some inputs: (path, value in the input's unit).
    ///
    /// # Errors
    /// When those numbers make no scenario.
    pub fn with(&self, values: &[(&str, f64)]) -> Result<Plan, Diagnostics> {
        let settings: Vec<_> = values.iter().map(|(path, value)| (*path, Setting::Number(*value))).collect();
        self.varied(&settings)
    }

    /// The plan with other values in place of some: numbers for inputs, texts as they would stand in the file.
    ///
    /// # Errors
    /// When those values make no scenario.
    pub fn varied(&self, settings: &[(&str, Setting<'_>)]) -> Result<Plan, Diagnostics> {
        let scenario = self.loaded.document.varied(settings)?;
        Ok(compiled(&scenario, self.loaded.document.diagnostics())?.1)
    }

    /// The headline: as the file says, or the mean wait of the first cohort.
    pub fn headline(&self) -> String {
        let first = || self.plan.cohorts.first().map(|c| format!("{} wait mean", c.name));
        self.scenario().headline.clone().or_else(first).unwrap_or_else(|| "number mean".to_owned())
    }

    /// The smallest difference of the headline that matters, in seconds.
    pub fn matters(&self) -> Option<f64> {
        self.scenario().matters.map(crate::kernel::time::seconds)
    }
}

fn compiled(scenario: &Scenario, mut diagnostics: Diagnostics) -> Result<(Clock, Plan), Diagnostics> {
    match Clock::new(&scenario.run, &scenario.side) {
        Ok(clock) => {
            let plan = compile(scenario, &clock, diagnostics)?;
            Ok((clock, plan))
        }
        Err(error) => {
            diagnostics.push(scenario.run.span, "the clocks cannot be set", error.to_string(), "");
            Err(diagnostics)
        }
    }
}

//! Laws: how long something takes, as a distribution with its mean.

use super::Span;

/// The distribution of a duration, as written; `kernel`'s sampler is made from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Law {
    /// The kind, with its parameters.
    pub kind: LawKind,
    /// Mean, in seconds.
    pub mean: f64,
    /// Coefficient of variation (standard deviation over mean).
    pub cv: f64,
    /// Where it stands in the file.
    pub span: Span,
    /// Its path, e.g. `PL.entry.customs.service`.
    pub path: String,
}

/// Kinds of laws; parameters in seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum LawKind {
    /// Always `mean`.
    Deterministic,
    /// Memoryless, with mean `mean`.
    Exponential,
    /// Lognormal with `mean` and `cv`.
    Lognormal,
    /// Gamma with `mean` and `cv`.
    Gamma,
    /// Weibull with `mean` and `cv`.
    Weibull,
    /// Sum of `k` exponential phases.
    Erlang {
        /// Number of phases.
        k: u32,
    },
    /// Two exponentials with balanced means, `cv` above 1.
    Hyperexponential,
    /// Triangular.
    Triangular {
        /// Smallest value.
        low: f64,
        /// Most frequent value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Uniform.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// One of the observed values, each equally likely.
    Empirical {
        /// The values, as written.
        values: Vec<f64>,
    },
}

//! Standard exponential and standard normal draws by ziggurat.
//!
//! # The method
//!
//! The area under a density is covered by 256 layers of equal area V. A word picks a layer (its low 8 bits) and a point in it (its high
//! 52 bits); a point below the next layer's edge lies surely under the curve and is returned at once. Otherwise a second word decides,
//! and the bottom layer has a tail of its own. J. Doornik's variant (ZIGNOR), with his R and V for the normal.
//!
//! # The tables
//!
//! They are computed *when the program is compiled*, by the recursion x₀ = V/f(R), x₁ = R, xᵢ₊₁ = f⁻¹(V/xᵢ + f(xᵢ)), x₂₅₆ = 0, with an
//! `exp` written here in `+ − × ÷`, which compile time evaluates exactly as IEEE 754 says. Nothing is initialised and no lock taken at
//! run time, and the digits depend on no platform. The words are used as in `rand_distr` 0.6: same word, same value.

use crate::kernel::random::Draw;

const LAYERS: usize = 256;

struct Table {
    /// Edges of the layers, descending to 0.
    x: [f64; LAYERS + 1],
    /// The density (not normalised) at the edges.
    f: [f64; LAYERS + 1],
}

const NORMAL_R: f64 = 3.654_152_885_361_009;
const NORMAL_V: f64 = 0.004_928_673_233_99;
const EXPONENTIAL_R: f64 = 7.697_117_470_131_05;
/// (R + 1) · exp(−R): the rectangle and the tail.
const EXPONENTIAL_V: f64 = (EXPONENTIAL_R + 1.0) * exp(-EXPONENTIAL_R);

static NORMAL: Table = normal_table();
static EXPONENTIAL: Table = exponential_table();

/// A draw from the exponential law with mean 1.
#[inline]
pub fn standard_exponential(draw: &mut Draw) -> f64 {
    let word = draw.word();
    let layer = (word & 0xff) as usize;
    // The midpoints (k + ½)·2⁻⁵²: never 0, never 1.
    let x = ((word >> 12) as f64 + 0.5) * TWO_TO_MINUS_52 * EXPONENTIAL.x[layer];
    if x < EXPONENTIAL.x[layer + 1] { x } else { exponential_edge(layer, x, draw) }
}

/// What one word could not settle: the tail, or the strip between two edges.
#[cold]
fn exponential_edge(mut layer: usize, mut x: f64, draw: &mut Draw) -> f64 {
    loop {
        if layer == 0 {
            // Memoryless: beyond R it starts anew. The word 0 (probability 2⁻⁵³) must not become an infinite duration.
            let u = draw.unit();
            return EXPONENTIAL_R - libm::log(u.max(f64::MIN_POSITIVE));
        }
        if between(&EXPONENTIAL, layer, draw) < libm::exp(-x) {
            return x;
        }
        let word = draw.word();
        layer = (word & 0xff) as usize;
        x = ((word >> 12) as f64 + 0.5) * TWO_TO_MINUS_52 * EXPONENTIAL.x[layer];
        if x < EXPONENTIAL.x[layer + 1] {
            return x;
        }
    }
}

/// A draw from the normal law with mean 0 and variance 1.
#[inline]
pub fn standard_normal(draw: &mut Draw) -> f64 {
    let word = draw.word();
    let layer = (word & 0xff) as usize;
    let x = symmetric(word) * NORMAL.x[layer];
    if x.abs() < NORMAL.x[layer + 1] { x } else { normal_edge(layer, x, draw) }
}

#[cold]
fn normal_edge(mut layer: usize, mut x: f64, draw: &mut Draw) -> f64 {
    loop {
        if layer == 0 {
            return normal_tail(x < 0.0, draw);
        }
        if between(&NORMAL, layer, draw) < libm::exp(-x * x / 2.0) {
            return x;
        }
        let word = draw.word();
        layer = (word & 0xff) as usize;
        x = symmetric(word) * NORMAL.x[layer];
        if x.abs() < NORMAL.x[layer + 1] {
            return x;
        }
    }
}

/// Beyond ±R: G. Marsaglia, "Generating a variable from the tail of the normal distribution", Technometrics 1964.
fn normal_tail(negative: bool, draw: &mut Draw) -> f64 {
    loop {
        let beyond = libm::log(draw.open_unit()) / NORMAL_R;
        let bound = libm::log(draw.open_unit());
        if -2.0 * bound >= beyond * beyond {
            return if negative { beyond - NORMAL_R } else { NORMAL_R - beyond };
        }
    }
}

const TWO_TO_MINUS_52: f64 = 1.0 / (1_u64 << 52) as f64;

/// The high 52 bits of a word as one of the 2⁵² multiples of 2⁻⁵¹ in [−1, 1).
#[inline]
fn symmetric(word: u64) -> f64 {
    (word >> 12) as f64 * (2.0 * TWO_TO_MINUS_52) - 1.0
}

/// A uniform height between the densities at a layer's two edges.
#[inline]
fn between(table: &Table, layer: usize, draw: &mut Draw) -> f64 {
    table.f[layer + 1] + (table.f[layer] - table.f[layer + 1]) * draw.unit()
}

const fn normal_table() -> Table {
    let mut x = [0.0; LAYERS + 1];
    let mut f = [1.0; LAYERS + 1];
    x[0] = NORMAL_V / exp(-NORMAL_R * NORMAL_R / 2.0);
    x[1] = NORMAL_R;
    let mut i = 0;
    while i < LAYERS {
        if i > 0 && i < LAYERS - 1 {
            x[i + 1] = sqrt(-2.0 * ln(NORMAL_V / x[i] + exp(-x[i] * x[i] / 2.0)));
        }
        f[i] = exp(-x[i] * x[i] / 2.0);
        i += 1;
    }
    Table { x, f }
}

const fn exponential_table() -> Table {
    let mut x = [0.0; LAYERS + 1];
    let mut f = [1.0; LAYERS + 1];
    x[0] = EXPONENTIAL_V / exp(-EXPONENTIAL_R);
    x[1] = EXPONENTIAL_R;
    let mut i = 0;
    while i < LAYERS {
        if i > 0 && i < LAYERS - 1 {
            x[i + 1] = -ln(EXPONENTIAL_V / x[i] + exp(-x[i]));
        }
        f[i] = exp(-x[i]);
        i += 1;
    }
    Table { x, f }
}

const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// eˣ for −700 < x ≤ 0, at compile time: x = k·ln 2 + r, |r| ≤ ½ ln 2, Taylor's series in r. Within 2 units of the last place.
const fn exp(x: f64) -> f64 {
    let k = (x / (LN_2_HIGH + LN_2_LOW) - 0.5) as i64;
    let r = (x - k as f64 * LN_2_HIGH) - k as f64 * LN_2_LOW;
    let mut sum = 0.0;
    let mut n = 22;
    while n > 0 {
        sum = (1.0 + sum) * r / n as f64;
        n -= 1;
    }
    (1.0 + sum) * f64::from_bits(((1023 + k) as u64) << 52)
}

/// ln y for 0 < y ≤ 1, at compile time: Halley's iteration on [`exp`], cubic once near.
const fn ln(y: f64) -> f64 {
    // A start within ½: the exponent alone.
    let mut x = ((y.to_bits() >> 52) as i64 - 1023) as f64 * (LN_2_HIGH + LN_2_LOW);
    let mut step = 0;
    while step < 6 {
        let e = exp(if x > 0.0 { 0.0 } else { x });
        x += 2.0 * (y - e) / (y + e);
        step += 1;
    }
    x
}

/// √y for a normal y > 0, at compile time: Newton's iteration from a halved exponent.
const fn sqrt(y: f64) -> f64 {
    let mut x = f64::from_bits((y.to_bits() >> 1) + (511 << 52));
    let mut step = 0;
    while step < 6 {
        x = 0.5 * (x + y / x);
        step += 1;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-15 * b.abs().max(1e-3) * 4.0
    }

    #[test]
    fn compile_time_functions_agree_with_libm() {
        for i in 1..=4000 {
            let x = -f64::from(i) * 0.005;
            assert!(close(exp(x), libm::exp(x)), "exp({x})");
            let y = f64::from(i) / 4000.0;
            assert!((ln(y) - libm::log(y)).abs() < 4e-16 * (1.0 + libm::log(y).abs()), "ln({y})");
            assert!(close(sqrt(y), libm::sqrt(y)), "sqrt({y})");
        }
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn every_layer_has_the_same_area() {
        for (table, area) in [(&NORMAL, NORMAL_V), (&EXPONENTIAL, EXPONENTIAL_V)] {
            for i in 1..LAYERS {
                assert!(table.x[i] > table.x[i + 1]);
                // The last layer closes to the precision with which R and V are known.
                let tolerance = if i == LAYERS - 1 { 1e-9 } else { 1e-14 };
                let layer = table.x[i] * (table.f[i + 1] - table.f[i]);
                assert!(
                    (layer - area).abs() < tolerance * area.max(1e-2) * 1e2,
                    "layer {i}: {layer} not {area}"
                );
            }
            assert_eq!(table.x[LAYERS], 0.0);
            assert_eq!(table.f[LAYERS], 1.0);
        }
    }
}

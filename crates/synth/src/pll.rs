//! Dividers of the PLLs of both families, from the clock at the pin and the one that is wanted.
//!
//! ```text
//! ECP5   phase detector pin / CLKI_DIV; core = detector x CLKFB_DIV; VCO = core x CLKOP_DIV, 400 to 800 MHz
//! iCE40  phase detector pin / (DIVR + 1); VCO = detector x (DIVF + 1), 533 to 1066 MHz; core = VCO / 2^DIVQ
//! ```
use crate::board::Family;
use crate::error::SynthError;

/// How far the clock that is made may be below the one that is asked for.
const TOLERANCE: f64 = 0.02;

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pll {
    /// Of EHXPLLL, its first output fed back.
    Ecp5 {
        /// CLKI_DIV.
        input: u32,
        /// CLKFB_DIV.
        feedback: u32,
        /// CLKOP_DIV.
        output: u32,
    },
    /// Of SB_PLL40_PAD with FEEDBACK_PATH SIMPLE.
    Ice40 {
        /// DIVR.
        divr: u32,
        /// DIVF.
        divf: u32,
        /// DIVQ.
        divq: u32,
        /// FILTER_RANGE.
        filter: u32,
    },
}

impl Pll {
    /// The setting whose clock is nearest to `core` and not above it; both in MHz.
    ///
    /// # Errors
    /// No setting comes within 2 %.
    ///
    /// ```
    /// use drtp_synth::{Family, Pll};
    /// let pll = Pll::new(Family::Ice40, 12.0, 36.0)?;
    /// assert_eq!(pll, Pll::Ice40 { divr: 0, divf: 47, divq: 4, filter: 1 });
    /// assert_eq!(pll.mhz(12.0), 36.0);
    /// # Ok::<(), drtp_synth::SynthError>(())
    /// ```
    pub fn new(family: Family, pin: f64, core: f64) -> Result<Self, SynthError> {
        let settings = match family {
            Family::Ecp5 => ecp5(pin),
            Family::Ice40 => ice40(pin),
        };
        // the first of the nearest: settings come with the fastest phase detector first, which jitters least
        let mut best: Option<Self> = None;
        for s in settings.into_iter().filter(|s| s.mhz(pin) <= core * (1.0 + 1e-9)) {
            if best.is_none_or(|b| s.mhz(pin) > b.mhz(pin) * (1.0 + 1e-9)) {
                best = Some(s);
            }
        }
        best.filter(|b| b.mhz(pin) >= core * (1.0 - TOLERANCE)).ok_or_else(|| {
            let near = best.map_or(String::new(), |b| format!("; the next below is {:.3} MHz", b.mhz(pin)));
            SynthError::Clock(format!("the PLL makes no clock of {core} MHz from {pin} MHz{near}"))
        })
    }
    /// The clock that it makes, in MHz.
    pub fn mhz(&self, pin: f64) -> f64 {
        match *self {
            Self::Ecp5 { input, feedback, .. } => pin * f64::from(feedback) / f64::from(input),
            Self::Ice40 { divr, divf, divq, .. } => pin * f64::from(divf + 1) / f64::from((divr + 1) << divq),
        }
    }
    /// The parameters of the board's top module, with values as Verilog.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        match *self {
            Self::Ecp5 { input, feedback, output } => {
                [("CLKI_DIV", input), ("CLKFB_DIV", feedback), ("CLKOP_DIV", output)]
                    .map(|(name, value)| (name, value.to_string()))
                    .into()
            }
            Self::Ice40 { divr, divf, divq, filter } => {
                [("DIVR", 4, divr), ("DIVF", 7, divf), ("DIVQ", 3, divq), ("FILTER_RANGE", 3, filter)]
                    .map(|(name, bits, value)| (name, format!("{bits}'d{value}")))
                    .into()
            }
        }
    }
}

/// Every setting within the limits of EHXPLLL.
fn ecp5(pin: f64) -> Vec<Pll> {
    let mut all = vec![];
    for input in (1..=128).filter(|i| (3.125..=400.0).contains(&(pin / f64::from(*i)))) {
        for feedback in 1..=80 {
            let core = pin * f64::from(feedback) / f64::from(input);
            // the VCO in the middle of its range
            let outputs = (1..=128).filter(|o| (400.0..=800.0).contains(&(core * f64::from(*o))));
            let off = |o: u32| (core * f64::from(o) - 600.0).abs();
            if let Some(output) = outputs.min_by(|a, b| off(*a).total_cmp(&off(*b))) {
                all.push(Pll::Ecp5 { input, feedback, output });
            }
        }
    }
    all
}

/// Every setting within the limits of SB_PLL40.
fn ice40(pin: f64) -> Vec<Pll> {
    let mut all = vec![];
    for divr in 0..16 {
        let detector = pin / f64::from(divr + 1);
        if !(10.0..=133.0).contains(&detector) {
            continue;
        }
        // the loop's filter, by the frequency at the detector
        let filter = match detector {
            d if d < 17.0 => 1,
            d if d < 26.0 => 2,
            d if d < 44.0 => 3,
            d if d < 66.0 => 4,
            d if d < 101.0 => 5,
            _ => 6,
        };
        for divf in (0..128).filter(|f| (533.0..=1066.0).contains(&(detector * f64::from(f + 1)))) {
            all.extend((1..=6).map(|divq| Pll::Ice40 { divr, divf, divq, filter }));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_clocks_have_the_usual_dividers() {
        let ecp5 = |core| Pll::new(Family::Ecp5, 25.0, core).unwrap();
        assert_eq!(ecp5(150.0), Pll::Ecp5 { input: 1, feedback: 6, output: 4 });
        assert_eq!(ecp5(50.0), Pll::Ecp5 { input: 1, feedback: 2, output: 12 });
        assert_eq!(ecp5(160.0), Pll::Ecp5 { input: 5, feedback: 32, output: 4 });
        let ice40 = |core| Pll::new(Family::Ice40, 12.0, core).unwrap();
        assert_eq!(ice40(48.0), Pll::Ice40 { divr: 0, divf: 63, divq: 4, filter: 1 });
        assert_eq!(ice40(30.0), Pll::Ice40 { divr: 0, divf: 79, divq: 5, filter: 1 });
        assert_eq!(ice40(40.0).mhz(12.0), 39.75);
    }
    #[test]
    fn every_setting_keeps_its_limits_and_never_exceeds_the_clock() {
        for (family, pin, range) in [(Family::Ecp5, 25.0, 10..=400), (Family::Ice40, 12.0, 16..=200)] {
            for core in range {
                let core = f64::from(core);
                let Ok(pll) = Pll::new(family, pin, core) else { continue };
                let made = pll.mhz(pin);
                assert!(made <= core + 1e-6 && made >= 0.98 * core, "{core}: {pll:?}");
                let (vco, limits) = match pll {
                    Pll::Ecp5 { output, .. } => (made * f64::from(output), 400.0..=800.0),
                    Pll::Ice40 { divq, .. } => (made * f64::from(1 << divq), 533.0..=1066.0),
                };
                assert!(limits.contains(&vco), "{core}: {pll:?}");
            }
        }
    }
    #[test]
    fn a_clock_out_of_reach_is_refused() {
        for (family, pin, core) in
            [(Family::Ecp5, 25.0, 1000.0), (Family::Ice40, 12.0, 1.0), (Family::Ice40, 12.0, 0.0)]
        {
            let e = Pll::new(family, pin, core).unwrap_err().to_string();
            assert!(e.contains(&format!("no clock of {core} MHz")), "{e}");
        }
    }
    #[test]
    fn parameters_are_verilog() {
        let pll = Pll::new(Family::Ice40, 12.0, 36.0).unwrap();
        let text: Vec<String> = pll.parameters().iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(text.join(" "), "DIVR=4'd0 DIVF=7'd47 DIVQ=3'd4 FILTER_RANGE=3'd1");
    }
}

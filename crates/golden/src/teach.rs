//! The teaching signal: which layers owe an update, and the ternary `d_j` of every neuron.
use crate::forward::{argmax, Forward};
use crate::projection::Columns;
use drtp_core::fixed::ACTIVATION_MAX;
use drtp_core::{Network, Rule};

/// Output error `e_j`: the sign of `t_j - v_j`, or 0 inside the dead zone.
pub fn output_error(a: i32, is_target: bool, dead_zone: u32) -> i32 {
    let v = a.clamp(-ACTIVATION_MAX, ACTIVATION_MAX);
    let t = if is_target { ACTIVATION_MAX } else { -ACTIVATION_MAX };
    if (t - v).unsigned_abs() > dead_zone {
        (t - v).signum()
    } else {
        0
    }
}

/// What a learned sample teaches: for each layer that owes an update its `d`, `[N_k]`; `None` for the others.
///
/// A layer owes by its derivatives or errors alone, without a look at B: its noise is drawn even where B's columns
/// agree and every `d` is zero.
pub(crate) fn teach(network: &Network, pass: &Forward, target: usize) -> Vec<Option<Vec<i32>>> {
    let rival = argmax(&pass.scores, Some(target));
    let close =
        rival.is_some_and(|p| i64::from(pass.scores[target]) - i64::from(pass.scores[p]) < i64::from(network.margin));
    let hidden_learns = match network.rule {
        Rule::Shallow => false,
        Rule::Drtp => true,
        Rule::Gated | Rule::Contrastive => close,
    };
    (0..network.depth())
        .map(|k| {
            if network.is_output(k) {
                let error = |(j, a): (usize, &i32)| output_error(*a, j == target, network.dead_zone);
                let e: Vec<i32> = pass.scores.iter().enumerate().map(error).collect();
                return e.iter().any(|e| *e != 0).then_some(e);
            }
            let g = &pass.g[k];
            if !hidden_learns || !g.contains(&true) {
                return None;
            }
            let b = Columns { seed: network.seeds.projection, k: k + 1, kind: network.projection };
            let of_target = b.column(target, g.len());
            let of_rival = match (network.rule, rival) {
                (Rule::Contrastive, Some(p)) => b.column(p, g.len()),
                _ => vec![0; g.len()],
            };
            let d = (0..g.len()).map(|j| i32::from(g[j]) * (of_target[j] - of_rival[j]).signum());
            Some(d.collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_zone_is_exclusive() {
        // t - v = 127 - 63 = 64: not above a dead zone of 64
        assert_eq!(output_error(63, true, 64), 0);
        assert_eq!(output_error(62, true, 64), 1);
        assert_eq!(output_error(-63, false, 64), 0);
        assert_eq!(output_error(-62, false, 64), -1);
        assert_eq!(output_error(100_000, true, 0), 0);
        assert_eq!(output_error(-100_000, true, 254), 0);
        assert_eq!(output_error(-100_000, true, 253), 1);
    }
}

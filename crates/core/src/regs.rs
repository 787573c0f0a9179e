//! Offsets of the configuration registers; 32-bit registers, 12-bit byte addresses.

/// Commands; self-clearing. Bits: [`CTRL_INIT`], [`CTRL_FLUSH`], [`CTRL_APPLY`].
pub const CTRL: u16 = 0x020;
/// CTRL bit 0: weights and noise from the seeds, nothing owed.
pub const CTRL_INIT: u32 = 1 << 0;
/// CTRL bit 1: apply what is owed, so that the memories hold the final weights.
pub const CTRL_FLUSH: u32 = 1 << 1;
/// CTRL bit 4: take the whole set of written settings.
pub const CTRL_APPLY: u32 = 1 << 4;
/// Rule in bits 1:0, activation in bit 4, ternary B in bit 5, dead zone in bits 15:8, margin in bits 31:16.
pub const MODE: u16 = 0x030;
/// Number of layers K.
pub const LAYERS: u16 = 0x034;
/// Seed of the initial weights.
pub const SEED_INIT: u16 = 0x038;
/// Seed of the projection.
pub const SEED_PROJECTION: u16 = 0x03C;
/// Seed of the rounding noise.
pub const SEED_NOISE: u16 = 0x040;
/// First of the layer registers.
pub const LAYER_BASE: u16 = 0x080;
/// Distance between the registers of two layers.
pub const LAYER_STRIDE: u16 = 0x010;
/// Within a layer: size N_k.
pub const LAYER_SIZE: u16 = 0x0;
/// Within a layer k >= 1: binary point of the weights.
pub const LAYER_WF: u16 = 0x4;
/// Within a layer k >= 1: update shift.
pub const LAYER_SHIFT: u16 = 0x8;
/// Within a layer k >= 1: initial weights.
pub const LAYER_INIT_BITS: u16 = 0xC;

use crate::network::{Network, Nonlinearity, Projection};

/// Offset of a register of layer `k` (0 is the input).
pub fn layer(k: usize, register: u16) -> u16 {
    LAYER_BASE + LAYER_STRIDE * k as u16 + register
}

/// The MODE register of a network.
pub fn mode(n: &Network) -> u32 {
    n.rule.code()
        | u32::from(n.activation == Nonlinearity::ClippedRelu) << 4
        | u32::from(n.projection == Projection::Ternary) << 5
        | n.dead_zone << 8
        | n.margin << 16
}

/// Every write that describes a network, without the `apply` that takes it.
pub fn writes(n: &Network) -> Vec<(u16, u32)> {
    let mut out = vec![
        (MODE, mode(n)),
        (LAYERS, n.depth() as u32),
        (SEED_INIT, n.seeds.init),
        (SEED_PROJECTION, n.seeds.projection),
        (SEED_NOISE, n.seeds.noise),
        (layer(0, LAYER_SIZE), n.inputs as u32),
    ];
    for (k, l) in n.layers.iter().enumerate() {
        out.push((layer(k + 1, LAYER_SIZE), l.size as u32));
        out.push((layer(k + 1, LAYER_WF), l.wf));
        out.push((layer(k + 1, LAYER_SHIFT), l.shift));
        out.push((layer(k + 1, LAYER_INIT_BITS), l.init_bits));
    }
    out
}

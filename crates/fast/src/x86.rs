//! What takes an x86-64 processor: the kernels with AVX2, and a prefetch. The only unsafe code of the crate, behind safe
//! functions.
#![allow(unsafe_code)]
use crate::block::{Block, Pair, Sums};
use std::arch::x86_64::*;

/// Proof that this processor has AVX2: there is none unless it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// Asks the processor.
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
    /// See [`crate::Kernels::multiply`].
    pub fn multiply(self, weights: &[Block], pairs: &[Pair], sums: &mut [Sums]) {
        // SAFETY: `self` proves AVX2
        unsafe { multiply(weights, pairs, sums) }
    }
    /// See [`crate::Kernels::update`].
    pub fn update(self, weights: &mut [Block], moves: &[Pair], d: &[Block], max: i16) {
        // SAFETY: `self` proves AVX2
        unsafe { update(weights, moves, d, max) }
    }
}

/// Starts to load the cache line of `byte`.
#[inline]
pub(crate) fn prefetch(byte: &i8) {
    // SAFETY: SSE is part of x86-64; a prefetch reads nothing that a program could see, and never faults
    unsafe { _mm_prefetch::<_MM_HINT_T0>(byte) }
}

/// # Safety
/// The processor has AVX2; so for all that follows.
#[target_feature(enable = "avx2")]
unsafe fn multiply(weights: &[Block], pairs: &[Pair], sums: &mut [Sums]) {
    let (row, mut first, mut rest) = (sums.len(), 0, sums);
    while !rest.is_empty() {
        // accumulators in registers: 8 of 16 at the most, the others are for weights and inputs
        let many = [8, 4, 2].into_iter().find(|n| *n <= rest.len()).unwrap_or(1);
        let (tile, more) = rest.split_at_mut(many);
        // SAFETY: our caller vouches for AVX2
        unsafe {
            match many {
                8 => multiply_tile::<8>(weights, row, first, pairs, tile),
                4 => multiply_tile::<4>(weights, row, first, pairs, tile),
                2 => multiply_tile::<2>(weights, row, first, pairs, tile),
                _ => multiply_tile::<1>(weights, row, first, pairs, tile),
            }
        }
        (first, rest) = (first + many, more);
    }
}

/// Blocks `first..first + N` of each row of `row` blocks.
#[target_feature(enable = "avx2")]
unsafe fn multiply_tile<const N: usize>(
    weights: &[Block],
    row: usize,
    first: usize,
    pairs: &[Pair],
    sums: &mut [Sums],
) {
    // SAFETY: our caller vouches for AVX2
    unsafe {
        let mut acc = [_mm256_setzero_si256(); N];
        for p in pairs {
            let blocks = &weights[p.at as usize * row + first..][..N];
            let x = broadcast(p.values);
            for n in 0..N {
                acc[n] = _mm256_add_epi32(acc[n], _mm256_madd_epi16(load(&blocks[n]), x));
            }
        }
        for (out, acc) in sums.iter_mut().zip(acc) {
            // SAFETY: 32 bytes, aligned to 32
            _mm256_store_si256(std::ptr::from_mut(out).cast(), acc);
        }
    }
}

#[target_feature(enable = "avx2")]
unsafe fn update(weights: &mut [Block], moves: &[Pair], d: &[Block], max: i16) {
    // SAFETY: our caller vouches for AVX2
    unsafe {
        let (least, most) = (_mm256_set1_epi16(-max), _mm256_set1_epi16(max));
        for p in moves {
            let row = &mut weights[p.at as usize * d.len()..][..d.len()];
            let u = broadcast(p.values);
            for (w, d) in row.iter_mut().zip(d) {
                // vpsignw: u, 0 or -u
                let sum = _mm256_adds_epi16(load(w), _mm256_sign_epi16(u, load(d)));
                let clamped = _mm256_max_epi16(_mm256_min_epi16(sum, most), least);
                // SAFETY: 32 bytes, aligned to 32
                _mm256_store_si256(std::ptr::from_mut(w).cast(), clamped);
            }
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load(block: &Block) -> __m256i {
    // SAFETY: a Block has 32 bytes, aligned to 32, and any bits are a __m256i; our caller vouches for AVX2
    unsafe { _mm256_load_si256(std::ptr::from_ref(block).cast()) }
}

/// The even input's value on even lanes, the odd one's on odd lanes.
#[inline]
#[target_feature(enable = "avx2")]
#[allow(unused_unsafe)] // needed before Rust 1.87
unsafe fn broadcast([even, odd]: [i16; 2]) -> __m256i {
    let both = i32::from(odd) << 16 | i32::from(even as u16);
    // SAFETY: our caller vouches for AVX2
    unsafe { _mm256_set1_epi32(both) }
}

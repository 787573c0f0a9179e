//! Generated tasks of the paper, the same for a seed.
mod classification;
mod regression;

pub use classification::Classification;
pub use regression::Regression;

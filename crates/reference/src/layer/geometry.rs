//! The shape of a convolution.

/// A square convolution of stride 1, and the 2 x 2 max pool behind it.
///
/// Images are flat rows, channels last: value (row, column, channel) of an image of `size` x `size` stands at
/// `(row * size + column) * channels + channel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Rows, and columns, of the image that comes in.
    pub size: usize,
    /// Its channels.
    pub depth: usize,
    /// Rows, and columns, of the kernel.
    pub kernel: usize,
    /// Rows and columns of zeros on each side.
    pub padding: usize,
    /// Channels that go out.
    pub channels: usize,
}

impl Geometry {
    /// Rows, and columns, before the pool.
    pub fn side(&self) -> usize {
        self.size + 2 * self.padding + 1 - self.kernel
    }
    /// Rows, and columns, behind it; an odd row or column at the end is left out.
    pub fn pooled_side(&self) -> usize {
        self.side() / 2
    }
    /// Values of a patch, the inputs of one output: kernel rows, kernel columns, channels.
    pub fn patch(&self) -> usize {
        self.kernel * self.kernel * self.depth
    }
    /// Values of an image that comes in.
    pub fn inputs(&self) -> usize {
        self.size * self.size * self.depth
    }
    /// Values before the pool.
    pub fn width(&self) -> usize {
        self.side() * self.side() * self.channels
    }
    /// Values behind it.
    pub fn pooled_width(&self) -> usize {
        self.pooled_side() * self.pooled_side() * self.channels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_mnist_convolution() {
        let g = Geometry { size: 28, depth: 1, kernel: 5, padding: 2, channels: 32 };
        assert_eq!((g.inputs(), g.patch(), g.width(), g.pooled_width()), (784, 25, 25_088, 6_272));
    }
}

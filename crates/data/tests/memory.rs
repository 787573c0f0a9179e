//! Memory follows the bytes that arrive, not what a header promises. On its own: it counts every allocation.

#[path = "all/common/mod.rs"]
mod common;
use common::{gzip, idx};
use drtp_data::idx::{parse_images, parse_targets, MAX_VALUES};
use drtp_data::DataError;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator, noting the largest request.
struct Largest;

static LARGEST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every request goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Largest {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        System.dealloc(at, layout);
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        System.realloc(at, layout, size)
    }
}

#[global_allocator]
static ALLOCATOR: Largest = Largest;

fn largest(work: impl FnOnce()) -> usize {
    LARGEST.store(0, Ordering::Relaxed);
    work();
    LARGEST.load(Ordering::Relaxed)
}

#[test]
fn a_promise_allocates_nothing() {
    let promise = u32::try_from(MAX_VALUES).unwrap();
    let images = idx(&[promise, 1, 1], &[7; 9]);
    let targets = idx(&[promise], &[7; 9]);
    for bytes in [[&images, &targets], [&gzip(&images), &gzip(&targets)]] {
        let most = largest(|| {
            let errors = [parse_images("f", bytes[0]).unwrap_err(), parse_targets("f", bytes[1]).unwrap_err()];
            assert!(errors.iter().all(|e| matches!(e, DataError::Truncated { .. })));
        });
        // The decompressor's own window is the larger part.
        assert!(most < 1 << 17, "{most} bytes at once for {}", bytes[0].len());
    }

    // Well packed data past what the header calls for is not unpacked to its end.
    let bomb = gzip(&idx(&[100], &vec![0; 1 << 26]));
    let most = largest(|| assert!(matches!(parse_targets("f", &bomb), Err(DataError::Trailing { .. }))));
    assert!(most < 1 << 17, "{most} bytes at once for {}", bomb.len());
}

//! An allocator that counts, for tests of one thread that say when.
#![allow(unreachable_pub, unsafe_code, reason = "test helpers; a counting allocator is unsafe by nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicU64 = AtomicU64::new(0);
/// Shows where the next allocation is.
static LOUD: AtomicBool = AtomicBool::new(false);

fn count() {
    if ON.load(Ordering::Relaxed) {
        COUNT.fetch_add(1, Ordering::Relaxed);
        if LOUD.swap(false, Ordering::Relaxed) {
            ON.store(false, Ordering::Relaxed);
            println!("{}", std::backtrace::Backtrace::force_capture());
            ON.store(true, Ordering::Relaxed);
        }
    }
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as asked of this allocator.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as asked of this allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as asked of this allocator.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations while something is done.
pub fn allocations<T>(work: impl FnOnce() -> T) -> (u64, T) {
    LOUD.store(std::env::var("KORDON_LOUD").is_ok(), Ordering::Relaxed);
    COUNT.store(0, Ordering::Relaxed);
    ON.store(true, Ordering::Relaxed);
    let done = work();
    ON.store(false, Ordering::Relaxed);
    (COUNT.load(Ordering::Relaxed), done)
}

//! Training on all cores: a run is one thread's work from begin to end, since learning is sequential.
use super::run::{Object, Run};
use super::source::Source;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

/// Trains `runs` on `jobs` threads; `done` gets each line on the caller's thread, as it comes. Its error ends the
/// sweep: what is being trained then is lost, what it was given before is not.
pub(super) fn train_all<E>(
    runs: &[&Run],
    source: &Source,
    jobs: usize,
    progress: &(dyn Fn(u64) + Sync),
    done: &mut dyn FnMut(Object) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (send, receive) = sync_channel(jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(runs.len()) {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                while let Some(run) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // nobody listens after an error
                    if send.send(run.line(source, progress)).is_err() {
                        break;
                    }
                }
            });
        }
        // only the threads have one now: the last of them ends the loop
        drop(send);
        // the loop owns the receiver, so that an error closes it
        for line in receive {
            done(line)?;
        }
        Ok(())
    })
}

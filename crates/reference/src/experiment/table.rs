//! A report as CSV: one number a line, so that any tool can group it as it likes.
use super::{Report, RunReport};
use crate::train::Course;

impl Report {
    /// Columns: run, trial (from 1), quantity, layer (hidden layers from 1; empty where there is none), step (epoch, or
    /// for an angle the batches before it), value. Angles that do not exist are left out.
    pub fn csv(&self) -> String {
        let mut out = csv::Writer::from_writer(vec![]);
        // writing to memory does not fail, and what csv writes of text is text
        let write = |out: &mut csv::Writer<Vec<u8>>| -> csv::Result<()> {
            out.write_record(["run", "trial", "quantity", "layer", "step", "value"])?;
            for run in &self.runs {
                for (trial, course) in run.courses.iter().enumerate() {
                    lines(out, run, &(trial + 1).to_string(), course)?;
                }
            }
            Ok(())
        };
        write(&mut out).expect("memory takes everything");
        String::from_utf8(out.into_inner().expect("memory takes everything")).expect("text in, text out")
    }
}

fn lines(out: &mut csv::Writer<Vec<u8>>, run: &RunReport, trial: &str, course: &Course) -> csv::Result<()> {
    for e in &course.epochs {
        let values =
            [("train_loss", Some(e.train_loss)), ("test_loss", Some(e.test_loss)), ("test_accuracy", e.test_accuracy)];
        for (quantity, value) in values {
            if let Some(value) = value {
                out.write_record([&run.name, trial, quantity, "", &e.epoch.to_string(), &value.to_string()])?;
            }
        }
    }
    for look in &course.looks {
        for (k, angle) in look.angles.iter().enumerate() {
            if let Some(angle) = angle {
                let (layer, batch) = ((k + 1).to_string(), look.batch.to_string());
                out.write_record([&run.name, trial, "angle", &layer, &batch, &angle.to_string()])?;
            }
        }
    }
    Ok(())
}

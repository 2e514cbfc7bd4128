//! What makes a finding fail a run: whether it is new, whether somebody said to
//! leave it alone, and how much of its kind is allowed.

mod baseline;
mod budget;
mod suppression;

pub use self::{
    baseline::{Accepted, Baseline, BaselineError, Ledger, baseline_schema},
    budget::{Budget, Limit, Measure, Meter, Verdict},
    suppression::{Suppression, Suppressions},
};

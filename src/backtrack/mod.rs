//! Says of a place where a match may start whether one does not, by trying one way after
//! the other, and soon gives up on saying.
//!
//! Most of what the prefilter offers fails within a few bytes. An automaton that
//! makes its states as they are met would answer too, but first it has to be made:
//! the pattern parsed and compiled, and a state for each byte that is read, all of it once more for
//! each thread. So a pattern is a small [`Program`] besides, made when its rule is
//! loaded (for the built-in rules, when the crate is built), which needs no memory but for the
//! ways that are left to try.
//!
//! A program is *rough*: where it cannot tell soon, or cannot tell at all, there may be a
//! match, and an automaton has to look. Where it says that there is none, there is
//! none; tests hold it to that.

mod compile;
mod program;
mod run;

pub(crate) use self::{
    program::Packed,
    run::{Answer, Stack},
};

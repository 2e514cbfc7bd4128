//! Who hears of the places that a scan finds.

use super::{
    FOLDS,
    cover::{Cover, Offer},
};

/// A cover to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'c> {
    /// The number that its places are offered with.
    pub(crate) probe: u32,
    pub(crate) cover: &'c Cover,
    /// Where its pattern sits in the gate, if it looks at lines.
    pub(crate) seat: Option<u32>,
}

/// Is offered places, in their order.
pub(crate) trait Sink {
    /// Whether the pattern in this seat of the gate may match the line around `at`: asked
    /// before all is known of the place, as most lines are turned away.
    fn admits(&mut self, seat: u32, at: usize) -> bool;

    /// A window stands here.
    fn offer(&mut self, offer: Offer);
}

/// Turns no line away.
impl<F: FnMut(Offer)> Sink for F {
    fn admits(&mut self, _: u32, _: usize) -> bool {
        true
    }

    fn offer(&mut self, offer: Offer) {
        self(offer);
    }
}

/// Passes on what is new, and keeps back what is said of characters that fold.
pub(super) struct Told<'s, S> {
    pub(super) sink: &'s mut S,
    /// Whether any of these was met.
    pub(super) folds: bool,
    pub(super) last: Option<Offer>,
}

impl<S: Sink> Sink for Told<'_, S> {
    #[inline]
    fn admits(&mut self, seat: u32, at: usize) -> bool {
        self.sink.admits(seat, at)
    }

    #[inline]
    fn offer(&mut self, offer: Offer) {
        if offer.probe == FOLDS {
            self.folds = true;
        } else if self.last != Some(offer) {
            // Windows may differ in what is known of what stands around them, and in nothing else.
            self.last = Some(offer);
            self.sink.offer(offer);
        }
    }
}

//! The bits of a word as numbers.

/// The numbers of the bits that are set, in order.
#[inline]
pub(super) fn bits(word: impl Into<u64>) -> impl Iterator<Item = usize> + Clone {
    let mut word = word.into();
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

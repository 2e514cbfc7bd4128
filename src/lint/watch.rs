//! What a run of rules costs, for whoever wants to know.

/// Hears of the work that is done for each rule, which is named by its index
/// among those that run. Nobody listening costs nothing.
pub trait Watch {
    /// The prefilter offers the rule a place to look at.
    fn offered(&mut self, rule: usize);

    /// Makes `search`, which says whether the rule may have found something: the
    /// only place where its patterns run.
    fn search<T>(&mut self, rule: usize, search: impl FnOnce() -> Option<T>) -> Option<T>;
}

/// Nobody listens.
impl Watch for () {
    #[inline]
    fn offered(&mut self, _: usize) {}

    #[inline]
    fn search<T>(&mut self, _: usize, search: impl FnOnce() -> Option<T>) -> Option<T> {
        search()
    }
}

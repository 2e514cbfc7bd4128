//! What is asked of a place where a window may stand, class by class.

use std::collections::HashMap;

use super::{
    bytes::{ByteSet, frequency, rough_index},
    cover::{Offer, WIDTH, Window},
    sink::{Sink, Sought},
    speller::Speller,
    table::Overfull,
};

/// The classes of a window, one before and one behind it.
pub(super) const SURROUNDED: usize = WIDTH + 2;
/// The distance that is not always the same.
const VARIES: u32 = u32::MAX;
/// Looks at something else than lines, or sits too far behind to be asked for early.
const NO_SEAT: u16 = u16::MAX;

/// All windows of all probes, ready to be compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
    checks: Vec<Check>,
    /// Indexes of the byte sets that windows were made of.
    classes: Vec<u16>,
    /// What bytes in and around the windows must be.
    tests: Vec<Test>,
    pub(super) sets: Vec<ByteSet>,
    /// The index of each of the sets.
    known: HashMap<ByteSet, u16>,
}

/// One window of one probe.
#[derive(Clone, Debug)]
struct Check {
    probe: u32,
    /// Where the pattern sits in the gate; [`NO_SEAT`] for nowhere.
    seat: u16,
    /// See [`Offer`]; [`VARIES`] for none.
    prefix: u32,
    /// How many classes stand before the window.
    lead: u8,
    /// How many classes there are, and where their indexes start in `classes`.
    length: u8,
    classes: u32,
    /// How many tests there are, and where they start.
    tested: u8,
    tests: u32,
}

/// The first two tests of a window, roughly: most places are turned away without a
/// look at more than this.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glance {
    /// What the bytes there must be in, as far as the sets are told by [`ByteSet::rough`].
    sets: [u64; 2],
    /// The number of the check.
    pub(super) check: u32,
    /// How far from the start of the window they stand.
    offsets: [i8; 2],
    /// See [`Check::seat`].
    seat: u16,
}

/// The byte so far from the start of a window must be in this set.
#[derive(Clone, Copy, Debug)]
struct Test {
    offset: i8,
    set: u16,
}

impl Checks {
    /// Adds the windows of a cover.
    pub(super) fn add_windows(&mut self, sought: Sought<'_>) -> Result<(), Overfull> {
        let Sought { probe, cover, seat } = sought;
        let sets: Vec<u16> = cover.classes.iter().map(|set| self.index_of(set)).collect::<Result<_, _>>()?;
        for Window { run, lead, prefix } in &cover.windows {
            let run = run.iter().map(|&class| sets[usize::from(class)]);
            self.add((probe, seat), *prefix, *lead, run)?;
        }
        Ok(())
    }

    /// Adds a window of single bytes, for a probe.
    pub(super) fn add_bytes(&mut self, probe: u32, bytes: &[u8]) -> Result<(), Overfull> {
        let sets = bytes.iter().map(|&byte| self.index_of(&ByteSet::one(byte)));
        let sets: Vec<u16> = sets.collect::<Result<_, _>>()?;
        self.add((probe, None), (0, Some(0)), 0, sets.into_iter())
    }

    fn add(
        &mut self,
        (probe, seat): (u32, Option<u32>),
        prefix: (usize, Option<usize>),
        lead: usize,
        run: impl Iterator<Item = u16>,
    ) -> Result<(), Overfull> {
        let classes = u32::try_from(self.classes.len()).map_err(|_| Overfull)?;
        self.classes.extend(run);
        let length = (self.classes.len() - classes as usize) as u8;
        let prefix = match prefix {
            (least, Some(most)) if least == most => u32::try_from(least).unwrap_or(VARIES),
            _ => VARIES,
        };
        let seat = seat.and_then(|seat| u16::try_from(seat).ok()).unwrap_or(NO_SEAT);
        let check = Check { probe, seat, prefix, lead: lead as u8, length, classes, tested: 0, tests: 0 };
        self.checks.push(check);
        Ok(())
    }

    fn index_of(&mut self, set: &ByteSet) -> Result<u16, Overfull> {
        let next = u16::try_from(self.sets.len()).map_err(|_| Overfull)?;
        let index = *self.known.entry(*set).or_insert(next);
        if index == next {
            self.sets.push(*set);
        }
        Ok(index)
    }

    /// Puts the windows of at most so many spellings first, and tells how many these
    /// are.
    pub(super) fn narrow_first(&mut self, most: usize) -> usize {
        let speller = Speller::new(&self.sets);
        let is_narrow = |check: &usize| speller.count(self.window(*check)) <= most;
        let (narrow, wide): (Vec<usize>, Vec<usize>) = (0..self.len()).partition(is_narrow);
        self.checks = narrow.iter().chain(&wide).map(|&check| self.checks[check].clone()).collect();
        narrow.len()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.checks.len()
    }

    /// Says what is tested where a window may stand, the rarest class first.
    ///
    /// Of a window and the classes next to it all is known, but for the first so many only
    /// the spelling is: classes that this does not say all of come last.
    pub(super) fn order_tests(&mut self, spelled: usize) -> Result<(), Overfull> {
        self.tests.clear();
        let shares: Vec<f64> = self.sets.iter().map(|set| frequency(&[*set])).collect();
        for (number, check) in self.checks.iter_mut().enumerate() {
            let classes = &self.classes[check.classes as usize..][..usize::from(check.length)];
            let start = self.tests.len();
            let is_spelled = number < spelled;
            let told = if is_spelled { 0..WIDTH as i8 } else { -1..WIDTH as i8 + 1 };
            let mut within = Vec::new();
            for (index, &set) in classes.iter().enumerate() {
                let offset = index as i8 - check.lead as i8;
                let bytes = &self.sets[usize::from(set)];
                if !told.contains(&offset) {
                    if *bytes != ByteSet::ALL {
                        self.tests.push(Test { offset, set });
                    }
                } else if is_spelled && !bytes.is_caseless() {
                    within.push(Test { offset, set });
                }
            }
            let share = |test: &Test| shares[usize::from(test.set)];
            self.tests[start..].sort_by(|a, b| share(a).total_cmp(&share(b)));
            self.tests.extend(within);
            check.tests = u32::try_from(start).map_err(|_| Overfull)?;
            check.tested = (self.tests.len() - start) as u8;
        }
        Ok(())
    }

    /// The classes of a window from its start on; they may be fewer or more
    /// than a window has.
    pub(super) fn window(&self, check: usize) -> &[u16] {
        let check = &self.checks[check];
        let run = &self.classes[check.classes as usize..][..usize::from(check.length)];
        &run[usize::from(check.lead)..]
    }

    /// The classes of a window; any byte where there are no more.
    pub(super) fn classed(&self, check: usize) -> [ByteSet; WIDTH] {
        std::array::from_fn(|place| self.class_at(check, place as isize))
    }

    /// The same with a class before and one behind.
    pub(super) fn surrounded(&self, check: usize) -> [ByteSet; SURROUNDED] {
        std::array::from_fn(|place| self.class_at(check, place as isize - 1))
    }

    /// The class so far from the start of a window.
    fn class_at(&self, check: usize, offset: isize) -> ByteSet {
        let check = &self.checks[check];
        let run = &self.classes[check.classes as usize..][..usize::from(check.length)];
        let class = usize::from(check.lead).checked_add_signed(offset).and_then(|index| run.get(index));
        class.map_or(ByteSet::ALL, |&set| self.sets[usize::from(set)])
    }

    /// What is asked of a place before the rest.
    pub(super) fn glance(&self, check: usize) -> Glance {
        let tests = self.tests(check);
        // Any byte where a window starts.
        let (mut sets, mut offsets) = ([u64::MAX; 2], [0; 2]);
        for (place, test) in tests.iter().take(2).enumerate() {
            sets[place] = self.sets[usize::from(test.set)].rough();
            offsets[place] = test.offset;
        }
        Glance { sets, check: check as u32, offsets, seat: self.checks[check].seat }
    }

    fn tests(&self, check: usize) -> &[Test] {
        let check = &self.checks[check];
        &self.tests[check.tests as usize..][..usize::from(check.tested)]
    }

    /// Offers `place` if the window stands there, in a line that may match.
    #[inline]
    pub(super) fn confirm(&self, glance: &Glance, text: &[u8], place: usize, sink: &mut impl Sink) {
        if !glance.may_stand(text, place)
            || glance.seat != NO_SEAT && !sink.admits(u32::from(glance.seat), place)
        {
            return;
        }
        let number = glance.check as usize;
        let check = &self.checks[number];
        let byte = |test: &Test| byte_at(text, place, test.offset);
        let tests = self.tests(number);
        if tests.iter().all(|test| self.sets[usize::from(test.set)].contains(byte(test))) {
            let prefix = (check.prefix != VARIES).then_some(check.prefix as usize);
            sink.offer(Offer { probe: check.probe, at: place, prefix });
        }
    }
}

impl Glance {
    /// Whether the window may stand at `place`.
    #[inline]
    fn may_stand(&self, text: &[u8], place: usize) -> bool {
        let allows =
            |index: usize| self.sets[index] >> rough_index(byte_at(text, place, self.offsets[index]));
        allows(0) & allows(1) & 1 == 1
    }
}

/// The byte so far from a place; 0 where there is none.
#[inline]
fn byte_at(text: &[u8], place: usize, offset: i8) -> u8 {
    text.get(place.wrapping_add_signed(isize::from(offset))).copied().unwrap_or(0)
}

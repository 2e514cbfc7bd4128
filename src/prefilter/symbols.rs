//! Bytes as symbols: few enough for one table of a vector unit.

use std::collections::HashSet;

use super::{
    bytes::{ByteSet, byte_shares},
    cover::WIDTH,
};

/// How many symbols there are: as many as one permutation of a vector of 64
/// bytes looks up, or four of 16.
pub(super) const SYMBOLS: usize = 64;

/// A set of symbols, a bit for each.
pub(super) type SymbolSet = u64;

/// The symbol of each byte.
///
/// Bytes that no window tells apart are one symbol. Should that leave too many,
/// the rarest bytes share one, which costs precision and nothing else.
#[derive(Clone, Debug)]
pub(super) struct Symbols {
    pub(super) of: [u8; 256],
    /// How often web text has each.
    pub(super) share: [f64; SYMBOLS],
}

impl Symbols {
    /// Symbols that tell these windows apart.
    pub(super) fn new(windows: &[[ByteSet; WIDTH]]) -> Self {
        let mut of = [0; 256];
        let mut count = 1;
        let mut seen = HashSet::new();
        for set in windows.iter().flatten() {
            if !seen.insert(*set) {
                continue;
            }
            // Each symbol so far falls into what the set has and what it has not.
            let mut parts = [[None; 2]; 256];
            count = 0;
            for (byte, symbol) in (0..=255).zip(&mut of) {
                let part = &mut parts[*symbol][usize::from(set.contains(byte))];
                *symbol = *part.get_or_insert_with(|| {
                    count += 1;
                    count - 1
                });
            }
        }
        let shares = byte_shares();
        let mut groups: Vec<(f64, Vec<u8>)> = vec![(0.0, Vec::new()); count];
        for (byte, &symbol) in (0..=255u8).zip(&of) {
            let (share, bytes) = &mut groups[symbol];
            *share += shares[usize::from(byte)];
            bytes.push(byte);
        }
        while groups.len() > SYMBOLS {
            groups.sort_by(|(a, _), (b, _)| b.total_cmp(a));
            if let (Some(rarest), Some(next)) = (groups.pop(), groups.last_mut()) {
                next.0 += rarest.0;
                next.1.extend(rarest.1);
            }
        }
        let mut symbols = Symbols { of: [0; 256], share: [0.0; SYMBOLS] };
        for (symbol, (share, bytes)) in groups.into_iter().enumerate() {
            symbols.share[symbol] = share;
            bytes.into_iter().for_each(|byte| symbols.of[usize::from(byte)] = symbol as u8);
        }
        symbols
    }

    /// The symbols of the bytes of a set.
    pub(super) fn of_set(&self, set: &ByteSet) -> SymbolSet {
        set.bytes().fold(0, |symbols, byte| symbols | 1 << self.of[usize::from(byte)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bytes: &str) -> ByteSet {
        let mut set = ByteSet::default();
        bytes.bytes().for_each(|byte| set.insert(byte, byte));
        set
    }

    #[test]
    fn bytes_that_nothing_tells_apart_are_one() {
        let windows = [[set("0123456789"), set("ab"), set("b"), ByteSet::ALL]];
        let symbols = Symbols::new(&windows);
        let of = |byte: u8| symbols.of[usize::from(byte)];
        assert_eq!(of(b'0'), of(b'9'));
        assert_eq!(of(b'x'), of(0xff));
        assert_ne!(of(b'a'), of(b'b'));
        assert_ne!(of(b'a'), of(b'x'));
        assert_eq!(symbols.of_set(&ByteSet::ALL).count_ones(), 4);
    }

    #[test]
    fn the_rarest_share_a_symbol() {
        let one = |byte: u8| [ByteSet::one(byte), ByteSet::ALL, ByteSet::ALL, ByteSet::ALL];
        let windows: Vec<_> = (0..=255).map(one).collect();
        let symbols = Symbols::new(&windows);
        assert!(symbols.of.iter().all(|&symbol| usize::from(symbol) < SYMBOLS));
        let alone = |byte: u8| {
            symbols.of.iter().filter(|&&symbol| symbol == symbols.of[usize::from(byte)]).count() == 1
        };
        assert!(alone(b' ') && alone(b'e') && alone(b'\n'));
        assert!(!alone(0xff) && !alone(1));
    }
}

//! Plain data as bytes, for what is made when the crate is built and read when
//! it runs.
//!
//! One program writes and reads the bytes, so that they have no version, no
//! names and no checks: a value is its parts, one after the other. What comes
//! from outside the crate is never read with this.

use std::{fmt, ops::Deref, sync::OnceLock};

/// A value that can be written as bytes and read again.
pub(crate) trait Compact: Sized {
    fn write(&self, out: &mut Vec<u8>);

    /// Takes the value off the start of `bytes`, which are part of the program.
    ///
    /// # Panics
    ///
    /// If the bytes were not written by [`Compact::write`].
    fn read(bytes: &mut &'static [u8]) -> Self;
}

fn take(bytes: &mut &'static [u8], count: usize) -> &'static [u8] {
    bytes.split_off(..count).expect("a value was written as a whole")
}

impl Compact for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        take(bytes, 1)[0]
    }
}

impl Compact for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        u8::read(bytes) == 1
    }
}

impl Compact for u16 {
    fn write(&self, out: &mut Vec<u8>) {
        usize::from(*self).write(out);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        u16::try_from(usize::read(bytes)).expect("it was one")
    }
}

impl Compact for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        (*self as usize).write(out);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        u32::try_from(usize::read(bytes)).expect("it was one")
    }
}

impl<const COUNT: usize> Compact for [u32; COUNT] {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|number| out.extend(number.to_le_bytes()));
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        std::array::from_fn(|_| u32::from_le_bytes(take(bytes, 4).try_into().expect("so many were taken")))
    }
}

impl Compact for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        u64::from_le_bytes(take(bytes, 8).try_into().expect("eight bytes"))
    }
}

impl Compact for u128 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        u128::from_le_bytes(take(bytes, 16).try_into().expect("sixteen bytes"))
    }
}

impl Compact for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        self.to_bits().write(out);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        f64::from_bits(u64::read(bytes))
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
/// Most counts are small. The machine that reads may have a shorter `usize`
/// than the one that wrote; there "no limit" stays that.
impl Compact for usize {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest > 0x7f {
            out.push(0x80 | (rest & 0x7f) as u8);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = u8::read(bytes);
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return usize::try_from(value).unwrap_or(usize::MAX);
            }
            shift += 7;
        }
    }
}

impl Compact for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        out.extend(self.as_bytes());
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        let count = usize::read(bytes);
        std::str::from_utf8(take(bytes, count)).expect("a string was written").into()
    }
}

impl<T: Compact> Compact for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        bool::read(bytes).then(|| T::read(bytes))
    }
}

impl<T: Compact> Compact for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        let count = usize::read(bytes);
        (0..count).map(|_| T::read(bytes)).collect()
    }
}

impl<A: Compact, B: Compact> Compact for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        (A::read(bytes), B::read(bytes))
    }
}

/// A value that stays bytes until somebody asks for it: of what is built in, most is never
/// looked at.
#[derive(Clone)]
pub(crate) struct Lazy<T> {
    bytes: &'static [u8],
    value: OnceLock<T>,
}

impl<T> From<T> for Lazy<T> {
    fn from(value: T) -> Self {
        Lazy { bytes: &[], value: value.into() }
    }
}

impl<T: Compact> Deref for Lazy<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value.get_or_init(|| T::read(&mut &*self.bytes))
    }
}

impl<T: Compact + fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, formatter)
    }
}

/// Its length first, to go past it.
impl<T: Compact> Compact for Lazy<T> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        T::write(self, &mut bytes);
        bytes.len().write(out);
        out.append(&mut bytes);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        let count = usize::read(bytes);
        Lazy { bytes: take(bytes, count), value: OnceLock::new() }
    }
}

/// `compact! { struct S { a, b } }`: the fields one after the other; a forgotten
/// one does not compile. `compact! { enum E { A, B(x), C { y } } }`: the number of
/// the variant, then its fields.
macro_rules! compact {
    (struct $type:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::compact::Compact for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let $type { $($field),+ } = self;
                $($field.write(out);)+
            }

            fn read(bytes: &mut &'static [u8]) -> Self {
                $(let $field = $crate::compact::Compact::read(bytes);)+
                $type { $($field),+ }
            }
        }
    };
    (enum $type:ident {
        $($variant:ident $(($($part:ident),+))? $({ $($field:ident),+ })?),+ $(,)?
    }) => {
        impl $crate::compact::Compact for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let mut number = 0u8;
                $(
                    if let $type::$variant $(($($part),+))? $({ $($field),+ })? = self {
                        out.push(number);
                        $($($part.write(out);)+)?
                        $($($field.write(out);)+)?
                    }
                    number += 1;
                )+
                let _ = number;
                // A forgotten variant does not compile.
                match self { $($type::$variant { .. } => {})+ }
            }

            fn read(bytes: &mut &'static [u8]) -> Self {
                let number = <u8 as $crate::compact::Compact>::read(bytes);
                let mut next = 0u8;
                $(
                    if number == next {
                        $($(let $part = $crate::compact::Compact::read(bytes);)+)?
                        $($(let $field = $crate::compact::Compact::read(bytes);)+)?
                        return $type::$variant $(($($part),+))? $({ $($field),+ })?;
                    }
                    next += 1;
                )+
                unreachable!("variant {number} of {next}")
            }
        }
    };
}

pub(crate) use compact;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Pair {
        name: String,
        count: Option<usize>,
    }

    #[derive(Debug, PartialEq)]
    enum Shape {
        Point,
        Circle(f64),
        Box { sides: Vec<(usize, bool)> },
    }

    compact! { struct Pair { name, count } }
    compact! { enum Shape { Point, Circle(radius), Box { sides } } }

    #[track_caller]
    fn check<T: Compact + PartialEq + std::fmt::Debug>(value: T) {
        let mut out = Vec::new();
        value.write(&mut out);
        let mut bytes: &'static [u8] = out.leak();
        assert_eq!(T::read(&mut bytes), value);
        assert!(bytes.is_empty(), "{value:?} leaves something");
    }

    #[test]
    fn what_was_written_is_read() {
        for count in [0, 1, 127, 128, 300, usize::MAX] {
            check(count);
            check(Pair { name: "naïve\n".repeat(count % 90), count: Some(count) });
        }
        check(Pair { name: String::new(), count: None });
        check(vec![Shape::Point, Shape::Circle(0.1), Shape::Box { sides: vec![(3, true), (500, false)] }]);
        check((u64::MAX, f64::INFINITY));
    }

    #[test]
    fn what_is_not_read_is_gone_past() {
        let pairs = ["a", "bc"].map(|name| Pair { name: name.repeat(200), count: None });
        let mut out = Vec::new();
        pairs.map(Lazy::from).to_vec().write(&mut out);
        let mut bytes: &'static [u8] = out.leak();
        let read = Vec::<Lazy<Pair>>::read(&mut bytes);
        assert!(bytes.is_empty());
        assert_eq!(read[1].name, "bc".repeat(200));
        assert!(read[0].value.get().is_none(), "nobody asked for it");
    }
}

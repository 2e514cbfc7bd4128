//! Hyperscan, or its fork Vectorscan, by its C interface.

use std::{
    ffi::{CString, c_char, c_int, c_uint, c_void},
    ptr::{null, null_mut},
};

use super::{Engine, Pattern};

const CASELESS: c_uint = 1;
const MULTILINE: c_uint = 4;
const MODE_BLOCK: c_uint = 1;

type OnMatch = unsafe extern "C" fn(c_uint, u64, u64, c_uint, *mut c_void) -> c_int;

#[link(name = "hs")]
unsafe extern "C" {
    fn hs_compile_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        elements: c_uint,
        mode: c_uint,
        platform: *const c_void,
        database: *mut *mut c_void,
        error: *mut *mut c_void,
    ) -> c_int;
    fn hs_alloc_scratch(database: *const c_void, scratch: *mut *mut c_void) -> c_int;
    fn hs_scan(
        database: *const c_void,
        data: *const u8,
        length: c_uint,
        flags: c_uint,
        scratch: *mut c_void,
        on_match: OnMatch,
        context: *mut c_void,
    ) -> c_int;
}

/// A database, and the memory that one thread needs; kept until the process ends.
struct Scanner {
    database: *mut c_void,
    scratch: *mut c_void,
}

unsafe extern "C" fn push(id: c_uint, _from: u64, to: u64, _flags: c_uint, ends: *mut c_void) -> c_int {
    // SAFETY: `Scanner::ends` hands in a vector that lives until the scan is done.
    unsafe { (*ends.cast::<Vec<(u32, u32)>>()).push((id, to as u32)) };
    0
}

impl Scanner {
    fn new(patterns: &[Pattern]) -> Self {
        let texts: Vec<CString> = patterns
            .iter()
            .map(|pattern| CString::new(pattern.text.as_str()).expect("no zero byte"))
            .collect();
        let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
        let flag = |pattern: &Pattern| MULTILINE | if pattern.ignore_case { CASELESS } else { 0 };
        let flags: Vec<c_uint> = patterns.iter().map(flag).collect();
        let ids: Vec<c_uint> = (0..patterns.len() as c_uint).collect();
        let (mut database, mut scratch, mut error) = (null_mut(), null_mut(), null_mut());
        // SAFETY: all arrays have as many elements as there are patterns, and live until the call is done.
        let compiled = unsafe {
            hs_compile_multi(
                pointers.as_ptr(),
                flags.as_ptr(),
                ids.as_ptr(),
                patterns.len() as c_uint,
                MODE_BLOCK,
                null(),
                &mut database,
                &mut error,
            )
        };
        assert_eq!(compiled, 0, "Hyperscan refuses a pattern");
        // SAFETY: the database was compiled.
        let allocated = unsafe { hs_alloc_scratch(database, &mut scratch) };
        assert_eq!(allocated, 0, "Hyperscan gets no memory");
        Scanner { database, scratch }
    }

    /// The pattern and the end of each match.
    fn ends(&self, text: &[u8], ends: &mut Vec<(u32, u32)>) {
        ends.clear();
        let context = std::ptr::from_mut(ends).cast();
        // SAFETY: database and scratch belong together; text and vector live until the call is done.
        let scanned = unsafe {
            hs_scan(self.database, text.as_ptr(), text.len() as c_uint, 0, self.scratch, push, context)
        };
        assert_eq!(scanned, 0, "Hyperscan fails");
    }
}

pub fn ends(patterns: &[Pattern]) -> Engine<'_> {
    let scanner = Scanner::new(patterns);
    let mut ends = Vec::new();
    Box::new(move |document, text, found| {
        scanner.ends(text, &mut ends);
        ends.iter().for_each(|&(pattern, end)| found(document, pattern as usize, end as usize, end as usize));
    })
}

pub fn line(patterns: &[Pattern]) -> Engine<'_> {
    let scanner = Scanner::new(patterns);
    let (mut ends, mut searched) = (Vec::new(), vec![0; patterns.len()]);
    Box::new(move |document, text, found| {
        scanner.ends(text, &mut ends);
        if ends.is_empty() {
            return;
        }
        searched.fill(0);
        for &(pattern, end) in &ends {
            // The last byte of the match is on its line.
            let place = (end as usize).saturating_sub(1);
            super::line(patterns, &mut searched, (document, text), (pattern as usize, place), found);
        }
    })
}

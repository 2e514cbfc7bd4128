//! Puts damage into clean text, one kind a document, at random places, and asks
//! whether it is found, and whether safe fixes give the clean text back.

use std::{collections::BTreeMap, fmt::Write, ops::Range};

use descrape::{
    document::Document,
    edit::Applicability,
    fix::{FixOptions, fix},
    lint::Linter,
    severity::Severity,
};

use crate::{real_text::texts, support::RULES};

/// Documents for each kind.
const DOCUMENTS: usize = 40;
/// Bytes of a document.
const LONGEST: usize = 4000;
/// The share that must be found, and, of what is safe to repair, restored: of
/// every kind, and of all together.
const SHARE_OF_KIND: f64 = 0.85;
const SHARE: f64 = 0.95;

/// A small generator of numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.roll(all.len())]
    }

    /// `template` with `{hex}`, `{n}`, `{name}`, … filled in.
    fn fill(&mut self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((head, tail)) = rest.split_once('{') {
            let Some((word, after)) = tail.split_once('}') else { break };
            out.push_str(head);
            match word {
                "hex" => (0..32).for_each(|_| write!(out, "{:x}", self.roll(16)).expect("text")),
                "hex16" => (0..16).for_each(|_| write!(out, "{:x}", self.roll(16)).expect("text")),
                "n" => write!(out, "{}", 1 + self.roll(98)).expect("text"),
                "nnnn" => write!(out, "{}", 1000 + self.roll(8000)).expect("text"),
                "dd" => write!(out, "{:02}", 1 + self.roll(28)).expect("text"),
                "hh" => write!(out, "{:02}", self.roll(24)).expect("text"),
                "mm" => write!(out, "{:02}", 10 + self.roll(50)).expect("text"),
                "mo" => write!(out, "{:02}", 1 + self.roll(12)).expect("text"),
                "year" => write!(out, "{}", 2003 + self.roll(22)).expect("text"),
                "month" => {
                    out.push_str(self.pick(&["January", "March", "May", "August", "October", "December"]));
                }
                "name" => {
                    let first = ["Hannah", "Oscar", "Priya", "Luis", "Marta", "Kenji", "Amara", "Tomasz"];
                    let last = ["Okafor", "Lindqvist", "Moreau", "Castillo", "Yamada", "Novak", "Whitfield"];
                    write!(out, "{} {}", self.pick(&first), self.pick(&last)).expect("text");
                }
                "agency" => out.push_str(self.pick(&[
                    "Reuters",
                    "AFP",
                    "Associated Press",
                    "Getty Images",
                    "Bloomberg",
                ])),
                "site" => {
                    out.push_str(self.pick(&["The Harbour Post", "Valley Tribune", "Northern Echo Online"]));
                }
                "network" => out.push_str(self.pick(&[
                    "Facebook",
                    "Twitter",
                    "LinkedIn",
                    "Pinterest",
                    "Reddit",
                    "WhatsApp",
                ])),
                "headline" => {
                    let all = [
                        "Storm floods three villages on the coast",
                        "What we know about the new tax so far",
                        "Old theatre to open again after ten years",
                        "Five things to see in the capital this week",
                    ];
                    out.push_str(self.pick(&all));
                }
                "scene" => {
                    let all = [
                        "Rescue workers carry sandbags through the flooded streets on Monday",
                        "A view of the harbour after the storm",
                        "The minister leaves the court building with her lawyers",
                    ];
                    out.push_str(self.pick(&all));
                }
                other => panic!("no filling {other}"),
            }
            rest = after;
        }
        out.push_str(rest);
        // Braces of a template's own.
        out.replace("««", "{").replace("»»", "}")
    }
}

/// How damage gets into a text.
#[derive(Clone, Copy)]
enum Way {
    /// A token between two words, with blanks around it.
    Between(&'static str),
    /// Characters inside a word.
    Inside(&'static str),
    /// A line of its own, between paragraphs or lines, as the text has them.
    Line(&'static str),
    /// A line among the first three.
    Head(&'static str),
    /// The last line.
    Foot(&'static str),
    /// One character, by what it becomes.
    Character(fn(char) -> Option<String>),
    /// A word, by what it becomes.
    Word(fn(&str) -> Option<String>),
}

struct Kind {
    name: &'static str,
    /// Whether safe fixes have to give the clean text back.
    safe: bool,
    way: Way,
}

const fn kind(name: &'static str, safe: bool, way: Way) -> Kind {
    Kind { name, safe, way }
}

use Way::{Between, Character, Foot, Head, Inside, Line, Word};

/// Kinds of the sections A to N of the table in `rules/README.md`.
const KINDS: &[Kind] = &[
    kind("A01 minifier token", true, Between("%MINIFYHTML{hex}{n}%")),
    kind("A02 minifier token, short hash", true, Between("%MINIFYHTML{hex16}_{n}%")),
    kind("A04 style token", true, Between("MINIFYCSS{hex}{n}")),
    kind("A05 comment token", true, Between("%%IgnoredCommentPreserver_{hex}_{n}%%")),
    kind("A07 optimizer marker", true, Line("%%NOPTIMIZE{hex}%%PGI+{hex16}==%%NOPTIMIZE%%")),
    kind("A08 style token", true, Between("_CSSMIN_PTK_{n}_")),
    kind("A11 stash", true, Between("wzxhzdk:{n}")),
    kind("A12 strip marker", true, Between("UNIQ--ref-000000{dd}-QINU")),
    kind("B01 named", true, Character(|c| named(c).map(|name| format!("&{name};")))),
    kind("B02 numeric", true, Character(|c| reference(c).map(|code| format!("&#{code};")))),
    kind("B02 hexadecimal", true, Character(|c| reference(c).map(|code| format!("&#x{code:x};")))),
    kind("B03 escaped twice", true, Character(|c| named(c).map(|name| format!("&amp;{name};")))),
    kind(
        "B03 escaped three times",
        true,
        Character(|c| reference(c).map(|code| format!("&amp;amp;#{code};"))),
    ),
    kind("B09 full-width", true, Character(|c| named(c).map(|name| format!("＆{name}；")))),
    kind("B17 CDATA", true, Between("<![CDATA[")),
    kind("B20 zero-width inside", true, Character(|c| named(c).map(|name| format!("&\u{200b}{name};")))),
    kind("C01 read as Windows-1252", true, Character(|c| misread(c, encoding_rs::WINDOWS_1252))),
    kind("C03 read as Windows-1251", true, Word(|word| misread_word(word, encoding_rs::WINDOWS_1251))),
    kind("C04 read as MacRoman", true, Character(|c| misread(c, encoding_rs::MACINTOSH))),
    kind(
        "C12 printed byte",
        false,
        Character(|c| (!c.is_ascii() && c < '\u{100}').then(|| format!("<U+{:04X}>", u32::from(c)))),
    ),
    kind("D01 zero-width space", true, Inside("\u{200b}")),
    kind("D01 byte order mark", true, Inside("\u{feff}")),
    kind("D03 soft hyphen", true, Inside("\u{ad}")),
    kind("D04 bidi control", true, Inside("\u{202c}")),
    kind("D07 control", true, Inside("\u{8}")),
    kind("D09 ANSI escape", true, Inside("\u{1b}[31m")),
    kind("D10 object replacement", true, Inside("\u{fffc}")),
    kind("E04 script", false, Line("googletag.cmd.push(function() «« googletag.display('ad-{n}'); »»);")),
    kind("E05 style", false, Line(".box-{n} .title «« color: #333; margin: 0 auto; »»")),
    kind("E09 comment", true, Line("<!-- end of block {n} -->")),
    kind("E12 shortcode", false, Line("[gallery ids=\"{nnnn},{nnnn}\"]")),
    kind("E19 no script", true, Line("Please enable JavaScript to view this page.")),
    kind("F01 tweet", false, Line("— {name} (@user{n}) {month} {dd}, {year}")),
    kind("F02 embed", true, Line("View this post on Instagram")),
    kind("F04 share link", true, Line("Click to share on {network} (Opens in new window)")),
    kind("F12 feed tail", false, Foot("The post {headline} appeared first on {site}.")),
    kind("F14 visits", true, Foot("(Visited {n} times, {n} visits today)")),
    kind("G02 read more", false, Line("READ MORE: {headline}")),
    kind("G04 related", false, Line("RELATED: {headline}")),
    kind("H01 caption", false, Line("{scene} ({name} / {agency})")),
    kind("H03 credit", false, Line("Photo: {name}/{agency}")),
    kind("I01 stamp", true, Head("date {year}-{mo}-{dd}")),
    kind("I02 byline", false, Head("By {name}")),
    kind("I04 published", false, Head("Published: {month} {dd}, {year}")),
    kind("I08 desk", false, Foot("Reporting by {name}; Editing by {name}")),
    kind("J01 counter", true, Line("{n} Comments")),
    kind("J03 share row", true, Line("Share on {network}")),
    kind("K01 skip link", true, Head("Skip to main content")),
    kind("K07 top link", true, Foot("Back to top")),
    kind("L01 cookies", false, Line("This website uses cookies to improve your experience.")),
    kind("L03 copyright", false, Foot("© {year} {site}. All rights reserved.")),
    kind(
        "L08 newsletter",
        false,
        Line("Sign up for our newsletter and get the best stories in your inbox every day."),
    ),
    kind("L09 advert", true, Line("Advertisement")),
    kind("L10 advert break", true, Line("Story continues below advertisement")),
    kind("M01 cut", false, Foot("[+{nnnn} chars]")),
];

/// The names that web pages use most.
fn named(c: char) -> Option<&'static str> {
    let names = [
        ('"', "quot"),
        ('&', "amp"),
        ('’', "rsquo"),
        ('“', "ldquo"),
        ('”', "rdquo"),
        ('–', "ndash"),
        ('—', "mdash"),
        ('é', "eacute"),
        ('ü', "uuml"),
        ('ä', "auml"),
        ('ö', "ouml"),
        ('ñ', "ntilde"),
        ('ó', "oacute"),
        ('«', "laquo"),
    ];
    names.iter().find(|(character, _)| *character == c).map(|(_, name)| *name)
}

fn reference(c: char) -> Option<u32> {
    (named(c).is_some() || c == '\'').then_some(u32::from(c))
}

fn misread(c: char, encoding: &'static encoding_rs::Encoding) -> Option<String> {
    let common = named(c).is_some() && !c.is_ascii() && !matches!(c, '«' | '”');
    common.then(|| encoding.decode_without_bom_handling(c.to_string().as_bytes()).0.into_owned())
}

fn misread_word(word: &str, encoding: &'static encoding_rs::Encoding) -> Option<String> {
    let cyrillic = word.chars().count() > 3 && word.chars().all(|c| ('\u{410}'..='\u{44f}').contains(&c));
    cyrillic.then(|| encoding.decode_without_bom_handling(word.as_bytes()).0.into_owned())
}

/// The damaged text and the place of the damage, or `None` where there is no place for it.
fn damage(text: &str, way: Way, dice: &mut Dice) -> Option<(String, Range<usize>)> {
    let put = |at: usize, end: usize, new: &str| {
        (format!("{}{new}{}", &text[..at], &text[end..]), at..at + new.len())
    };
    let gap = if text.contains("\n\n") { "\n\n" } else { "\n" };
    let breaks: Vec<usize> = text.match_indices(gap).map(|(at, _)| at).collect();
    match way {
        Between(template) => {
            let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
            let at = *blanks.get(dice.roll(blanks.len().max(1)))?;
            let token = dice.fill(template);
            let (damaged, place) = put(at, at, &format!(" {token}"));
            Some((damaged, place.start + 1..place.end))
        }
        Inside(new) => {
            let letters = text.char_indices().collect::<Vec<_>>();
            let inner: Vec<usize> = letters
                .windows(2)
                .filter(|pair| pair.iter().all(|(_, c)| c.is_ascii_lowercase()))
                .map(|pair| pair[1].0)
                .collect();
            let at = *inner.get(dice.roll(inner.len().max(1)))?;
            Some(put(at, at, new))
        }
        Line(template) => {
            let at = *breaks.get(dice.roll(breaks.len().max(1)))?;
            let line = dice.fill(template);
            let (damaged, place) = put(at, at, &format!("{gap}{line}"));
            Some((damaged, place.start + gap.len()..place.end))
        }
        Head(template) => {
            let line = dice.fill(template);
            Some(put(0, 0, &format!("{line}{gap}"))).map(|(damaged, _)| (damaged, 0..line.len()))
        }
        Foot(template) => {
            let line = dice.fill(template);
            let end = text.trim_end().len();
            let (damaged, place) = put(end, end, &format!("{gap}{line}"));
            Some((damaged, place.start + gap.len()..place.end))
        }
        Character(damaged_as) => {
            let mut places =
                text.char_indices().filter(|(_, c)| damaged_as(*c).is_some()).collect::<Vec<_>>();
            let index = dice.roll(places.len().max(1));
            let (at, c) = (index < places.len()).then(|| places.swap_remove(index))?;
            Some(put(at, at + c.len_utf8(), &damaged_as(c)?))
        }
        Word(damaged_as) => {
            let words: Vec<&str> =
                text.split(|c: char| !c.is_alphabetic()).filter(|w| damaged_as(w).is_some()).collect();
            let word = words.get(dice.roll(words.len().max(1)))?;
            let at = word.as_ptr() as usize - text.as_ptr() as usize;
            Some(put(at, at + word.len(), &damaged_as(word)?))
        }
    }
}

/// Paragraphs of prose in many languages in which nothing is found.
fn clean_documents() -> Option<Vec<String>> {
    let mut linter = Linter::new(&RULES);
    let mut documents = Vec::new();
    for (source, text) in texts("clean", 3_000_000)? {
        if !["nltk.jsonl", "xquad.jsonl", "debian-handbook.jsonl"].contains(&source.as_str()) {
            continue;
        }
        let end = text.floor_char_boundary(LONGEST.min(text.len()));
        let end = if end == text.len() { end } else { text[..end].rfind('\n').unwrap_or(0) };
        let text = text[..end].trim().to_string() + "\n";
        let prose = text.lines().any(|line| line.split_whitespace().count() > 12);
        let findings = linter.lint(&Document::new("clean", &text));
        if prose && findings.iter().all(|d| d.severity < Severity::Warning) {
            documents.push(text);
        }
    }
    Some(documents)
}

#[test]
fn damage_is_found_and_undone() {
    let Some(documents) = clean_documents() else { return };
    let mut linter = Linter::new(&RULES);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut report = String::new();
    let (mut weak, mut samples) = (Vec::new(), BTreeMap::new());
    // Tried, found, safe to repair, restored.
    let mut all = (0, 0, 0, 0);
    for kind in KINDS {
        let (mut tried, mut found, mut restored) = (0, 0, 0);
        for _ in 0..DOCUMENTS * 20 {
            if tried == DOCUMENTS {
                break;
            }
            let original = &documents[dice.roll(documents.len())];
            let Some((damaged, place)) = damage(original, kind.way, &mut dice) else { continue };
            tried += 1;
            let document = Document::new("damaged", &damaged);
            let hit =
                linter.lint(&document).iter().any(|d| d.span.start < place.end && place.start < d.span.end);
            found += usize::from(hit);
            let options = FixOptions::at(Applicability::Safe);
            let whole = fix(&mut linter, &document, options).text.as_ref() == Some(original);
            restored += usize::from(whole);
            if !hit || (kind.safe && !whole) {
                let from = damaged.floor_char_boundary(place.start.saturating_sub(40));
                let to = damaged.ceil_char_boundary((place.end + 40).min(damaged.len()));
                samples.entry(kind.name).or_insert_with(|| damaged[from..to].to_string());
            }
        }
        writeln!(report, "{:<32} {found:>3} found, {restored:>3} restored of {tried}", kind.name)
            .expect("text");
        let enough = |count: usize| count as f64 >= SHARE_OF_KIND * tried as f64;
        all = (
            all.0 + tried,
            all.1 + found,
            all.2 + if kind.safe { tried } else { 0 },
            all.3 + if kind.safe { restored } else { 0 },
        );
        if tried < DOCUMENTS || !enough(found) || (kind.safe && !enough(restored)) {
            let sample = samples.get(kind.name).map_or("", String::as_str);
            weak.push(format!("{}: {sample:?}", kind.name));
        }
    }
    println!("{report}");
    assert!(all.1 as f64 >= SHARE * all.0 as f64, "{report}\nfound {} of {}", all.1, all.0);
    assert!(all.3 as f64 >= SHARE * all.2 as f64, "{report}\nrestored {} of {}", all.3, all.2);
    assert!(weak.is_empty(), "{report}\nnot enough of:\n{}", weak.join("\n"));
}

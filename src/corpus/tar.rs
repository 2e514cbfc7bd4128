//! Archives of texts: each member whose name is that of a text is a document.
//! All others go out as they came in.

use std::{io, path::Path};

use ::tar::{EntryType, Header, PaxExtensions};

use super::{
    Format, Named, Record, Slot, Splice,
    block::{After, Split},
    damaged, text,
};
use crate::edit::Change;

/// Headers and the ends of members stand at multiples of this.
const UNIT: usize = 512;
/// Bytes in which a NUL shows that a member of unknown kind is no text.
const SNIFFED: usize = 1024;

/// Cuts an archive after each member; what stands behind the last one, and
/// what is about the whole archive, are records of their own.
pub(super) struct Members;

impl Split for Members {
    fn split(&mut self, bytes: &[u8], _: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()> {
        let mut start = ends.last().copied().unwrap_or(0);
        loop {
            let rest = &bytes[start..];
            if rest.is_empty() {
                return Ok(());
            }
            if rest.first() == Some(&0) {
                // Zeros end the archive; what follows them is padding.
                if after == After::End {
                    ends.push(bytes.len());
                }
                return Ok(());
            }
            match member(rest)? {
                Some(member) => {
                    start += member.end;
                    ends.push(start);
                }
                None if after == After::End => return Err(damaged("the archive ends inside a member")),
                None => return Ok(()),
            }
        }
    }
}

/// One member: headers, data and padding.
struct Member {
    /// Where its own header stands, behind those that only add to it.
    header: usize,
    /// Where its data stand.
    data: Slot,
    end: usize,
    name: String,
    kind: EntryType,
    /// Whether its size stands in digits in its own header, where it can be changed.
    has_plain_size: bool,
}

/// The member that `bytes` start with; `None` if there are not enough of them.
fn member(bytes: &[u8]) -> io::Result<Option<Member>> {
    let (mut at, mut name, mut size) = (0, None, None);
    loop {
        let Some(block) = bytes.get(at..at + UNIT) else { return Ok(None) };
        let header = Header::from_byte_slice(block);
        if header.cksum().ok() != Some(checksum(block)) {
            return Err(damaged("no member of an archive starts here: the checksum is wrong"));
        }
        let own_size = header.entry_size().map_err(|_| damaged("a member has no readable size"))?;
        let kind = header.entry_type();
        let adds = kind.is_gnu_longname() || kind.is_gnu_longlink() || kind.is_pax_local_extensions();
        let length = usize::try_from(size.filter(|_| !adds).unwrap_or(own_size));
        let length = length.map_err(|_| damaged("a member is larger than memory"))?;
        let data = at + UNIT..(at + UNIT).saturating_add(length);
        let end = data.end.saturating_add((UNIT - length % UNIT) % UNIT);
        if end > bytes.len() {
            return Ok(None);
        }
        if !adds {
            let name = name.unwrap_or_else(|| String::from_utf8_lossy(&header.path_bytes()).into_owned());
            // The first bit says that it is a binary number.
            let has_plain_size = size.is_none() && header.as_old().size[0] < 0x80;
            return Ok(Some(Member { header: at, data, end, name, kind, has_plain_size }));
        }
        let content = &bytes[data];
        if kind.is_gnu_longname() {
            name = Some(String::from_utf8_lossy(content).trim_end_matches('\0').to_string());
        } else if kind.is_pax_local_extensions() {
            for extension in PaxExtensions::new(content).flatten() {
                match extension.key() {
                    Ok("path") => name = Some(String::from_utf8_lossy(extension.value_bytes()).into_owned()),
                    Ok("size") => size = extension.value().ok().and_then(|value| value.parse().ok()),
                    _ => {}
                }
            }
        }
        at = end;
    }
}

/// The sum of a header's bytes, those of the checksum itself as blanks.
fn checksum(header: &[u8]) -> u32 {
    let blank = u32::from(b' ');
    header.iter().enumerate().map(|(i, &b)| if (148..156).contains(&i) { blank } else { u32::from(b) }).sum()
}

pub(super) fn decode(bytes: &[u8]) -> Option<Record<'_>> {
    let member = member(bytes).ok().flatten()?;
    let content = &bytes[member.data.clone()];
    let is_text = match Format::of_name(Path::new(&member.name)) {
        (Named::Known(Format::Text), super::Compression::None) => true,
        (Named::Unknown, super::Compression::None) => !content[..content.len().min(SNIFFED)].contains(&0),
        _ => false,
    };
    // Any other size could not be changed with the text, and padding that is no text could not be
    // told in a journal.
    let padding = &bytes[member.data.end..member.end];
    if !is_text || !member.kind.is_file() || !member.has_plain_size || std::str::from_utf8(padding).is_err() {
        return None;
    }
    Some(Record { id: Some(member.name.into()), slot: member.data.clone(), ..text::decode(content) })
}

/// The changes of the text as changes of the member, with its size.
pub(super) fn splices<B>(bytes: &[u8], slot: &Slot, changes: &[Change<B>]) -> Vec<Splice> {
    let Ok(Some(member)) = member(bytes) else { return Vec::new() };
    let mut data = text::splices(slot.start, changes);
    let (gone, come) =
        data.iter().fold((0, 0), |(gone, come), splice| (gone + splice.at.len(), come + splice.with.len()));
    let size = slot.len() - gone + come;
    if size == slot.len() {
        return data;
    }
    let old = &bytes[member.header..member.header + UNIT];
    let mut header = Header::from_byte_slice(old).clone();
    header.set_size(size as u64);
    header.set_cksum();
    let mut all = Vec::new();
    for field in [124..136, 148..156] {
        let at = member.header + field.start..member.header + field.end;
        all.push(Splice { at, with: header.as_bytes()[field].to_vec() });
    }
    all.append(&mut data);
    all.push(Splice { at: slot.end..member.end, with: vec![0; (UNIT - size % UNIT) % UNIT] });
    all
}

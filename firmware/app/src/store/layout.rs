//! Bytes of a record: a head, a checkpoint, and a tail.
//!
//! | bytes | of a head and of a tail |
//! |---|---|
//! | 1 | which of them: `0xC5` or `0x5C` |
//! | 1 | version of the layout, 2 |
//! | 2 | length of the checkpoint, 0 for what a wipe leaves |
//! | 4 | generation, one more than that of the record before |
//! | 4 | erasures of pages so far, that of the record's page included |
//! | 4 | CRC-32 (ISO-HDLC) of these 12 bytes, and for a head of the checkpoint behind them |
//!
//! Numbers are little-endian. Head, checkpoint and tail each begin at a multiple of a grain from
//! the start of a page: eight bytes, or a word of the flash where that is longer. Bytes up to the
//! next grain are `0xFF`.
//!
//! A head and its checkpoint are written first and read back, then the tail, and once that was read
//! back, the save is acknowledged. So of the records in a flash
//!
//! - one whose head and checkpoint are whole was written to its last word;
//! - one of which only the tail is whole was acknowledged, and is damaged since, or was in a page
//!   whose erasure was cut, which has older records only: a page is erased while the two newest are
//!   in others;
//! - one that is torn was never acknowledged.
//!
//! A reader looks at every grain of every page and goes by no length, so that no torn record can
//! hide a whole one. After a cut at any instant, the newest generation is therefore the one that
//! was acknowledged last, or one that was written whole after it.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

/// Bytes of a head or a tail.
pub(super) const MARK: usize = 16;
/// The longest word of a flash, in bytes.
pub(super) const WORD: usize = 32;
/// The version of the layout.
pub(super) const LAYOUT: u8 = 2;

const HEAD: u8 = 0xC5;
const TAIL: u8 = 0x5C;
/// Bytes before the CRC.
pub(super) const FRONT: usize = 12;
pub(super) const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Properties of a record, as its head and its tail hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) layout: u8,
    pub(super) length: u16,
    pub(super) generation: u32,
    pub(super) erases: u32,
}

impl Mark {
    pub(super) fn head(&self, checkpoint: &[u8]) -> [u8; WORD] {
        self.bytes(HEAD, checkpoint)
    }

    pub(super) fn tail(&self) -> [u8; WORD] {
        self.bytes(TAIL, &[])
    }

    /// The mark's bytes, and blank ones up to the longest word.
    fn bytes(&self, kind: u8, checkpoint: &[u8]) -> [u8; WORD] {
        let [l0, l1] = self.length.to_le_bytes();
        let [g0, g1, g2, g3] = self.generation.to_le_bytes();
        let [e0, e1, e2, e3] = self.erases.to_le_bytes();
        let layout = self.layout;
        let front: [u8; FRONT] = [kind, layout, l0, l1, g0, g1, g2, g3, e0, e1, e2, e3];
        let mut digest = CRC.digest();
        digest.update(&front);
        digest.update(checkpoint);
        let crc = digest.finalize().to_le_bytes();
        let mut bytes = [0xFF; WORD];
        for (to, byte) in bytes.iter_mut().zip(front.into_iter().chain(crc)) {
            *to = byte;
        }
        bytes
    }
}

/// Part of a record that may begin at a grain.
#[derive(Debug)]
pub(super) enum Part {
    /// A head, if the CRC is that of these bytes and of the checkpoint behind it.
    Head(Mark, [u8; FRONT], u32),
    /// A whole tail.
    Tail(Mark),
}

impl Part {
    pub(super) fn read(bytes: &[u8; MARK]) -> Option<Self> {
        let [
            kind,
            layout,
            l0,
            l1,
            g0,
            g1,
            g2,
            g3,
            e0,
            e1,
            e2,
            e3,
            crc @ ..,
        ] = *bytes;
        let mark = Mark {
            layout,
            length: u16::from_le_bytes([l0, l1]),
            generation: u32::from_le_bytes([g0, g1, g2, g3]),
            erases: u32::from_le_bytes([e0, e1, e2, e3]),
        };
        let front = [kind, layout, l0, l1, g0, g1, g2, g3, e0, e1, e2, e3];
        let crc = u32::from_le_bytes(crc);
        match kind {
            HEAD => Some(Self::Head(mark, front, crc)),
            TAIL if CRC.checksum(&front) == crc => Some(Self::Tail(mark)),
            _ => None,
        }
    }
}

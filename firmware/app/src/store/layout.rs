//! Bytes of a page: a mark at its front, and records, each a head, a checkpoint, and a tail.
//!
//! | bytes | of a mark and of a head |
//! |---|---|
//! | 1 | which of them: `0x9A` or `0xC5` |
//! | 1 | version of the layout, 2 |
//! | 2 | length of the checkpoint; 0 in a mark, and for what a wipe leaves |
//! | 4 | turn of the page, above that of every page before: erasures of pages so far, this one's included, in 22 bits, and above them how often pages could not be read |
//! | 4 | CRC-32 (ISO-HDLC) of these 8 bytes |
//! | 4 | CRC-32 of these 8 bytes and of the checkpoint |
//!
//! A tail is its head with all bits inverted. Numbers are little-endian. Mark, head, checkpoint and
//! tail each begin at a multiple of a grain from the start of a page: eight bytes, or a word of the
//! flash where that is longer. Bytes up to the next grain are `0xFF`.
//!
//! A page is erased and its mark read back before a record is begun in it. Head and checkpoint are
//! written and read back, then the tail, and once that was read back, the save is acknowledged. So
//! of the records in a flash
//!
//! - one with a tail was acknowledged, and is damaged where its head or checkpoint is not whole, or
//!   was in a page whose erasure was cut, which has older records only: a page is erased while the
//!   two newest that were acknowledged are in others;
//! - one without a tail was not acknowledged. It counts while it is whole; its last word may have
//!   been cut off, so that it reads as whole at one time and as torn at another.
//!
//! The newest is the one of the highest turn, and in a page the last. Records are written one behind
//! the other, at a distance from what may be torn, so that what is acknowledged is newer than all
//! that is there, whether or not that can be read: only the page must be known, which its mark says
//! and each record once more. A reader looks at every grain of every page and goes by no length but
//! that of a whole record, so that no torn one can hide another.
//!
//! All this holds for any number of cuts where a torn word reads as the same each time. Where it
//! reads as one thing now and as another later, it holds for one torn word between two saves that
//! are acknowledged. Two such cuts in a row, or a chip that programs several words at once, can leave
//! a head that reads as blank at one start, is written over, and has bits left that read as they were
//! meant at a later one: an acknowledged record is told as damaged then.

use crc::{CRC_32_ISO_HDLC, Crc, Digest, NoTable};

/// Bytes of a mark, a head or a tail.
pub(super) const MARK: usize = 16;
/// The longest word of a flash, in bytes.
pub(super) const WORD: usize = 32;
/// The version of the layout.
pub(super) const LAYOUT: u8 = 2;
/// Difference in turn from all that may be in a page that cannot be read.
pub(super) const HIDDEN: u32 = 1 << 22;

const PAGE: u8 = 0x9A;
const HEAD: u8 = 0xC5;
const TAIL: u8 = !HEAD;
static CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Properties of a page or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) layout: u8,
    pub(super) length: u16,
    pub(super) turn: u32,
}

impl Mark {
    /// A mark of this layout.
    pub(super) fn of(length: u16, turn: u32) -> Self {
        Self {
            layout: LAYOUT,
            length,
            turn,
        }
    }

    /// Mark of a page, and blank bytes up to the longest word.
    pub(super) fn page(&self) -> [u8; WORD] {
        self.bytes(PAGE, &[])
    }

    /// Head of a record with this checkpoint, and blank bytes up to the longest word.
    pub(super) fn head(&self, checkpoint: &[u8]) -> [u8; WORD] {
        self.bytes(HEAD, checkpoint)
    }

    /// Digest that has seen a head's own bytes, and is to see its checkpoint.
    pub(super) fn digest(&self) -> Digest<'static, u32, NoTable> {
        digest(&self.front(HEAD))
    }

    fn front(&self, kind: u8) -> [u8; 8] {
        let [l0, l1] = self.length.to_le_bytes();
        let [t0, t1, t2, t3] = self.turn.to_le_bytes();
        [kind, self.layout, l0, l1, t0, t1, t2, t3]
    }

    fn bytes(&self, kind: u8, checkpoint: &[u8]) -> [u8; WORD] {
        let front = self.front(kind);
        let mut digest = digest(&front);
        let own = digest.clone().finalize().to_le_bytes();
        digest.update(checkpoint);
        let crc = digest.finalize().to_le_bytes();
        let mut bytes = [0xFF; WORD];
        for (to, byte) in (bytes.iter_mut()).zip(front.into_iter().chain(own).chain(crc)) {
            *to = byte;
        }
        bytes
    }
}

/// A head's bytes made its tail's, or the other way round.
pub(super) fn invert(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().take(MARK) {
        *byte = !*byte;
    }
}

// Inlined it is unrolled, several times.
#[inline(never)]
fn digest(front: &[u8; 8]) -> Digest<'static, u32, NoTable> {
    let mut digest = CRC.digest();
    digest.update(front);
    digest
}

/// Part of a page, whole by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Page(Mark),
    /// A head, and the CRC of it and of the checkpoint behind it.
    Head(Mark, u32),
    Tail(Mark),
}

impl Part {
    pub(super) fn read(mut bytes: [u8; MARK]) -> Option<Self> {
        let [kind, ..] = bytes;
        if kind == TAIL {
            invert(&mut bytes);
        }
        let [_, layout, l0, l1, t0, t1, t2, t3, own @ .., c0, c1, c2, c3] = bytes;
        let mark = Mark {
            layout,
            length: u16::from_le_bytes([l0, l1]),
            turn: u32::from_le_bytes([t0, t1, t2, t3]),
        };
        let (front, part) = match kind {
            PAGE => (PAGE, Self::Page(mark)),
            HEAD => (HEAD, Self::Head(mark, u32::from_le_bytes([c0, c1, c2, c3]))),
            TAIL => (HEAD, Self::Tail(mark)),
            _ => return None,
        };
        let whole = digest(&mark.front(front)).finalize() == u32::from_le_bytes(own);
        whole.then_some(part)
    }
}

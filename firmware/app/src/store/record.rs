/// A record that was found or written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) generation: u32,
    pub(super) erases: u32,
    /// Address of the checkpoint, or of what is left of the record.
    pub(super) at: u32,
    pub(super) content: Content,
}

/// Content of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A checkpoint of so many bytes.
    Checkpoint(u16),
    /// Nothing that is whole.
    Damaged,
    /// Something in another version of the layout.
    Layout(u8),
}

/// The two newest records, the newest first.
pub(super) type Newest = [Option<Record>; 2];

/// Puts a record among the newest, if it is one of them; of two that are the same it keeps the
/// whole one.
pub(super) fn offer(newest: &mut Newest, mut record: Record) {
    for place in newest {
        match place {
            None => {
                *place = Some(record);
                return;
            }
            Some(found) if found.generation == record.generation => {
                if found.content == Content::Damaged {
                    *found = record;
                }
                return;
            }
            Some(found) if is_newer(record.generation, found.generation) => {
                core::mem::swap(found, &mut record);
            }
            Some(_) => {}
        }
    }
}

/// Compares generations, which wrap around after the largest number.
fn is_newer(one: u32, other: u32) -> bool {
    one.wrapping_sub(other) < 1 << 31
}

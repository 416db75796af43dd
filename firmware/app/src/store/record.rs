/// A record that was found or written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Turn of its page, and its address; of layout 1, 0 and its generation.
    pub(super) order: (u32, u32),
    /// Address of the checkpoint.
    pub(super) at: u32,
    pub(super) content: Content,
}

/// Content of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A checkpoint of so many bytes, and the CRC in its head.
    Checkpoint(u16, u32),
    /// A checkpoint of so many bytes, in layout 1.
    Earlier(u16),
    /// Nothing that is whole.
    Damaged,
    /// Something in another version of the layout.
    Layout(u8),
}

/// Records and pages that were found in a flash.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// The newest record, where it was not acknowledged.
    pub(super) draft: Option<Record>,
    /// The two newest records that were acknowledged, the newest first.
    pub(super) acknowledged: [Option<Record>; 2],
    /// The highest turn of a page.
    pub(super) turn: u32,
    /// Address behind the last record of the page of that turn, torn ones included; 0 where there
    /// is no such page.
    pub(super) end: u32,
    /// Pages that could not be read.
    pub(super) unread: PageSet,
}

impl Found {
    /// Takes note of a part that ends there in a page of this turn.
    pub(super) fn saw(&mut self, turn: u32, end: u32) {
        (self.turn, self.end) = (self.turn, self.end).max((turn, end));
    }

    /// Adds a record that was not acknowledged.
    pub(super) fn add_draft(&mut self, record: Record) {
        if self.draft.is_none_or(|other| other.order < record.order) {
            self.draft = Some(record);
        }
    }

    /// Adds a record that was acknowledged.
    pub(super) fn add(&mut self, mut record: Record) {
        for place in &mut self.acknowledged {
            match place {
                None => {
                    *place = Some(record);
                    return;
                }
                Some(found) if found.order == record.order => return,
                Some(found) if found.order < record.order => core::mem::swap(found, &mut record),
                Some(_) => {}
            }
        }
    }

    /// Records to restore a fit from, the newest first.
    pub(super) fn records(&self) -> impl Iterator<Item = Record> + use<> {
        let [newest, older] = self.acknowledged;
        [self.draft, newest, older].into_iter().flatten()
    }

    /// The two of them that must outlive the next save.
    pub(super) fn needed(&self) -> impl Iterator<Item = Record> + use<> {
        let [newest, older] = self.acknowledged;
        [newest, self.draft.or(older)].into_iter().flatten()
    }
}

/// Numbers of pages; those from 31 on count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PageSet(u32);

impl PageSet {
    pub(super) fn insert(&mut self, page: u32) {
        self.0 |= 1 << page.min(31);
    }

    pub(super) fn contains(self, page: u32) -> bool {
        self.0 & 1 << page.min(31) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

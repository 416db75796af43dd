use heapless::{Deque, Vec};

use crate::{
    Ack, ClientEvent, Device, Hello, PROTOCOL, Query, Request, SessionLost, TooLong, encode,
};

/// State of a client: the device, the messages in flight and the event counter.
#[derive(Debug)]
pub(crate) struct Pending<const W: usize, const N: usize> {
    pub(crate) session: u32,
    pub(crate) lost: bool,
    pub(crate) device: Option<Device>,
    /// The hello, and later a query that finds out whether the device still knows the session.
    pub(crate) greeting: Option<Slot<N>>,
    pub(crate) query: Option<Slot<N>>,
    pub(crate) commands: Deque<Slot<N>, W>,
    /// The number of the first of the commands under way, or of the next one.
    pub(crate) first: u32,
    /// The gap that was closed last, so that every complaint about it does not close it again.
    pub(crate) closed: Option<u32>,
    tag: u32,
    pub(crate) unknown: u32,
    pub(crate) resent: u32,
    /// The number of the event that comes next, once there was one or the device told.
    event: Option<u32>,
    pub(crate) missed: u32,
}

impl<const W: usize, const N: usize> Pending<W, N> {
    pub(crate) const fn new(session: u32) -> Self {
        Self {
            session,
            lost: false,
            device: None,
            greeting: None,
            query: None,
            commands: Deque::new(),
            first: 1,
            closed: None,
            tag: 0,
            unknown: 0,
            resent: 0,
            event: None,
            missed: 0,
        }
    }

    /// All messages that wait for an answer, in the order they are sent in.
    pub(crate) fn slots(&mut self) -> impl Iterator<Item = &mut Slot<N>> {
        (self.greeting.iter_mut())
            .chain(&mut self.commands)
            .chain(&mut self.query)
    }

    fn next_tag(&mut self) -> u32 {
        self.tag = self.tag.wrapping_add(1).max(1);
        self.tag
    }

    pub(crate) fn greet(&mut self) {
        let (version, session) = (PROTOCOL, self.session);
        self.greeting = self.slot(0, &Request::Hello { version, session });
    }

    pub(crate) fn ask(&mut self, query: Query) {
        let tag = self.next_tag();
        self.query = self.slot(tag, &Request::Query { tag, query });
    }

    /// Asks anything, so that a device that has forgotten the session says so.
    fn probe(&mut self) {
        let (tag, query) = (self.next_tag(), Query::Summary);
        self.greeting = self.slot(tag, &Request::Query { tag, query });
    }

    fn slot(&self, tag: u32, request: &Request<'_>) -> Option<Slot<N>> {
        Slot::new(tag, request, self.session, N).ok()
    }

    /// Ends the session, if it is this one: nothing more is sent.
    pub(crate) fn lose(&mut self, lost: SessionLost) -> Option<ClientEvent<'static>> {
        if lost.session != self.session || self.lost {
            return None;
        }
        self.lost = true;
        Some(ClientEvent::Lost(lost))
    }

    /// Counts the gap before an event; returns false for one that was seen before.
    pub(crate) fn noticed(&mut self, number: u32) -> bool {
        let is_new = self.awaits_event(number);
        if is_new {
            self.event = Some(number.wrapping_add(1));
        }
        is_new
    }

    /// Counts the events that are missing before the one of this number; returns false where that
    /// one was seen before.
    pub(crate) fn awaits_event(&mut self, number: u32) -> bool {
        let ahead = number.wrapping_sub(self.event.unwrap_or(number));
        if ahead > u32::MAX / 2 {
            return false;
        }
        self.missed = self.missed.saturating_add(ahead);
        self.event = Some(number);
        true
    }

    /// Takes the query off if this tag answers it; returns true if so.
    pub(crate) fn asked(&mut self, tag: u32) -> bool {
        let mine = |slot: &mut Slot<N>| tag != 0 && slot.tag == tag;
        self.greeting.take_if(mine);
        self.query.take_if(mine).is_some()
    }

    pub(crate) fn hello(&mut self, hello: &Hello<'_>) -> Option<ClientEvent<'static>> {
        if hello.session == 0 {
            // The device was started anew, or this is an echo of when it was. Only the answer to a
            // question tells.
            match self.device.is_some() {
                true => self.probe(),
                false => self.greet(),
            }
            return None;
        }
        if hello.session != self.session || self.device.is_some() {
            return None;
        }
        self.greeting = None;
        if hello.version != PROTOCOL {
            let version = hello.version;
            return Some(ClientEvent::Mismatch { version });
        }
        self.device = Some(Device::new(hello));
        self.first = hello.next;
        Some(ClientEvent::Ready)
    }

    pub(crate) fn answered(&mut self, ack: Ack) {
        let offset = ack.seq.wrapping_sub(self.first) as usize;
        let Some(slot) = self.commands.iter_mut().nth(offset) else {
            return;
        };
        slot.ack.get_or_insert(ack);
        self.closed = None;
        let mut again = 0;
        for slot in self.commands.iter_mut().take(offset) {
            if !slot.hurried {
                slot.hurried = slot.again();
                again += u32::from(slot.hurried);
            }
        }
        self.resent = self.resent.saturating_add(again);
    }

    /// The device waits for this command.
    pub(crate) fn gap(&mut self, expected: u32) -> Option<ClientEvent<'static>> {
        let offset = expected.wrapping_sub(self.first) as usize;
        if offset >= self.commands.len() {
            // What is behind the first command under way is an echo.
            let ahead = offset > self.commands.len() && offset <= i32::MAX as usize;
            let seq = expected.wrapping_sub(1);
            return ahead.then_some(ClientEvent::Conflict { seq });
        }
        if self.closed == Some(expected) {
            return None;
        }
        self.closed = Some(expected);
        let mut again = 0;
        for slot in self.commands.iter_mut().skip(offset) {
            again += u32::from(slot.again());
        }
        self.resent = self.resent.saturating_add(again);
        None
    }
}

/// A message that waits for its answer.
#[derive(Debug)]
pub(crate) struct Slot<const N: usize> {
    pub(crate) tag: u32,
    pub(crate) frame: Vec<u8, N>,
    pub(crate) sent: bool,
    /// It was sent again because a later command was answered.
    pub(crate) hurried: bool,
    pub(crate) ack: Option<Ack>,
}

impl<const N: usize> Slot<N> {
    pub(crate) fn new(
        tag: u32,
        request: &Request<'_>,
        session: u32,
        limit: usize,
    ) -> Result<Self, TooLong> {
        let mut frame = Vec::new();
        // Cannot fail: the length is at most the capacity.
        let _ = frame.resize_default(limit.min(N));
        let length = encode(request, session, &mut frame)?.len();
        frame.truncate(length);
        Ok(Self {
            tag,
            frame,
            sent: false,
            hurried: false,
            ack: None,
        })
    }

    pub(crate) fn waits(&self) -> bool {
        self.ack.is_none() && !self.sent
    }

    /// Lets it be sent again; whether it had been sent and has no answer.
    pub(crate) fn again(&mut self) -> bool {
        let again = self.ack.is_none() && self.sent;
        self.sent &= !again;
        again
    }
}

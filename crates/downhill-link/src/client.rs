use crate::book::{Book, Slot};
use crate::{
    Device, Event, FRAME, FrameReader, Hello, NotSent, Order, Outcome, PROTOCOL, Query, Reply,
    Request, WINDOW, decode, words_in_state,
};

/// The host's side of the line: bytes in, frames out, no clock and no port of its own.
///
/// Up to `W` orders are under way at once, in frames of up to `N` bytes. What the line loses is
/// sent again when the device points out the gap, or when the caller's clock says that an answer
/// is overdue ([`timeout`](Client::timeout)). Outcomes come out in the order of their numbers,
/// each once.
///
/// ```no_run
/// use downhill_link::{Client, Event, Order};
/// # fn read_byte() -> Option<u8> { None } // none: nothing came for a while
/// # fn write(_: &[u8]) {}
/// let mut client = Client::<8>::new();
/// client.greet();
/// loop {
///     while let Some(frame) = client.transmit() {
///         write(frame);
///     }
///     match read_byte() {
///         Some(byte) => match client.receive(byte) {
///             Some(Event::Ready) => drop(client.order(&Order::Reset)),
///             Some(event) => println!("{event:?}"),
///             None => {}
///         },
///         None => client.timeout(),
///     }
///     while let Some(outcome) = client.outcome() {
///         println!("{outcome:?}");
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Client<const W: usize = WINDOW, const N: usize = FRAME> {
    reader: FrameReader<N>,
    book: Book<W, N>,
}

impl<const W: usize, const N: usize> Default for Client<W, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const W: usize, const N: usize> Client<W, N> {
    /// A client that knows no device yet: [`greet`](Client::greet) comes first.
    pub const fn new() -> Self {
        Self {
            reader: FrameReader::new(),
            book: Book::new(),
        }
    }

    /// The device, once it has said hello.
    pub const fn device(&self) -> Option<&Device> {
        self.book.device.as_ref()
    }

    /// How many frames were skipped as damaged.
    pub const fn bad(&self) -> u32 {
        self.reader.bad()
    }

    /// How many frames were skipped for a message that this client does not know.
    pub const fn unknown(&self) -> u32 {
        self.book.unknown
    }

    /// How many frames were sent again.
    pub const fn resent(&self) -> u32 {
        self.book.resent
    }

    /// How many notices did not arrive, as far as their numbers tell: lost by the line, or
    /// withheld by the device for want of credit.
    pub const fn missed(&self) -> u32 {
        self.book.missed
    }

    /// How many orders are under way: given, and their outcome not taken.
    pub fn under_way(&self) -> usize {
        self.book.orders.len()
    }

    /// Whether an answer is due: the caller's clock runs while it is.
    pub fn expects(&self) -> bool {
        let book = &self.book;
        book.greeting.is_some()
            || book.query.is_some()
            || book.orders.iter().any(|slot| slot.outcome.is_none())
    }

    /// Asks the device who it is, and tells it our version.
    pub fn greet(&mut self) {
        self.book.greet();
    }

    /// Gives an order and returns its number.
    ///
    /// # Errors
    /// [`NotSent`]; the order can be given again later, but for [`NotSent::TooLong`].
    pub fn order(&mut self, order: &Order<'_>) -> Result<u32, NotSent> {
        let book = &mut self.book;
        let device = book.device.as_ref().ok_or(NotSent::NoDevice)?;
        let window = W.min(device.window.into());
        let full = NotSent::Full { window };
        if book.orders.len() >= window {
            return Err(full);
        }
        let seq = book.first.wrapping_add(book.orders.len() as u32);
        let order = *order;
        let slot = Slot::new(0, &Request::Order { seq, order }, device.frame.into());
        let slot = slot.map_err(NotSent::TooLong)?;
        book.orders.push_back(slot).map_err(|_| full)?;
        Ok(seq)
    }

    /// Asks for the fit's state from word `at` on; as much comes as fits a frame. It takes the
    /// place of a query that has no answer yet, as every query does.
    pub fn pull(&mut self, at: u32) {
        let count = self.words();
        self.ask(Query::Pull { at, count });
    }

    /// Asks for the counters.
    pub fn count(&mut self) {
        self.ask(Query::Counters);
    }

    /// Asks for a checkpoint from word `at` on, in the same way. The device forgets pieces of
    /// state that were pushed and not committed.
    pub fn pull_checkpoint(&mut self, at: u32) {
        let count = self.words();
        self.ask(Query::Checkpoint { at, count });
    }

    /// Asks anything.
    pub fn ask(&mut self, query: Query) {
        self.book.ask(query);
    }

    /// How many words of state fit a frame.
    fn words(&self) -> u16 {
        let frame = self.device().map_or(N, |device| device.frame.into());
        words_in_state(frame.min(N)).min(u16::MAX.into()) as u16
    }

    /// The next frame to write to the line, if any.
    pub fn transmit(&mut self) -> Option<&[u8]> {
        let slot = self.book.slots().find(|slot| slot.waits())?;
        slot.sent = true;
        Some(&slot.frame)
    }

    /// Sends everything again that has no answer.
    pub fn timeout(&mut self) {
        self.book.closed = None;
        let mut again = 0;
        for slot in self.book.slots() {
            slot.hurried = false;
            again += u32::from(slot.again());
        }
        self.book.resent = self.book.resent.saturating_add(again);
    }

    /// The outcome of the next order, once it is known.
    pub fn outcome(&mut self) -> Option<Outcome> {
        let book = &mut self.book;
        let outcome = book.orders.front()?.outcome?;
        book.orders.pop_front();
        book.first = book.first.wrapping_add(1);
        Some(outcome)
    }

    /// Takes one byte from the line.
    pub fn receive(&mut self, byte: u8) -> Option<Event<'_>> {
        let Self { reader, book } = self;
        let Some(reply) = decode(reader.push(byte)?) else {
            book.unknown = book.unknown.saturating_add(1);
            return None;
        };
        match reply {
            Reply::Hello(Hello { version, .. }) | Reply::Mismatch { version, .. }
                if version != PROTOCOL =>
            {
                Some(Event::Mismatch { version })
            }
            Reply::Mismatch { .. } => None,
            Reply::Hello(hello) => book.hello(&hello),
            Reply::Outcome(outcome) => {
                book.answered(outcome);
                None
            }
            Reply::OutOfTurn { expected, .. } => {
                book.gap(expected);
                None
            }
            Reply::State(state) => book.asked(state.tag).then_some(Event::State(state)),
            Reply::Counters { tag, counters } => {
                book.asked(tag).then_some(Event::Counters(counters))
            }
            Reply::Checkpoint(state) => book.asked(state.tag).then_some(Event::Checkpoint(state)),
            Reply::Recipe { tag, recipe } => book.asked(tag).then_some(Event::Recipe(recipe)),
            Reply::Scores { tag, scores } => book.asked(tag).then_some(Event::Scores(scores)),
            Reply::Estimate {
                tag,
                estimate,
                correlation,
            } => book.asked(tag).then_some(Event::Estimate {
                estimate,
                correlation,
            }),
            Reply::Summary { tag, summary } => book.asked(tag).then_some(Event::Summary(summary)),
            Reply::Notice { number, notice } => {
                book.noticed(number).then_some(Event::Notice(notice))
            }
        }
    }
}

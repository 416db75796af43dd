use downhill_link::{FrameReader, Reply};
use embedded_io::{Read, ReadReady, Write};

use crate::Connection;
use crate::layer::{Layer, Taken};
use crate::log::log;
use crate::session::Session;
use crate::worker::{Worker, count};

/// Bytes taken from the line at a time.
const CHUNK: usize = 32;

/// A session on a line. Errors of the line are counted and otherwise ignored: the link's own
/// rules repair what was lost.
#[derive(Debug)]
pub(crate) struct Port<'a, W, L, const N: usize, Y> {
    pub(crate) session: Session<'a, W>,
    line: L,
    layer: Y,
    announced: bool,
    reader: FrameReader<N>,
    out: [u8; N],
}

impl<'a, W, L, const N: usize, Y> Port<'a, W, L, N, Y>
where
    W: Worker,
    L: Read + ReadReady + Write,
    Y: Layer,
{
    #[inline(always)]
    pub(crate) fn new(connection: Connection<'a, L, N, Y>, worker: W) -> Self {
        const { assert!(N >= 96, "a frame must hold a hello") };
        let mut session = Session::with_worker(connection.board, N, worker);
        session.set_window(connection.window);
        session.set_board_stats(connection.stats);
        Self {
            session,
            line: connection.line,
            layer: connection.layer,
            announced: false,
            reader: FrameReader::new(),
            out: [0; N],
        }
    }

    /// Says hello, the first time; returns whether it did.
    pub(crate) fn announce(&mut self) -> bool {
        if self.announced {
            return false;
        }
        self.announced = true;
        log!(info, "started");
        let hello = self.session.announce();
        let Self {
            line, layer, out, ..
        } = self;
        let sent = send(line, layer, out, 0, &hello);
        self.count_line(sent);
        true
    }

    /// Executes what has come in; returns whether there was anything. Each answer is shown to `look`
    /// once it is sent.
    pub(crate) fn poll(&mut self, mut look: impl FnMut(&mut Session<'a, W>, &Sent)) -> bool {
        let mut bytes = [0; CHUNK];
        let read = match self.line.read_ready() {
            Ok(true) => self.line.read(&mut bytes).map_err(drop),
            Ok(false) => return false,
            Err(_) => Err(()),
        };
        self.count_line(read.is_ok());
        let read = read.unwrap_or(0);
        for &byte in bytes.get(..read).unwrap_or(&[]) {
            if let Some(sent) = self.take(byte) {
                look(&mut self.session, &sent);
            }
        }
        read > 0
    }

    /// Takes one byte from the line, and answers if it ends a frame.
    #[inline(never)]
    fn take(&mut self, byte: u8) -> Option<Sent> {
        let Self {
            session,
            line,
            layer,
            reader,
            out,
            ..
        } = self;
        let (packet, role) = match layer.take(reader, byte, out) {
            Taken::Packet(packet, role) => (packet, role),
            Taken::Nothing => {
                let bad = reader.take_bad();
                let counters = session.counters_mut();
                counters.bad = counters.bad.saturating_add(bad);
                return None;
            }
            Taken::Answer(length) => {
                let good = write(line, out.get(..length).unwrap_or(&[]));
                self.count_line(good);
                return Some(Sent::Other);
            }
            Taken::Refusal(length) => {
                count(&mut session.counters_mut().bad);
                let good = write(line, out.get(..length).unwrap_or(&[]));
                self.count_line(good);
                return Some(Sent::Other);
            }
        };
        let mut good = true;
        let id = session.id();
        let reply = session.answer_in(packet, role, &mut |event| {
            good &= send(line, layer, out, id, event);
        });
        let reply = reply.as_ref()?;
        good &= send(line, layer, out, id, reply);
        let sent = match reply {
            Reply::Ack(outcome) => Sent::Ack(outcome.result.map(|done| done.step)),
            _ => Sent::Other,
        };
        self.count_line(good);
        Some(sent)
    }

    /// Reads the sensor, unless it is stopped; returns whether it was read.
    pub(crate) fn sample(&mut self) -> bool {
        let Self {
            session,
            line,
            layer,
            out,
            ..
        } = self;
        let mut good = true;
        let id = session.id();
        let asked = session.poll(&mut |event| good &= send(line, layer, out, id, event));
        self.count_line(good);
        asked
    }

    /// Writes the checkpoint that is due.
    pub(crate) fn maintain(&mut self) {
        let Self {
            session,
            line,
            layer,
            out,
            ..
        } = self;
        let mut good = true;
        let id = session.id();
        session.maintain(&mut |event| good &= send(line, layer, out, id, event));
        self.count_line(good);
    }

    fn count_line(&mut self, good: bool) {
        if !good {
            count(&mut self.session.counters_mut().line);
        }
    }
}

/// Kind of an answer.
pub(crate) enum Sent {
    /// A command was done, and the fit has made so many steps, or refused.
    Ack(Result<u64, downhill_link::CommandError>),
    /// Something else.
    Other,
}

/// Sends a message of a session; returns whether that succeeded.
fn send(
    line: &mut impl Write,
    layer: &mut impl Layer,
    buffer: &mut [u8],
    session: u32,
    reply: &Reply<'_>,
) -> bool {
    match layer.encode(reply, session, buffer) {
        Ok(frame) => write(line, frame),
        Err(_) => false,
    }
}

/// Writes a frame; returns whether that succeeded.
fn write(line: &mut impl Write, frame: &[u8]) -> bool {
    line.write_all(frame).is_ok() && line.flush().is_ok()
}

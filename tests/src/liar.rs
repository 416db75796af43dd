//! Boards that lie: the `lab` firmware, whose answers are changed on their way to the host.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use downhill::random::Random;
use downhill_firmware::{Connection, Lab};
use downhill_link::{FRAME, FrameReader, Query, Reply, Request, decode, encode};
use embedded_io::{ErrorType, ReadReady};

use crate::board::Pin;

/// How long a turn waits for the host.
const TURN: Duration = Duration::from_millis(2);

/// Writer of a board's frames to its host.
#[derive(Debug)]
pub struct Mouth {
    out: Vec<u8>,
    /// The host's session.
    pub session: u32,
    /// The query that the host asked last.
    pub asked: Option<Query>,
    /// It reads nothing more of what the host says.
    pub deaf: bool,
    /// Draws for whoever needs them.
    pub random: Random,
}

impl Mouth {
    /// Says a message.
    ///
    /// # Panics
    /// Where it is longer than a frame may be.
    pub fn say(&mut self, reply: &Reply<'_>) {
        let mut frame = [0; FRAME];
        let frame = encode(reply, self.session, &mut frame).expect("it fits a frame");
        self.out.extend_from_slice(frame);
    }

    /// Says bytes as a sound frame, whatever they mean.
    pub fn frame(&mut self, payload: &[u8]) {
        let mut checksum = flate2::Crc::new();
        checksum.update(payload);
        let bytes = [payload, &checksum.sum().to_le_bytes()].concat();
        // Each run between zeros, or of 254 others, behind its length.
        self.out.push(0);
        for run in bytes.split(|&byte| byte == 0) {
            let mut pieces = run.chunks(254).peekable();
            if pieces.peek().is_none() {
                self.out.push(1);
            }
            while let Some(piece) = pieces.next() {
                self.out.push(piece.len() as u8 + 1);
                self.out.extend_from_slice(piece);
                // A full run stands for no zero: the one behind it is a run of its own.
                if piece.len() == 254 && pieces.peek().is_none() {
                    self.out.push(1);
                }
            }
        }
        self.out.push(0);
    }

    /// Says bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
}

/// Says something instead of an answer, of which it gets the message and its payload.
type Answer = dyn FnMut(&mut Mouth, Reply<'_>, &[u8]) + Send;
/// Says something without being asked.
type Unasked = dyn FnMut(&mut Mouth) + Send;

/// A board that lies until it is dropped.
#[derive(Debug)]
pub struct Liar {
    /// Value of `--line`.
    pub line: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Liar {
    /// A board that says something else instead of its answers.
    pub fn answering(answer: impl FnMut(&mut Mouth, Reply<'_>, &[u8]) + Send + 'static) -> Self {
        Self::start(Box::new(answer), Box::new(|_| {}))
    }

    /// A board that says something again and again beside, or instead of, its answers.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn talking(
        answer: impl FnMut(&mut Mouth, Reply<'_>, &[u8]) + Send + 'static,
        unasked: impl FnMut(&mut Mouth) + Send + 'static,
    ) -> Self {
        Self::start(Box::new(answer), Box::new(unasked))
    }

    fn start(mut answer: Box<Answer>, mut unasked: Box<Unasked>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        listener.set_nonblocking(true).expect("it is ours");
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut arena = vec![0.0; 1 << 14];
            let pipe = Pipe::default();
            let mut lab = Lab::new(Connection::new("liar", pipe.clone()), Pin, &mut arena);
            while !asked.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let mut session = Session::new(stream, &pipe);
                        while !asked.load(Ordering::Relaxed) && session.turn(|| lab.poll()) {
                            session.say(&mut answer);
                            unasked(&mut session.mouth);
                        }
                    }
                    Err(_) => thread::sleep(TURN),
                }
            }
        });
        Self {
            line: format!("tcp:{address}"),
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The firmware's line.
#[derive(Clone, Debug, Default)]
struct Pipe {
    to_board: Rc<RefCell<VecDeque<u8>>>,
    from_board: Rc<RefCell<Vec<u8>>>,
}

impl ErrorType for Pipe {
    type Error = embedded_io::ErrorKind;
}

impl ReadReady for Pipe {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        Ok(!self.to_board.borrow().is_empty())
    }
}

impl embedded_io::Read for Pipe {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Self::Error> {
        let mut waiting = self.to_board.borrow_mut();
        let count = bytes.len().min(waiting.len());
        for (byte, waits) in bytes.iter_mut().zip(waiting.drain(..count)) {
            *byte = waits;
        }
        Ok(count)
    }
}

impl embedded_io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error> {
        self.from_board.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A host that has come.
struct Session<'a> {
    stream: TcpStream,
    pipe: &'a Pipe,
    up: FrameReader,
    down: FrameReader,
    mouth: Mouth,
}

impl<'a> Session<'a> {
    fn new(stream: TcpStream, pipe: &'a Pipe) -> Self {
        stream.set_nonblocking(false).expect("it is ours");
        stream.set_nodelay(true).expect("it is ours");
        stream.set_read_timeout(Some(TURN)).expect("it is ours");
        let late = Some(Duration::from_millis(100));
        stream.set_write_timeout(late).expect("it is ours");
        let mouth = Mouth {
            out: Vec::new(),
            session: 0,
            asked: None,
            deaf: false,
            random: Random::seed(1),
        };
        let (up, down) = (FrameReader::new(), FrameReader::new());
        Self {
            stream,
            pipe,
            up,
            down,
            mouth,
        }
    }

    /// Hears the host, says what is to be said, and lets the board work; `false` once the host has
    /// gone.
    fn turn(&mut self, mut work: impl FnMut() -> bool) -> bool {
        let said = std::mem::take(&mut self.mouth.out);
        match self.stream.write_all(&said) {
            Err(error) if !is_late(&error) => return false,
            _ => {}
        }
        if self.mouth.deaf {
            return true;
        }
        let mut bytes = [0; 1024];
        let heard = match self.stream.read(&mut bytes) {
            Ok(0) => return false,
            Ok(count) => bytes.get(..count).unwrap_or_default(),
            Err(error) if is_late(&error) => &[],
            Err(_) => return false,
        };
        for &byte in heard {
            let packet = self.up.push(byte);
            if let Some((request, session)) = packet.and_then(|packet| decode(packet.payload)) {
                self.mouth.session = session;
                if let Request::Query { query, .. } = request {
                    self.mouth.asked = Some(query);
                }
            }
        }
        self.pipe.to_board.borrow_mut().extend(heard);
        while !self.pipe.to_board.borrow().is_empty() {
            work();
        }
        work();
        true
    }

    /// Changes what the board has said.
    fn say(&mut self, answer: &mut Box<Answer>) {
        for byte in std::mem::take(&mut *self.pipe.from_board.borrow_mut()) {
            if let Some(packet) = self.down.push(byte)
                && let Some((reply, _)) = decode(packet.payload)
            {
                answer(&mut self.mouth, reply, packet.payload);
            }
        }
    }
}

fn is_late(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

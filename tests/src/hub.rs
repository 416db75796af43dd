//! A line that several hosts share, as a broadcasting adapter or a terminal left open makes one.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long the hub sleeps where nobody says anything.
const TURN: Duration = Duration::from_micros(200);
/// How long anything that a test waits for may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Passes the frames of all its hosts to one board, and what that says to all of them.
#[derive(Debug)]
pub struct Hub {
    /// Value of `--line`.
    pub line: String,
    flags: Arc<Flags>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Flags {
    stop: AtomicBool,
    /// The first host is not heard until the second has been.
    holds: AtomicBool,
}

struct Host {
    stream: TcpStream,
    /// Bytes of the frame under way, without zeros.
    frame: Vec<u8>,
    /// Number of frames that it has sent.
    sent: usize,
}

impl Hub {
    /// A hub at a board's line. Its first host is heard until it has sent so many frames, and then
    /// again from the moment that another one has sent its first.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn new(mut board: UnixStream, frames: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        listener.set_nonblocking(true).expect("it is ours");
        board.set_nonblocking(true).expect("it is ours");
        let flags = Arc::new(Flags::default());
        let shared = Arc::clone(&flags);
        let thread = thread::spawn(move || {
            let mut hosts = Vec::new();
            while !shared.stop.load(Ordering::Relaxed) {
                if let Ok((stream, _)) = listener.accept() {
                    stream.set_nonblocking(true).expect("it is ours");
                    stream.set_nodelay(true).expect("it is ours");
                    hosts.push(Host::new(stream));
                }
                if !turn(&mut board, &mut hosts, frames, &shared) {
                    thread::sleep(TURN);
                }
            }
        });
        Self {
            line: format!("tcp:{address}"),
            flags,
            thread: Some(thread),
        }
    }

    /// Waits until the first host is not heard any more.
    ///
    /// # Panics
    /// Where that takes too long.
    pub fn wait_until_it_holds(&self) {
        let start = Instant::now();
        while !self.flags.holds.load(Ordering::Relaxed) {
            assert!(start.elapsed() < PATIENCE, "the first host says too little");
            thread::sleep(TURN);
        }
    }
}

/// Passes on what there is; returns whether there was anything.
fn turn(board: &mut UnixStream, hosts: &mut [Host], frames: usize, flags: &Flags) -> bool {
    let said = read(board);
    for host in &mut *hosts {
        // A host that has gone hears nothing.
        let _ = write(&mut host.stream, &said);
    }
    let mut busy = !said.is_empty();
    for index in 0..hosts.len() {
        let alone = hosts.iter().skip(1).all(|host| host.sent == 0);
        let Some(host) = hosts.get_mut(index) else {
            continue;
        };
        let holds = index == 0 && alone && host.sent >= frames;
        flags.holds.fetch_or(holds, Ordering::Relaxed);
        if !holds {
            busy |= host.pass(board);
        }
    }
    busy
}

impl Host {
    fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            frame: Vec::new(),
            sent: 0,
        }
    }

    /// Passes on the frames that it has ended; returns whether it said anything.
    fn pass(&mut self, board: &mut UnixStream) -> bool {
        let said = read(&mut self.stream);
        for &byte in &said {
            match byte {
                0 if self.frame.is_empty() => {}
                0 => {
                    let frame = std::mem::take(&mut self.frame);
                    let whole = [&[0], &frame[..], &[0]].concat();
                    write(board, &whole).expect("the board reads");
                    self.sent += 1;
                }
                byte => self.frame.push(byte),
            }
        }
        !said.is_empty()
    }
}

/// Returns the bytes that have come, without waiting.
fn read(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = [0; 1024];
    let count = from.read(&mut bytes).unwrap_or(0);
    bytes.get(..count).unwrap_or_default().to_vec()
}

fn write(to: &mut impl Write, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(TURN),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.flags.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

use downhill_link::{FrameReader, Packet, Reply, Role, TooLong, encode};

/// Layer between frames and messages: it decides what of a line reaches the session, and how what the
/// session says goes out.
pub trait Layer {
    /// Takes one byte from the line; what it answers itself goes to the front of `out`.
    fn take<'r, const N: usize>(
        &mut self,
        reader: &'r mut FrameReader<N>,
        byte: u8,
        out: &mut [u8],
    ) -> Taken<'r>;

    /// Writes a message of a session as a frame to the front of `buffer`.
    ///
    /// # Errors
    /// [`TooLong`].
    fn encode<'b>(
        &mut self,
        reply: &Reply<'_>,
        session: u32,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], TooLong>;
}

/// Outcome of a byte from the line.
#[derive(Debug)]
pub enum Taken<'r> {
    /// Nothing for anybody.
    Nothing,
    /// A packet for the session, from a host of this role.
    Packet(Packet<'r>, Role),
    /// The layer's own answer, a frame of so many bytes.
    Answer(usize),
    /// The same, to a frame that it does not let through.
    Refusal(usize),
}

/// The plain link: whoever has the line may give any command.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Layer for Plain {
    #[inline(always)]
    fn take<'r, const N: usize>(
        &mut self,
        reader: &'r mut FrameReader<N>,
        byte: u8,
        _: &mut [u8],
    ) -> Taken<'r> {
        match reader.push(byte) {
            Some(packet) => Taken::Packet(packet, Role::Write),
            None => Taken::Nothing,
        }
    }

    #[inline(always)]
    fn encode<'b>(
        &mut self,
        reply: &Reply<'_>,
        session: u32,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], TooLong> {
        encode(reply, session, buffer)
    }
}

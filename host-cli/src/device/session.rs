//! Ends of a session with a board.

use downhill_link::SessionLost;

use crate::support::failure::Failure;

/// Failure of a host whose session is no longer the board's.
pub(super) fn lost(lost: &SessionLost) -> Failure {
    let SessionLost { by, executed, .. } = lost;
    if *by == 0 {
        return Failure::Input(
            "the board was started anew, and has forgotten this session; look at its power and at \
             its log, and begin again"
                .into(),
        );
    }
    let executed = match executed {
        Some(executed) => format!(" after it had executed {executed} commands of this session"),
        None => String::new(),
    };
    Failure::Input(format!(
        "another program has taken over the board (session {by:08x}){executed}; let one program at \
         a time use it"
    ))
}

/// Failure of a host that shares its session with another.
pub(super) fn conflict(seq: u32) -> Failure {
    Failure::Input(format!(
        "the board has executed another command {seq} of this session, which only another program \
         can have given; let one program at a time use it"
    ))
}

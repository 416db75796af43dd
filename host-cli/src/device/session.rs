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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_that_was_started_anew_is_told_from_one_that_another_program_took() {
        let said = |by, executed| {
            let session = 0x5e55_1011;
            lost(&SessionLost {
                session,
                by,
                executed,
            })
            .to_string()
        };
        assert!(said(0, None).starts_with("the board was started anew, and has forgotten"));
        let taken = "another program has taken over the board (session 0000beef)";
        let one = "; let one program at a time use it";
        assert_eq!(said(0xbeef, None), format!("{taken}{one}"));
        assert_eq!(
            said(0xbeef, Some(57)),
            format!("{taken} after it had executed 57 commands of this session{one}")
        );
    }
}

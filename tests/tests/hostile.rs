//! Hosts against boards that lie: none panics, goes on without end, takes all memory, or believes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::{Dyn, Fingerprint, Recipe};
use downhill_link::{
    Ack, Alert, Capabilities, Event, Hello, Numbers, Progress, Query, Reply, State,
};
use downhill_tests::board::Board;
use downhill_tests::liar::{Liar, Mouth};
use downhill_tests::{data, downhill, is_long, petals};
use rustix::process::{Pid, Signal, kill_process};

/// Output of a command.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    error: String,
}

/// Runs `device` with these words at a line: a minute is its limit and half a gigabyte its memory.
fn device(folder: &Path, line: &str, words: &str) -> Said {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 500000; exec \"$0\" \"$@\""]);
    command.arg(downhill(&[]).get_program()).arg("device");
    command.args(words.split(' ')).args(["--line", line]);
    // A board that answers has time, also on a busy machine.
    if !words.contains("--timeout") {
        command.args(["--timeout", "10"]);
    }
    command.current_dir(folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("`{words}` goes on without end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let ended = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = Said {
        code: ended.status.code(),
        out: text(ended.stdout),
        error: text(ended.stderr),
    };
    let all = format!("{}{}", said.out, said.error);
    assert!(matches!(said.code, Some(0 | 1 | 4)), "`{words}`: {said:?}");
    assert!(!all.contains("panicked"), "`{words}`: {all}");
    let acts = |letter: char| letter.is_control() && letter != '\n';
    assert!(!all.contains(acts), "`{words}`: {all:?}");
    said
}

/// All that a host asks a board.
const ALL: [&str; 9] = [
    "info",
    "configure model.json",
    "stream iris.csv --model model.json --limit 5",
    "pull --model model.json --out pulled.json",
    "pull --checkpoint pulled.bin",
    "push model.json",
    "watch --frames 2 --every 20",
    "record run.jsonl iris.csv --model model.json --limit 5",
    "label 1 --take",
];

/// Configures a board, and then does all else.
fn all(folder: &Path, board: &Liar) -> Vec<Said> {
    let words = ALL.iter().cycle().skip(1).take(ALL.len());
    let soon = |words| format!("{words} --timeout 0.3");
    words
        .map(|words| device(folder, &board.line, &soon(words)))
        .collect()
}

/// Each of these says so; the first is what `configure` says.
fn each(board: &Liar, wanted: &[(&str, i32, &str)]) {
    let folder = petals();
    for &(words, code, said) in wanted {
        let got = device(folder.path(), &board.line, words);
        assert_eq!(got.code, Some(code), "`{words}`: {got:?}");
        let all = format!("{}{}", got.out, got.error);
        assert!(all.contains(said), "`{words}` has no `{said}`: {got:?}");
    }
}

/// A piece of state, of either kind.
fn state<'a>(reply: Reply<'a>, change: impl FnOnce(&mut State<'a>)) -> Reply<'a> {
    match reply {
        Reply::State(mut state) => {
            change(&mut state);
            Reply::State(state)
        }
        Reply::Checkpoint(mut state) => {
            change(&mut state);
            Reply::Checkpoint(state)
        }
        reply => reply,
    }
}

fn ack(reply: Reply<'_>, change: impl FnOnce(&mut Ack)) -> Reply<'_> {
    match reply {
        Reply::Ack(mut ack) => {
            change(&mut ack);
            Reply::Ack(ack)
        }
        reply => reply,
    }
}

fn hello<'a>(reply: Reply<'a>, change: impl FnOnce(&mut Hello<'a>)) -> Reply<'a> {
    match reply {
        Reply::Hello(mut hello) => {
            change(&mut hello);
            Reply::Hello(hello)
        }
        reply => reply,
    }
}

const CONFIGURE: (&str, i32, &str) = ("configure model.json", 0, "has a new fit");

#[test]
fn a_state_longer_than_any_fit_is_not_waited_for() {
    let words = [1.0; 100];
    let board = Liar::answering(move |mouth, reply, _| {
        let at = match mouth.asked {
            Some(Query::Pull { at, .. } | Query::Checkpoint { at, .. }) => at,
            _ => 0,
        };
        mouth.say(&state(reply, |state| {
            state.at = at;
            state.length = u32::MAX;
            state.words = Numbers::new(&words);
        }));
    });
    let why = "announces a state of 4294967295 words, and its fit has at most ";
    each(
        &board,
        &[
            CONFIGURE,
            ("info", 1, why),
            ("pull --model model.json", 1, why),
            ("pull --checkpoint out.bin", 1, why),
            ("watch --frames 2", 1, why),
        ],
    );
}

/// It has the board's own room, and a piece has a word.
#[test]
fn pieces_that_come_without_end_have_an_end() {
    let board = Liar::answering(move |mouth, reply, _| {
        std::thread::sleep(Duration::from_millis(30));
        let at = match mouth.asked {
            Some(Query::Checkpoint { at, .. }) => at,
            _ => 0,
        };
        let reply = match reply {
            // Of any size that the board has room for.
            Reply::Recipe { tag, .. } => Reply::Recipe {
                tag,
                recipe: Some(wide(6_990)),
                signal: downhill_link::Signal::NONE,
            },
            reply => reply,
        };
        mouth.say(&state(reply, |state| {
            state.at = at;
            state.length = 7_000;
            state.words = Numbers::new(&[1.0]);
        }));
    });
    each(
        &board,
        &[("pull --checkpoint out.bin --timeout 0.3", 1, "too slowly")],
    );
}

/// It says just in time that it has each of them.
#[test]
fn pieces_that_are_taken_just_in_time_have_an_end() {
    let board = Liar::answering(|mouth, reply, _| {
        if let Reply::Ack(_) = reply {
            std::thread::sleep(Duration::from_millis(300));
        }
        mouth.say(&hello(reply, |hello| hello.frame = 160));
    });
    let folder = petals();
    let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "petal_w"]);
    fit.args(["--model", "mlp:64:tanh", "--features", "sepal_l,petal_l"]);
    fit.args(["--epochs", "1", "--lr", "0.01", "--out", "wide.json"]);
    fit.current_dir(&folder).assert().code(0);
    let said = device(folder.path(), &board.line, "push wide.json --timeout 1");
    assert_eq!(said.code, Some(1), "{said:?}");
    let why = "the board takes its state too slowly: ";
    assert!(said.error.contains(why), "{said:?}");
}

/// What it did last is not in the recording, which is not whole then.
#[test]
fn a_recording_without_the_sample_that_was_learned_last_is_not_whole() {
    let board = Liar::answering(|mouth, reply, _| {
        mouth.say(&ack(reply, |ack| match &mut ack.result {
            Ok(progress) if progress.step == 5 => progress.loss = f32::NAN,
            _ => {}
        }));
    });
    let folder = petals();
    let words = "record run.jsonl iris.csv --model model.json";
    let said = device(folder.path(), &board.line, words);
    assert_eq!(said.code, Some(1));
    assert!(said.error.contains(", and one more taken; "), "{said:?}");
    assert!(is_cut(folder.path()));
}

/// Whether a replay of the recording says that it was cut.
fn is_cut(folder: &Path) -> bool {
    let mut replay = downhill(&["replay", "run.jsonl", "--json"]);
    let replayed = replay.current_dir(folder).assert().code(0);
    downhill_tests::json(&replayed)["cut"] == true
}

/// A recipe of so many features.
fn wide(features: u16) -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(features), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Sgd(Sgd::new(0.1)),
    )
}

#[test]
fn a_state_that_does_not_come_or_changes_its_length_is_given_up() {
    let board = Liar::answering(move |mouth, reply, _| {
        mouth.say(&state(reply, |state| state.words = Numbers::new(&[])));
    });
    each(
        &board,
        &[
            CONFIGURE,
            (
                "pull --model model.json",
                1,
                "sends no more of its state than 0 of ",
            ),
            (
                "watch --frames 2",
                1,
                "sends no more of its state than 0 of ",
            ),
        ],
    );
    let board = Liar::answering(move |mouth, reply, _| {
        mouth.say(&state(reply, |state| {
            state.length += state.at;
            state.words = Numbers::new(&[1.0]);
        }));
    });
    let why = "begun another fit while its state was pulled";
    each(&board, &[CONFIGURE, ("pull --model model.json", 1, why)]);
}

#[test]
fn answers_to_what_nobody_asked_are_none() {
    let board = Liar::answering(|mouth, reply, _| {
        let reply = match state(reply, |state| state.tag ^= 1) {
            Reply::Counters { tag, counters } => Reply::Counters {
                tag: tag ^ 1,
                counters,
            },
            reply => ack(reply, |ack| ack.seq = ack.seq.wrapping_add(9)),
        };
        mouth.say(&reply);
    });
    each(
        &board,
        &[
            (
                "configure model.json --timeout 0.3",
                1,
                "the board does not answer (127.0.0.1:",
            ),
            (
                "info --timeout 0.3",
                1,
                "the board does not answer (127.0.0.1:",
            ),
        ],
    );
}

#[test]
fn another_fingerprint_and_numbers_that_are_none_are_seen() {
    let board = Liar::answering(|mouth, reply, _| {
        mouth.say(&state(reply, |state| {
            state.fingerprint = Fingerprint(state.fingerprint.0 ^ 1);
        }));
    });
    let why = "has the fingerprint ";
    each(&board, &[CONFIGURE, ("pull --model model.json", 4, why)]);

    let board = Liar::answering(|mouth, reply, _| {
        let reply = ack(reply, |ack| {
            if let Ok(progress) = &mut ack.result {
                progress.loss = f32::NAN;
            }
        });
        let none = [f32::NAN; 200];
        mouth.say(&state(reply, |state| {
            let words = state.words.len().min(none.len());
            state.words = Numbers::new(&none[..words]);
        }));
    });
    let why = "which no fit has";
    each(
        &board,
        &[
            CONFIGURE,
            ("stream iris.csv --model model.json", 1, why),
            ("watch iris.csv --model model.json", 1, why),
            (
                "record run.jsonl iris.csv --model model.json",
                1,
                "that no fit has",
            ),
            (
                "pull --model model.json --out pulled.json",
                1,
                "the state of liar: ",
            ),
            ("pull --checkpoint pulled.bin", 1, ""),
        ],
    );
}

/// Answers the orders of a sensor as a node does.
fn as_node(reply: Reply<'_>) -> Reply<'_> {
    let reply = hello(reply, |hello| {
        hello.capabilities = Capabilities(hello.capabilities.0 | Capabilities::SENSOR.0);
    });
    ack(reply, |ack| {
        ack.result = ack.result.or(Ok(Progress { step: 0, loss: 0.0 }));
    })
}

/// A sample that a board tells of, with these features.
fn learned<'a>(number: u32, features: &'a [f32]) -> Reply<'a> {
    Reply::Event {
        number,
        event: Event::Learned {
            sample: number,
            step: u64::from(number),
            loss: 1.0,
            fingerprint: Fingerprint(7),
            features: Numbers::new(features),
            target: Numbers::new(&[1.0]),
        },
    }
}

/// A node that learns so many samples, a host of which is told of those that are not lost.
fn telling(samples: u32, lost: fn(u32) -> bool) -> Liar {
    // Counters that were told, and events.
    let told = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
    let counted = Arc::clone(&told);
    Liar::talking(
        move |mouth, reply, _| {
            let [asked, events] = &*counted;
            mouth.say(&match as_node(reply) {
                Reply::Counters { tag, mut counters } => {
                    counters.turns = (asked.fetch_add(1, Ordering::SeqCst) + 1).into();
                    counters.events = events.load(Ordering::SeqCst);
                    Reply::Counters { tag, counters }
                }
                reply => reply,
            });
        },
        move |mouth| {
            let [asked, events] = &*told;
            let number = events.load(Ordering::SeqCst) + 1;
            // Its state was pulled between the first two.
            if asked.load(Ordering::SeqCst) >= 2 && number <= samples {
                events.store(number, Ordering::SeqCst);
                if !lost(number) {
                    mouth.say(&learned(number, &[1.0, 2.0]));
                }
            }
        },
    )
}

/// None, every third one, or the first.
#[test]
fn a_recording_that_lacks_events_of_a_node_is_not_whole() {
    let lost: [fn(u32) -> bool; 3] = [|_| false, |number| number % 3 == 0, |number| number == 1];
    for (loses, lost) in [false, true, true].into_iter().zip(lost) {
        let board = telling(u32::MAX, lost);
        let folder = petals();
        device(folder.path(), &board.line, "configure model.json");
        let said = device(folder.path(), &board.line, "record run.jsonl --limit 20");
        assert_eq!(said.code, Some(i32::from(loses)), "{said:?}");
        let text = fs::read_to_string(folder.path().join("run.jsonl")).unwrap();
        assert_eq!(text.matches("\"sample\"").count(), 20, "{text}");
        assert_eq!(text.contains("{\"end\":"), !loses, "{text}");
        let told = " did not arrive (127.0.0.1:";
        assert_eq!(said.error.contains(told), loses, "{said:?}");
        let kept = "the 23 entries in run.jsonl lack what they told, and have no end mark";
        assert_eq!(said.error.contains(kept), loses, "{said:?}");
    }
}

/// Nothing comes after it that its number could be compared with.
#[test]
fn a_recording_that_lacks_the_last_event_of_a_node_is_not_whole() {
    let lost: [fn(u32) -> bool; 2] = [|_| false, |number| number == 8];
    for (loses, lost) in [false, true].into_iter().zip(lost) {
        let board = telling(8, lost);
        let folder = petals();
        device(folder.path(), &board.line, "configure model.json");
        let mut host = Command::new(downhill(&[]).get_program());
        host.args(["device", "record", "run.jsonl", "--line", &board.line]);
        host.current_dir(&folder);
        host.stdout(Stdio::null()).stderr(Stdio::piped());
        let host = host.spawn().unwrap();
        let samples = || {
            let text = fs::read_to_string(folder.path().join("run.jsonl")).unwrap_or_default();
            text.matches("\"sample\"").count()
        };
        while samples() < 8 - usize::from(loses) {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill_process(Pid::from_child(&host), Signal::INT).unwrap();
        let ended = host.wait_with_output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(i32::from(loses)), "{error}");
        let text = fs::read_to_string(folder.path().join("run.jsonl")).unwrap();
        assert_eq!(text.contains("{\"end\":"), !loses, "{text}");
        assert_eq!(
            error.contains("1 event of the board did not arrive"),
            loses,
            "{error}"
        );
    }
}

#[test]
fn events_without_end_are_not_kept_without_end() {
    for alerts in [false, true] {
        let mut number = 0;
        let board = Liar::talking(
            |mouth, reply, _| {
                if let Reply::Hello(_) | Reply::Ack(_) = reply {
                    mouth.say(&as_node(reply));
                }
            },
            move |mouth| {
                for _ in 0..2000 {
                    number += 1;
                    let alert = Reply::Event {
                        number,
                        event: Event::Alert {
                            sample: number,
                            alert: Alert::Anomaly,
                        },
                    };
                    match alerts {
                        true => mouth.say(&alert),
                        false => mouth.say(&learned(number, &[1.0; 100])),
                    }
                }
            },
        );
        let folder = petals();
        let said = device(folder.path(), &board.line, "info --timeout 2");
        assert_eq!(said.code, Some(1));
        let told = ["does not answer", "tells of more than 16384 samples"];
        assert!(
            told.iter().any(|told| said.error.contains(told)),
            "{said:?}"
        );
    }
}

#[test]
fn a_sample_with_a_number_that_is_none_is_refused() {
    let mut number = 0;
    let board = Liar::talking(
        |mouth, reply, _| mouth.say(&as_node(reply)),
        move |mouth| {
            number += 1;
            if number % 50 == 0 {
                mouth.say(&learned(number, &[1.0, f32::NAN]));
            }
        },
    );
    let why = "a number that no fit learns from";
    each(&board, &[CONFIGURE, ("watch --frames 50", 1, why)]);
}

#[test]
fn what_cannot_be_read_is_named_with_the_speed() {
    let noise = |mouth: &mut Mouth| {
        let bytes: Vec<u8> = (0..64).map(|_| mouth.random.below(256) as u8).collect();
        mouth.bytes(&bytes);
        mouth.bytes(&[3, 0]);
    };
    let board = Liar::talking(|_, _, _| {}, noise);
    let folder = petals();
    for words in &ALL[..3] {
        let said = device(
            folder.path(),
            &board.line,
            &format!("{words} --timeout 0.3"),
        );
        assert!(
            said.error.contains("nothing readable in 0 s (127.0.0.1:"),
            "{said:?}"
        );
        let cure = " damaged frames; is the serial server's speed the board's, ";
        assert!(said.error.contains(cure), "{said:?}");
    }
    // A serial port has a speed.
    let board = Board::with(|mut wire, stop| {
        while !stop.load(std::sync::atomic::Ordering::Relaxed) {
            let _ = embedded_io::Write::write(&mut wire, &[9, 200, 7, 0, 80, 0]);
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let said = device(folder.path(), &board.line, "info --baud 9600 --timeout 0.3");
    assert!(
        said.error
            .contains(" damaged frames; is `--baud 9600` the board's speed?"),
        "{said:?}"
    );
    let board = Liar::talking(|_, _, _| {}, |mouth| mouth.bytes(&[1]));
    let said = device(folder.path(), &board.line, "info --timeout 0.3");
    assert!(said.error.contains(" bytes, and no frame; "), "{said:?}");
    let board = Liar::answering(|_, _, _| {});
    let said = device(folder.path(), &board.line, "info --timeout 0.3");
    assert!(
        said.error.contains("the board does not answer (127.0.0.1:")
            && said.error.contains("does another program hold the line?"),
        "{said:?}"
    );
}

/// Of each frame the first half.
#[test]
fn half_frames_are_damaged() {
    let board = Liar::answering(|mouth, reply, _| {
        let mut frame = [0; 576];
        let frame = downhill_link::encode(&reply, mouth.session, &mut frame).unwrap();
        mouth.bytes(&frame[..frame.len() / 2]);
    });
    let said = device(petals().path(), &board.line, "info --timeout 0.3");
    assert!(said.error.contains("nothing readable"), "{said:?}");
}

#[test]
fn a_board_of_another_version_is_told() {
    let board = Liar::answering(|mouth, reply, _| {
        mouth.say(&hello(reply, |hello| hello.version = 99));
    });
    let said = device(petals().path(), &board.line, "info --timeout 0.3");
    assert!(said.error.contains("speaks version 99"), "{said:?}");
}

/// A title, colors, a line of its own, and letters from right to left.
#[test]
fn a_name_with_orders_for_a_terminal_is_escaped() {
    let board = Liar::answering(|mouth, reply, _| {
        mouth.say(&hello(reply, |hello| {
            hello.board = "\u{1b}]0;x\u{7}\r\nok\u{9b}1m\u{202e}"
        }));
    });
    let folder = petals();
    let shown = r"\u{1b}]0;x\u{7}\r\nok\u{9b}1m\u{202e}";
    for said in all(folder.path(), &board) {
        let all = format!("{}{}", said.out, said.error);
        assert!(!all.contains('\u{202e}'), "{all}");
        let names = said.code == Some(0) || said.error.contains("liar");
        assert!(!names || all.contains(shown), "{said:?}");
    }
    let mut replay = downhill(&["replay", "run.jsonl"]);
    let replayed = replay.current_dir(&folder).assert().code(0);
    let replayed = downhill_tests::stdout(&replayed);
    assert!(replayed.contains(shown), "{replayed:?}");
}

/// Boards that say of themselves and of their fits what cannot be.
#[test]
fn impossible_boards_and_fits_are_survived() {
    let largest = |mouth: &mut Mouth, reply: Reply<'_>, _: &[u8]| {
        let reply = match hello(reply, |hello| {
            (hello.arena, hello.frame, hello.window) = (u32::MAX, u16::MAX, u8::MAX);
            hello.capabilities = Capabilities(u32::MAX.try_into().unwrap_or(!0));
        }) {
            Reply::Recipe { tag, .. } => Reply::Recipe {
                tag,
                recipe: Some(wide(u16::MAX).batch(u16::MAX)),
                signal: downhill_link::Signal::NONE,
            },
            reply => reply,
        };
        let reply = state(reply, |state| state.steps = u64::MAX);
        mouth.say(&ack(reply, |ack| {
            ack.result = Ok(Progress {
                step: u64::MAX,
                loss: f32::MAX,
            });
        }));
    };
    let smallest = |mouth: &mut Mouth, reply: Reply<'_>, _: &[u8]| {
        let reply = match hello(reply, |hello| {
            (hello.arena, hello.frame, hello.window) = (0, 0, 0);
            hello.board = "";
        }) {
            Reply::Recipe { tag, .. } => Reply::Recipe {
                tag,
                recipe: Some(wide(0)),
                signal: downhill_link::Signal::NONE,
            },
            reply => reply,
        };
        mouth.say(&reply);
    };
    let folder = petals();
    let boards: [fn(&mut Mouth, Reply<'_>, &[u8]); 2] = [largest, smallest];
    for board in boards {
        all(folder.path(), &Liar::answering(board));
    }
}

/// It complains about a gap instead, again and again.
#[test]
fn a_board_that_reads_nothing_is_given_up() {
    let board = Liar::talking(
        |mouth, reply, _| {
            if !mouth.deaf {
                mouth.say(&reply);
            }
            mouth.deaf |= matches!(reply, Reply::Ack(_));
        },
        move |mouth| {
            if mouth.deaf {
                for got in 0..200 {
                    mouth.say(&Reply::OutOfOrder { expected: 2, got });
                }
            }
        },
    );
    let folder = petals();
    let said = device(folder.path(), &board.line, "push model.json --timeout 0.5");
    assert!(said.error.contains("does not answer"), "{said:?}");
}

/// Neither sample nor fault.
#[test]
fn a_sensor_that_never_tells_is_given_up() {
    let board = Liar::answering(|mouth, reply, _| {
        let reply = as_node(reply);
        mouth.say(&match reply {
            Reply::Counters { tag, mut counters } => {
                counters.turns = 7;
                Reply::Counters { tag, counters }
            }
            reply => reply,
        });
    });
    each(
        &board,
        &[
            CONFIGURE,
            (
                "label 1 --take --timeout 1",
                1,
                "tells of neither a sample nor a fault",
            ),
        ],
    );
}

/// Sound frames with a few bytes changed, which mean whatever they mean then.
#[test]
fn mutated_answers_are_survived() {
    let folder = petals();
    for seed in 0..if is_long() { 60 } else { 2 } {
        let mut drawn = false;
        let board = Liar::answering(move |mouth, _, payload| {
            if !drawn {
                mouth.random = downhill::random::Random::seed(seed);
                drawn = true;
            }
            let mut payload = payload.to_vec();
            // Without a greeting there is nothing to attack.
            if mouth.random.below(3) == 0 && payload.first() != Some(&0) {
                for _ in 0..=mouth.random.below(4) {
                    let at = mouth.random.below(payload.len() as u32) as usize;
                    payload[at] = mouth.random.below(256) as u8;
                }
            }
            mouth.frame(&payload);
        });
        all(folder.path(), &board);
    }
}

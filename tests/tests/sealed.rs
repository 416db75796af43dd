//! Boards that take keys: whom they obey, and what the command says of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use downhill_firmware::seal::{BuiltIn, Key, Keys, Volatile};
use downhill_tests::board::Board;
use downhill_tests::{data, downhill, json, stderr, stdout};
use tempfile::TempDir;

use crate::device::everything;

/// A board of the firmware's own code, paired; its keys are `board.read.key` and `board.write.key` in
/// the folder.
fn paired() -> (TempDir, Board) {
    let folder = tempfile::tempdir().unwrap();
    let board = Board::sealed(Volatile);
    let said = pair(&board, &folder.path().join("board"));
    let keys = "board.read.key may watch it, and ";
    assert!(
        said.starts_with("desk is paired: ") && said.contains(keys),
        "{said}"
    );
    (folder, board)
}

fn pair(board: &Board, name: &Path) -> String {
    let name = name.to_str().unwrap();
    stdout(&board.command(&["pair", name]).assert().code(0))
}

fn key(folder: &TempDir, role: &str) -> PathBuf {
    folder.path().join(format!("board.{role}.key"))
}

/// The text of `device info`.
fn info(board: &Board) -> String {
    stdout(&board.command(&["info"]).assert().code(0))
}

/// The end of a command that fails.
fn refused(board: &Board, arguments: &[&str]) -> String {
    stderr(&board.command(arguments).assert().code(1))
}

#[test]
fn everything_can_be_done_with_the_key_for_writing() {
    let (folder, mut board) = paired();
    board.key = Some(key(&folder, "write"));
    assert!(info(&board).contains("link      sealed, by the key for writing\n"));
    everything(&board, "f32");
}

#[test]
fn a_board_without_keys_is_open_and_says_so() {
    let plain = Board::on_terminal();
    let open = "link      plain, open to whoever has the line";
    assert!(info(&plain).contains(&format!("{open}\n")));
    assert_eq!(
        json(&plain.command(&["info", "--json"]).assert().code(0))["link"],
        "plain"
    );
    let board = Board::sealed(Volatile);
    assert!(info(&board).contains(&format!("{open}: `downhill device pair`\n")));
    everything(&board, "f32");
}

#[test]
fn a_paired_board_refuses_the_plain_link_and_other_keys() {
    let (folder, mut board) = paired();
    let said = refused(&board, &["info"]);
    assert!(
        said.contains("the board was paired, and answers only who has a key"),
        "{said}"
    );
    let other = folder.path().join("other");
    let said = refused(&board, &["pair", other.to_str().unwrap()]);
    assert!(said.contains("the board was paired already"), "{said}");
    // No key is left behind that opens nothing.
    assert!(!folder.path().join("other.write.key").exists());

    let strange = tempfile::tempdir().unwrap();
    pair(&Board::sealed(Volatile), &strange.path().join("board"));
    board.key = Some(key(&strange, "write"));
    let said = refused(&board, &["info"]);
    assert!(said.contains("the board does not take this key"), "{said}");
    board.key = Some(key(&folder, "write"));
    assert!(info(&board).contains("0 learned, 0 commands refused"));
}

#[test]
fn the_key_for_reading_reads() {
    let (folder, mut board) = paired();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (model, rows) = (path("petals.json"), data("iris.csv"));
    downhill(&[
        "fit", &rows, "--target", "petal_w", "--epochs", "2", "--out", &model,
    ])
    .assert()
    .code(0);
    board.key = Some(key(&folder, "write"));
    let configured = stdout(&board.command(&["configure", &model]).assert().code(0));
    let (_, print) = configured.trim().rsplit_once(' ').unwrap();

    board.key = Some(key(&folder, "read"));
    let told = json(&board.command(&["info", "--json"]).assert().code(0));
    assert_eq!(
        (&told["link"], &told["fingerprint"]),
        (&"read".into(), &print.into())
    );
    let pulled = path("pulled.json");
    let pull = ["pull", "--model", &model, "--out", &pulled];
    board.command(&pull).assert().code(0);
    for writes in [
        &["configure", &model][..],
        &["push", &model],
        &["stream", &rows, "--model", &model],
    ] {
        let said = refused(&board, writes);
        assert!(
            said.contains("the key of this session is for reading only"),
            "{said}"
        );
    }
    let more = path("more");
    let said = stderr(&board.command(&["pair", &more]).assert().code(2));
    assert!(said.contains("for writing"), "{said}");
    let told = json(&board.command(&["info", "--json"]).assert().code(0));
    assert_eq!(
        (&told["samples"], &told["fingerprint"]),
        (&0.into(), &print.into())
    );
}

#[test]
fn keys_are_replaced_by_who_may_write() {
    let (folder, mut board) = paired();
    let next = tempfile::tempdir().unwrap();
    board.key = Some(key(&folder, "write"));
    pair(&board, &next.path().join("board"));
    let said = refused(&board, &["info"]);
    assert!(said.contains("the board does not take this key"), "{said}");
    board.key = Some(key(&next, "read"));
    assert!(info(&board).contains("link      sealed, by the key for reading\n"));
}

#[test]
fn keys_that_are_built_in_stay() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys {
        read: Key::new([0xa5; 32]),
        write: Key::new([0x5a; 32]),
    };
    let mut board = Board::sealed(BuiltIn(keys));
    let path = key(&folder, "write");
    fs::write(
        &path,
        format!("downhill key 1\nwrite {}\n", "5a".repeat(32)),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    board.key = Some(path.clone());
    let next = folder.path().join("next");
    let said = refused(&board, &["pair", next.to_str().unwrap()]);
    assert!(said.contains("the board could not keep the keys"), "{said}");
    assert!(!folder.path().join("next.write.key").exists());
    assert!(info(&board).contains("sealed, by the key for writing"));

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let said = refused(&board, &["info"]);
    assert!(
        said.contains("others may read this key (mode 644)"),
        "{said}"
    );
    assert!(!said.contains("5a5a"), "{said}");
}

#[test]
fn a_firmware_without_the_feature_takes_no_keys() {
    let mut board = Board::on_terminal();
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("board");
    let pair = ["pair", name.to_str().unwrap(), "--timeout", "1"];
    let said = refused(&board, &pair);
    assert!(
        said.contains("was its firmware built with the feature `sealed`"),
        "{said}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let (other, paired) = paired();
    drop(paired);
    board.key = Some(key(&other, "write"));
    let said = refused(&board, &["info", "--timeout", "1"]);
    assert!(
        said.contains("was its firmware built with the feature `sealed`"),
        "{said}"
    );
}

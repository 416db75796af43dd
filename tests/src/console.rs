//! The `console` blocks of a page: what they show is what their commands print.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::downhill;

/// Runs the blocks that begin with ` ```console ` and `mark`, in a folder, and compares: a page
/// has to show to the letter what is printed. Where `DOWNHILL_OVERWRITE` is set it is written anew.
pub fn check(path: &Path, folder: &Path, mark: &str) {
    let page = fs::read_to_string(path).expect("the page is there");
    let now = printed(&page, folder, &format!("```console{mark}\n"));
    match env::var_os("DOWNHILL_OVERWRITE") {
        Some(_) => fs::write(path, now).expect("the page can be written"),
        None => assert_eq!(page, now, "{} shows something else", path.display()),
    }
}

/// The page with what its commands print now.
fn printed(page: &str, folder: &Path, fence: &str) -> String {
    let mut out = String::new();
    let mut parts = page.split(fence);
    out += parts.next().unwrap_or_default();
    for part in parts {
        let (block, rest) = part.split_once("```").expect("a block ends");
        out += fence;
        for command in commands(block) {
            out += &format!("$ {command}\n{}", print(folder, &command));
        }
        out += "```";
        out += rest;
    }
    out
}

/// The commands of a block, each with the lines that a `\` at the end of one adds to it.
pub fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push(command.into()),
            (None, Some(last)) if last.ends_with('\\') => {
                last.push('\n');
                last.push_str(line);
            }
            _ => {}
        }
    }
    commands
}

/// Output of a command line in a shell that has `downhill` on its path.
pub fn print(folder: &Path, line: &str) -> String {
    let program = PathBuf::from(downhill(&[]).get_program());
    let programs = program.parent().expect("a folder").display().to_string();
    let path = format!("{programs}:{}", env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", path);
    let output = shell.output().expect("a shell");
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("results are UTF-8")
}

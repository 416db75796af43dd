//! Runs exported models on an emulated board.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use downhill_boards::M4F;

use crate::firmware::Build;
use crate::qemu;
use crate::toolchain;

/// `cargo xtask exported FOLDER`: prints what the firmware prints.
pub(crate) fn run(folder: &Path) -> Result<()> {
    let folder = folder
        .canonicalize()
        .with_context(|| format!("there is no folder {}", folder.display()))?;
    let folder = folder.to_str().context("the folder's name is not UTF-8")?;
    let build = Build {
        settings: vec![format!("env.DOWNHILL_EXPORTED={folder:?}")],
        ..Build::check("exported", M4F)
    };
    let run = qemu::Run {
        machine: "mps2-an386",
        elf: &build.run(&toolchain::for_targets(&[M4F])?)?,
        counting: None,
        timeout: Duration::from_secs(300),
    };
    print!("{}", run.output()?);
    Ok(())
}

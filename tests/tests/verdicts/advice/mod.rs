//! Every advice is followed: after it a fit is no worse on its validation rows.

mod cases;
#[path = "../../../../host-cli/src/train/verdicts/cure.rs"]
mod cure;
mod follow;

use downhill_tests::is_long;

use cases::cases;
use cure::Cure;
use follow::follow;

/// Each cure in turn on one set, or in the long form on all of its five.
#[test]
fn no_advice_makes_a_fit_worse() {
    let folder = tempfile::tempdir().unwrap();
    cases::write_data(folder.path());
    let (mut followed, mut wrong) = (0, Vec::new());
    for &cure in Cure::ALL {
        let all = cases(cure);
        let some = if is_long() { all.len() } else { 1 };
        for case in &all[..some] {
            followed += 1;
            if let Err(error) = follow(cure, case, folder.path()) {
                wrong.push(format!("{} on {case:?}: {error}", cure.name()));
            }
        }
    }
    println!("{followed} advices followed, {} in vain", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

//! Rows that sum up others, where the first column has names.

use super::{fitted, inspected, range, refused, says, unfitted, write};

#[test]
fn sums_behind_the_last_row_are_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "A,10,3\nB,20,5\nC,30,9\n";
    for (ends, count) in [
        ("Total,60,17\n", 1),
        ("\nSumme:,60,17\nMittelwert,20,5.7\n", 2),
        ("\"Gesamt\",\"60\",\"17\"\n", 1),
        ("Subtotal,60,17\nGRAND TOTAL,60,17", 2),
        ("Average,20,5.7\nMax.,30,9\n\n", 2),
    ] {
        let text = format!("site,kwh,m2\n{rows}{ends}");
        let file = write(folder.path(), "sites.csv", &text);
        let found = inspected(&file, "kwh", &[]);
        assert_eq!(found["rows"], 3, "{ends}");
        assert_eq!(range(&found, "kwh"), [10.0, 30.0], "{ends}");
        assert_eq!(found["format"]["footer_lines"], count, "{ends}");
        assert_eq!(fitted(&file, "kwh", &[])["rows"]["train"], 3, "{ends}");
    }
}

#[test]
fn sums_among_the_rows_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "site,kwh,m2\nA,10,3\nB,20,5\nSubtotal,30,8\nC,30,9\nD,35,9\n";
    let file = write(folder.path(), "sites.csv", text);
    let message = unfitted(&file, "kwh", &[]);
    says(
        &message,
        &["sites.csv, line 4", "`Subtotal` looks like the end"],
    );
    let found = inspected(&file, "kwh", &["--comment", "Subtotal"]);
    assert_eq!(found["rows"], 4);
}

/// Words that are the names of rows, and sum up none, are no ends, wherever they stand.
#[test]
fn rows_of_statistics_stay_rows() {
    let folder = tempfile::tempdir().unwrap();
    for names in [
        ["mean", "max", "min", "mean", "max"],
        ["max", "A", "B", "C", "max"],
        ["Totaled", "average speed", "Counts", "x", "Maxima"],
        ["Shell", "Total", "Aral", "Total", "Jet"],
        ["Ben", "Carl", "Anna", "Min", "Total"],
        ["start", "run", "hold", "run", "end"],
    ] {
        let rows: String = (1..)
            .zip(names)
            .map(|(k, name)| format!("{name},{},{}\n", k * 7 % 5, k * 13 % 11))
            .collect();
        let file = write(folder.path(), "words.csv", &format!("stat,v,w\n{rows}"));
        assert_eq!(inspected(&file, "v", &[])["rows"], 5, "{names:?}");
    }
}

/// As many rows behind the word as one looks ahead, and more than a block of them.
#[test]
fn a_word_far_from_the_end_is_told_from_the_last() {
    let folder = tempfile::tempdir().unwrap();
    for rows in [300, 40_000] {
        let row = |at: usize| format!("site {at},{at},{}\n", at % 7);
        let all: String = (0..rows).map(row).collect();
        let second: usize = (0..rows).map(|at| at % 7).sum();
        let total = format!("Total,{},{second}\n", rows * (rows - 1) / 2);
        let file = write(
            folder.path(),
            "a.csv",
            &format!("site,kwh,m2\n{all}{total}"),
        );
        let found = inspected(&file, "kwh", &[]);
        assert_eq!(found["rows"].to_string(), rows.to_string());
        let file = write(
            folder.path(),
            "b.csv",
            &format!("site,kwh,m2\n{total}{all}"),
        );
        let message = refused(&["inspect", &file, "--target", "kwh"], 1);
        says(
            &message,
            &["b.csv, line 2", "looks like the end of the table"],
        );
    }
}

/// A row with a mean is no row, wherever it stands; where it is a name among such, it is one.
#[test]
fn means_among_the_rows_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["Average", "Mittelwert", "mean:", "Moyenne", "MEDIAN"] {
        let rows = format!("A,10,3\nB,20,5\n{name},15,4\nC,30,9\nD,35,9\n");
        let file = write(folder.path(), "t.csv", &format!("site,kwh,m2\n{rows}"));
        let message = unfitted(&file, "kwh", &[]);
        let told = format!("`{name}` looks like the end of the table, and rows follow it");
        says(&message, &["t.csv, line 4", &told]);
        let advised = message
            .split('`')
            .find(|text| text.starts_with("--comment "))
            .unwrap();
        let mark = advised.split_once(' ').unwrap().1.trim_matches('\'');
        assert_eq!(
            inspected(&file, "kwh", &["--comment", mark])["rows"],
            4,
            "{name}"
        );
    }
    let file = write(
        folder.path(),
        "t.csv",
        "Avg,kwh,m2\nAverage,20,5.67\nA,10,3\nB,20,5\nC,30,9\n",
    );
    says(
        &unfitted(&file, "kwh", &[]),
        &["t.csv, line 2", "`Average` looks like"],
    );
    // Of each device a mean and a peak.
    let rows: String = (0..40)
        .map(|row| format!("{},{row},{}\n", ["mean", "peak"][row % 2], row * row))
        .collect();
    let file = write(folder.path(), "t.csv", &format!("what,kwh,m2\n{rows}"));
    assert_eq!(inspected(&file, "kwh", &[])["rows"], 40);
}

/// Statistics behind the last row, as people and programs write them, with numbers and with names in
/// front.
#[test]
fn statistics_behind_the_last_row_are_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "Std. Dev.",
        "Std Dev",
        "StdDev",
        "St.Dev.",
        "SD",
        "Std. Deviation",
        "Standard deviation",
        "Std. Error",
        "Écart-type",
        "Ecart type",
        "Moyenne",
        "Mittelwert",
        "Standardabw.",
        "Stabw",
        "Varianz",
        "Variance",
        "Σ",
        "∑",
        "σ",
        "Ø",
        "x̄",
        "Mean ± SD",
        "RMS",
        "Range",
        "Samples",
        "Sample",
        "Count",
        "Observations",
        "Obs.",
        "Anzahl",
        "Min.",
        "Max:",
        "Minimum",
        "Desv. Est.",
        "Grand-Total",
        "Kurtosis",
        "Mittel (n=20)",
        "n = 20",
        "Mean [20 rows]",
    ] {
        for [first, more] in [["", ""], ["s", ""], ["", "Mean,4,5\n"], ["s", "n,20,20\n"]] {
            let row = |at: usize| format!("{first}{at},{}.5,{}.25\n", at * 7 % 11, at * 5 % 13);
            let rows: String = (0..20).map(row).collect();
            // Among names the numbers tell, among numbers the name does.
            let numbers = match first {
                "" => "0.1,0.2",
                _ if ["Σ", "∑", "Grand-Total"].contains(&name) => "108.0,123.00",
                _ => "5.40,6.150",
            };
            let text = format!("id,a,y\n{rows}{name},{numbers}\n{more}");
            let file = write(folder.path(), "t.csv", &text);
            let found = inspected(&file, "y", &[]);
            assert_eq!(found["rows"], 20, "{name} behind {first}19");
            let count = 1 + more.lines().count();
            assert_eq!(found["format"]["footer_lines"], count, "{name}");
        }
    }
    for last in ["n", "N"] {
        for [first, behind] in [["", ",20,19"], ["s", ",20,20"]] {
            let row = |at: usize| format!("{first}{at},{}.5,{}.25\n", at * 7 % 11, at * 5 % 13);
            let rows: String = (0..20).map(row).collect();
            let text = format!("id,a,y\n{rows}{last}{behind}\n");
            let file = write(folder.path(), "t.csv", &text);
            assert_eq!(inspected(&file, "y", &[])["rows"], 20, "{last}{behind}");
        }
    }
    // The north.
    let text = "wind,a,y\nE,3,1\nSE,4,2\nS,7,4\nW,2,9\nNW,1,4\nN,2,3\n";
    let file = write(folder.path(), "t.csv", text);
    assert_eq!(inspected(&file, "y", &[])["rows"], 6);
}

use std::io::Write;

use crate::error::TableError;
use crate::open::CsvFile;
use crate::options::ReadOptions;
use crate::table::Table;

fn open(text: &str, options: &ReadOptions) -> Result<(CsvFile, Table), TableError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let file = CsvFile::open(file.path(), options)?;
    let table = file.table(usize::MAX)?;
    Ok((file, table))
}

/// Names, lines of the rows, and what is said of how the file was read.
fn read_with(text: &str, options: &ReadOptions) -> (String, Vec<u64>, String) {
    let (file, table) = open(text, options).unwrap();
    let lines = (0..table.lines.len()).map(|row| table.lines.of(row));
    (
        file.names().join("|"),
        lines.collect(),
        file.how_read().to_string(),
    )
}

fn read(text: &str) -> (String, Vec<u64>, String) {
    read_with(text, &ReadOptions::default())
}

fn refused(text: &str, options: &ReadOptions) -> String {
    match open(text, options) {
        Err(error) => error.to_string().split_once(": ").unwrap().1.into(),
        Ok((file, _)) => panic!("read {}: {:?}", file.how_read(), file.names()),
    }
}

#[track_caller]
fn is(text: &str, names: &str, lines: &[u64], how: &str) {
    assert_eq!(
        read(text),
        (names.into(), lines.to_vec(), how.into()),
        "{text}"
    );
}

#[test]
fn plain_files_are_read_as_before() {
    is("x,y\n1,2\n3,4\n", "x|y", &[2, 3], "");
    is("x,y\nNA,2\n3,4\n", "x|y", &[2, 3], "");
    is("x,y\noops,2\n3,4\n", "x|y", &[2, 3], "");
    is("a,b\nu,v\nw,v\n", "a|b", &[2, 3], "");
    is(
        "element,symbol\nCarbon,C\nKelvin,K\n",
        "element|symbol",
        &[2, 3],
        "",
    );
    is("x,2020\n1,2\n3,4\n", "x|2020", &[2, 3], "");
    is("load\n20\n21\n", "load", &[2, 3], "");
    is("V,A\n1,2\n3,4\n", "V|A", &[2, 3], "");
}

#[test]
fn rows_of_another_length_are_still_told() {
    let options = ReadOptions::default();
    assert!(refused("a,b,y\n1,2,3\n4,5\n6,7,8\n", &options).contains("2 columns where"));
    assert!(refused("a,b,y\n1,2\n4,5\n6,7\n", &options).contains("2 columns where"));
    assert!(refused("a,b\n1,2,3\n4,5,6\n", &options).contains("3 columns where"));
    // An open quote takes all that follows into one cell.
    assert!(refused("a,b\n1,2\n\"3,4\n5,6\n7,8\n", &options).contains("never closed"));
    // The end of a file that was cut off is no footer.
    assert!(refused("a,b,y\n1,2,3\n4,5,6\n7,8\n", &options).contains("2 columns where"));
}

#[test]
fn titles_and_metadata_stand_in_front_of_the_header() {
    is(
        "Title\nx,y\n1,2\n3,4\n",
        "x|y",
        &[3, 4],
        "with names in line 2",
    );
    let title = "\u{feff}\"Plot Title: a, b\"\n\n\"#\",\"Temp, °F\"\n1,70.5\n2,71.5\n";
    is(title, "#|Temp, °F", &[4, 5], "with names in line 3");
    let keys =
        "Station: A\nSerial: 123\nLocation, Field 3\ntime,t,h\n12:00,1,2\n12:10,2,3\n12:20,2,4\n";
    is(keys, "time|t|h", &[5, 6, 7], "with names in line 4");
    let pairs = "Serial,123\nHeight,12\ntime,temp\n12:00,1\n12:10,2\n12:20,3\n";
    is(pairs, "time|temp", &[4, 5, 6], "with names in line 3");
    let semicolons = "Report;2020\nMade by: x\nt;v;w\n1,5;2;3\n2,5;3;4\n3,5;3;5\n";
    let how = "as separated by semicolons, decimal commas, with names in line 3";
    is(semicolons, "t|v|w", &[4, 5, 6], how);
    is(
        "\n\nx,y\n1,2\n3,4\n",
        "x|y",
        &[4, 5],
        "with names in line 3",
    );
    is(",\nx,y\n1,2\n3,4\n", "x|y", &[3, 4], "with names in line 2");
}

#[test]
fn a_line_for_excel_says_the_delimiter() {
    let text = "sep=;\nx;y\n1,5;2\n3,5;4\n";
    let how = "as separated by semicolons, decimal commas, with names in line 2";
    is(text, "x|y", &[3, 4], how);
    is(
        "\"sep=,\"\r\nx,y\r\n1,2\r\n3,4\r\n",
        "x|y",
        &[3, 4],
        "with names in line 2",
    );
}

#[test]
fn units_and_kinds_stand_below_the_names() {
    let text = "t,temp,hum,p\n,(°C),[%],hPa\n1,2,3,4\n2,3,4,5\n3,4,5,6\n";
    is(text, "t|temp|hum|p", &[3, 4, 5], "with units in line 2");
    let (_, table) = open(text, &ReadOptions::default()).unwrap();
    let units: Vec<Option<&str>> = table
        .columns
        .iter()
        .map(|one| one.unit.as_deref())
        .collect();
    assert_eq!(units, [None, Some("(°C)"), Some("[%]"), Some("hPa")]);
    let logger = "\"TOA5\",\"a\",\"b\"\r\n\"TIMESTAMP\",\"Air\",\"RH\"\r\n\"TS\",\"Deg C\",\"%\"\r\n\
                  \"\",\"Avg\",\"Smp\"\r\n\"2020-05-01 00:00:00\",1,2\r\n\"2020-05-01 01:00:00\",\"NAN\",3\r\n";
    let how = "with names in line 2, with units in line 3, without 1 further header line (line 4)";
    is(logger, "TIMESTAMP|Air|RH", &[5, 6], how);
}

#[test]
fn comments_are_no_rows() {
    is(
        "# a, b\n#c\nx,y\n1,2\n#3,4\n5,6\n",
        "x|y",
        &[4, 6],
        "with names in line 3, without 3 comments",
    );
    is(
        "x,y\n1,2\n# stopped\n5,6\n",
        "x|y",
        &[2, 4],
        "without 1 comment",
    );
    is("# x,y\n1,2\n3,4\n", "x|y", &[2, 3], "");
    is("#,y\n1,2\n3,4\n", "#|y", &[2, 3], "");
    let options = ReadOptions {
        comment: Some("//".into()),
        ..ReadOptions::default()
    };
    let text = "x,y\n1,2\n// a\n5,6\n";
    let read = read_with(text, &options);
    assert_eq!(read, ("x|y".into(), vec![2, 4], "without 1 comment".into()));
}

#[test]
fn a_header_may_be_there_again() {
    let how = "without 1 repeated header line (line 4)";
    is("x,y\n1,2\n3,4\nx,y\n5,6\n", "x|y", &[2, 3, 5], how);
    let twice = "Title\nx,y\ns,V\n1,2\n3,4\nTitle\nx,y\ns,V\n5,6\n7,8\n";
    let how = "with names in line 2, with units in line 3, without 3 repeated header lines (from line 6 on)";
    is(twice, "x|y", &[4, 5, 9, 10], how);
    is(
        "kind,y\nkilo,2\nkind,y\nb,6\n",
        "kind|y",
        &[2, 4],
        "without 1 repeated header line (line 3)",
    );
}

#[test]
fn what_stands_behind_the_last_row_is_no_row() {
    is(
        "x,y\n1,2\n3,4\nEnd of data\n",
        "x|y",
        &[2, 3],
        "without 1 footer line (line 4)",
    );
    let two = "x,y,z\n1,2,3\n3,4,5\n\nTotal,6\nprinted at noon\n";
    is(
        two,
        "x|y|z",
        &[2, 3],
        "without 2 footer lines (from line 5 on)",
    );
    is(
        "x,y\n1,2\n3,4\nTotal,6\n",
        "x|y",
        &[2, 3],
        "without 1 footer line (line 4)",
    );
    let amid = refused("x,y\n1,2\nTotal,2\n3,4\n", &ReadOptions::default());
    assert_eq!(
        amid,
        "`Total` looks like the end of the table, and rows follow it; take the line out, or skip all \
         that begin so with `--comment 'Total,'`"
    );
    // A text alone is no row that was cut.
    let how = "without 2 comments";
    is(
        "x,y\n1,2\nlost\n3,4\nfound again\n5,6\n",
        "x|y",
        &[2, 4, 6],
        how,
    );
    assert!(refused("x,y\na,2\nlost\nb,4\n", &ReadOptions::default()).contains("1 columns where"));
    let long = "End of what the second operator of the night shift's own team has measured";
    for (cell, option) in [
        ("total d'hier", r"'total d'\''hier,'".to_string()),
        (
            long,
            format!("'{}'", long[..60].trim_end().replace('\'', r"'\''")),
        ),
    ] {
        let text = format!("x,y\n1,2\n{cell},2\n3,4\n");
        let message = refused(&text, &ReadOptions::default());
        let end = format!("`--comment {option}`");
        assert!(message.ends_with(&end), "{message}");
    }
}

/// The refusals of a column that holds no number in one row, whole and row by row.
fn refusals(text: &str) -> Vec<String> {
    let Ok((file, table)) = open(text, &ReadOptions::default()) else {
        return vec![refused(text, &ReadOptions::default())];
    };
    let mut all = vec![table.check_numeric(1).unwrap_err()];
    let mut rows = file.rows(&[0, 1]).unwrap();
    while let Some(row) = rows.next_row().unwrap() {
        all.extend(row.number(1).err());
    }
    assert_eq!(all.len(), 2, "{all:?}");
    all.iter().map(TableError::to_string).collect()
}

#[test]
fn a_table_below_another_is_none_of_missing_cells() {
    let rows = "1,2\n3,4\n5,6\n";
    for names in ["a,b", "\na,b", "a,b,c"] {
        for message in refusals(&format!("x,y\n{rows}{names}\n{rows}")) {
            assert!(message.contains("another table begins"), "{message}");
        }
    }
    for rows in [
        "1,2\n3,oops\n5,6\n7,8\n",
        "1,2\nNA,oops\n5,6\n7,8\n",
        "a,2\nb,oops\nc,6\nd,8\n",
    ] {
        for message in refusals(&format!("x,y\n{rows}")) {
            assert!(message.contains("--missing-value=oops"), "{message}");
        }
    }
}

#[test]
fn columns_without_a_name_are_called_by_their_place() {
    is(",a\n0,1\n1,2\n", "column_1|a", &[2, 3], "");
    is("x,y,\n1,2,\n3,4,\n", "x|y", &[2, 3], "");
    is("x,y,,\n1,2\n3,4\n", "x|y", &[2, 3], "");
    is("x,y\n1,2,\n3,4,,\n", "x|y", &[2, 3], "");
    is("x,y,,\n1,2,3,\n3,4,5,\n", "x|y|column_3", &[2, 3], "");
    assert!(refused("x,y\n1,2,\n3,4,5\n", &ReadOptions::default()).contains("3 columns where"));
}

#[test]
fn a_first_row_of_numbers_is_no_header() {
    let how = "without names: the columns are called `column_1` to `column_3`";
    is(
        "5.1,3.5,0\n4.9,3.0,0\n6.1,3.0,1\n",
        "column_1|column_2|column_3",
        &[1, 2, 3],
        how,
    );
    is(
        "5.1,3.5,setosa\n4.9,3.0,setosa\n6.1,3.0,other\n",
        "column_1|column_2|column_3",
        &[1, 2, 3],
        how,
    );
    let whole = "5,3,setosa\n4,3,setosa\n6,3,other\n";
    is(whole, "column_1|column_2|column_3", &[1, 2, 3], how);
    let dated = "2020-05-01,1,a\n2020-05-02,2,b\n2020-05-03,3,c\n";
    is(dated, "column_1|column_2|column_3", &[1, 2, 3], how);
    is("0,1,2,3\n5,6,6,8\n6,5,7,7\n", "0|1|2|3", &[2, 3], "");
    is(
        "region,2019,2020,2021\nnorth,1,2,4\nsouth,2,4,5\n",
        "region|2019|2020|2021",
        &[2, 3],
        "",
    );
    let one = "without names: the column is called `column_1`";
    is("5\n6\n7\n", "column_1", &[1, 2, 3], one);
}

#[test]
fn what_could_be_names_or_numbers_is_asked() {
    let options = ReadOptions::default();
    let cure = "say which with `--header-line 1` or `--no-header`";
    for text in [
        "0,1\n1,3\n2,6\n",
        "2019,2020,2021\n5,1,7\n6,9,2\n",
        "anna,5\nben,6\ncarl,7\n",
    ] {
        let error = refused(text, &options);
        assert!(
            error.contains("line 1 could hold") && error.ends_with(cure),
            "{error}"
        );
    }
    let error = refused("a,b\nfoo,bar\n1,2\n3,4\n", &options);
    assert!(
        error.ends_with("`--header-line 1` or `--header-line 2`"),
        "{error}"
    );
}

#[test]
fn options_settle_where_the_table_begins() {
    let line = |line| ReadOptions {
        header_line: Some(line),
        ..ReadOptions::default()
    };
    let none = ReadOptions {
        no_header: true,
        ..ReadOptions::default()
    };
    let text = "a,b\nfoo,bar\n1,2\n3,4\n";
    assert_eq!(read_with(text, &line(2)).0, "foo|bar");
    assert_eq!(read_with(text, &line(2)).1, [3, 4]);
    // What is no row is none, where it is said where the names are.
    let how = "without 1 further header line (line 2)";
    let expected = ("a|b".into(), vec![3, 4], how.into());
    assert_eq!(read_with(text, &line(1)), expected);
    assert_eq!(
        read_with("0,1\n1,3\n2,6\n", &line(1)),
        ("0|1".into(), vec![2, 3], String::new())
    );
    let how = "without names: the columns are called `column_1` to `column_2`";
    let expected = ("column_1|column_2".into(), vec![1, 2, 3], how.into());
    assert_eq!(read_with("0,1\n1,3\n2,6\n", &none), expected);
    assert_eq!(
        read_with("T\nx,y\ns,V\n1,2\n3,4\n", &line(2)).2,
        "with names in line 2, with units in line 3"
    );
    assert_eq!(read_with("one\ntwo\n1\n2\n", &line(2)).0, "two");
    let error = refused("x,y\n\n1,2\n", &line(2));
    assert!(error.contains("no row begins in line 2"), "{error}");
}

#[test]
fn a_comment_behind_a_title_is_a_comment() {
    is(
        "Station: roof\n# made at noon\n# by hand\na,b\n1,2\n3,4\n# end\n5,6\n",
        "a|b",
        &[5, 6, 8],
        "with names in line 4, without 3 comments",
    );
}

/// Lines of channels stand above the names or below them, with names of their own or numbers.
#[test]
fn lines_of_channels_are_no_rows() {
    let rows = "2024-03-01,1.5,2\n2024-03-02,2.5,4\n2024-03-03,3.5,5\n";
    let below = "without 1 further header line (line 2)";
    for (above, how) in [
        ("day,a,b\n,CH1,CH2\n", below),
        ("day,a,b\nChannel,101,102\n", below),
        ("day,a,b\nChannel,1.5,2.5\n", below),
        (",1,2\nday,a,b\n", "with names in line 2"),
        ("Channel,1,2\nday,a,b\n", "with names in line 2"),
    ] {
        is(&format!("{above}{rows}"), "day|a|b", &[3, 4, 5], how);
    }
}

/// Oscilloscopes write the start and step of all rows behind the units.
#[test]
fn a_row_of_units_may_be_longer_than_the_rows() {
    let text = "X,CH1,CH2,Start,Increment,\nSequence,VOLT,VOLT,-1.2e-03,2.0e-06\n0,1.5,2.5,\n1,2.5,3.5,\n2,3.5,4.5,\n";
    let (names, lines, _) = read(text);
    assert!(names.starts_with("X|CH1|CH2"), "{names}");
    assert_eq!(lines, [3, 4, 5]);
}

/// A commented row is refused with what skips it, and other texts in front of numbers are told.
#[test]
fn texts_in_front_of_numbers_are_looked_at() {
    let rows = |cell: &str| format!("n,a,b\n1,2,3\n2,3,4\n{cell},9,9\n4,5,6\n");
    for (cell, mark) in [
        ("//3", "//"),
        (";3", "';'"),
        ("! 3", "'!'"),
        ("%3.5", "%"),
        ("--3", "--"),
        ("REM 3", "REM"),
    ] {
        let message = refused(&rows(cell), &ReadOptions::default());
        let advice = format!("with `--comment {mark}`, or correct it");
        assert!(message.ends_with(&advice), "{message}");
        let options = ReadOptions {
            comment: Some(mark.trim_matches('\'').into()),
            ..ReadOptions::default()
        };
        assert_eq!(read_with(&rows(cell), &options).1, [2, 3, 5], "{cell}");
    }
    for cell in ["calib", "'3", "x7"] {
        let (file, _) = open(&rows(cell), &ReadOptions::default()).unwrap();
        let notes = file.how_read().notes;
        let told = format!("`{cell}` (line 4) stands among the numbers of `n`");
        assert!(notes[0].to_string().starts_with(&told), "{notes:?}");
        assert!(notes[0].is_warning());
    }
    // Times and negative numbers are none.
    for cell in ["-3", "NA", "", "+3", ".5"] {
        let (file, table) = open(&rows(cell), &ReadOptions::default()).unwrap();
        let notes = file.how_read().notes;
        let texts = notes.iter().filter(|note| note.is_warning()).count();
        assert_eq!((table.rows, texts), (4, 0), "{cell}: {notes:?}");
    }
}

/// Numbers that are read as others than they say are told.
#[test]
fn numbers_that_are_not_held_are_told() {
    for (cell, is_told) in [
        ("9007199254740993", true),
        ("12345678901234567", true),
        ("1e-400", true),
        ("9007199254740992", false),
        ("1e300", false),
        ("0e5", false),
        ("0.000", false),
    ] {
        let text = format!("id,y\n{cell},1\n5,2\n7,4\n");
        let (mut file, table) = open(&text, &ReadOptions::default()).unwrap();
        file.take_formats(&table);
        let notes = file.how_read().notes;
        let told = notes
            .iter()
            .any(|note| note.to_string().contains("the nearest number"));
        assert_eq!(told, is_told, "{cell}: {notes:?}");
    }
}

/// Marks that differ by column, and one that its own column contradicts.
#[test]
fn unlike_marks_are_told() {
    let options = ReadOptions::default();
    let error = refused("a;b\n1,5;2.5\n2,5;3.25\n", &options);
    assert!(
        error.ends_with("`tr , . < x > points.csv`") || error.contains("`tr , . < "),
        "{error}"
    );
    let error = refused("a;b\n1.210;2,5\n1050;3,5\n", &options);
    assert!(error.contains("give `--thousands .`"), "{error}");
    let asked = ReadOptions {
        thousands: Some(crate::thousands::Thousands::of(b'.')),
        ..ReadOptions::default()
    };
    assert_eq!(
        open("a;b\n1.210;2,5\n1050;3,5\n", &asked)
            .unwrap()
            .1
            .columns[0]
            .values,
        [1210.0, 1050.0]
    );
    let forced = ReadOptions {
        decimal: Some(b'.'),
        ..ReadOptions::default()
    };
    let (file, _) = open("a;b\n1.5;2,5\n2.5;3,5\n", &forced).unwrap();
    let notes = file.how_read().notes;
    assert!(
        notes[0]
            .to_string()
            .starts_with("`b` is text, for the fraction of `2,5`"),
        "{notes:?}"
    );
}

/// A known marker among amounts from 0 on, a few times.
#[test]
fn a_marker_not_far_from_amounts_is_asked_about() {
    for cells in [1, 4] {
        let row = |at: usize| match at % 10 == 3 && at / 10 < cells {
            true => format!("{at},-999\n"),
            false => format!("{at},{}\n", at * 37 % 1100),
        };
        let text = format!("n,w\n{}", (0..60).map(row).collect::<String>());
        let (mut file, table) = open(&text, &ReadOptions::default()).unwrap();
        file.take_formats(&table);
        let notes = file.how_read().notes;
        assert!(
            notes[0].to_string().contains("--missing-value=-999"),
            "{notes:?}"
        );
    }
}

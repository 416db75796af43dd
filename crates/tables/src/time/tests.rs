use std::io::Write;

use super::*;
use crate::open::CsvFile;
use crate::options::{ColumnDates, ReadOptions};

fn parse(text: &str) -> Option<f64> {
    TimeFormat::default().seconds(text)
}

fn by(style: &str, text: &str) -> Option<f64> {
    let format = TimeFormat {
        style: Some(style.parse().unwrap()),
        ..TimeFormat::default()
    };
    format.seconds(text)
}

/// Seconds by `date -u -d … +%s`.
#[test]
fn loggers_and_databases_write_timestamps_in_many_ways() {
    let evening = Some(1_078_941_600.0);
    for text in [
        "2004-03-10 18:00:00 UTC",
        "2004-03-10 18:00:00 GMT",
        "2004-03-10T18:00:00.000Z",
        "2004-03-10T18:00:00+0100",
        "2004-03-10 18:00:00 -05:00",
        "2004-03-10 18:00 CET",
        "2004-03-10 18:00 CEST",
        "2004.03.10 18:00",
        "2004-03-10 6:00:00 PM",
        "2004-03-10 06:00 pm",
        "2004-03-10 6:00\u{202f}PM",
        "20040310 1800",
        "20040310 180000",
        "20040310T180000Z",
        "10.03.2004 18.00.00",
        "10-Mar-2004 18:00:00",
        "10 Mar 2004 18:00",
        "10/March/2004 18:00",
        "10-Mar-04 18:00",
    ] {
        assert_eq!(parse(text), evening, "{text}");
    }
    assert_eq!(parse("12:00:00 AM"), Some(0.0));
    assert_eq!(parse("12:30 PM"), Some(45_000.0));
    assert_eq!(parse("18.30.00"), Some(66_600.0));
    for text in [
        "13:00 PM",
        "0:10 AM",
        "1.2.3",
        "20041310 1800",
        "12:00:00:5",
        "10 Foo 2004",
        "9am5",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
    // A day of each order, or a year of two digits.
    for text in [
        "10/03/2004",
        "10-03-2004 18:00",
        "05/06/07",
        "20/05/13",
        "10.03.04",
    ] {
        assert!(parse(text).unwrap().is_nan(), "{text}");
    }
}

#[test]
fn a_style_decides_what_a_date_leaves_open() {
    let (march, october) = (Some(1_078_876_800.0), Some(1_096_848_000.0));
    assert_eq!(by("day/month/year", "10/03/2004"), march);
    assert_eq!(by("month/day/year", "10/04/2004"), Some(1_096_848_000.0));
    assert_eq!(by("month/day/year", "10/04/04"), october);
    assert_eq!(by("year/month/day", "04/03/10"), march);
    assert_eq!(by("month/day/year", "13/03/2004"), None);
    assert_eq!(by("%d/%m/%Y", "10/03/2004"), march);
    assert_eq!(by("%d/%m/%Y", "10/03/2004 18:00"), Some(1_078_941_600.0));
    assert_eq!(
        by("%d/%m/%Y %H-%M", "10/03/2004 18-00"),
        Some(1_078_941_600.0)
    );
    assert_eq!(by("%Y%m%d", "20040310"), march);
    assert_eq!(by("%b %d, %Y", "Mar 10, 2004"), march);
    assert_eq!(by("%s", "1078941600"), Some(1_078_941_600.0));
    // What the pattern does not read is read as usual.
    assert_eq!(by("%d/%m/%Y", "2004-03-10"), march);
    assert_eq!(by("milliseconds", "1078941600500"), Some(1_078_941_600.5));
    for (text, words) in [
        ("dd/mm/yyyy", "%d/%m/%Y %H:%M"),
        ("%Q%", "pattern"),
        ("%%", "does not read"),
    ] {
        let error = text.parse::<DateStyle>().unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}

/// Seconds of a column, and what is said of how it is read.
fn column(text: &str, options: &ReadOptions) -> (Vec<f64>, String) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let file = CsvFile::open(file.path(), options).unwrap();
    let table = file.table(usize::MAX).unwrap();
    let seconds: Vec<f64> = (0..table.lines.len())
        .map(|row| table.columns[0].seconds(row))
        .collect();
    // A row at a time, the same.
    let mut rows = file.rows(&[]).unwrap();
    for &held in &seconds {
        let read = rows.next_row().unwrap().unwrap().seconds(0).ok().flatten();
        assert_eq!(read.unwrap_or(f64::NAN).to_bits(), held.to_bits());
    }
    (seconds, file.how_read().to_string())
}

#[test]
fn the_column_tells_day_from_month() {
    let options = ReadOptions::default();
    let (days, how) = column("d,y\n10/03/2004,1\n13/03/2004,2\n", &options);
    assert_eq!(days, [1_078_876_800.0, 1_079_136_000.0]);
    assert_eq!(how, "with `d` as day/month/year");
    let (days, how) = column("d,y\n03/10/04,1\n03/13/04,2\n", &options);
    assert_eq!(days, [1_078_876_800.0, 1_079_136_000.0]);
    assert_eq!(how, "with `d` as month/day/year");
    // Behind the first rows.
    let days: String = (0..2000)
        .map(|k| format!("0{}/03/2004 {}:00,1\n", 1 + k / 24 % 9, k % 24))
        .collect();
    let text = format!("d,y\n{days}13/03/2004 1:00,2\n");
    assert_eq!(column(&text, &options).1, "with `d` as day/month/year");
    // Or never.
    let (open, how) = column(&format!("d,y\n{days}"), &options);
    assert!(
        open.iter().all(|seconds| seconds.is_nan()) && how.is_empty(),
        "{how}"
    );
    let (months, how) = column(
        "d,y\n10/03/2004,1\n10/04/2004,2\n",
        &ReadOptions {
            date_format: Some("%m/%d/%Y".parse().unwrap()),
            ..ReadOptions::default()
        },
    );
    assert_eq!(months, [1_096_761_600.0, 1_096_848_000.0]);
    assert_eq!(how, "with `d` as %m/%d/%Y");
}

#[test]
fn a_date_and_a_time_are_one_timestamp() {
    let text = "Date;Time;y\n10/03/2004;18.00.00;1\n13/03/2004;;2\n13/03/2004;19.30.00;2\n";
    let (seconds, how) = column(text, &ReadOptions::default());
    assert_eq!((seconds[0], seconds[2]), (1_078_941_600.0, 1_079_206_200.0));
    assert!(seconds[1].is_nan());
    assert_eq!(
        how,
        "as separated by semicolons, with `Date` as day/month/year with the time of `Time`"
    );
    // As a model of before read it.
    let dates = vec![ColumnDates {
        column: "Date".into(),
        style: None,
        with: None,
    }];
    let options = ReadOptions {
        dates: Some(dates),
        ..ReadOptions::default()
    };
    assert_eq!(column(text, &options).0[0], 1_078_876_800.0);
    // Times of which one could be a date.
    let text = "Date,Time,y\n2004-03-10,10.05.04,1\n2004-03-11,18.00.00,2\n";
    let (seconds, _) = column(text, &ReadOptions::default());
    assert_eq!(seconds, [1_078_913_104.0, 1_079_028_000.0]);
    // Two dates and a time: whose it is, nobody says.
    let text = "from,to,Time\n2004-03-10,2004-03-11,18:00\n2004-03-10,2004-03-12,18:00\n";
    assert_eq!(
        column(text, &ReadOptions::default()),
        (vec![1_078_876_800.0; 2], String::new())
    );
}

#[test]
fn numbers_count_from_1970_on() {
    let options = ReadOptions::default();
    let (seconds, how) = column("t,y\n1700000000.5,1\n1700003600,2\n", &options);
    assert_eq!(
        (&seconds[..], &*how),
        (
            &[1_700_000_000.5, 1_700_003_600.0][..],
            "with `t` as seconds"
        )
    );
    let (seconds, how) = column("time,y\n1700000000500,1\n,3\n1700003600000,2\n", &options);
    assert_eq!((seconds[0], seconds[2]), (1_700_000_000.5, 1_700_003_600.0));
    assert_eq!(how, "with `time` as milliseconds");
    assert!(column("n,y\n5,1\n7,2\n", &options).0[0].is_nan());
}

/// Seconds by `date -u -d … +%s`.
#[test]
fn timestamps_are_read() {
    assert_eq!(parse("2004-03-10 18:00:00"), Some(1_078_941_600.0));
    assert_eq!(parse("2004-03-10T18:00Z"), Some(1_078_941_600.0));
    assert_eq!(parse("2004/03/10"), Some(1_078_876_800.0));
    assert_eq!(parse("10.03.2004 18:00:00.5+01:00"), Some(1_078_941_600.5));
    assert_eq!(parse("1969-12-31"), Some(-86_400.0));
    assert_eq!(parse("2000-02-29"), Some(951_782_400.0));
    assert_eq!(parse("18:30"), Some(66_600.0));
    assert!(parse("10/03/2004").unwrap().is_nan());
    for text in [
        "",
        "12",
        "1.5",
        "2004",
        "a-b-c",
        "1.2.3",
        "2004-13-01",
        "2004-04-31",
        "31.02.2004",
        "30.02.2004",
        "29.02.2003",
        "29.02.1900",
        "32.12.2004",
        "2004/01/00",
        "25:61",
        "1-2",
        "x 1",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn parts_are_made_of_them() {
    // A Wednesday, the 70th day of a leap year.
    let seconds = parse("2004-03-10 18:00:00").unwrap();
    assert_eq!(TimePart::Hour.of(seconds), 18.0);
    assert_eq!(TimePart::Weekday.of(seconds), 2.0);
    assert_eq!(TimePart::Yearday.of(seconds), 69.75);
    assert_eq!(TimePart::Yearday.of(parse("2005-12-31").unwrap()), 364.0);
    assert_eq!(TimePart::Yearday.of(parse("2001-01-01").unwrap()), 0.0);
    assert_eq!(TimePart::Seconds.of(seconds), seconds);
}

#[test]
fn a_year_begins_and_ends_where_it_does() {
    let mut days = -719_528.0;
    for year in 0..=9999u32 {
        let first = parse(&format!("{year:04}-01-01")).unwrap();
        let last = parse(&format!("31.12.{year:04}")).unwrap();
        assert_eq!(first, days * DAY, "{year}");
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let length = 365.0 + f64::from(u8::from(leap));
        assert_eq!(TimePart::Yearday.of(first), 0.0);
        assert_eq!(TimePart::Yearday.of(last), length - 1.0);
        days += length;
    }
    let end = parse("9999-12-31 24:30").unwrap();
    assert_eq!(TimePart::Yearday.of(end), end / DAY - days);
    assert!(TimePart::Yearday.of(f64::NAN).is_nan());
}

//! The pages that `--report` writes: they hold the fit's numbers, need nothing, and are fit to be
//! seen; in a browser too.

mod others;
mod page;

use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::{air, data, downhill, occupancy, stderr};
use serde_json::Value;

use page::{between, cells, near, report};

fn air_report(folder: &Path) -> (String, Value) {
    let file = data("air_quality.csv");
    let mut arguments = air("fit", &file);
    arguments.extend(["--epochs", "6"]);
    report(folder, &arguments)
}

fn occupancy_report(folder: &Path) -> (String, Value) {
    let file = data("occupancy.csv");
    let mut arguments = occupancy("fit", &file);
    arguments.extend(["--epochs", "2"]);
    report(folder, &arguments)
}

/// Ten classes.
fn digits_report(folder: &Path) -> (String, Value) {
    let file = data("digits8x8.csv");
    report(
        folder,
        &["fit", &file, "--target", "digit", "--epochs", "3"],
    )
}

/// A target whose name no axis has room for, and whose numbers are long.
fn long_names(folder: &Path) -> (String, Value) {
    let file = folder.join("long.csv");
    let row = |k: u32| {
        format!(
            "{k},{}\n",
            -1.0e-4 * f64::from(k) + f64::from(k * 7 % 5) * 1e-6
        )
    };
    let rows: String = (0..100).map(row).collect();
    let name = "partial pressure of carbon dioxide behind the filter (hPa)";
    fs::write(&file, format!("minute,{name}\n{rows}")).unwrap();
    let file = file.to_str().unwrap();
    report(folder, &["fit", file, "--target", name, "--epochs", "30"])
}

/// A name is cut, its unit is not, and all of it is there for whoever points at it.
#[test]
fn a_label_without_room_keeps_its_unit() {
    let folder = tempfile::tempdir().unwrap();
    let (page, _) = long_names(folder.path());
    let whole = "predicted partial pressure of carbon dioxide behind the filter (hPa)";
    let label = format!(">predicted partial press… (hPa)<title>{whole}</title></text>");
    assert!(page.contains(&label), "{label}");
}

/// The numbers that a page shows are those of the fit.
fn check_numbers(page: &str, fit: &Value) {
    for row in cells(page, "<section id=\"metrics\">") {
        let name = row[0].as_str();
        near(&row[1], &fit["metrics"]["train"][name]);
        near(&row[2], &fit["metrics"]["validation"][name]);
    }
    let history = fit["history"].as_array().unwrap();
    let rows = cells(page, "id=\"how-it-learned-loss\"");
    assert_eq!(rows.len(), history.len());
    for (row, epoch) in rows.iter().zip(history) {
        near(&row[1], &epoch["train"]);
        near(&row[2], &epoch["validation"]);
    }
    if let Some(parameters) = fit["parameters"].as_object() {
        let rows = cells(page, "<section id=\"parameters\">");
        assert_eq!(rows.len(), parameters.len());
        for row in rows {
            near(&row[1], &parameters[&row[0]]);
            near(&row[3], &fit["parameters_standardized"][&row[0]]);
        }
    }
    assert!(page.contains(fit["fingerprint"].as_str().unwrap()));
}

/// A curve lies where its numbers are by the scale that is written beside it.
fn check_curve(page: &str, fit: &Value) {
    let figure = between(page, "id=\"how-it-learned-loss\"", "</figure>");
    let svg = between(figure, "role=\"img\"", "</svg>");
    let mut scale = Vec::new();
    for tick in svg.split("text-anchor=\"end\">").skip(1) {
        scale.push(tick.split('<').next().unwrap().parse::<f64>().unwrap());
    }
    let heights = svg.split("d=\"M72 ").skip(1);
    let heights = heights.filter_map(|d| d.split_once('H')?.0.parse::<f64>().ok());
    let places: Vec<f64> = heights.take(scale.len()).collect();
    assert!(
        scale.len() >= 2 && places.len() == scale.len(),
        "{scale:?} {places:?}"
    );
    let last = scale.len() - 1;
    let slope = (scale[last] - scale[0]) / (places[last] - places[0]);
    let path = between(svg, "class=\"line a\" d=\"M", "\"");
    let history = fit["history"].as_array().unwrap();
    let points: Vec<&str> = path.split('L').collect();
    assert_eq!(points.len(), history.len());
    for (point, epoch) in points.iter().zip(history) {
        let height: f64 = point.split_once(' ').unwrap().1.parse().unwrap();
        let drawn = scale[0] + slope * (height - places[0]);
        let loss = epoch["train"].as_f64().unwrap();
        assert!(
            (drawn - loss).abs() < (slope * 0.2).abs(),
            "{drawn} is not {loss}"
        );
    }
}

#[test]
fn a_page_of_an_amount_has_the_numbers_of_the_fit() {
    let folder = tempfile::tempdir().unwrap();
    let (page, fit) = air_report(folder.path());
    check_numbers(&page, &fit);
    check_curve(&page, &fit);
    for title in [
        "Predicted against true",
        "Residuals",
        "How large the residuals are",
    ] {
        assert!(
            page.contains(&format!("<figcaption>{title}</figcaption>")),
            "{title}"
        );
    }
    assert!(page.contains("<code>downhill fit "), "the command");
    assert!(page.contains("CO_GT per PT08_S1_CO"), "units");
    let counted = cells(&page, "How large the residuals are</figcaption>");
    let rows: usize = counted
        .iter()
        .map(|row| row[2].parse::<usize>().unwrap())
        .sum();
    assert_eq!(rows as u64, fit["rows"]["validation"].as_u64().unwrap());
}

#[test]
fn a_page_of_classes_has_the_numbers_of_the_fit() {
    let folder = tempfile::tempdir().unwrap();
    let (page, fit) = occupancy_report(folder.path());
    check_numbers(&page, &fit);
    let confusion = cells(&page, "<section id=\"confusion\">");
    let count = |row: usize, column: usize| confusion[row][column].parse::<f64>().unwrap();
    let all = count(0, 1) + count(0, 2) + count(1, 1) + count(1, 2);
    assert_eq!(Some(all), fit["rows"]["validation"].as_f64());
    let test = &fit["metrics"]["validation"];
    assert_eq!(
        test["accuracy"].as_f64(),
        Some((count(0, 1) + count(1, 2)) / all)
    );
    assert_eq!(
        test["recall"].as_f64(),
        Some(count(1, 2) / (count(1, 1) + count(1, 2)))
    );
    let area: f64 = between(&page, "average precision ", ";").parse().unwrap();
    assert!((area - test["pr_auc"].as_f64().unwrap()).abs() < 1e-4);
}

#[test]
fn a_page_needs_nothing_and_every_picture_is_described() {
    let folder = tempfile::tempdir().unwrap();
    let pages = [
        (air_report(folder.path()), 3),
        (occupancy_report(folder.path()), 3),
        (others::compared(folder.path()), 1),
        (others::inspected(folder.path()), 1),
        (others::solved(folder.path()), 4),
    ];
    for ((page, _), least) in pages {
        for foreign in ["http:", "https:", "<script", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let pictures: Vec<&str> = page
            .split("<svg ")
            .filter(|p| p.contains("role=\"img\""))
            .collect();
        assert!(pictures.len() >= least);
        for picture in pictures {
            assert!(picture.contains("<title id=") && picture.contains("<desc id="));
            // Both axes are labeled, with a unit or a share.
            let labels = picture.matches("text-anchor=\"middle\">").count();
            assert!(labels > 2 && picture.contains("rotate(-90)"), "{picture}");
        }
    }
}

/// WCAG 2.2: 4.5 for text, 3 for what is drawn.
#[test]
fn colors_have_contrast_in_light_and_dark() {
    let folder = tempfile::tempdir().unwrap();
    let (page, _) = occupancy_report(folder.path());
    let themes: Vec<&str> = page.split(":root {").skip(1).collect();
    assert_eq!(themes.len(), 3, "light, dark and print");
    for theme in themes {
        let theme = theme.split('}').next().unwrap();
        let luminance = |name: &str| {
            let digits = between(theme, &format!("--{name}: #"), ";");
            let wide: String = match digits.len() {
                3 => digits.chars().flat_map(|c| [c, c]).collect(),
                _ => digits.into(),
            };
            let channel = |at: usize| {
                let byte = u8::from_str_radix(&wide[at..at + 2], 16).unwrap();
                let c = f64::from(byte) / 255.0;
                if c <= 0.04045 {
                    c / 12.92
                } else {
                    ((c + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
        };
        let contrast = |a: &str, b: &str| {
            let (a, b) = (luminance(a), luminance(b));
            (a.max(b) + 0.05) / (a.min(b) + 0.05)
        };
        for paper in ["paper", "card"] {
            for (ink, least) in [
                ("ink", 4.5),
                ("soft", 4.5),
                ("mark", 4.5),
                ("a", 3.0),
                ("b", 3.0),
                ("c", 3.0),
                ("d", 3.0),
                ("e", 3.0),
                ("f", 3.0),
            ] {
                assert!(contrast(ink, paper) >= least, "{ink} on {paper}: {theme}");
            }
        }
    }
}

#[test]
fn a_page_is_not_written_over_the_data_or_the_model() {
    let file = data("iris.csv");
    let refused = downhill(&["fit", &file, "--target", "species", "--report", &file]);
    let error = stderr(&{ refused }.assert().code(1));
    assert!(error.contains("it is the input"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let both = downhill(&[
        "fit", &file, "--target", "species", "--report", out, "--out", out,
    ]);
    let error = stderr(&{ both }.assert().code(2));
    assert!(error.contains("name the same file"), "{error}");
    assert!(!Path::new(out).exists());
}

/// Looks at a page as it is laid out: texts that overlap or leave their picture, and whether the
/// page is wider than the window.
const LOOK: &str = "<script>
const found = { pictures: 0, texts: 0, overlaps: [], outside: [], wide: false };
for (const svg of document.querySelectorAll('figure > svg')) {
  found.pictures++;
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
  found.texts += boxes.length;
  boxes.forEach(([name, a], i) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) found.outside.push(name);
    for (const [other, b] of boxes.slice(i + 1))
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) found.overlaps.push(name + ' / ' + other);
  });
}
found.wide = document.documentElement.scrollWidth > window.innerWidth;
found.width = window.innerWidth;
found.dark = getComputedStyle(document.body).backgroundColor;
const p = document.createElement('pre'); p.id = 'found'; p.textContent = JSON.stringify(found);
document.body.append(p);
if (parent !== window) parent.document.documentElement.innerHTML = document.documentElement.innerHTML;
</script></body>";

/// Document that Chromium makes of a page, and its messages on the console.
fn chromium(folder: &Path, page: &str, width: u32, more: &[&str]) -> (String, String) {
    let file = folder.join("looked-at.html");
    fs::write(&file, page).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let mut command = Command::new("chromium");
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
    ]);
    command.args(["--no-first-run", "--disable-background-networking"]);
    command.args(["--disable-component-update", "--disable-sync", "--dump-dom"]);
    command.args(["--enable-logging=stderr", "--log-level=0"]);
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg(format!("--window-size={width},900")).args(more);
    command.arg(format!("file://{}", file.display()));
    let output = command
        .output()
        .expect("`cargo xtask setup` installs chromium");
    assert!(output.status.success(), "{output:?}");
    let [dom, log] =
        [output.stdout, output.stderr].map(|t| String::from_utf8_lossy(&t).into_owned());
    (dom, log)
}

/// A page in a frame as wide as a phone, for no window is as narrow. What is found there takes the
/// frame's place.
fn framed(page: &str, width: u32) -> String {
    let page = page.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<body><iframe style=\"border: 0; width: {width}px\" srcdoc=\"{page}\"></iframe></body>"
    )
}

/// Looks at a page of at least so many pictures, wide in light and narrow in dark, and returns what
/// the browser holds of it.
fn look(folder: &Path, page: &str, pictures: u64) -> [String; 2] {
    let dark = "--blink-settings=preferredColorScheme=0";
    let looked_at = page.replace("</body>", LOOK);
    [(1280, &[][..]), (360, &[dark][..])].map(|(width, more)| {
        let shown = match width {
            360 => framed(&looked_at, width),
            _ => looked_at.clone(),
        };
        let (dom, log) = chromium(folder, &shown, 1280, more);
        assert!(!log.contains("CONSOLE"), "{log}");
        let found: Value =
            serde_json::from_str(between(&dom, "<pre id=\"found\">", "</pre>")).unwrap();
        assert!(found["pictures"].as_u64() >= Some(pictures), "{found}");
        assert!(found["texts"].as_u64() > Some(6 * pictures), "{found}");
        for fault in ["overlaps", "outside"] {
            assert_eq!(found[fault], Value::Array(Vec::new()), "{fault} at {width}");
        }
        assert_eq!(
            (&found["wide"], &found["width"]),
            (&false.into(), &width.into())
        );
        let paper = if more.is_empty() {
            "rgb(255, 255, 255)"
        } else {
            "rgb(15, 19, 23)"
        };
        assert_eq!(found["dark"], paper);
        dom
    })
}

#[test]
#[ignore = "needs Chromium: run by `cargo xtask test`"]
fn a_browser_shows_the_pages_without_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    for (page, fit) in [air_report(folder.path()), occupancy_report(folder.path())] {
        for dom in look(folder.path(), &page, 3) {
            check_numbers(&dom, &fit);
        }
    }
    for (page, _) in [
        others::compared(folder.path()),
        others::inspected(folder.path()),
    ] {
        look(folder.path(), &page, 1);
    }
    let (page, _) = digits_report(folder.path());
    look(folder.path(), &page, 3);
    let (page, _) = long_names(folder.path());
    look(folder.path(), &page, 4);
    let (page, fit) = others::solved(folder.path());
    for dom in look(folder.path(), &page, 4) {
        others::check_solved(&dom, &fit);
    }
    // The look would see a fault.
    let broken = "<figure><svg role='img'><text y='20'>one</text><text y='22'>two</text></svg></figure><script>console.error('x')</script></body>";
    let (dom, log) = chromium(
        folder.path(),
        &format!("<body>{broken}").replace("</body>", LOOK),
        500,
        &[],
    );
    assert!(
        dom.contains("one / two") && log.contains("CONSOLE"),
        "{dom} {log}"
    );
}

#[test]
#[ignore = "needs Chromium and QEMU: run by `cargo xtask test`"]
fn a_browser_shows_the_pages_of_boards_without_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    for formula in [false, true] {
        let (page, checked) = others::crosschecked(folder.path(), formula);
        for dom in look(folder.path(), &page, 1) {
            others::check_crosscheck(&dom, &checked);
        }
    }
    let (page, replayed, losses) = others::replayed(folder.path());
    for dom in look(folder.path(), &page, 1) {
        others::check_replay(&dom, &replayed, &losses);
    }
}

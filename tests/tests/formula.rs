//! Formulas as text: what they mean, what is refused and where, and that nothing breaks them.

use downhill::dual::{Dual, Scalar};
use downhill::model::Model;
use downhill::model::formula::{self, Formula, FormulaModel, Program, Reason};
use downhill::{Real, Sink, Trainer, loss::Squared, optimizer::Sgd};
use proptest::prelude::*;

fn is_column(name: &str) -> bool {
    matches!(name, "x" | "x2" | "T °C")
}

fn parse(text: &str) -> formula::Parsed<'_, f64> {
    formula::parse(text, "y", is_column).unwrap_or_else(|error| panic!("{}", error.caret(text)))
}

/// The value of a text whose columns are 3 and 5 (in the order of their names) and whose
/// parameters are 2, 7, 11 …
fn value(text: &str) -> f64 {
    let parsed = parse(text);
    let features = parsed
        .features()
        .iter()
        .map(|&name| if name == "x" { 3.0 } else { 5.0 });
    let parameters: Vec<f64> = [2.0, 7.0, 11.0, 13.0]
        .into_iter()
        .take(parsed.program.parameters())
        .collect();
    parsed
        .program
        .eval(&parameters, &features.collect::<Vec<f64>>())
}

#[test]
fn operators_bind_as_mathematicians_expect() {
    // a is 2, b is 7, x is 3.
    for (text, expected) in [
        ("a + b*x", 23.0),
        ("(a + b)*x", 27.0),
        ("-x^2 + 0*a", -9.0),
        ("(-x)^2*a", 18.0),
        ("a*-x^2", -18.0),
        ("a^x^a", 512.0),
        ("a**x**a", 512.0),
        ("2^-a", 0.25),
        ("2^-a*x", 0.75),
        ("x - a - b", -6.0),
        ("x/a/b", 3.0 / 2.0 / 7.0),
        ("x - -a", 5.0),
        ("--x*a", 6.0),
        ("+x*a", 6.0),
        ("x - a + b", 8.0),
        ("a*x^2/3", 6.0),
        ("x^0*a", 2.0),
        ("a*x^-1", 2.0 / 3.0),
        ("[a + b]*(x)", 27.0),
        ("max(a, x) + min(a, b)*0", 3.0),
        ("abs(-x)*a", 6.0),
        ("sqrt(x^2)*a", 6.0),
        ("a*1e2 + 1.5E-1*x + .5", 200.95),
        ("a*2e", f64::NAN),
        ("log10(100)*a", 4.0),
        ("a*arctan[1]/atan(1)", 2.0),
        ("a*log[exp(x)] + b*ln(1)", 6.0),
        ("a*cos(pi) + sin(0) + tan(0)", -2.0),
        ("a*sinh(0) + cosh(0) + tanh(0)", 1.0),
        ("a*(asin(1) + acos(1))", core::f64::consts::PI),
        ("a + \"T °C\"", 7.0),
        ("a + x2*`x`", 17.0),
    ] {
        if expected.is_nan() {
            assert!(
                formula::parse::<f64>(text, "y", is_column).is_err(),
                "{text}"
            );
            continue;
        }
        let value = value(text);
        assert!(
            (value - expected).abs() <= 1e-15 * expected.abs(),
            "{text} = {value}"
        );
    }
}

#[test]
fn equations_are_read_as_statisticians_write_them() {
    let roszman =
        "pi = 3.141592653589793238462643383279E0\n y =  b1 - b2*x - arctan[b3/(x-b4)]/pi  +  e";
    let parsed = parse(roszman);
    assert_eq!(parsed.parameters(), ["b1", "b2", "b3", "b4"]);
    let nelson = "log[y] = b1 - b2*x * exp[-b3*x2]  +  e";
    let parsed = parse(nelson);
    assert_eq!(
        (parsed.features(), parsed.parameters()),
        (&["x", "x2"][..], &["b1", "b2", "b3"][..])
    );
    assert_eq!(parsed.program.target(1.0), 0.0);
    assert_eq!(parsed.program.target(5.0), Real::ln(5.0f64));
    // Only a last + e, only once, only in an equation.
    assert_eq!(parse("y = a*x + e").parameters(), ["a"]);
    assert_eq!(parse("a*x + e").parameters(), ["a", "e"]);
    assert_eq!(parse("y = a*x*e + e").parameters(), ["a", "e"]);
    assert_eq!(parse("y = a*(x + e)").parameters(), ["a", "e"]);
    assert_eq!(parse("y = a*x - e").parameters(), ["a", "e"]);
    assert_eq!(value("y = e*x + b + e"), 15.0);
    assert_eq!(parse("1/(1 + y^2) = a").program.target(2.0), 0.2);
    assert_eq!(parse("y = a").program.target(2.0), 2.0);
}

#[test]
fn errors_name_their_place() {
    let (operations, parameters) = (formula::OPERATIONS, formula::PARAMETERS);
    let long_sum = "a + ".repeat(operations) + "a";
    let deep = "(".repeat(600) + "a" + &")".repeat(600);
    let many = (0..=parameters)
        .map(|k| format!("p{k:03}"))
        .collect::<Vec<_>>()
        .join(" + ");
    let numbers = (0..=formula::NUMBERS).map(|k| format!("*{k:03}.5"));
    let numbers = format!("a{}", numbers.collect::<String>());
    let waiting = match operations {
        96 => 48,
        _ => 512,
    };
    let nested = "atan2(a, ".repeat(17) + "a" + &")".repeat(17);
    for (text, at, reason) in [
        ("", 0, Reason::Operand),
        ("   ", 3, Reason::Operand),
        ("a +", 3, Reason::Operand),
        ("a * * b", 4, Reason::Operand),
        ("a b", 2, Reason::Operator),
        ("2 a", 2, Reason::Operator),
        ("2e", 1, Reason::Operator),
        ("a/2x", 3, Reason::Product),
        ("x^2a", 3, Reason::Product),
        ("a < x < 2", 6, Reason::Chain),
        ("where(x = 1, a, b)", 8, Reason::Compare),
        ("x > 1 ? a : b", 6, Reason::Ternary),
        ("a if x > 1 else b", 2, Reason::Ternary),
        ("lambda x, a: a*x", 11, Reason::Colon),
        ("a*LOG(x)", 2, Reason::Logarithm),
        ("a[x]", 0, Reason::NoGroups),
        ("0,5*a*x", 1, Reason::Comma),
        ("a(x)", 0, Reason::Function),
        ("sine(x)*a", 0, Reason::Function),
        ("a*(x", 2, Reason::Unclosed),
        ("a*x)", 3, Reason::Unopened),
        ("a*(x]", 4, Reason::Unopened),
        ("a*[x)", 4, Reason::Unopened),
        ("exp(a, x)", 5, Reason::Arguments),
        ("min(a)", 5, Reason::Arguments),
        ("atan2(a, x, x)", 10, Reason::Arguments),
        ("where(x > 1, a)", 14, Reason::Arguments),
        ("a, x", 1, Reason::Comma),
        ("(a, x)", 2, Reason::Comma),
        ("a*()", 3, Reason::Operand),
        ("exp()*a", 4, Reason::Operand),
        ("a $ x", 2, Reason::Character),
        ("é + a°x", 6, Reason::Character),
        ("1e999*a", 0, Reason::Number),
        (".*a", 0, Reason::Number),
        ("1.2.3*a", 3, Reason::Operator),
        ("a*\"x", 2, Reason::Quote),
        ("a*\"z\"", 2, Reason::Column),
        ("y = a = x", 6, Reason::Equals),
        ("x = a", 0, Reason::LeftSide),
        ("y + b = a", 4, Reason::LeftSide),
        ("y = a*y", 6, Reason::Target),
        ("a*y", 2, Reason::Target),
        ("= a", 0, Reason::Operand),
        ("y =", 3, Reason::Operand),
        ("a/(1 - 1) + 1/0", 13, Reason::NotFinite),
        ("log(0)*a", 0, Reason::NotFinite),
        ("y = x*2", 4, Reason::NoParameter),
        (&long_sum, 2 * operations, Reason::Operations),
        (&deep, waiting, Reason::Depth),
        (&many, 7 * parameters, Reason::Parameters),
        (&numbers, 6 * formula::NUMBERS + 2, Reason::Numbers),
    ] {
        let error = formula::parse::<f64>(text, "y", is_column)
            .map(|_| ())
            .unwrap_err();
        assert_eq!((error.at, error.reason), (at, reason), "{text}");
    }
    let error = formula::parse::<f64>(&nested, "y", is_column)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.reason, Reason::Depth);
}

#[test]
fn the_caret_stands_under_the_character() {
    let text = "y =\tb1\n\t+ ü*b2 $ x\n+ e";
    let error = formula::parse::<f64>(text, "y", is_column)
        .map(|_| ())
        .unwrap_err();
    let shown = error.caret(text).to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "\t+ ü*b2 $ x");
    assert_eq!(
        lines[1],
        "\t       ^ this character has no meaning in a formula"
    );
    assert_eq!(
        error.to_string(),
        "byte 16: this character has no meaning in a formula"
    );
}

/// The derivatives of a program, as the trainer gets them.
struct Slopes(Vec<f64>);

impl Sink<f64> for Slopes {
    fn outer(&mut self, _at: usize, _deltas: &[f64], _inputs: &[f64]) {
        panic!("a formula's parameters are not weights");
    }

    fn each(&mut self, at: usize, deltas: &[f64]) {
        for (slope, delta) in self.0[at..].iter_mut().zip(deltas) {
            *slope += delta;
        }
    }
}

fn slopes(program: &Program<f64>, parameters: &[f64], features: &[f64]) -> (f64, Vec<f64>) {
    let mut tape = vec![0.0; program.parameters()];
    let mut output = [0.0];
    program.forward(parameters, features, &mut tape, &mut output);
    program.backward(parameters, features, &mut tape, &[1.0]);
    let mut sink = Slopes(vec![0.0; program.parameters()]);
    Model::gradient(program, features, &tape, &[1.0], &mut sink);
    (output[0], sink.0)
}

#[test]
fn derivatives_are_exact() {
    // Every function, against central differences of fourth order.
    for text in [
        "a + b*x - c/d + a*b*c*d",
        "exp(a*x) + log(b) + ln(c*x) + log10(d)",
        "sqrt(a) + sin(b*x) + cos(c) + tan(d/3)",
        "sinh(a/2) + cosh(b/3) + tanh(c/5)*d",
        "asin(a/9) + acos(b/20) + atan(c*x)^2 + abs(d) + abs(-a)",
        "min(a, b)*max(c, d) + min(a*x, d)",
        "a^b + x^c/1e4 + a^2.5 + 1.5^d + d^-3 + c^3 + b^7 + (-a)^4",
        "(a + b*x + c*x^2)/(1 + d*x + a*x^3)",
        "a*exp(-((x - b)/c)^2/2) + d",
        "a + b*x^e1 + c*e2*d*e3*e4*e5",
    ] {
        let parsed = parse(text);
        let program = parsed.program;
        let start = [1.3, 2.1, 0.7, 1.9, 1.1, 0.6, 1.7, 0.8, 1.2];
        let parameters = &start[..program.parameters()];
        let (value, exact) = slopes(&program, parameters, &[1.7]);
        assert_eq!(value, program.eval::<f64>(parameters, &[1.7]), "{text}");
        for (k, exact) in exact.iter().enumerate() {
            let h = 1e-3;
            let at = |steps: f64| {
                let mut moved = parameters.to_vec();
                moved[k] += steps * h;
                program.eval::<f64>(&moved, &[1.7])
            };
            let rough = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
            assert!(
                (rough - exact).abs() < 1e-8 * (1.0 + exact.abs()),
                "{text} {k}: {rough} {exact}"
            );
        }
    }
}

#[test]
fn a_constant_at_the_edge_of_a_function_has_no_derivative() {
    let parsed = parse("a*sqrt(x) + b*x^c + abs(x)*a + (x - 1)^3*a");
    let (value, slopes) = slopes(&parsed.program, &[1.0, 1.0, 2.0], &[0.0]);
    assert_eq!(value, -1.0);
    assert!(slopes.iter().all(|slope| slope.is_finite()), "{slopes:?}");
    let zero = Dual::<f64, 1>::variable(0.0, 0);
    assert_eq!(zero.abs().slopes, [0.0]);
    assert_eq!(Dual::<f64, 1>::constant(0.0).sqrt().slopes, [0.0]);
}

/// A model as a function has the bits of its text.
struct Decay;

impl Formula<3, 1> for Decay {
    fn eval<S: Scalar>(&self, &[a, b, c]: &[S; 3], &[x]: &[S::Real; 1]) -> S {
        a * (-b * x).exp() + c
    }
}

#[test]
fn a_function_and_its_text_have_the_same_bits_in_a_trainer() {
    let text = formula::parse::<f32>("a*exp(-b*x) + c", "y", is_column)
        .unwrap()
        .program;
    let text = text.with_start(&[1.0, 0.5, 0.0]).unwrap();
    let own = FormulaModel::new(Decay).with_start([1.0, 0.5, 0.0]);
    let mut first = Trainer::new(text, Squared, Sgd::new(0.1), [0.0f32; 7]).unwrap();
    let mut second = Trainer::new(own, Squared, Sgd::new(0.1), [0.0f32; 7]).unwrap();
    first.initialize(1);
    second.initialize(1);
    for k in 0..3_000 {
        let x = (k % 40) as f32 / 10.0;
        let y = 3.0 * (-1.2 * x).exp() + 0.25;
        let a = first.observe(&[x], &[y]).unwrap();
        let b = second.observe(&[x], &[y]).unwrap();
        assert_eq!(a, b);
    }
    assert_eq!(first.parameters(), second.parameters());
    let learned = first.parameters();
    assert!(
        (learned[0] - 3.0).abs() < 0.01 && (learned[1] - 1.2).abs() < 0.01,
        "{learned:?}"
    );
    // What cannot be computed is refused, and nothing has changed.
    let before = first.parameters().to_vec();
    assert!(first.observe(&[f32::NAN], &[1.0]).is_err());
    assert!(first.observe(&[-1e30], &[1.0]).is_err());
    assert_eq!(first.parameters(), before);
}

#[test]
fn programs_travel_and_damage_is_found() {
    let program = parse("log[y] = b1 - b2*x*exp[-b3*x2] + 2.5")
        .program
        .with_start(&[1.0, 2.0, 3.0])
        .unwrap();
    let mut room = [0; 400];
    let bytes = postcard::to_slice(&program, &mut room).unwrap().to_vec();
    assert!(bytes.len() < 90, "{}", bytes.len());
    assert_eq!(
        postcard::from_bytes::<Program<f64>>(&bytes).unwrap(),
        program
    );
    let text = serde_json::to_string(&program).unwrap();
    assert_eq!(
        serde_json::from_str::<Program<f64>>(&text).unwrap(),
        program
    );
    // A change of any byte is a program that runs, or is refused.
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << bit;
            if let Ok(program) = postcard::from_bytes::<Program<f64>>(&damaged) {
                let features = vec![1.5; program.features()];
                let parameters = vec![0.5; program.parameters()];
                slopes(&program, &parameters, &features);
                program.target(1.0);
            }
        }
    }
    for cut in 0..bytes.len() {
        assert!(postcard::from_bytes::<Program<f64>>(&bytes[..cut]).is_err());
    }
    // Every kind of damage that a text can show.
    let swap = |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        let damaged = serde_json::from_str::<Program<f64>>(&text.replace(from, to));
        damaged.unwrap_err().to_string()
    };
    for (from, to) in [
        (r#"{"parameter":2}"#, r#"{"parameter":3}"#),
        (r#"{"feature":1}"#, r#"{"feature":2}"#),
        (r#"{"number":0}"#, r#"{"number":1}"#),
        (r#"[{"feature":0},"ln""#, r#"[{"parameter":0},"ln""#),
        (r#"[{"feature":0},"ln""#, r#"["add","ln""#),
        (r#"[{"feature":0},"ln""#, r#"[{"feature":1},"ln""#),
        (r#""target":2"#, r#""target":1"#),
        (r#""target":2"#, r#""target":200"#),
        (r#""parameters":3"#, r#""parameters":0"#),
        (r#""parameters":3"#, r#""parameters":251"#),
        (r#""start":[1.0,2.0,3.0]"#, r#""start":[1.0]"#),
    ] {
        assert_eq!(swap(from, to), "the program is damaged", "{from} {to}");
    }
    assert!(program.with_start(&[1.0]).is_none());
    assert!(program.with_start(&[1.0, f64::NAN, 0.0]).is_none());
    let huge = parse("1e200*a").program;
    assert_eq!(huge.cast::<f32>().map(|_| ()), Err(Reason::NotFinite));
}

/// Pieces that make texts which are nearly formulas.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "x", "x2", "y", "e", "pi", "1", "2.5", ".5", "1e3", "+", "-", "*", "/", "^",
        "**", "(", ")", "[", "]", ",", "=", "exp(", "log[", "min(", "sqrt(", " ", "\n", "\"",
        "`x`", "é", "0", "e5", "1e", "$", "where(", "<", ">=", "==", " and ", "|", "!", "²", "⁻",
        "·", "~", "np.", "π", "√", "%", "2x", "e^", "gamma(", "atan2(",
    ]);
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// Texts that are formulas.
fn formulas() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["a", "b", "c", "x", "x2", "pi"]).prop_map(String::from),
        (0.0..100.0f64).prop_map(|x| format!("{x}")),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let functions = vec![
            "exp", "sqrt", "sin", "atan", "abs", "tanh", "erf", "gamma", "lgamma", "floor", "sinc",
            "sign", "log1p", "-", "",
        ];
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["+", "-", "*", "/", "^", "%", "<", "and"]),
                inner.clone()
            )
                .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (prop::sample::select(functions), inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("max({a}, {b})")),
        ]
    })
}

/// Whatever the parser says of a text, it says it in place.
fn check(text: &str) {
    match formula::parse::<f32>(text, "y", is_column) {
        Ok(parsed) => {
            let features = vec![0.5; parsed.features().len()];
            let parameters = vec![0.25; parsed.parameters().len()];
            let program = parsed.program;
            let mut tape = vec![0.0; parameters.len()];
            let mut output = [0.0];
            program.forward(&parameters, &features, &mut tape, &mut output);
            let plain = program.eval::<f32>(&parameters, &features);
            assert!(output[0].to_bits() == plain.to_bits() || plain.is_nan());
        }
        Err(error) => {
            assert!(
                error.at <= text.len() && text.is_char_boundary(error.at),
                "{text:?} {error}"
            );
            assert!(error.caret(text).to_string().contains('^'));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_breaks_the_parser(text in pieces()) {
        check(&text);
    }

    #[test]
    fn no_characters_break_the_parser(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn formulas_are_read(text in formulas()) {
        check(&text);
        let text = format!("y = a + {text} + e");
        match formula::parse::<f32>(&text, "y", is_column) {
            Ok(_) => {}
            Err(error) => prop_assert!(
                matches!(error.reason, Reason::NotFinite | Reason::Numbers | Reason::Operations | Reason::Depth),
                "{}", error.caret(&text)
            ),
        }
    }

    #[test]
    fn no_bytes_break_a_program(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(program) = postcard::from_bytes::<Program<f64>>(&bytes) {
            slopes(&program, &vec![1.0; program.parameters()], &vec![1.0; program.features()]);
        }
    }
}

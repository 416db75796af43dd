//! What people type for a formula, and the functions that they use: values, derivatives, depth.

use downhill::Real;
use downhill::model::Model;
use downhill::model::formula::{self, Names, Parsed, Program, Reason};

/// Columns `x` and `site`, which tells three groups; `e` is a parameter where it is told, and
/// `held` is 2.5.
struct Known {
    told: bool,
}

impl Names for Known {
    fn is_column(&self, name: &str) -> bool {
        matches!(name, "x" | "site")
    }
    fn is_parameter(&self, name: &str) -> bool {
        self.told && matches!(name, "e" | "pi")
    }
    fn fixed(&self, name: &str) -> Option<f64> {
        (name == "held").then_some(2.5)
    }
    fn groups(&self, column: &str) -> Option<u8> {
        (column == "site").then_some(3)
    }
}

fn read<'a, T: Real>(text: &'a str) -> Parsed<'a, T> {
    let known = Known { told: false };
    formula::parse_with(text, "y", &known).unwrap_or_else(|error| panic!("{}", error.caret(text)))
}

/// The value of a text where x is 3 and its parameters are 2, 7, 11 …
fn value(text: &str) -> f64 {
    let parsed = read::<f64>(text);
    let parameters = [2.0, 7.0, 11.0, 13.0];
    let features: Vec<f64> = parsed.features().iter().map(|_| 3.0).collect();
    parsed
        .program
        .eval(&parameters[..parsed.program.parameters()], &features)
}

/// Texts as forums, textbooks and other programs have them.
#[test]
fn what_people_type_is_read() {
    // a is 2, b is 7, c is 11, x is 3.
    let e = core::f64::consts::E;
    let pi = core::f64::consts::PI;
    for (text, expected) in [
        ("a*np.exp(-b*x/10)", 2.0 * (-2.1f64).exp()),
        ("a*numpy.log(x)+math.sqrt(b)*0", 2.0 * 3f64.ln()),
        ("a*torch.tanh(x/b)", 2.0 * (3.0 / 7.0f64).tanh()),
        ("a*scipy.special.erf(x/b)", 2.0 * 0.455_546_022_725_297_3),
        ("a*pow(x,2)+b", 25.0),
        ("np.power(x, a)", 9.0),
        ("a*EXP(-x)", 2.0 * (-3f64).exp()),
        ("a*Sqrt(x)+LN(b)*0", 2.0 * 3f64.sqrt()),
        ("a·x² + b", 25.0),
        ("a × x − b", -1.0),
        ("a*x⁻¹", 2.0 / 3.0),
        ("-x²*a", -18.0),
        ("a*sin(2π*x/b)", 2.0 * (6.0 * pi / 7.0).sin()),
        ("a*e^(-b*x/10)", 2.0 * (-2.1f64).exp()),
        ("a*e**-x", 2.0 * (-3f64).exp()),
        ("a*e^-x^2", 2.0 * (-9f64).exp()),
        ("a*math.e**x", 2.0 * 3f64.exp()),
        ("a*exp(1)", 2.0 * e),
        ("Y ~ a + b*x", 23.0),
        ("y ~ a + b*x + e", 23.0),
        ("y = a + b*x", 23.0),
        ("Y = a + b*x", 23.0),
        ("f(x) = a + b*x", 23.0),
        ("V = a + b*x", 23.0),
        ("2x + a", 8.0),
        ("2(x + a)", 10.0),
        ("(x + a)(x - a)", 5.0),
        ("2exp(0)*a", 4.0),
        ("3x^2 + 2x*a", 39.0),
        ("-2x + a", -4.0),
        ("a*√x", 2.0 * 3f64.sqrt()),
        ("where(x < 2, a, b)", 7.0),
        ("np.where(x >= 2, a, b)", 2.0),
        ("ifelse(x > 1 & x < 5, a, b)", 2.0),
        ("IF(AND(x > 1, x < 2), a, b)", 7.0),
        ("where((x > 1) | (x < -1), a, b)", 2.0),
        ("where(not x > 1, a, b)", 7.0),
        ("where(x != 3, a, where(x == 4, b, c))", 11.0),
        ("(x > 2)*a + (x <= 2)*b", 2.0),
        ("a*(x % 2) + b*mod(-x, 2)", 9.0),
        ("max(a, x, b)", 7.0),
        ("a*hypot(x, 4)", 10.0),
        ("a*np.arctan2(x, -3)", 2.0 * 0.75 * pi),
        ("a*heaviside(x - 3) + b*heaviside(x)", 8.0),
        ("a*np.heaviside(x - 3, 1) + b*sign(-x)", -5.0),
        ("a*floor(x/2) + b*ceil(x/2)", 16.0),
        ("a*log2(8) + b*log1p(0) + c*expm1(0)", 6.0),
        ("a*gamma(x) + b*lgamma(2)", 4.0),
        ("a*sinc(x/6)", 2.0 * 2.0 / pi),
        ("a*np.abs(-x) + b*fabs(x)", 27.0),
        ("a*cbrt(x*9) + b*square(x)", 69.0),
        ("held*x + a", 9.5),
    ] {
        let value = value(text);
        assert!(
            (value - expected).abs() <= 4e-16 * expected.abs().max(1.0),
            "{text} = {value}, not {expected}"
        );
    }
}

#[test]
fn an_e_that_is_told_is_a_parameter() {
    let text = "y = d*x + e";
    assert_eq!(read::<f64>(text).parameters(), ["d"]);
    let told = formula::parse_with::<f64>(text, "y", &Known { told: true }).unwrap();
    assert_eq!(told.parameters(), ["d", "e"]);
    let told = formula::parse_with::<f64>("e^x*pi", "y", &Known { told: true }).unwrap();
    assert_eq!(told.parameters(), ["e", "pi"]);
    // Elsewhere than in a power it is a parameter as ever.
    assert_eq!(read::<f64>("e*x").parameters(), ["e"]);
    assert_eq!(read::<f64>("a + held*x").parameters(), ["a"]);
}

#[test]
fn every_function_is_read_under_its_name() {
    for name in formula::functions() {
        let read = |values: &str| {
            let text = format!("a*{name}({values})");
            formula::parse::<f64>(&text, "y", |name| name == "x").is_ok()
        };
        assert!(read("x") || read("x, 1") || read("x, 1, 2"), "{name}");
    }
    assert!(formula::functions().count() >= 40);
}

/// A parameter that each group has for itself.
#[test]
fn groups_have_parameters_of_their_own() {
    let parsed = read::<f64>("a[site]*x + b + 0*a[site]");
    assert_eq!(parsed.features(), ["site", "x"]);
    assert_eq!((parsed.is_group(0), parsed.is_group(1)), (true, false));
    assert_eq!(parsed.parameters(), ["a", "a", "a", "b"]);
    assert_eq!(parsed.group(2), Some((0, 2)));
    assert_eq!(parsed.group(3), None);
    let parameters = [2.0, 3.0, 5.0, 7.0];
    for (site, expected) in [(0.0, 9.0), (1.0, 10.0), (2.0, 12.0)] {
        let value = parsed.program.eval(&parameters, &[site, 1.0]);
        assert_eq!(value, expected);
    }
    // No group: no parameter of another one, but no value.
    for site in [3.0, -1.0, 0.5, f64::NAN, 1e9] {
        let value: f64 = parsed.program.eval(&parameters, &[site, 1.0]);
        assert!(value.is_nan());
    }
    // A function's name is a parameter's only where that is told.
    assert_eq!(read::<f64>("exp[site] + b").parameters(), ["b"]);
    for text in ["a[site] + a", "a + a[site]"] {
        let error = formula::parse_with::<f64>(text, "y", &Known { told: false });
        assert_eq!(error.unwrap_err().reason, Reason::Groups, "{text}");
    }
}

fn slopes(program: &Program<f64>, parameters: &[f64], features: &[f64]) -> Vec<f64> {
    let mut tape = vec![0.0; program.parameters()];
    program.forward(parameters, features, &mut tape, &mut [0.0]);
    tape
}

/// Against central differences of sixth order.
#[test]
fn derivatives_of_every_function_are_exact() {
    for text in [
        "log2(a) + log1p(b) + expm1(c/3)",
        "erf(a) + erfc(b) + erf(-c)",
        "gamma(a + 0.3) + lgamma(b) + gamma(-c)",
        "lgamma(-a - 0.2) + gamma(6*b) / 1e8 + lgamma(40*c)",
        "sinc(a) + sinc(b/20) + sinc(-c/9)",
        "cbrt(a) + asinh(b) + acosh(1 + c) + atanh(d/9)",
        "atan2(a, b) + atan2(-c, -d) + hypot(a, -c)",
        "mod(x, a)*b + mod(a, b) + mod(-c, d) + (a % b)*c",
        "where(x > 1, a*b, c) + where(x < 1, a/b, c*d)",
        "sign(a - 3)*b + floor(a)*c + ceil(b)*d + heaviside(a, b)*c + heaviside(-a)*d",
        "where(a > b or not c < d, a^2, b^3) + (a < b)*d + max(a, b, c, d)*min(a, b, c)",
        "1/(a + 1/(b + 1/(c + 1/d)))",
    ] {
        let parsed = read::<f64>(text);
        let program = parsed.program;
        let start = [1.3, 2.15, 0.7, 1.9];
        let parameters = &start[..program.parameters()];
        for (k, exact) in slopes(&program, parameters, &[1.7]).iter().enumerate() {
            let h = 1e-3;
            let at = |steps: f64| {
                let mut moved = parameters.to_vec();
                moved[k] += steps * h;
                program.eval::<f64>(&moved, &[1.7])
            };
            let odd = |steps: f64| at(steps) - at(-steps);
            let rough = (45.0 * odd(1.0) - 9.0 * odd(2.0) + odd(3.0)) / (60.0 * h);
            assert!(
                (rough - exact).abs() < 3e-10 * (1.0 + exact.abs()),
                "{text} {k}: {rough} {exact}"
            );
        }
    }
}

/// Values of digamma to 16 digits, by a wide margin more than differences can show.
#[test]
fn the_slope_of_the_logarithm_of_gamma_is_digamma() {
    let program = read::<f64>("lgamma(a)").program;
    for (at, expected) in [
        (1.0, -0.577_215_664_901_532_9),
        (0.5, -1.963_510_026_021_423_5),
        (0.25, -4.227_453_533_376_265),
        (10.0, 2.251_752_589_066_721),
        (9.999, 2.251_647_417_205_735_4),
        (1e-5, -100_000.577_199_215_7),
        (1e5, 11.512_920_464_961_896),
        (-0.5, 0.036_489_973_978_576_52),
        (-3.7, -0.845_076_858_870_416_7),
    ] {
        let slope = slopes(&program, &[at], &[])[0];
        let off = (slope - expected).abs() / expected.abs();
        assert!(
            off < 1e-13,
            "digamma({at}) = {slope}, not {expected}: {off}"
        );
    }
}

#[test]
fn nested_polynomials_and_fractions_need_no_depth() {
    let degree = 40;
    let nested = |open: &str, close: &str, last: &str| {
        let heads: String = (0..degree)
            .map(|k| open.replace('#', &k.to_string()))
            .collect();
        format!("{heads}{last}{}", close.repeat(degree))
    };
    let p: Vec<f64> = (0..=degree).map(|k| 1.0 + (k as f64 * 0.7).sin()).collect();
    let x = 0.9;
    let eval = |text: &str| {
        let known = |name: &str| name == "x";
        match formula::parse::<f64>(text, "y", known) {
            Ok(parsed) => parsed.program.eval(&p[..parsed.program.parameters()], &[x]),
            // A board's program has no room for as much, whatever its depth.
            Err(error) => {
                let reason = error.reason;
                let small = formula::PARAMETERS < degree;
                assert!(
                    small && reason == Reason::Parameters,
                    "{}",
                    error.caret(text)
                );
                f64::NAN
            }
        }
    };
    let same = |text: &str, expected: f64| {
        let value = eval(text);
        assert!(
            value.is_nan() || value == expected,
            "{text}: {value} {expected}"
        );
    };
    let back = || p[..degree].iter().rev();
    let horner = back().fold(p[degree], |sum, own| own + x * sum);
    same(&nested("p#+x*(", ")", "p40"), horner);
    let minus = back().fold(p[degree], |sum, own| own - x * sum);
    same(&nested("p#-x*(", ")", "p40"), minus);
    let fraction = back().fold(p[degree], |sum, own| own + x / sum);
    same(&nested("p#+x/(", ")", "p40"), fraction);
    // The last of the cases holds.
    let cases = nested("where(x<0,p#,", ")", "p40");
    same(&cases, p[degree]);
    let board: String = (0..12).map(|k| format!("p{k}+x*(")).collect();
    let board = format!("{board}p12{}", ")".repeat(12));
    let parsed = formula::parse::<f32>(&board, "y", |name| name == "x").unwrap();
    assert!(formula::Limits::BOARD.hold(&parsed.program));
}

#[test]
fn the_host_takes_more_than_a_board() {
    let waves = |count: usize| {
        let wave = |k: usize| format!("+a{k}*cos({k}*w*x)+b{k}*sin({k}*w*x)");
        format!("c{}", (1..=count).map(wave).collect::<String>())
    };
    let text = waves(35);
    let parsed = formula::parse::<f64>(&text, "y", |name| name == "x");
    if formula::PARAMETERS > 16 {
        let program = parsed.unwrap().program;
        assert_eq!(program.parameters(), 72);
        assert!(!formula::Limits::BOARD.hold(&program));
        assert!(formula::Limits::HOST.hold(&program));
    } else {
        assert!(parsed.is_err());
    }
    let text = waves(3);
    let small = formula::parse::<f64>(&text, "y", |name| name == "x");
    assert!(formula::Limits::BOARD.hold(&small.unwrap().program));
}

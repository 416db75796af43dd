//! Every model, loss, optimizer, schedule and rule on every emulated board, against its twin;
//! `docs/same-bits.md` says what was run, and is written by this test.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use downhill::loss::{self, AnyLoss, LOSSES, Loss, Pool};
use downhill::model::{self, AnyActivation, Form, MODELS};
use downhill::optimizer::{Batch, OPTIMIZERS};
use downhill::registry::Choice;
use downhill::rules::{SCALERS, SCHEDULES};
use downhill_boards::emulated_boards;
use downhill_tests::{data, downhill, irises_of_two_classes, json, stderr};
use serde_json::Value;

/// The fits, each of several choices. Without a target they predict an amount. What the registry
/// has besides gets [a fit of its own](recipes).
const RECIPES: &[&str] = &[
    "--model linear --loss squared --optimizer adam --schedule cosine --scaler standard",
    "--optimizer sgd --schedule constant --scaler none --no-shuffle",
    "--loss absolute --optimizer momentum --schedule step:10,0.5",
    "--loss huber:0.5 --optimizer nesterov --schedule exponential:0.99 --clip-norm 0.5",
    "--loss log_cosh --optimizer adagrad --schedule inverse_time:0.1,0.1 --warmup 5",
    "--loss quantile:0.9 --optimizer rmsprop --clip-value 0.1",
    "--loss poisson --optimizer rmsprop:centered --l2 0.01",
    "--model polynomial:2 --optimizer rmsprop:momentum --l1 0.01",
    "--model polynomial:3 --optimizer rmsprop:centered_momentum --scaler minmax",
    "--model mlp:8:relu --optimizer amsgrad --batch 8",
    "--model mlp:6,4:tanh --optimizer adamw --weight-decay 0.01",
    "--model mlp:4,4,3:softplus --optimizer averaged --scaler forgetting:50",
    "--model mlp:6:sigmoid --optimizer rprop --batch 10",
    "--model mlp:6:identity --freeze 1 --no-standardize-target",
    "--model mlp:6:leaky_relu --bound 0=-0.1:0.1 --scaler-on-device 10",
    "--target petal_w,petal_l",
    "--bound petal_l=-0.1:0.1 --bound 0-1=0:9",
    "--target petal_w,petal_l --model mlp:5:tanh --optimizer momentum --bound 3-11=-0.2:0.2",
    "--target= --model autoencoder:2:tanh --bound all=-1:1",
    "--target virginica --model logistic --loss cross_entropy --class-weight balanced",
    "--target virginica --loss hinge --optimizer sgd",
    "--target virginica --loss squared_hinge --optimizer nesterov:0.5",
    "--target virginica --loss smoothed:0.1 --model mlp:6:tanh",
    "--target virginica --loss focal:2",
    "--target virginica --loss squared_probability",
    "--target virginica --loss f_beta:2 --batch 8",
    "--target virginica --loss f_beta:0.5 --model mlp:6:tanh --batch 10 --clip-norm 0.1",
    "--target species --model softmax --loss cross_entropy",
    "--target species --model softmax --loss smoothed:0.1 --class-weight 1=2 --batch 7",
    "--target species --model mlp:6 --loss focal:2",
    "--target species --model softmax --loss squared_probability --weight petal_w",
    "--optimizer sgd --schedule plateau:1 --batch 16 --epochs 3 --limit 1000",
    "--model formula:a+b*petal_l^c --start a=0,b=1,c=1 --loss cauchy:0.5 --optimizer adam",
    "--model formula:where(petal_l<b,a*erf(petal_l),c)+floor(petal_l)*d --start a=1,b=3,c=1,d=0 --optimizer adam",
    "--model formula:a*gamma(1+petal_l/b) --start a=1,b=9 --optimizer adam",
    "--model formula:a*sinc(petal_l/9)+b*atan2(petal_l,c) --start a=1,b=1,c=1 --optimizer adam",
    "--model formula:a+hypot(d,petal_l%2) --start a=1,d=1 --optimizer adam",
    "--model formula:a[species]+b*lgamma(c+petal_l) --start a=0,b=0.1,c=1 --optimizer adam",
    "--model formula:b+log2(d*d+1)+cbrt(petal_l-3) --start b=0,d=1 --optimizer adam",
    "--model mlp:6 --patience 1 --l2 0.01 --lr 0.2 --batch 4 --epochs 9 --limit 2000",
    "--replay ring:8 --missing hold",
    "--replay reservoir:6,2 --model mlp:6:tanh --batch 4",
];

/// The fits, and one more for each choice of the registry that none of them has.
fn recipes() -> Vec<String> {
    let mut recipes: Vec<String> = RECIPES.iter().map(ToString::to_string).collect();
    for choice in LOSSES {
        let loss = AnyLoss::<f32>::named(choice.name, &[1.0]).unwrap();
        let target = match choice.facts.target {
            loss::TargetKind::Amount => "",
            loss::TargetKind::Class => "--target virginica ",
        };
        let is_of_batches = loss.pooled(&Pool::new()).is_some();
        let batch = if is_of_batches { " --batch 8" } else { "" };
        add(&mut recipes, "--loss", choice, |loss| {
            format!("{target}{loss}{batch}")
        });
    }
    for choice in MODELS {
        let target = match choice.facts.task {
            model::Task::Any | model::Task::Amount => "",
            model::Task::TwoClasses => "--target virginica ",
            model::Task::Classes => "--target species ",
            model::Task::Features => "--target= ",
        };
        let widths = match choice.facts.form {
            Form::Numbers => "",
            Form::Layers => ":3",
            Form::Text => continue,
        };
        add(&mut recipes, "--model", choice, |model| {
            format!("{target}{model}{widths}")
        });
    }
    for choice in OPTIMIZERS {
        let batch = if choice.facts.batch == Batch::All {
            " --batch 10"
        } else {
            ""
        };
        add(&mut recipes, "--optimizer", choice, |optimizer| {
            format!("{optimizer}{batch}")
        });
    }
    for choice in SCHEDULES {
        add(
            &mut recipes,
            "--schedule",
            choice,
            |schedule| match choice.facts.needs_validation {
                true => format!("{schedule} --batch 16 --epochs 3 --limit 1000"),
                false => schedule.into(),
            },
        );
    }
    for choice in SCALERS {
        add(&mut recipes, "--scaler", choice, |scaler| scaler.into());
    }
    for activation in AnyActivation::ALL {
        let end = format!(":{}", activation.name());
        if !recipes
            .iter()
            .any(|recipe| recipe.split(' ').any(|word| word.ends_with(&end)))
        {
            recipes.push(format!("--model mlp:6{end}"));
        }
    }
    recipes
}

/// Adds the fit that `with` makes of an option and its value, where no other has them.
fn add<F>(
    recipes: &mut Vec<String>,
    option: &str,
    choice: &Choice<F>,
    with: impl Fn(&str) -> String,
) {
    let is_value = |word: &str| {
        let mut parts = word.split(':');
        let is_name = parts.next() == Some(choice.name);
        is_name
            && choice
                .variant
                .is_none_or(|variant| parts.next() == Some(variant))
    };
    let has = |recipe: &String| {
        let words: Vec<&str> = recipe.split(' ').collect();
        words
            .windows(2)
            .any(|pair| pair[0] == option && is_value(pair[1]))
    };
    if recipes.iter().any(has) {
        return;
    }
    let variant = choice.variant.map(|variant| format!(":{variant}"));
    let numbers = choice.arguments.iter().map(|argument| {
        let tried = [0.5, 2.0, 10.0, -1.0].into_iter();
        let mut possible = { tried }.filter(|&x| argument.range.contains(x));
        argument
            .default
            .or_else(|| possible.next())
            .unwrap()
            .to_string()
    });
    let numbers = numbers.collect::<Vec<_>>().join(",");
    let colon = if numbers.is_empty() { "" } else { ":" };
    let variant = variant.unwrap_or_default();
    recipes.push(with(&format!(
        "{option} {}{variant}{colon}{numbers}",
        choice.name
    )));
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn every_choice_gives_the_same_bits_on_every_board() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, file) = (
        folder.path().join("iris.csv"),
        folder.path().join("recipes"),
    );
    let recipes = recipes();
    fs::write(&rows, irises_of_two_classes()).unwrap();
    fs::write(&file, recipes.join("\n")).unwrap();
    let run = |board: &'static str| {
        let mut command = downhill(&["crosscheck", rows.to_str().unwrap(), "--json"]);
        command.args(["--target", "petal_w", "--limit", "40", "--board", board]);
        json(&command.arg("--recipes").arg(&file).assert().code(0))
    };
    let results = thread::scope(|scope| {
        let threads: Vec<_> = emulated_boards()
            .map(|board| scope.spawn(move || run(board.name)))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap());
        joined.collect::<Vec<_>>()
    });
    let page = page(&recipes, &results);
    let path = root().join("docs/same-bits.md");
    if std::env::var_os("DOWNHILL_OVERWRITE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        page,
        "run this test with DOWNHILL_OVERWRITE=1"
    );
}

/// The page, from what the boards did.
fn page(recipes: &[String], results: &[Value]) -> String {
    let mut page = String::from(
        "# Same bits\n\n\
         Written by `tests/tests/same_bits.rs`, which runs each fit on each emulated board and \
         on its twin,\none command at a time, and compares the fingerprints of all training state \
         after every one. A number\nis how many steps were compared; all of them are identical, \
         or the test fails.\n\n| fit |",
    );
    for board in emulated_boards() {
        write!(page, " {}, {} |", board.name, board.processor).unwrap();
    }
    writeln!(page, "\n|---|{}", "---:|".repeat(results.len())).unwrap();
    for (at, recipe) in recipes.iter().enumerate() {
        write!(page, "| `{recipe}` |").unwrap();
        for board in results {
            let run = &board["more"][at];
            assert_eq!(run["options"], recipe.as_str());
            assert_eq!(
                (&run["different"], &run["identical"]),
                (&0.into(), &run["steps"])
            );
            assert!(run["steps"].as_u64().unwrap() > 3, "{recipe}");
            write!(page, " {} |", run["steps"]).unwrap();
        }
        page.push('\n');
    }
    page
}

/// Which option sets each field of a recipe's rules. What watches a fit is not among them: it
/// changes bits only where it acts, which `tests/verdicts` compares on boards.
const RULES: &[(&str, &str)] = &[
    ("scaling.method", "--scaler"),
    ("scaling.target", "--no-standardize-target"),
    ("schedule.warmup", "--warmup"),
    ("schedule.curve", "--schedule"),
    ("penalty.l1", "--l1"),
    ("penalty.l2", "--l2"),
    ("penalty.decay", "--weight-decay"),
    ("clip.value", "--clip-value"),
    ("clip.norm", "--clip-norm"),
    ("frozen", "--freeze"),
    ("bounds", "--bound"),
];

/// Whatever a recipe can ask for besides is in one of the fits, too.
#[test]
fn no_rule_is_forgotten() {
    let file = data("iris.csv");
    let mut fit = downhill(&["fit", &file, "--target", "petal_w", "--epochs", "1"]);
    let fit = json(&fit.arg("--json").assert().code(0));
    let mut fields = Vec::new();
    for (name, value) in fit["recipe"]["rules"].as_object().unwrap() {
        match value.as_object() {
            Some(more) => fields.extend(more.keys().map(|key| format!("{name}.{key}"))),
            None => fields.push(name.clone()),
        }
    }
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.0).collect();
    assert_eq!(
        fields.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        known
    );
    for (field, option) in RULES {
        let asks = |recipe: &&str| recipe.split(' ').any(|word| word == *option);
        assert!(RECIPES.iter().any(asks), "no fit has {field}, {option}");
    }
}

/// Whatever the command line knows is in one of the fits.
#[test]
fn no_choice_is_forgotten() {
    let recipes = recipes();
    let run: BTreeSet<&str> = recipes
        .iter()
        .flat_map(|recipe| recipe.split([' ', ':']))
        .collect();
    for what in ["--model", "--loss", "--optimizer", "--schedule", "--scaler"] {
        for name in names(&[what, "?"]) {
            assert!(run.contains(name.as_str()), "no fit has {what} {name}");
        }
    }
    for name in names(&["--model", "mlp:2:?"]) {
        assert!(
            run.contains(name.as_str()),
            "no fit has the activation {name}"
        );
    }
    for name in names(&["--optimizer", "rmsprop:?"]) {
        assert!(run.contains(name.as_str()), "no fit has {name} of rmsprop");
    }
    let boards: Vec<&str> = emulated_boards().map(|board| board.name).collect();
    assert_eq!(names_of_boards(), boards);
}

/// The names that a wrong one is answered with.
fn names(option: &[&str]) -> Vec<String> {
    let mut command = downhill(&["fit", "x.csv", "--target", "y"]);
    let error = stderr(&command.args(option).assert().code(2));
    let (_, list) = error.split_once("here is ").unwrap();
    let names: Vec<String> = list
        .split('`')
        .skip(1)
        .step_by(2)
        .map(String::from)
        .collect();
    assert!(names.len() > 2, "{error}");
    names
}

fn names_of_boards() -> Vec<String> {
    let command = downhill(&["crosscheck", "x.csv", "--target", "y", "--board", "?"]);
    let error = stderr(&{ command }.assert().code(2));
    let (_, list) = error.split_once("possible values: ").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split(", ").map(String::from).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

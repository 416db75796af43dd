//! The fits that boards and twins are compared on.

use downhill::loss::{self, AnyLoss, LOSSES, Loss, Pool};
use downhill::model::{self, AnyActivation, Form, MODELS};
use downhill::optimizer::{Batch, OPTIMIZERS};
use downhill::registry::Choice;
use downhill::rules::{SCALERS, SCHEDULES};

/// The fits, each of several choices. Without a target they predict an amount. What the registry
/// has besides gets [a fit of its own](recipes).
pub(super) const RECIPES: &[&str] = &[
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
    "--optimizer sgd --schedule plateau:1 --batch 16",
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
    "--recover --optimizer sgd --lr 1 --scaler none",
    "--recover --model mlp:6:relu --optimizer sgd --lr 1 --scaler none",
    "--solver rls",
    "--solver rls:0.999,10 --model polynomial:2 --features petal_l,sepal_l",
    "--solver nlms",
    "--solver nlms:0.1 --model polynomial:2",
    "--solver lm",
    "--solver lm --model formula:a+b*petal_l^c --start a=0,b=1,c=1 --loss cauchy:0.1",
    "--solver gauss_newton --model polynomial:2 --features petal_l",
];

/// The fits that follow a relation which turns round in the middle of the rows.
pub(super) const DRIFTS: &[&str] = &[
    "--drift page_hinkley --no-shuffle --optimizer sgd --lr 0.01 --epochs 1",
    "--drift ddm --no-shuffle --optimizer sgd --lr 0.01 --epochs 1",
    "--drift ewma:reset --no-shuffle --optimizer sgd --lr 0.01 --epochs 1",
    "--drift adwin --no-shuffle --optimizer momentum --lr 0.001 --epochs 1",
];

/// The fits in fixed point: every model, loss, activation, optimizer, scaler, schedule and rule that
/// it has.
const FIXED: &[&str] = &[
    "--scaler minmax --schedule cosine --warmup 5",
    "--loss huber:0.5 --optimizer momentum --scaler-on-device 20 --schedule inverse_time:0.1,0.1",
    "--target petal_w,petal_l --model mlp:6,4:tanh --clip-norm 0.5",
    "--model mlp:8:relu --no-standardize-target --l2 0.01",
    "--scaler none --lr 0.001 --clip-value 0.1",
    "--target virginica --model logistic --patience 1 --epochs 9 --limit 2000",
    "--target virginica --model mlp:5:sigmoid --schedule step:10,0.5 --bound 0-7=-0.1:0.1",
    "--target species --model softmax --optimizer momentum --schedule exponential:0.99 --l2 0.01",
];

/// Steps of a fit that are compared in every run of the tests, and in full.
pub(super) const STEPS: [usize; 2] = [40, 1000];
/// Steps until that relation has turned and been followed.
pub(super) const TURNED: usize = 2000;

/// True of a fit that ends by itself, and is compared to its end.
pub(super) fn ends_by_itself(recipe: &str) -> bool {
    ["--solver lm", "--solver gauss_newton", "--patience"]
        .iter()
        .any(|option| recipe.contains(option))
}

/// A line of `--recipes`: a fit that goes on for so many steps.
pub(super) fn line(recipe: &str, steps: usize) -> String {
    if ends_by_itself(recipe) {
        return recipe.into();
    }
    let mut words = recipe.split(' ');
    let batch = words.find(|word| *word == "--batch").and(words.next());
    let rows = steps * batch.map_or(1, |rows| rows.parse().unwrap());
    if recipe.contains("--epochs") {
        return format!("{recipe} --limit {rows}");
    }
    if recipe.contains("--solver") {
        // Each pass is over the first rows.
        let passes = rows.div_ceil(150);
        return format!("{recipe} --epochs {passes} --limit {}", rows.min(150));
    }
    format!("{recipe} --epochs 200 --limit {rows}")
}

/// The fits, and one more for each choice of the registry that none of them has.
pub(super) fn recipes() -> Vec<String> {
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
                true => format!("{schedule} --batch 16"),
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
    let fixed = FIXED.iter().map(|fit| format!("--precision q15 {fit}"));
    recipes.extend(fixed);
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

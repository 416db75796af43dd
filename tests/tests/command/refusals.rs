//! Refusals and their exit codes: a list beside this file, which this test
//! writes anew with `DOWNHILL_OVERWRITE=1`. Nothing is left behind by any of it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill::Hasher;
use downhill_tests::downhill;
use serde_json::Value;

pub(super) const LIST: &str = "tests/command/refusals.txt";

/// Command lines, in a folder with the files of [`fixture`].
const REFUSED: &str = "
fit none.csv --target y
fit folder --target y
fit empty.csv --target y
fit header.csv --target y
fit short.csv --target y
fit long.csv --target y
fit text.csv --target y --features x
fit infinite.csv --target y
fit huge.csv --target y
fit twice.csv --target y
fit constant.csv --target y
fit gaps.csv --target y
fit latin.csv --target y
fit cut.csv.gz --target y
fit three.csv --target y --model logistic
fit negative.csv --target y --weight w
fit heavy.csv --target y --weight w
fit small.csv --target y
fit one.csv --model autoencoder:1 --validation-every 0
fit wordy.csv --target y --features x
fit two.csv --target y --class-weight 0=0,1=0
fit two.csv --target y --class-weight 0=1,0=2
fit two.csv --target y --cost fp=1,fn=1e-46
fit two.csv --target y --cost fp=1e39,fn=1
fit two.csv --target y --cost fp=1e30,fn=1e30 --class-weight 0=1e38,1=1e38
fit days.csv --target y --features when:weekday
compare good.csv --target y --vary lr=0.1 --vary lr=0.2
compare good.csv --target y --vary lr=0.1,0.10
fit two.csv --target y --cost fp=1e30,fn=1e-30
fit counts.csv --target y --loss poisson
fit counts.csv --target y --model logistic
fit tiny.csv --target y --precision f64
fit two.csv --target y --model softmax --loss f_beta:1
fit small.csv --model autoencoder:1 --features x,y --loss poisson --scaler none
fit good.csv --target y --anomaly-share 0.1
fit good.csv --target y --model mlp:2 --freeze 1 --bound 0=0:1
fit good.csv --target y --freeze 1
fit good.csv --target z
fit good.csv --target y --features x,q
fit good.csv --target y --features x,x
fit good.csv --target y,y --features x
fit good.csv --target y --features x,y
fit good.csv --target y --weight q
fit good.csv --target y --weight y
fit good.csv --target y --model liner
fit good.csv --target y --model mlp:0
fit good.csv --target y --model mlp:4:tan
fit good.csv --target y --model polynomial:0
fit good.csv --target y --model mlp:60000,60000
fit good.csv --target y --model softmax
fit good.csv --target y --loss hubris
fit good.csv --target y --loss huber:-1
fit good.csv --target y --model logistic --loss squared
fit good.csv --target y --optimizer zzz
fit good.csv --target y --optimizer rmsprop:center
fit good.csv --target y --lr 0
fit good.csv --target y --lr fast
fit good.csv --target y --lr 1e39
fit good.csv --target y --optimizer momentum:0.9999999999
fit good.csv --target y --epochs 0
fit good.csv --target y --batch 70000
fit good.csv --target y --validation-every 1
fit good.csv --target y --validation-every 0 --patience 3
fit good.csv --target y --schedule cosin
fit good.csv --target y --schedule step:5
fit good.csv --target y --schedule inverse_time
fit good.csv --target y --scaler robust
fit good.csv --target y --scaler-on-device 1
fit good.csv --target y --class-weight heavy
fit good.csv --target y --class-weight balanced
fit good.csv --target y --threshold f1
fit good.csv --target y --bound 0=2:1
fit good.csv --target y --bound 0
fit good.csv --target y --bound 0=-1e50:1e50
fit good.csv --target y --l2 -1
fit good.csv --target y --precision f16
fit good.csv --target y --seed many
fit good.csv --target y --model formula:a*
fit good.csv --target y --optimizer adam --model formula:a*x+b*q
fit good.csv --solver lm
fit good.csv --target y --solver lm --recover
fit good.csv --target y --solver lm --drift ddm
fit good.csv --target y --solver lm --restarts 3
fit good.csv --target y --solver lm --scaler-from model.json
fit good.csv --target y --solver rls --health 8
fit good.csv --target y --solver lm --hold-at-most 8
fit good.csv --target y --solver lm --anomaly-share 0.1
fit good.csv --target y --solver nlms:0.5,1e-35
fit good.csv --target y --solver nlms:1.99999999 --precision f32
fit good.csv --target y --solver rls:1,1e300 --precision f32
fit good.csv --target y --solver lm:1e300 --precision f32
fit good.csv --target y --solver lm --loss huber:1e39 --precision f32
fit good.csv --target y --solver lm --loss huber:1e-60 --precision f32
fit good.csv --target y --solver lm --loss cauchy:1e-200
fit good.csv --target y --solver lm --loss cauchy:1e300
fit good.csv --target y --out none/model.json
fit good.csv --target y --out folder
fit good.csv --target y --out good.csv
fit good.csv --target y --report good.csv
fit good.csv --target y --out page --report page
fit good.csv --target y --quiet --verbose
fit good.csv --target y --xyzzy
fit
descend
predict none.json good.csv
predict good.csv good.csv
predict cut.json good.csv
predict changed.json good.csv
predict newer.json good.csv
predict wrong.json good.csv
predict wrong-before.json good.csv
predict foreign.json good.csv
predict model.json other.csv
predict model.json none.csv
predict model.json huge.csv
predict steps.json good.csv
predict model.json good.csv --out model.json
eval model.json other.csv
eval model.json good.csv --threshold 0.5
eval model.json nothing.csv --weight w
export model.json
export model.json --to java
export good.csv --to c
export model.json --to rust --name foo
export model.json --to c --out none/model.h
export model.json --to c --out model.json
crosscheck good.csv --target y --board arduino
crosscheck good.csv --target y --firmware none.elf
crosscheck good.csv --target y --limit 0
crosscheck good.csv --target y --recipes none.txt
device
device info --line none
device info --line=
device info --line tcp:127.0.0.1
device info --line tcp:127.0.0.1:1
device info --line none --board mps2-an386
device info --line none --baud fast
device info --board arduino
device info --board mps2-an386 --firmware none.elf
device info --board mps2-an386 --firmware good.csv
device info --line /dev/null
device info --firmware none.elf --line none
device configure none.json --line none
device configure good.csv --line none
device configure half.json --line none
device configure wrong-recipe.json --line none
device stream good.csv --line none
device stream none.csv --model model.json --line none
device stream other.csv --model model.json --line none
device stream good.csv --model wide.json --line none
device stream good.csv --model model.json --limit 0 --line none
device watch good.csv --line none
device watch --frames 0 --line none
device watch --every 1 --line none
device pull --line none
device pull --model model.json --out none/x.json --line none
device push good.csv --line none
device record none/run.jsonl --line none
device record good.csv good.csv --model model.json --line none
device wipe --line none
device emulate arduino
device emulate mps2-an386 --listen nowhere --firmware good.csv
replay none.jsonl
replay good.csv
replay empty.csv
replay newer.jsonl
replay arithmetic.jsonl
replay cut.jsonl
replay fingerprint.jsonl
replay key.jsonl
replay bare.jsonl
replay wrong.jsonl
completions tcsh
man --out none
";

pub(super) fn fixture(folder: &Path) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    let mut good = String::from("x,y\n");
    for k in 0..40 {
        writeln!(good, "{k},{}.5", 2 * k).unwrap();
    }
    write("good.csv", &good);
    write("other.csv", "a,b\n1,2\n2,3\n");
    write("empty.csv", "");
    write("header.csv", "x,y\n");
    write("short.csv", "a,b,y\n1,2,3\n4,5\n");
    write("long.csv", "a,b,y\n1,2,3\n4,5,6,7\n");
    write("text.csv", "x,y\n1,2\n3,4\noops,6\n5,7\n");
    write("infinite.csv", "x,y\n1,2\ninf,3\n4,5\n");
    write("huge.csv", "x,y\n1,2\n1e39,3\n4,5\n");
    write("twice.csv", "x,x,y\n1,2,3\n");
    write("constant.csv", "x,y\n1,5\n2,5\n3,5\n");
    write("gaps.csv", "x,z,y\n1,,2\n2,,3\n,1,4\n");
    fs::write(folder.join("latin.csv"), b"x,y\n1,2\n3,\xff\n").unwrap();
    fs::write(
        folder.join("cut.csv.gz"),
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab",
    )
    .unwrap();
    write("three.csv", "x,y\n1,0\n2,1\n3,2\n");
    write("negative.csv", "x,y,w\n1,0.5,1\n2,1.5,-1\n3,2.5,1\n");
    write("heavy.csv", "x,y,w\n1,0.5,1\n2,1.5,1e38\n3,2.5,1\n");
    write("nothing.csv", "x,y,w\n1,0.5,0\n2,1.5,0\n");
    write("counts.csv", "x,y\n1,1\n2,79.99\n3,-1\n4,5\n");
    write("tiny.csv", "x,y\n1e-170,0.5\n2e-170,1.5\n3e-170,2.5\n");
    write("small.csv", "x,y\n1e-40,0.5\n2e-40,1.5\n3e-40,2.5\n");
    write("one.csv", "x,z\n1,2\n");
    let wordy = format!("x,y\n1,2\n2,3\n{},4\n", "word ".repeat(100));
    write("wordy.csv", &wordy);
    write("days.csv", "when,y\n1.2.2003,1\n31.04.2003,2\n3.4.2003,4\n");
    write("two.csv", "x,y\n1,0\n2,1\n3,0\n4,1\n");
    let fit = |out: &str, more: &[&str]| {
        let mut fit = downhill(&["fit", "good.csv", "--target", "y", "--out", out]);
        fit.args(more).current_dir(folder).assert().code(0);
        fs::read_to_string(folder.join(out)).unwrap()
    };
    let model = fit("model.json", &["--lr", "0.05"]);
    fit("wide.json", &["--lr", "0.05", "--precision", "f64"]);
    write("cut.json", &model[..model.len() / 2]);
    write(
        "changed.json",
        &model.replacen("\"train\": 32", "\"train\": 33", 1),
    );
    write(
        "newer.json",
        &model.replacen("\"version\": 2", "\"version\": 99", 1),
    );
    write(
        "foreign.json",
        &model.replacen("downhill model", "uphill model", 1),
    );
    let wrong = model.replacen("\"batch\": 1", "\"batch\": -1", 1);
    assert_ne!(wrong, model);
    write("wrong.json", &wrong);
    let mut steps: Value = serde_json::from_str(&model).unwrap();
    steps["steps"] = u64::MAX.into();
    steps["check"] = check(&steps).into();
    write("steps.json", &steps.to_string());
    let before = fs::read_to_string(downhill_tests::data("before/models/linear.json")).unwrap();
    let wrong = before.replacen("\"frozen\": 0", "\"frozen\": \"no\"", 1);
    assert_ne!(wrong, before);
    write("wrong-before.json", &wrong);
    let recipe = fs::read_to_string(downhill_tests::data("before/recipes/mlp.json")).unwrap();
    let wrong = recipe.replacen("\"seed\"", "\"sead\"", 1);
    assert_ne!(wrong, recipe);
    write("wrong-recipe.json", &wrong);
    write("half.json", "{\"model\": {\"linear\": {\"features\": 3}}}");
    let head = |version: u32, arithmetic: u32| {
        format!(
            "{{\"format\":\"downhill recording\",\"version\":{version},\"board\":\"desk\",\
             \"arithmetic\":{arithmetic},\"features\":[],\"targets\":[]}}\n"
        )
    };
    let now = u32::from(downhill_link::ARITHMETIC);
    write("newer.jsonl", &head(99, now));
    write("arithmetic.jsonl", &head(2, 99));
    let entry = |text: &str| head(2, now) + text + "\n";
    write(
        "fingerprint.jsonl",
        &entry(
            r#"{"do":"freeze_scaler","refused":"there is no fit","fingerprint":"000000000000000?"}"#,
        ),
    );
    write(
        "key.jsonl",
        &entry(r#"{"do":"reset","ste0":0,"loss":0.0,"fingerprint":"0000000000000000"}"#),
    );
    let recipe = recipe.replacen("\"frozen\": 0", "\"frozen\": -1", 1);
    write(
        "wrong.jsonl",
        &entry(&format!(
            "{{\"do\":{{\"configure\":{}}}}}",
            recipe.replace('\n', "")
        )),
    );
    write(
        "bare.jsonl",
        &entry(r#"{"do":"reset","fingerprint":"0000000000000000"}"#),
    );
    write(
        "cut.jsonl",
        &(head(2, now) + "{\"do\":\"freeze_scaler\",\"st"),
    );
}

/// The hash of a model by which a change is noticed.
fn check(model: &Value) -> String {
    let mut model = model.clone();
    model.as_object_mut().unwrap().remove("check");
    let mut hasher = Hasher::default();
    for piece in model.to_string().as_bytes().chunks(4) {
        let mut word = [0; 4];
        word[..piece.len()].copy_from_slice(piece);
        hasher.word(u32::from_le_bytes(word));
    }
    hasher.finish().to_string()
}

/// Every file's name and content.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = |entry: fs::DirEntry| {
        let content = fs::read(entry.path()).unwrap_or_default();
        (entry.file_name().into_string().unwrap(), content)
    };
    entries.map(read).collect()
}

#[test]
fn what_is_refused_is_refused_as_the_list_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fixture(folder);
    let before = everything(folder);
    let lines: Vec<&str> = REFUSED.trim().lines().collect();
    assert!(lines.len() >= 60);
    let mut list = String::new();
    for line in lines {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = downhill(&arguments).current_dir(folder).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let code = output.status.code().unwrap();
        assert!([1, 2].contains(&code), "{line}: {code}, {said}");
        // Rows in front of a refused one are predicted.
        let is_empty = output.stdout.is_empty() || line.starts_with("predict ");
        assert!(is_empty, "{line}");
        assert!(
            everything(folder) == before,
            "{line}: files were changed or left behind"
        );
        // What follows an empty line is the usage, which changes with every option.
        let message = said.split("\n\n").next().unwrap().trim_end();
        writeln!(list, "$ downhill {line}\n{message}\n[{code}]\n").unwrap();
    }
    if std::env::var_os("DOWNHILL_OVERWRITE").is_some() {
        fs::write(LIST, &list).unwrap();
    }
    let expected = fs::read_to_string(LIST).unwrap_or_default();
    for (got, want) in list.split("\n\n").zip(expected.split("\n\n")) {
        assert_eq!(
            got, want,
            "run this test with DOWNHILL_OVERWRITE=1 if it shall be so"
        );
    }
    assert_eq!(list, expected);
}

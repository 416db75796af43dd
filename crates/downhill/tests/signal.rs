//! Descriptions of signals, and the stage that does what they say.

use downhill::Fault;
use downhill::signal::{Description, Stage};

const CHANNELS: [&str; 3] = ["ax", "ay", "az"];

/// The lines that a refusal shows.
fn refusal(text: &str) -> String {
    let error = Description::<f32>::parse(text, &CHANNELS, None);
    error.expect_err(text).caret(text).to_string()
}

#[test]
fn a_bad_description_is_refused_at_its_place() {
    // The caret's column, and words of the reason.
    let refused: &[(&str, usize, &str)] = &[
        ("", 0, "a colon"),
        ("window=128", 10, "a colon"),
        ("mean,std", 0, "a colon"),
        ("hop=3: mean", 0, "window=N is missing"),
        ("windows=128: mean", 0, "no such setting"),
        ("window 128: mean", 6, "name=value"),
        ("window=0: mean", 7, "1 to 16384 samples"),
        ("window=16385: mean", 7, "1 to 16384 samples"),
        ("window=12.5: mean", 7, "a whole number"),
        ("window=-3: mean", 7, "a whole number"),
        ("window=8 window=9: mean", 9, "said before"),
        ("window=8 hop=0: mean", 13, "a hop has"),
        ("window=8 rate=0: mean", 14, "a frequency"),
        ("window=8 rate=26Hx: mean", 16, "no such unit"),
        ("window=8 lowpass=3Hz: mean", 17, "rate=26Hz"),
        ("window=8 rate=26Hz lowpass=13Hz: mean", 27, "below 13 Hz"),
        (
            "window=8 rate=26Hz highpass=0.001Hz: mean",
            28,
            "from 0.0026 Hz on",
        ),
        ("window=8 rate=26Hz bandpass=5-1Hz: mean", 30, "ascend"),
        (
            "window=8 rate=26Hz bandpass=1-5Hz lowpass=3: mean",
            34,
            "leave out one",
        ),
        ("window=8 decimate=1: mean", 18, "2nd to 64th"),
        ("window=8 taper=hamming: mean", 15, "hann and rect"),
        ("window=8:", 9, "a feature is missing"),
        ("window=8: mean,", 15, "a feature is missing"),
        ("window=8: mean std", 15, "a comma"),
        ("window=8: median", 10, "no such feature"),
        ("window=8: mean,mean", 15, "said before"),
        ("window=8: bands:4", 10, "16, 32, 64"),
        ("window=100: centroid", 12, "16, 32, 64"),
        ("window=2048: bands:4", 13, "16, 32, 64"),
        ("window=16: bands:9", 17, "8 bins"),
        ("window=16: bands:0", 17, "8 bins"),
        ("window=16: bands", 16, "bands:8"),
        ("window=16: bands:log", 17, "bands:8"),
        ("window=16: bands:edges=1,5Hz", 23, "rate=26Hz"),
        ("window=16 rate=26Hz: bands:edges=5,1Hz", 35, "ascend"),
        (
            "window=16 rate=26Hz: bands:edges=5,5.1Hz",
            35,
            "1.625 Hz apart",
        ),
        ("window=16 rate=26Hz: bands:edges=5Hz", 33, "edges=1,5,10Hz"),
        ("window=16: autocorr:16", 20, "at most 15"),
        ("window=1: autocorr:1", 10, "two samples"),
        ("window=16: lag", 14, "lag:1,2"),
        ("window=16: rolloff:101", 19, "up to 100"),
        ("window=16: corr(ax,gx)", 19, "no such channel"),
        ("window=16: corr(ax,ax)", 19, "said before"),
        ("window=16: corr(ax,ay,az)", 11, "two channels"),
        ("window=16: magnitude(ax)", 11, "two or more"),
        ("window=16: magnitude", 20, "magnitude(a,b,c)"),
    ];
    for &(text, column, reason) in refused {
        let shown = refusal(text);
        let caret = shown.lines().last().expect("a caret");
        assert_eq!(caret.find('^'), Some(column), "{shown}");
        assert!(caret.contains(reason), "{shown}");
    }
}

#[test]
fn names_stand_in_the_order_of_the_numbers() {
    let text = "window=16 rate=50Hz: mean,lag:0,2,logbands:octave,bands:edges=1,9,20Hz,rolloff:85,\
                magnitude(ax,ay,az),corr(az,ax)";
    let description = Description::<f32>::parse(text, &CHANNELS, None).expect(text);
    let names = description.names(&CHANNELS).map(|name| name.to_string());
    let names: Vec<String> = names.collect();
    assert_eq!(names.len(), description.len());
    let own = "mean lag_0 lag_2 logoctave_0 logoctave_1 logoctave_2 edges_0 edges_1 rolloff_85";
    let own = CHANNELS
        .iter()
        .flat_map(|channel| own.split(' ').map(move |one| format!("{channel}_{one}")));
    let between = ["magnitude_ax_ay_az", "corr_az_ax"].map(String::from);
    assert_eq!(names, own.chain(between).collect::<Vec<_>>());
}

/// Features of each window, by the number of the sample that it ends with.
fn ends(text: &str, samples: &[f32]) -> Vec<(usize, Vec<f32>)> {
    let description = Description::parse(text, &["x"], Some(100.0)).expect(text);
    let mut arena = vec![0.0; description.arena_len()];
    let mut features = vec![0.0; description.len()];
    let mut stage = Stage::new(description, &mut arena[..]).expect("room");
    let mut all = Vec::new();
    for (at, &sample) in samples.iter().enumerate() {
        if stage.push(&[sample], &mut features).expect("a sample") {
            all.push((at, features.clone()));
        }
    }
    all
}

#[test]
fn windows_end_where_window_hop_lag_and_decimation_say() {
    let samples: Vec<f32> = (0..20u8).map(f32::from).collect();
    let at = |text| {
        ends(text, &samples)
            .iter()
            .map(|window| window.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(at("window=8 hop=4: mean"), [7, 11, 15, 19]);
    assert_eq!(at("window=8: mean"), [7, 15]);
    assert_eq!(at("window=3 hop=7: mean"), [2, 9, 16]);
    assert_eq!(at("window=2 hop=6: mean"), [1, 7, 13, 19]);
    assert_eq!(at("window=1 hop=5: lag:0,3"), [3, 8, 13, 18]);
    assert_eq!(at("window=2 decimate=3: mean"), [3, 9, 15]);
    let told = ends("window=4 hop=6: min,max,lag:0,1,diff", &samples);
    assert_eq!(told[1], (9, vec![6.0, 9.0, 9.0, 8.0, 1.0]));
    let told = ends("window=2 hop=3: mean,lag:4", &samples);
    assert_eq!(told[1], (7, vec![6.5, 3.0]));
}

#[test]
fn a_gap_forgets_and_counts_the_windows_that_had_begun() {
    let description = Description::parse("window=8 hop=4: mean,max", &["x"], None).expect("it");
    let mut stage = Stage::new(description, [0.0f32; 8]).expect("room");
    let mut features = [0.0; 2];
    let mut push = |stage: &mut Stage<[f32; 8]>, x| {
        stage
            .push(&[x], &mut features)
            .map(|is| is.then_some(features))
    };
    for x in 0..9u8 {
        push(&mut stage, f32::from(x)).expect("a sample");
    }
    // Those from samples 4 and 8 on.
    assert_eq!(stage.gap(), 2);
    assert_eq!(stage.gap(), 0);
    for x in 0..7u8 {
        assert_eq!(push(&mut stage, f32::from(x)), Ok(None));
    }
    assert_eq!(push(&mut stage, f32::NAN), Err(Fault::Feature { index: 0 }));
    for x in 20..27u8 {
        assert_eq!(push(&mut stage, f32::from(x)), Ok(None));
    }
    assert_eq!(push(&mut stage, 27.0), Ok(Some([23.5, 27.0])));
    assert_eq!(
        stage.held(0),
        [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0]
    );
    assert_eq!(stage.gap(), 1);
    assert_eq!(stage.dropped(), 2 + 2 + 1);
}

#[test]
fn a_stage_says_what_it_lacks() {
    let description = Description::<f32>::parse("window=64: std,bands:8", &CHANNELS, None);
    let description = description.expect("it");
    assert_eq!(description.arena_len(), 3 * 64 + 64 + 33);
    let short = Stage::new(description, [0.0; 288]).map(|_| ());
    assert_eq!(
        short,
        Err(Fault::Arena {
            need: 289,
            got: 288
        })
    );
    let mut stage = Stage::new(description, [0.0; 289]).expect("room");
    let length = |need, got| Err(Fault::Length { need, got });
    assert_eq!(stage.push(&[0.0; 2], &mut [0.0; 27]), length(3, 2));
    assert_eq!(stage.push(&[0.0; 3], &mut [0.0; 26]), length(27, 26));
}

#[test]
fn a_constant_has_no_motion_whatever_its_size() {
    for x in [0.1f32, 1e-30, 9.81, 1e7, -3.3e18] {
        let text = "window=128: mean,std,skew,kurtosis,mean_crossings,slope,autocorr:1,bands:4,centroid,rolloff:50";
        let told = ends(text, &[x; 128]);
        assert_eq!(told[0].1[0], x);
        assert_eq!(told[0].1[1..], [0.0; 12], "{x}");
    }
}

/// Neither what an arena held before nor its length behind what is needed tells.
#[test]
fn a_stage_has_the_same_bits_in_any_arena() {
    let text = "window=32 hop=8 rate=50Hz highpass=0.5Hz decimate=2: mean,std,logbands:4,lag:3";
    let description = Description::<f32>::parse(text, &CHANNELS[..2], None).unwrap();
    let width = description.len();
    let mut exact = vec![f32::NAN; description.arena_len()];
    let mut exact = Stage::new(description, &mut exact[..]).unwrap();
    let mut long = Stage::new(description, [7.0; 1024]).unwrap();
    let (mut a, mut b) = (vec![0.0; width], vec![0.0; width]);
    for at in 0..300u16 {
        let sample = [f32::from(at % 7 * at % 251), (f32::from(at) * 0.7).sin()];
        let ends = exact.push(&sample, &mut a).unwrap();
        assert_eq!(long.push(&sample, &mut b).unwrap(), ends);
        let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&a), bits(&b), "{at}");
    }
}

/// Where the next window ends is known beforehand, of windows that overlap, follow each other and
/// leave samples out, and a block is refused that goes further.
#[test]
fn a_stage_tells_where_the_next_window_ends() {
    for text in [
        "window=5: mean",
        "window=5 hop=2: mean",
        "window=5 hop=9: mean",
        "window=4 hop=3 decimate=3: mean",
        "window=2 hop=1: lag:4",
        "window=1 hop=7 decimate=2: diff",
    ] {
        let description = Description::<f32>::parse(text, &["x"], None).unwrap();
        let mut stage = Stage::new(description, [0.0; 32]).unwrap();
        let period = description.hop() * description.decimate();
        for recording in 0..3 {
            let mut told = stage.until_window();
            assert_eq!(told, description.first_window(), "{text}");
            for at in 1..100 {
                assert_eq!(stage.until_window(), told, "{text}: {at}");
                let long = vec![1.0; told + 1];
                let refused = stage.push_all(long.iter().copied(), &mut [0.0]);
                let (need, got) = (told as u32, told as u32 + 1);
                assert_eq!(refused, Err(Fault::Length { need, got }));
                let ends = stage.push_all([at as f32].into_iter(), &mut [0.0]).unwrap();
                assert_eq!(ends, told == 1, "{text}: {at}");
                told = if ends { period } else { told - 1 };
            }
            if recording < 2 {
                stage.gap();
            }
        }
    }
}

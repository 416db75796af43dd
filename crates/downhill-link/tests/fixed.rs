//! The section by which a recipe is one of fixed point.

use crate::common::{SESSION, recipe};
use downhill::{NumberType, Recipe};
use downhill_link::{
    Command, FrameReader, Numbers, Query, Reply, Request, Signal, decode, encode, frame_len,
    recipe_hash,
};

fn payload(message: &impl downhill_link::Message) -> Vec<u8> {
    let mut buffer = [0; 576];
    let mut reader = FrameReader::<576>::new();
    let frame = encode(message, SESSION, &mut buffer).unwrap();
    assert!(frame.len() <= frame_len(message));
    let payloads = frame.iter().find_map(|&byte| {
        let packet = reader.push(byte)?;
        Some(packet.payload.to_vec())
    });
    payloads.unwrap()
}

fn fixed() -> Recipe<f32> {
    recipe().number(NumberType::Q15)
}

fn configure(recipe: Recipe<f32>) -> Request<'static> {
    let command = Command::Configure(recipe, Signal::NONE);
    Request::Command { seq: 1, command }
}

#[test]
fn a_recipe_in_fixed_point_has_one_byte_more_and_another_hash() {
    let (float, own) = (payload(&configure(recipe())), payload(&configure(fixed())));
    let behind = float.len() - 4;
    let more = [&float[..behind], &[1], &float[behind..]].concat();
    assert_eq!(own, more);
    assert_ne!(recipe_hash(&fixed()), recipe_hash(&recipe()));
    for recipe in [recipe(), fixed()] {
        let request = configure(recipe);
        assert_eq!(decode(&payload(&request)), Some((request, SESSION)));
        let recipe = Some(recipe);
        let reply = Reply::Recipe {
            tag: 7,
            recipe,
            signal: Signal::NONE,
        };
        assert_eq!(decode(&payload(&reply)), Some((reply, SESSION)));
    }
}

#[test]
fn a_section_that_nobody_knows_is_kept_for_a_refusal() {
    let behind = |bytes: &[u8], sections: &[u8]| {
        let (message, session) = bytes.split_at(bytes.len() - 4);
        [message, sections, session].concat()
    };
    let float = payload(&configure(recipe()));
    let known = |bytes: &[u8]| decode::<Request<'_>>(bytes).is_some();
    assert!(known(&behind(&float, &[1])));
    for sections in [&[0][..], &[2], &[1, 1], &[1, 2]] {
        let bytes = behind(&float, sections);
        let read = decode::<Request<'_>>(&bytes);
        let Some((
            Request::Command {
                command: Command::Configure(_, signal),
                ..
            },
            _,
        )) = read
        else {
            panic!("{sections:?}")
        };
        assert_eq!((signal.is_none(), signal.description()), (false, None));
    }
    // Nor does a section stand where there is no recipe.
    let none = payload(&Reply::Recipe {
        tag: 7,
        recipe: None,
        signal: Signal::NONE,
    });
    assert!(decode::<Reply<'_>>(&behind(&none, &[1])).is_none());
    for request in [
        Request::Query {
            tag: 1,
            query: Query::Recipe,
        },
        Request::Command {
            seq: 1,
            command: Command::Push {
                at: 0,
                words: Numbers::new(&[1.0]),
            },
        },
    ] {
        assert!(!known(&behind(&payload(&request), &[1])), "{request:?}");
    }
}

//! Operations in serde's formats: by number, or by name where people read it. A derived form would
//! take a branch for each operation, of which a board's flash has too many.

use core::fmt;
use core::mem::discriminant;

use serde::de::{EnumAccess, Error, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::op::Op;

/// Every operation, in the order of their numbers.
const OPERATIONS: [Op; 58] = [
    Op::Number(0),
    Op::Feature(0),
    Op::Parameter(0),
    Op::Add,
    Op::Subtract,
    Op::Multiply,
    Op::Divide,
    Op::Power,
    Op::Minimum,
    Op::Maximum,
    Op::Whole(0),
    Op::Negate,
    Op::Exp,
    Op::Ln,
    Op::Log10,
    Op::Sqrt,
    Op::Sin,
    Op::Cos,
    Op::Tan,
    Op::Sinh,
    Op::Cosh,
    Op::Tanh,
    Op::Asin,
    Op::Acos,
    Op::Atan,
    Op::Abs,
    Op::Less,
    Op::AtMost,
    Op::Equal,
    Op::Unequal,
    Op::AtLeast,
    Op::Greater,
    Op::And,
    Op::Or,
    Op::Not,
    Op::Select,
    Op::Under,
    Op::Member(0),
    Op::Own(0),
    Op::Log2,
    Op::Log1p,
    Op::Expm1,
    Op::Erf,
    Op::Erfc,
    Op::Gamma,
    Op::LnGamma,
    Op::Sign,
    Op::Floor,
    Op::Ceil,
    Op::Sinc,
    Op::Cbrt,
    Op::Asinh,
    Op::Acosh,
    Op::Atanh,
    Op::Atan2,
    Op::Modulo,
    Op::Hypot,
    Op::Heaviside,
];

/// Their names, in the same order.
const NAMES: [&str; OPERATIONS.len()] = [
    "number",
    "feature",
    "parameter",
    "add",
    "subtract",
    "multiply",
    "divide",
    "power",
    "minimum",
    "maximum",
    "whole",
    "negate",
    "exp",
    "ln",
    "log10",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "asin",
    "acos",
    "atan",
    "abs",
    "less",
    "at_most",
    "equal",
    "unequal",
    "at_least",
    "greater",
    "and",
    "or",
    "not",
    "select",
    "under",
    "member",
    "own",
    "log2",
    "log1p",
    "expm1",
    "erf",
    "erfc",
    "gamma",
    "ln_gamma",
    "sign",
    "floor",
    "ceil",
    "sinc",
    "cbrt",
    "asinh",
    "acosh",
    "atanh",
    "atan2",
    "modulo",
    "hypot",
    "heaviside",
];

impl Serialize for Op {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut known = OPERATIONS.iter();
        let index = known.position(|op| discriminant(op) == discriminant(self));
        let index = index.unwrap_or_default();
        let name = NAMES.get(index).copied().unwrap_or_default();
        let index = index as u32;
        match *self {
            Self::Whole(power) => serializer.serialize_newtype_variant("Op", index, name, &power),
            Self::Number(place)
            | Self::Feature(place)
            | Self::Parameter(place)
            | Self::Member(place)
            | Self::Own(place) => serializer.serialize_newtype_variant("Op", index, name, &place),
            _ => serializer.serialize_unit_variant("Op", index, name),
        }
    }
}

impl<'de> Deserialize<'de> for Op {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("Op", &NAMES, Operation)
    }
}

struct Operation;

impl<'de> Visitor<'de> for Operation {
    type Value = Op;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an operation")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Op, A::Error> {
        let (Known(op), value) = access.variant()?;
        Ok(match op {
            Op::Whole(_) => Op::Whole(value.newtype_variant()?),
            Op::Number(_) => Op::Number(value.newtype_variant()?),
            Op::Feature(_) => Op::Feature(value.newtype_variant()?),
            Op::Parameter(_) => Op::Parameter(value.newtype_variant()?),
            Op::Member(_) => Op::Member(value.newtype_variant()?),
            Op::Own(_) => Op::Own(value.newtype_variant()?),
            plain => {
                value.unit_variant()?;
                plain
            }
        })
    }
}

/// An operation by its number or name, without what goes with it.
struct Known(Op);

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(Kind)
    }
}

struct Kind;

impl Visitor<'_> for Kind {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an operation")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Known, E> {
        let index = usize::try_from(number).ok();
        let op = index.and_then(|index| OPERATIONS.get(index));
        op.map(|&op| Known(op))
            .ok_or_else(|| E::custom("no such operation"))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Known, E> {
        let index = NAMES.iter().position(|&known| known == name);
        let op = index.and_then(|index| OPERATIONS.get(index));
        op.map(|&op| Known(op))
            .ok_or_else(|| E::unknown_variant(name, &NAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers themselves are those of the link's specification, which tests go over.
    #[test]
    fn every_operation_has_its_name() {
        extern crate std;
        for (op, name) in OPERATIONS.iter().zip(NAMES) {
            let debug = std::format!("{op:?}").replace("(0)", "").to_lowercase();
            assert_eq!(debug, name.replace('_', ""));
        }
    }
}

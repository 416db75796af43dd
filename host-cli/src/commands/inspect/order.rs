//! Columns that number the rows, and rows that follow each other.

use super::finding::Finding;
use crate::data::row_order::{FLATTERS, OrderSign, RowOrder};

pub(super) fn look(order: &RowOrder, features: usize, findings: &mut Vec<Finding>) {
    for counter in &order.counters {
        findings.push(Finding {
            kind: "row_counter",
            columns: vec![counter.column.clone()],
            evidence: counter.step,
            seen: counter.to_string(),
            matters: "a model of it goes on by a straight line, or anyhow, where the rows end",
            advice: match order.counters.len() < features {
                true => "name the other columns with `--features`".into(),
                false => "add columns that tell why the target changes".into(),
            },
        });
    }
    let Some(sign) = &order.sign else {
        return;
    };
    let (column, evidence) = match sign {
        OrderSign::Time { column, .. } | OrderSign::Counter { column, .. } => (column, 1.0),
        OrderSign::Target {
            column,
            correlation,
        } => (column, *correlation),
    };
    findings.push(Finding {
        kind: "rows_in_order",
        columns: vec![column.clone()],
        evidence,
        seen: format!("the rows are {sign}"),
        matters: FLATTERS,
        advice: sign.cure().into(),
    });
}

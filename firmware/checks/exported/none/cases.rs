/// There are no models: `DOWNHILL_EXPORTED` names no folder.
fn cases() {}

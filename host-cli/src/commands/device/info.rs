//! List of boards, and the description that one gives of itself.

use downhill::NumberType;
use downhill::signal::Description;
use downhill_boards::emulated_boards;
use downhill_link::{Capabilities, Role, Signal};
use serde::Serialize;
use serialport::{SerialPortInfo, SerialPortType};

use super::flash_life;
use crate::device::Port;
use crate::model::twin::arena_len;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::printable;
use crate::support::output;

/// Boards, as `device list --json` prints them.
#[derive(Serialize)]
struct PortList {
    status: &'static str,
    ports: Vec<PortEntry>,
    emulated: Vec<&'static str>,
}

/// A serial port.
#[derive(Serialize)]
struct PortEntry {
    name: String,
    what: String,
}

/// Description of a board, as `device info --json` prints it.
#[derive(Serialize)]
struct BoardInfo {
    status: &'static str,
    board: String,
    protocol: u16,
    /// Role of the key that the session was opened with; `plain` where the link takes none.
    link: &'static str,
    arithmetic: u16,
    /// The longest fit that it has room for, in words.
    room: u32,
    frame: u16,
    window: u8,
    takes_recipes: bool,
    has_sensor: bool,
    has_store: bool,
    has_fixed_point: bool,
    has_signal_stage: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipe: Option<downhill::Recipe<f32>>,
    /// Signal stage in front of the fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<Description<f32>>,
    /// Windows that it has made, and those that it has dropped.
    windows: u32,
    windows_dropped: u32,
    steps: u64,
    fingerprint: Option<String>,
    samples: u64,
    refused: u32,
    damaged: u32,
    repeated: u32,
    /// Of the board's own store, where it has one.
    #[serde(flatten)]
    store: Option<StoreLife>,
}

/// Wear of a board's own store.
#[derive(Serialize)]
struct StoreLife {
    saved: u32,
    unsaved: u32,
    erases: u32,
    rated_erases: u32,
    saves_per_erase: u32,
    years_left: Option<f64>,
}

fn ports() -> Vec<SerialPortInfo> {
    // An error is no port at all: there is no such folder, say.
    serialport::available_ports().unwrap_or_default()
}

fn what(port: &SerialPortInfo) -> String {
    match &port.port_type {
        SerialPortType::UsbPort(usb) => usb.product.as_deref().map_or("USB".into(), printable),
        SerialPortType::PciPort => "PCI".into(),
        SerialPortType::BluetoothPort => "Bluetooth".into(),
        SerialPortType::Unknown => "serial".into(),
    }
}

pub(super) fn list(json: bool) -> Outcome {
    let ports: Vec<PortEntry> = ports()
        .iter()
        .map(|port| PortEntry {
            name: port.port_name.clone(),
            what: what(port),
        })
        .collect();
    let emulated: Vec<_> = emulated_boards().map(|board| board.name).collect();
    if json {
        return output::print_json(&PortList {
            status: "done",
            ports,
            emulated,
        });
    }
    let mut text = String::new();
    if ports.is_empty() {
        text += "no serial ports\n";
    }
    for port in ports {
        text += &format!("--line {:24} {}\n", port.name, port.what);
    }
    for board in emulated {
        text += &format!("--board {board:23} emulated\n");
    }
    output::print(&text)
}

/// The one port that a board may be at.
pub(super) fn only_port() -> Outcome<String> {
    let usb = |port: &SerialPortInfo| matches!(port.port_type, SerialPortType::UsbPort(_));
    let found: Vec<String> = ports()
        .into_iter()
        .filter(usb)
        .map(|port| port.port_name)
        .collect();
    match &found[..] {
        [one] => Ok(one.clone()),
        [] => Err(Failure::Input(
            "no USB serial port is there; name a line with `--line`, or an emulated board with \
             `--board`"
                .into(),
        )),
        several => Err(Failure::Input(format!(
            "several boards may be meant: {}; choose with `--line`",
            several.join(", ")
        ))),
    }
}

pub(super) fn run(port: &mut Port, json: bool) -> Outcome {
    let counters = port.counters()?;
    let setup = port.recipe_and_signal()?;
    let (recipe, signal) = setup.unzip();
    let signal = signal.and_then(|bytes| Signal::from_sections(&bytes).description());
    let position = recipe.map(|_| port.position()).transpose()?;
    let device = port.device()?;
    let has_store = device.capabilities.contains(Capabilities::STORE);
    let info = BoardInfo {
        status: "done",
        board: port.board().into(),
        protocol: downhill_link::PROTOCOL,
        link: match port.role() {
            Some(Role::Read) => "read",
            Some(_) => "write",
            None => "plain",
        },
        arithmetic: device.arithmetic,
        room: device.arena,
        frame: device.frame,
        window: device.window,
        takes_recipes: device.capabilities.contains(Capabilities::RECIPES),
        has_sensor: device.capabilities.contains(Capabilities::SENSOR),
        has_store,
        has_fixed_point: device.capabilities.contains(Capabilities::FIXED),
        has_signal_stage: device.capabilities.contains(Capabilities::SIGNAL),
        recipe,
        signal,
        windows: counters.windows,
        windows_dropped: counters.dropped,
        steps: position.map_or(0, |(steps, _)| steps),
        fingerprint: position.and_then(|(_, print)| print.map(|print| print.to_string())),
        samples: counters.samples,
        refused: counters.refused,
        damaged: counters.bad,
        repeated: counters.repeated,
        store: has_store.then(|| StoreLife {
            saved: counters.saved,
            unsaved: counters.unsaved,
            erases: counters.erases,
            rated_erases: counters.rated_erases,
            saves_per_erase: counters.saves_per_erase,
            years_left: flash_life::years_left(&counters).map(|(years, _)| years),
        }),
    };
    if json {
        return output::print_json(&info);
    }
    let fit = match (&info.recipe, &info.fingerprint) {
        (Some(recipe), Some(fingerprint)) => format!(
            "{} words{}{}, {} steps, fingerprint {fingerprint}",
            arena_len(recipe),
            match recipe.number {
                NumberType::Q15 => " in fixed point (q15)",
                _ => "",
            },
            match &info.signal {
                Some(signal) => format!(
                    ", of windows of {} samples ({} made, {} dropped)",
                    signal.window(),
                    info.windows,
                    info.windows_dropped
                ),
                None => String::new(),
            },
            info.steps
        ),
        _ => "none yet: `downhill device configure`".into(),
    };
    let flash = match has_store {
        true => format!(
            "flash     {}\n          {} checkpoints saved since the start, {} not\n",
            flash_life::text(&counters),
            counters.saved,
            counters.unsaved
        ),
        false => String::new(),
    };
    let link = match (
        info.link,
        device.capabilities.contains(Capabilities::SEALED),
    ) {
        ("plain", true) => "plain, open to whoever has the line: `downhill device pair`",
        ("plain", false) => "plain, open to whoever has the line",
        ("read", _) => "sealed, by the key for reading",
        _ => "sealed, by the key for writing",
    };
    let yes = |has: bool| if has { "yes" } else { "no" };
    output::print(&format!(
        "board     {}\nlink      {link}\nroom      {} words, frames of {} bytes, {} commands in flight\n\
         recipes   {}\nq15       {}\nsignals   {}\nsensor    {}\nstore     {}\n{flash}fit       {fit}\n\
         samples   {} learned, {} commands refused\n\
         line      {} frames damaged, {} sent again\n",
        info.board,
        info.room,
        info.frame,
        info.window,
        yes(info.takes_recipes),
        yes(info.has_fixed_point),
        yes(info.has_signal_stage),
        yes(info.has_sensor),
        yes(info.has_store),
        info.samples,
        info.refused,
        info.damaged,
        info.repeated
    ))
}

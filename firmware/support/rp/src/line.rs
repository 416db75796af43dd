//! A serial port over the board's own USB, served by an interrupt, so that the host is answered
//! while a step is computed.

use core::convert::Infallible;

use embassy_executor::InterruptExecutor;
use embassy_futures::block_on;
use embassy_futures::join::join3;
use embassy_futures::select::{Either, select};
use embassy_rp::interrupt::{self, InterruptExt, Priority};
use embassy_rp::usb::{Driver, InterruptHandler};
use embassy_rp::{Peri, bind_interrupts, peripherals};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_usb::class::cdc_acm::{CdcAcmClass, ControlChanged, Receiver, Sender, State};
use embassy_usb::{Builder, Config};
use embedded_io::{ErrorType, Read, ReadReady, Write};
use static_cell::{ConstStaticCell, StaticCell};

type Usb = Driver<'static, peripherals::USB>;

bind_interrupts!(struct Interrupts {
    USBCTRL_IRQ => InterruptHandler<peripherals::USB>;
});

/// Bytes of a USB packet.
const PACKET: usize = 64;

/// Test identifier of pid.codes, for boards that are not sold.
const VENDOR: u16 = 0x1209;
const PRODUCT: u16 = 0x0001;

static RECEIVED: Pipe<CriticalSectionRawMutex, 2048> = Pipe::new();
static SENDING: Pipe<CriticalSectionRawMutex, 1024> = Pipe::new();
static SERVICE: InterruptExecutor = InterruptExecutor::new();
static STATE: StaticCell<State<'static>> = StaticCell::new();
static CONFIGURATION: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static CONTROL: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);

/// The program's end of the serial port.
pub struct Line(());

impl Line {
    pub(crate) fn start(usb: Peri<'static, peripherals::USB>, name: &'static str) -> Self {
        interrupt::SWI_IRQ_0.set_priority(Priority::P3);
        let spawner = SERVICE.start(interrupt::SWI_IRQ_0);
        spawner.spawn(serve(usb, name).expect("spawned once"));
        Self(())
    }
}

#[embassy_rp::interrupt]
unsafe fn SWI_IRQ_0() {
    // SAFETY: this is the executor's own interrupt, enabled when it starts.
    unsafe { SERVICE.on_interrupt() }
}

#[embassy_executor::task]
async fn serve(usb: Peri<'static, peripherals::USB>, name: &'static str) {
    let mut config = Config::new(VENDOR, PRODUCT);
    config.manufacturer = Some("Downhill");
    config.product = Some(name);
    let mut builder = Builder::new(
        Driver::new(usb, Interrupts),
        config,
        CONFIGURATION.take(),
        &mut [],
        &mut [],
        CONTROL.take(),
    );
    let port = CdcAcmClass::new(&mut builder, STATE.init(State::new()), PACKET as u16);
    let (sender, receiver, control) = port.split_with_control();
    let mut device = builder.build();
    join3(device.run(), receive(receiver), send(sender, control)).await;
}

async fn receive(mut receiver: Receiver<'static, Usb>) {
    let mut packet = [0; PACKET];
    loop {
        receiver.wait_connection().await;
        while let Ok(count) = receiver.read_packet(&mut packet).await {
            RECEIVED.write_all(&packet[..count]).await;
        }
    }
}

/// Bytes are lost while no program has the port open, as on a UART.
async fn send(mut sender: Sender<'static, Usb>, control: ControlChanged<'static>) {
    // A full packet would have to be followed by an empty one.
    let mut packet = [0; PACKET - 1];
    loop {
        let count = SENDING.read(&mut packet).await;
        while control.dtr() {
            let sent = sender.write_packet(&packet[..count]);
            if let Either::First(_) = select(sent, control.control_changed()).await {
                break;
            }
        }
    }
}

impl ErrorType for Line {
    type Error = Infallible;
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(block_on(RECEIVED.read(buffer)))
    }
}

impl ReadReady for Line {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(!RECEIVED.is_empty())
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(block_on(SENDING.write(bytes)))
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

// The host's side of the chip's USB: it takes a serial port (CDC-ACM) into use and moves its bytes.

const AVAILABLE = 1 << 10;
const PACKET = 64;

const CONFIGURATION = 2;
const INTERFACE = 4;
const ENDPOINT = 5;
const CDC_DATA = 10;
const DTR_AND_RTS = 3;

const setup = (type, request, value, length = 0) =>
  Uint8Array.of(type, request, value & 0xff, value >> 8, 0, 0, length & 0xff, length >> 8);
const SET_ADDRESS = setup(0x00, 5, 1);
const GET_CONFIGURATION = setup(0x80, 6, CONFIGURATION << 8, 0xff);
const SET_CONFIGURATION = setup(0x00, 9, 1);
const OPEN_PORT = setup(0x21, 0x22, DTR_AND_RTS);

/// Takes the port of a chip into use once its firmware has switched USB on; `receive` is called with
/// its bytes. Returns a function that sends bytes.
export function connect(chip, receive) {
  const usb = chip.usbCtrl;
  keepAvailable(chip);
  const descriptor = [];
  let endpoints = null;
  let next = [];
  const request = () => {
    const packet = next.shift();
    if (packet) usb.sendSetupPacket(packet);
  };
  usb.onUSBEnabled = () => usb.resetDevice();
  usb.onResetReceived = () => {
    next = [SET_ADDRESS, GET_CONFIGURATION];
    request();
  };
  usb.onEndpointWrite = (endpoint, bytes) => {
    if (endpoint === 0 && bytes.length === 0) {
      request();
    } else if (endpoint === 0) {
      descriptor.push(...bytes);
      const length = descriptor[2] | (descriptor[3] << 8);
      if (endpoints === null && descriptor.length >= length) {
        endpoints = dataEndpoints(descriptor);
        next = [SET_CONFIGURATION, OPEN_PORT];
        request();
      }
    } else if (endpoint === endpoints?.in) {
      receive(bytes);
    }
  };
  // A packet goes when the firmware has room for one: until then the port does not answer.
  const queue = [];
  let room = 0;
  const feed = () => {
    if (room === 0 || queue.length === 0) return;
    const bytes = Uint8Array.from(queue.splice(0, Math.min(room, PACKET)));
    room = 0;
    usb.endpointReadDone(endpoints.out, bytes);
  };
  usb.onEndpointRead = (endpoint, length) => {
    if (endpoint !== endpoints?.out) return;
    room = length;
    feed();
  };
  return (bytes) => {
    queue.push(...bytes);
    feed();
  };
}

/// The chip clears a buffer's `AVAILABLE` when a packet is in it. The emulator clears it as soon as
/// it is set, which a driver takes for a packet.
function keepAvailable(chip) {
  const [usb, memory] = [chip.usbCtrl, chip.usbDPRAMView];
  const isOut = (register) => register >= 0x8c && register <= 0xfc && register % 8 === 4;
  const updated = usb.DPRAMUpdated.bind(usb);
  usb.DPRAMUpdated = (register, value) => {
    updated(register, value);
    if (isOut(register) && value & AVAILABLE) {
      memory.setUint32(register, memory.getUint32(register, true) | AVAILABLE, true);
    }
  };
  const finish = usb.finishRead.bind(usb);
  usb.finishRead = (endpoint, bytes) => {
    const register = 0x84 + 8 * endpoint;
    memory.setUint32(register, memory.getUint32(register, true) & ~AVAILABLE, true);
    finish(endpoint, bytes);
  };
}

/// The endpoints of the interface for data.
function dataEndpoints(descriptor) {
  const found = {};
  let isData = false;
  for (let at = 0; at < descriptor.length; at += descriptor[at]) {
    const [, kind, address] = descriptor.slice(at);
    if (kind === INTERFACE) isData = descriptor[at + 5] === CDC_DATA;
    if (kind === ENDPOINT && isData) found[address & 0x80 ? 'in' : 'out'] = address & 0x0f;
  }
  if (!found.in || !found.out) throw new Error('the firmware has no serial port on its USB');
  return found;
}

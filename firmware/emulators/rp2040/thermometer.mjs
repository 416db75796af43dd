// An LM75, a thermometer, on the chip's first I²C bus.

const ADDRESS = 0x48;
const TEMPERATURE = 0;

/// Puts it there. `celsius` is called for each reading.
export function connect(chip, celsius) {
  const bus = chip.i2c[0];
  let register = TEMPERATURE;
  let isFirst = true;
  let reading = [];
  bus.onStart = () => {
    isFirst = true;
    bus.completeStart();
  };
  bus.onConnect = (address) => {
    reading = [];
    bus.completeConnect(address === ADDRESS);
  };
  bus.onWriteByte = (byte) => {
    if (isFirst) register = byte;
    isFirst = false;
    bus.completeWrite(true);
  };
  bus.onReadByte = () => {
    if (reading.length === 0) reading = register === TEMPERATURE ? word(celsius()) : [0, 0];
    bus.completeRead(reading.shift());
  };
}

/// Halves of a degree in the upper nine of 16 bits, the high byte first.
function word(celsius) {
  const bits = (Math.round(celsius * 2) << 7) & 0xffff;
  return [bits >> 8, bits & 0xff];
}

// The boot ROM's routines that erase and program the flash, and a power cut in the midst of one.

const FLASH_ROUTINES = {
  // Entering and leaving serial commands, and the cache: there is nothing to do here.
  IF: () => {},
  EX: () => {},
  FC: () => {},
  RE: (chip, [at, length], cut) => {
    const bytes = cut(length);
    chip.flash.fill(0xff, at, at + bytes);
    return bytes < length;
  },
  RP: (chip, [at, source, length], cut) => {
    const bytes = cut(length);
    for (let k = 0; k < bytes; k++) chip.flash[at + k] &= chip.readUint8(source + k);
    return bytes < length;
  },
};

const LOOK_UP = 0;
const BREAKPOINT = 0xbe00;
const RETURN = 0x4770; // bx lr
const FUNCTION_TABLE = 0x14;
const DATA_TABLE = 0x16;
const TABLE_LOOK_UP = 0x18;
const TABLE = 0x40;
const CODE = 0x100;

const code = (name) => name.charCodeAt(0) | (name.charCodeAt(1) << 8);

/// A boot ROM in place of the chip's, which the package does not have: a table of routines, each a
/// breakpoint that `onBreak` serves.
export function bootRom() {
  const rom = new DataView(new ArrayBuffer(16384));
  const put = (at, half) => rom.setUint16(at, half, true);
  const routine = (number) => {
    put(CODE + 4 * number, BREAKPOINT | number);
    put(CODE + 4 * number + 2, RETURN);
    return (CODE + 4 * number) | 1; // Thumb
  };
  put(FUNCTION_TABLE, TABLE);
  put(TABLE_LOOK_UP, routine(LOOK_UP));
  const names = Object.keys(FLASH_ROUTINES);
  names.forEach((name, k) => {
    put(TABLE + 4 * k, code(name));
    put(TABLE + 4 * k + 2, routine(k + 1));
  });
  put(DATA_TABLE, TABLE + 4 * names.length); // Two zeros end both tables.
  return new Uint32Array(rom.buffer);
}

/// Serves the breakpoints of `bootRom`. The power fails in the erasures and programmings whose
/// numbers, counted from 1 by `counter`, are in `cuts`: some of the bytes are done, and `fail` is
/// called.
export function serve(chip, counter, cuts, fail) {
  const routines = Object.values(FLASH_ROUTINES);
  const cut = (length) => {
    counter.operations += 1;
    const number = counter.operations;
    return cuts.includes(number) ? (number * 97) % length : length;
  };
  chip.onBreak = (number) => {
    const { registers } = chip.core;
    if (number === LOOK_UP) {
      const [table, wanted] = registers;
      registers[0] = find(chip, table, wanted & 0xffff);
    } else if (number <= routines.length) {
      const failed = routines[number - 1](chip, registers, cut);
      if (failed) fail();
    } else {
      throw new Error(`breakpoint ${number} at ${chip.core.PC.toString(16)}`);
    }
  };
}

function find(chip, table, wanted) {
  for (let at = table; chip.readUint16(at) !== 0; at += 4) {
    if (chip.readUint16(at) === wanted) return chip.readUint16(at + 2);
  }
  return 0;
}

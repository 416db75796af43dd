// Runs the unmodified firmware of a Raspberry Pi Pico, with the line over its USB:
// node rp2040.mjs ELF (--connect PATH | --listen HOST:PORT) [--cuts NUMBERS]
// The power fails in each erasure or programming of the flash whose number is in --cuts.
import fs from 'node:fs';
import { ConsoleLogger, LogLevel, RP2040 } from 'rp2040js';
import { open } from './line.mjs';
import { segments } from './rp2040/elf.mjs';
import { bootRom, serve } from './rp2040/flash.mjs';
import * as thermometer from './rp2040/thermometer.mjs';
import * as usb from './rp2040/usb.mjs';

const FLASH = 0x10000000;
/// Behind the second boot loader.
const VECTORS = FLASH + 0x100;
const NANOSECONDS_A_CYCLE = 8;
/// Instructions until the line is looked at.
const SLICE = 20000;

const [file, how, where, option, numbers] = process.argv.slice(2);
const cuts = option === '--cuts' ? numbers.split(',').map(Number) : [];
const counter = { operations: 0 };
let flash = new Uint8Array(1 << 24).fill(0xff);
for (const { address, bytes } of segments(fs.readFileSync(file))) flash.set(bytes, address - FLASH);

let chip = null;
let toChip = null;
let failed = false;

function powerUp() {
  failed = false;
  chip = new RP2040();
  chip.logger = new ConsoleLogger(LogLevel.Error, false);
  chip.loadBootrom(bootRom());
  chip.flash.set(flash);
  serve(chip, counter, cuts, () => {
    failed = true;
  });
  // Celsius between 10 and 30 degrees, another one with each reading.
  let reading = 0;
  thermometer.connect(chip, () => 10 + (reading++ * 3.5) % 20);
  toChip = usb.connect(chip, (bytes) => toHost(bytes));
  chip.core.VTOR = VECTORS;
  chip.core.SP = chip.readUint32(VECTORS);
  chip.core.PC = chip.readUint32(VECTORS + 4) & ~1;
}

function run() {
  const { core, clock } = chip;
  for (let left = SLICE; left > 0 && !failed; left--) {
    if (core.waiting) {
      clock.tick(Math.max(clock.nanosToNextAlarm, NANOSECONDS_A_CYCLE));
    } else {
      clock.tick(core.executeInstruction() * NANOSECONDS_A_CYCLE);
    }
  }
  if (failed) {
    flash = chip.flash.slice();
    powerUp();
  }
  setImmediate(run);
}

const toHost = open([how, where], (bytes) => toChip(bytes));
powerUp();
run();

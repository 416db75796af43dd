// Runs a board whose firmware is a module of WebAssembly:
// node wasm.mjs MODULE (--connect PATH | --listen HOST:PORT)
import fs from 'node:fs';
import { open } from './line.mjs';

const [file, ...line] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(fs.readFileSync(file));
const { memory, input, room, poll, pending, output } = instance.exports;

function exchange(written) {
  do {
    const count = poll(written);
    if (count > 0) send(new Uint8Array(memory.buffer, output(), count).slice());
    written = 0;
  } while (pending());
}

const send = open(line, (bytes) => {
  for (let at = 0; at < bytes.length; at += room()) {
    const some = bytes.subarray(at, at + room());
    new Uint8Array(memory.buffer, input(), some.length).set(some);
    exchange(some.length);
  }
});
exchange(0); // It says hello.

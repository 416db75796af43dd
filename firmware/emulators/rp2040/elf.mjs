// Segments of an ELF file of 32 bits, the low byte first.

const LOAD = 1;

/// What is to be loaded: addresses where it is kept, with bytes.
export function* segments(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const [begin, size, count] = [
    view.getUint32(28, true),
    view.getUint16(42, true),
    view.getUint16(44, true),
  ];
  for (let k = 0; k < count; k++) {
    const word = (field) => view.getUint32(begin + k * size + 4 * field, true);
    const [type, offset, , address, length] = [0, 1, 2, 3, 4].map(word);
    if (type === LOAD && length > 0) {
      yield { address, bytes: file.subarray(offset, offset + length) };
    }
  }
}

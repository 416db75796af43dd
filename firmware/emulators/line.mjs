// A board's line to its host, as a socket.
import net from 'node:net';

const USAGE = '`--connect PATH` or `--listen HOST:PORT` says where the line is';

/// Opens the line: `--connect PATH` goes to a socket of Unix and ends the program with it,
/// `--listen HOST:PORT` waits for hosts, one after the other. `receive` is called with the bytes of
/// the host. Returns a function that sends bytes, which are lost while there is no host.
export function open([how, where], receive) {
  let host = null;
  const waiting = [];
  const next = () => {
    host = waiting.shift() ?? null;
    host?.on('data', receive);
  };
  const add = (socket, closed) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => closed(socket));
    waiting.push(socket);
    if (host === null) next();
  };
  const left = (socket) => {
    if (socket === host) next();
    else if (waiting.includes(socket)) waiting.splice(waiting.indexOf(socket), 1);
  };
  if (how === '--connect' && where) {
    add(net.connect(where), () => process.exit(0));
  } else if (how === '--listen' && where) {
    const colon = where.lastIndexOf(':');
    const server = net.createServer((socket) => add(socket, left));
    server.listen(Number(where.slice(colon + 1)), where.slice(0, colon).replace(/^\[|\]$/g, ''));
  } else {
    throw new Error(USAGE);
  }
  return (bytes) => host?.write(bytes);
}

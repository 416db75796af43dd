#!/usr/bin/env python3
"""A client of Downhill's link in Python's standard library, written from SPEC.md alone.

    client.py LINE [KEY]    a serial device, a Unix socket, or - for a socket at standard input; and the file with the
                            key of a paired device, for which noise.py is needed

Whatever the device is, it says who it is. One that takes recipes learns y = 2a - b + 0.5 from samples, and again in
fixed point and of windows if it can; one with a sensor takes 20, whose targets come three samples later.
The state's fingerprint is compared with the device's own; then it goes on from its checkpoint.
"""
import math, os, random, select, socket, stat, struct, sys, time, tty, zlib

VERSION = 3
HELLO, MISMATCH, ACK, _, STATE, COUNTERS, CHECKPOINT, _, _, EVENT, _, _, LOST, CONFLICT, _, OPENED, LOCKED = range(17)
# No scaling; no warm-up, a constant rate; no penalty; no clip; nothing frozen; no bounds; no health.
RULES = bytes([0, 0, 0, 0]) + bytes(12) + bytes([0, 0, 0]) + bytes(8) + bytes([0, 0, 0])


def open_line(name):
    handle = 0
    if name != "-" and stat.S_ISSOCK(os.stat(name).st_mode):
        line = socket.socket(socket.AF_UNIX)
        line.connect(name)
        handle = line.detach()
    elif name != "-":
        handle = os.open(name, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(handle)
    return handle


def varint(number):
    rest = number >> 7
    return bytes([number & 127 | 128]) + varint(rest) if rest else bytes([number])


def numbers(values):
    return varint(4 * len(values)) + struct.pack(f"<{len(values)}f", *values)


def frame(payload):
    out = b"\0"
    for run in (payload + struct.pack("<I", zlib.crc32(payload))).split(b"\0"):
        while len(run) > 253:
            out, run = out + b"\xff" + run[:254], run[254:]
        out += bytes([len(run) + 1]) + run
    return out + b"\0"


def unframe(data):
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        out += data[at + 1:at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    payload, check = bytes(out[:-4]), bytes(out[-4:])
    return payload if check == struct.pack("<I", zlib.crc32(payload)) else None


class Fields:
    """Takes a message apart, field by field."""
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count:self.at]

    def u(self):
        byte = self.take(1)[0]
        return byte if byte < 128 else byte & 127 | self.u() << 7

    def f(self):
        return struct.unpack("<f", self.take(4))[0]

    def words(self):
        return struct.unpack(f"<{(length := self.u()) // 4}I", self.take(length))


def fingerprint(words):
    rotl = lambda x, by: (x << by | x >> 32 - by) & 0xFFFFFFFF
    def finish(h):
        h = (h ^ h >> 16) * 0x85EBCA6B & 0xFFFFFFFF
        h = (h ^ h >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
        return h ^ h >> 16
    a, b = 0x243F6A88, 0x85A308D3
    for w in words:
        a = rotl(a ^ w, 5) * 0x9E3779B1 & 0xFFFFFFFF
        b = rotl((b + w) & 0xFFFFFFFF, 13) * 0x85EBCA77 & 0xFFFFFFFF ^ a
    return finish(a) << 32 | finish(b)


class Client:
    def __init__(self, line, key=None):
        self.line, self.bytes, self.events, self.tag, self.channel = open_line(line), b"", [], 0, None
        self.session = random.SystemRandom().randrange(1, 1 << 32)
        self.trailer = struct.pack("<I", self.session)
        if key:
            import noise
            with open(key) as file:
                role, digits = file.read().split("\n")[1].split()
            opening = noise.Opening(["read", "write"].index(role), bytes.fromhex(digits), os.urandom(32))
            answer = self.ask(opening.request, lambda kind, reply: kind == noise.OPENED and opening.finish(reply.data))
            self.channel = opening.finish(answer.data)

    def ask(self, request, answers):
        """Sends a request until it is answered: by a reply for which `answers` is true."""
        for _ in range(100):
            os.write(self.line, frame(self.channel.seal(request) if self.channel else request))
            until = time.monotonic() + 1
            while time.monotonic() < until:
                if b"\0" not in self.bytes and select.select([self.line], [], [], 0.2)[0]:
                    self.bytes += os.read(self.line, 4096)
                while b"\0" in self.bytes:
                    data, self.bytes = self.bytes.split(b"\0", 1)
                    data = unframe(data) or b"\x7f"
                    reply = Fields((self.channel.open(data) if self.channel else data) or b"\x7f")
                    kind = reply.u()
                    if kind == LOCKED and not self.channel and request[0] != 4:
                        sys.exit("the device was paired, and answers only who has a key")
                    mine = reply.data[-4:] == self.trailer
                    if kind == LOST and reply.u() == self.session or kind == CONFLICT and mine:
                        sys.exit("the session is lost: another host uses the device")
                    if kind == EVENT and mine:
                        self.events.append(reply)
                    elif (mine or kind in (HELLO, MISMATCH, OPENED)) and answers(kind, reply):
                        return reply
        sys.exit("the device does not answer")

    def hello(self):
        def mine(kind, reply):
            reply.kind, reply.version = kind, reply.u()
            return kind in (HELLO, MISMATCH) and reply.u() == self.session
        reply = self.ask(b"\0" + varint(VERSION) + varint(self.session), mine)
        if reply.kind == MISMATCH:
            sys.exit(f"the device speaks version {reply.version}, not {VERSION}")
        self.next, _, self.arena, _, _, self.capabilities = (reply.u() for _ in range(6))
        return ascii(reply.take(reply.u()).decode())[1:-1]

    def command(self, body):
        """Sends a command; returns the fingerprint, the step and the loss after it."""
        seq, self.next = self.next, self.next + 1
        reply = self.ask(b"\1" + varint(seq) + body + self.trailer, lambda k, r: k == ACK and r.u() == seq)
        print_, refused = reply.u(), reply.u()
        if refused:
            sys.exit(f"command {seq} was refused: {reply.data[reply.at:-4].hex(' ')}")
        return print_, reply.u(), reply.f()

    def query(self, kind, body):
        self.tag += 1
        return self.ask(b"\2" + varint(self.tag) + body + self.trailer, lambda k, r: k == kind and r.u() == self.tag)

    def pull(self, kind):
        """Returns the words of the state or the checkpoint, the steps and the fingerprint."""
        words, length = [], 1
        while len(words) < length:
            reply = self.query(kind, bytes([kind == CHECKPOINT and 2]) + varint(len(words)) + b"\x10")
            _, steps, print_, length, _ = (reply.u() for _ in range(5))
            have, words = len(words), [*words, *reply.words()]
            if length > self.arena + 256 or have == len(words) < length:
                sys.exit(f"the device announces {length} words, and has sent {have}")
        return words, steps, print_

    def push(self, words):
        for at in range(0, len(words), 16):
            piece = struct.pack(f"<{len(words[at:at + 16])}I", *words[at:at + 16])
            self.command(b"\2" + varint(at) + varint(len(piece)) + piece)


def learn(client):
    draw = random.Random(1)
    for _ in range(200):
        a, b = draw.uniform(-1, 1), draw.uniform(-1, 1)
        client.command(b"\1" + struct.pack("<f", 1) + numbers([a, b]) + numbers([2 * a - b + 0.5]))


def main():
    client = Client(*sys.argv[1:] if len(sys.argv) in (2, 3) else sys.exit(__doc__))
    print("hello from", client.hello(), "with capabilities", client.capabilities)
    if client.capabilities & 1:
        # Linear (2 features, 1 output, a bias); squared; plain descent; no rules; batch 1, seed 7.
        recipe = bytes([0, 2, 1, 1, 0, 0]) + struct.pack("<f", 0.1) + RULES + bytes([1, 7, 0])
        client.command(b"\0" + recipe)
        learn(client)
    elif client.capabilities & 2:
        client.command(bytes([14, 1, 1, 1]) + varint(1000))
        taken = 0
        while taken < 20:
            client.command(bytes([10]) + varint(1))
            while not client.events:
                client.query(COUNTERS, b"\1")
            for event in client.events:
                if event.u() and event.u() == 0:
                    taken = event.u()
                    if taken > 3:
                        client.command(bytes([13]) + varint(taken - 3) + numbers([1.5]))
            client.events.clear()
    words, steps, print_ = client.pull(STATE)
    # Of a fit in floats; that of a node in fixed point begins with steps and rate.
    assert client.capabilities & 18 == 18 or fingerprint([*words, steps & 0xFFFFFFFF, steps >> 32]) == print_
    state = struct.pack(f"<{len(words)}I", *words)
    print(f"step {steps}, fingerprint {print_:016x}, state", *struct.unpack(f"<{len(words)}f", state))
    counters = client.query(COUNTERS, b"\1").u
    print("samples", counters(), "steps", counters(), "refused", counters())
    saved, _, _ = client.pull(CHECKPOINT)
    client.command(b"\0" + recipe if client.capabilities & 1 else b"\4")
    client.push(saved)
    print(f"step {client.command(bytes([15]))[1]} again:", client.pull(STATE) == (words, steps, print_))
    client.push(words)
    print(f"step {client.command(bytes([3, 7]))[1]} instead:", client.pull(STATE)[0] == words)
    if client.capabilities & 17 == 17:
        # The same recipe with the section of fixed point: no scaler, and the bounds are -8 and 8.
        client.command(b"\0" + recipe + b"\1")
        learn(client)
        words, steps, print_ = client.pull(STATE)  # With the rate 0.1, times the slope's 2: 26214 / 2^17; and no momentum.
        assert fingerprint([steps, 0, 26214 << 16 | 13 << 8, 0, *words]) == print_
        print(f"step {steps} in fixed point:", *(((word ^ 1 << 31) - (1 << 31)) / (1 << 28) for word in words))
    if client.capabilities & 33 == 33:  # The same of mean and p2p of windows: four counts, a hundred to a unit.
        client.command(b"\0" + recipe + bytes([2, 14, 1, 4, 4, 0, 0, 0, 1, 1, 2, 0, 0, 0, 6, 0]))
        for seed in range(400):
            counts = random.Random(seed).choices(range(-100, 100), k=4)
            block = struct.pack("<2f", 1, 0.01) + b"\0\0\x08" + struct.pack("<4h", *counts)
            block += numbers([sum(counts) / 200 - (max(counts) - min(counts)) / 100 + 0.5])
            client.command(b"\x14" + varint(len(block)) + block)
        print("step 400 of windows:", *struct.unpack("<3f", struct.pack("<3I", *client.pull(STATE)[0])))
    if client.capabilities & 65 == 65:  # K-means of two centers: 10 windows to scale by, 40 to learn, 20 to calibrate on.
        detector = bytes([1, 2, 10, 40, 20]) + struct.pack("<f", 0.01) + bytes([2, 3, 5])
        client.command(b"\0" + recipe + bytes([3, len(detector)]) + detector)
        draw, alarms = random.Random(1), []
        for at in range(80):
            window = numbers([draw.gauss(0, 1), draw.gauss(9 if at >= 75 else 0, 1)])
            _, step, score = client.command(b"\1" + struct.pack("<f", 1) + window + numbers([]))
            alarms += [at] if math.copysign(1, score) < 0 else []
        print(f"step {step} of a detector, alarms at", alarms)


if __name__ == "__main__":
    main()

"""Sealed frames of Downhill's link in Python's standard library, written from SPEC.md alone: Noise NNpsk0 with X25519,
ChaCha20-Poly1305 and BLAKE2s. It is for tests and as an example: its time depends on its secrets.
"""
import hashlib, hmac, struct

SEALED, OPEN, PAIR, SEALED_REPLY, OPENED, LOCKED, PAIRED = 3, 4, 5, 14, 15, 16, 17
READ, WRITE, FIRST_KEYS = range(3)
PRIME = (1 << 255) - 19


def x25519(scalar, point=(9).to_bytes(32, "little")):
    k = int.from_bytes(scalar, "little") & ~7 & (1 << 254) - 1 | 1 << 254
    u = int.from_bytes(point, "little") & (1 << 255) - 1
    a, b, c, d = 1, 0, u, 1
    for at in reversed(range(255)):
        bit = k >> at & 1
        if bit:
            a, b, c, d = c, d, a, b
        plus, minus = a + b, a - b
        square, other = plus * plus % PRIME, minus * minus % PRIME
        e, f, g = square - other, (c + d) * minus % PRIME, (c - d) * plus % PRIME
        c, d = (f + g) ** 2 % PRIME, u * (f - g) ** 2 % PRIME
        a, b = square * other % PRIME, e * (square + 121665 * e) % PRIME
        if bit:
            a, b, c, d = c, d, a, b
    return (a * pow(b, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")


def chacha_block(key, counter, nonce):
    start = struct.unpack("<4I8I4I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce)
    x = list(start)
    for turn in range(20):
        for column in range(4):
            a, b, c, d = (4 * row + (column + row * (turn & 1)) % 4 for row in range(4))
            for p, q, r, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                x[p] = x[p] + x[q] & 0xFFFFFFFF
                mixed = x[r] ^ x[p]
                x[r] = (mixed << by | mixed >> 32 - by) & 0xFFFFFFFF
    return struct.pack("<16I", *(a + b & 0xFFFFFFFF for a, b in zip(x, start)))


def chacha(key, nonce, data):
    blocks = (chacha_block(key, at // 64 + 1, nonce) for at in range(0, len(data), 64))
    return bytes(a ^ b for a, b in zip(data, b"".join(blocks)))


def tag(key, nonce, more, data):
    once = chacha_block(key, 0, nonce)
    r = int.from_bytes(once[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    padded = more + bytes(-len(more) % 16) + data + bytes(-len(data) % 16) + struct.pack("<2Q", len(more), len(data))
    total = 0
    for at in range(0, len(padded), 16):
        total = (total + int.from_bytes(padded[at:at + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return (total + int.from_bytes(once[16:32], "little") & (1 << 128) - 1).to_bytes(16, "little")


def seal(key, n, more, data):
    nonce = struct.pack("<IQ", 0, n)
    sealed = chacha(key, nonce, data)
    return sealed + tag(key, nonce, more, sealed)


def unseal(key, n, more, sealed):
    """The data, or None where it was sealed by nobody who has the key."""
    nonce, data = struct.pack("<IQ", 0, n), sealed[:-16]
    good = len(sealed) >= 16 and hmac.compare_digest(tag(key, nonce, more, data), sealed[-16:])
    return chacha(key, nonce, data) if good else None


def hkdf(chain, data, count):
    step = lambda k, m: hmac.new(k, m, hashlib.blake2s).digest()
    secret, outputs = step(chain, data), [b""]
    for at in range(1, count + 1):
        outputs.append(step(secret, outputs[-1] + bytes([at])))
    return outputs[1:]


def varint(number):
    rest = number >> 7
    return bytes([number & 127 | 128]) + varint(rest) if rest else bytes([number])


class Opening:
    """The host's side of a handshake: `request` is the payload to send."""
    def __init__(self, role, key, secret, version=3):
        self.secret = secret
        head, public = bytes([OPEN, version, role]), x25519(secret)
        self.chain = self.hash = hashlib.blake2s(b"Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s").digest()
        self.mix(b"downhill" + head)
        self.chain, mixed, self.key = hkdf(self.chain, key, 3)
        self.mix(mixed)
        self.ephemeral(public)
        self.request = head + public + seal(self.key, 0, self.hash, b"")
        self.mix(self.request[-16:])

    def mix(self, data):
        self.hash = hashlib.blake2s(self.hash + data).digest()

    def ephemeral(self, public):
        self.mix(public)
        self.chain, self.key = hkdf(self.chain, public, 2)

    def finish(self, payload):
        """The channel, or None where this is no answer to the request."""
        public, proof = payload[1:33], payload[33:]
        if payload[:1] != bytes([OPENED]) or len(payload) != 49:
            return None
        state = self.hash, self.chain, self.key
        self.ephemeral(public)
        self.chain, self.key = hkdf(self.chain, x25519(self.secret, public), 2)
        good = unseal(self.key, 0, self.hash, proof) is not None
        channel = Channel(*hkdf(self.chain, b"", 2)) if good else None
        self.hash, self.chain, self.key = state
        return channel


class Channel:
    """Seals what the host says, and opens what the device does."""
    def __init__(self, sends, receives):
        self.sends, self.receives, self.sent, self.lowest = sends, receives, 0, 0

    def seal(self, payload):
        self.sent += 1
        return bytes([SEALED]) + varint(self.sent - 1) + seal(self.sends, self.sent - 1, b"", payload)

    def open(self, payload):
        """The payload that was sealed, or None where the device did not seal it, or it came before."""
        at, counter = 1, 0
        while at < len(payload) and at < 8:
            counter |= (payload[at] & 127) << 7 * (at - 1)
            at += 1
            if payload[at - 1] < 128:
                break
        if payload[:1] != bytes([SEALED_REPLY]) or counter < self.lowest or payload[1:at] != varint(counter):
            return None
        opened = unseal(self.receives, counter, b"", payload[at:])
        if opened is not None:
            self.lowest = counter + 1
        return opened

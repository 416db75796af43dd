"""Writes tests/data/oracle/signals.json: features and filtered samples by NumPy and SciPy.

Signals are rounded to float32, so that both precisions begin with the same numbers. What SciPy
leaves open is written out: a moment of a constant is 0, a band ends in front of the next edge, the
bin of half the rate is in the last band.
"""

import json
import sys
from pathlib import Path

import numpy as np
import scipy
from scipy import fft, signal, stats

RATE = 100.0
HERE = Path(__file__).resolve().parent


def signals():
    random = np.random.default_rng(7)
    t = np.arange(1024) / RATE
    impulse = np.zeros(1024)
    impulse[37] = 1.0
    extremes = np.where(np.arange(1024) % 3 == 0, 32767.0, -32768.0)
    return {
        "sine": 3.0 * np.sin(2 * np.pi * 12.5 * t) + 0.25,
        "noise": random.normal(size=1024),
        "impulse": impulse,
        "chirp": signal.chirp(t, 1.0, t[-1], 45.0) * 20.0 - 4.0,
        "constant": np.full(1024, 9.81),
        "zero": np.zeros(1024),
        "extremes": extremes,
        "tiny": 1e-6 * random.normal(size=1024),
        "offset": 1000.0 + random.normal(size=1024),
    }


def windowed(x, taper):
    n = len(x)
    w = signal.get_window("hann", n) if taper == "hann" else np.ones(n)
    return np.abs(fft.rfft((x - x.mean()) * w)) ** 2 / (n * np.sum(w**2))


def features(x, taper):
    n = len(x)
    power = windowed(x, taper)
    half = n // 2
    f = np.arange(half + 1) * RATE / n
    whole = power[1:].sum()
    # What rounding leaves of a constant is no power.
    is_flat = np.ptp(x) == 0
    centroid = 0.0 if is_flat else (f[1:] * power[1:]).sum() / whole
    spread = 0.0 if is_flat else np.sqrt(((f[1:] - centroid) ** 2 * power[1:]).sum() / whole)
    octaves = [power[2**g : 2 ** (g + 1)].sum() for g in range(half.bit_length() - 1)]
    octaves[-1] += power[half]
    edges = [1.0, 7.0, 20.0, 45.0]
    bands = [power[(f >= a) & (f < b)].sum() for a, b in zip(edges, edges[1:])]
    linear = [power[1 + g * half // 5 : 1 + (g + 1) * half // 5].sum() for g in range(5)]
    d = x - x.mean()
    auto = lambda lag: 0.0 if is_flat else float((d[lag:] * d[: n - lag]).sum() / (d * d).sum())
    rms = np.sqrt(np.mean(x**2))
    crossings = lambda y: float(np.sum((y[1:] >= 0) != (y[:-1] >= 0)))
    return {
        "mean": x.mean(),
        "std": x.std(),
        "var": x.var(),
        "rms": rms,
        "min": x.min(),
        "max": x.max(),
        "p2p": np.ptp(x),
        "mav": np.abs(x).mean(),
        "skew": 0.0 if is_flat else stats.skew(x),
        "kurtosis": 0.0 if is_flat else stats.kurtosis(x),
        "crest": 0.0 if rms == 0 else np.abs(x).max() / rms,
        "zero_crossings": crossings(x),
        "mean_crossings": 0.0 if is_flat else crossings(d),
        "slope": np.polyfit(np.arange(n) / RATE, d, 1)[0],
        "energy": np.sum(x**2),
        "diff": x[-1] - x[-2],
        "autocorr": [auto(1), auto(7)],
        "bands": linear,
        "octave": octaves,
        "edges": bands,
        "centroid": centroid,
        "spread": spread,
        "dominant": 0.0 if is_flat else f[1:][np.argmax(power[1:])],
    }


def filtered(x):
    def by(sos, x):
        return signal.sosfilt(sos, x, zi=signal.sosfilt_zi(sos) * x[0])[0]

    high = signal.butter(2, 5.0, "highpass", fs=RATE, output="sos")
    low = signal.butter(2, 20.0, "lowpass", fs=RATE, output="sos")
    slow = signal.butter(2, 0.05, "highpass", fs=RATE, output="sos")
    fourth = signal.butter(4, 0.6 / 4, output="sos")
    return {
        "highpass=5Hz": by(high, x),
        "lowpass=20Hz": by(low, x),
        "bandpass=5-20Hz": by(low, by(high, x)),
        "highpass=0.05Hz": by(slow, x),
        "decimate=4": by(fourth, x)[::4],
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, np.ndarray)):
        return [plain(one) for one in value]
    return float(value)


def main():
    out = {"versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__}}
    out["signals"] = {}
    for name, x in signals().items():
        x = x.astype(np.float32).astype(np.float64)
        out["signals"][name] = plain(
            {
                "samples": x,
                "hann": {str(n): features(x[:n], "hann") for n in (16, 32, 64, 128, 1024)},
                "rect": {str(n): features(x[:n], "rect") for n in (256, 512)},
                "filtered": filtered(x[:256]),
            }
        )
    path = HERE.parent / "data" / "oracle" / "signals.json"
    path.write_text(json.dumps(out) + "\n")


main()

"""The bar: passes over rows beside the core's own loop and scikit-learn, in one run.

    cargo run --release --example core_loop --manifest-path ../../host-cli/Cargo.toml
    python bench.py
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import SGDRegressor
from sklearn.neural_network import MLPRegressor

import downhill

ROUNDS = 7
ROWS = 50_000
LOOP = pathlib.Path(__file__).resolve().parents[2] / "target/release/examples/core_loop"


def seconds(work, rounds=ROUNDS):
    """Return the median time of some work, of several rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def rows(width):
    """Return the rows that the core's loop has too."""
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, width)).astype(np.float32)
    y = (X @ random.normal(size=width)).astype(np.float32)
    return X, y + random.normal(size=ROWS).astype(np.float32)


def main():
    """Measure, and print one JSON object."""
    warnings.simplefilter("ignore")
    told = {}
    for width in (8, 64):
        X, y = rows(width)
        ours = downhill.Regressor(optimizer="sgd", lr=0.001).partial_fit(X, y)
        theirs = SGDRegressor().partial_fit(X, y)
        file = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp") / f"rows-{width}.f32"
        np.hstack([X, y[:, None]]).astype("<f4").tofile(file)
        loop = subprocess.run([LOOP, file, str(width)], capture_output=True, text=True, check=True)
        told[f"{width} features"] = {
            "partial_fit": seconds(lambda: ours.partial_fit(X, y)),
            "core's loop": float(loop.stdout),
            "SGDRegressor.partial_fit": seconds(lambda: theirs.partial_fit(X, y)),
        }
    X, y = rows(8)
    net = {
        "hidden_layer_sizes": (16,),
        "batch_size": 32,
        "max_iter": 20,
        "n_iter_no_change": 99,
        "solver": "adam",
    }
    told["net of 16, 20 epochs"] = {
        "downhill": seconds(lambda: downhill.Regressor("mlp:16", epochs=20, batch=32).fit(X, y), 3),
        "MLPRegressor": seconds(lambda: MLPRegressor(**net).fit(X, y), 1),
        "MLPRegressor, f64": seconds(
            lambda: MLPRegressor(**net).fit(X.astype(float), y.astype(float)), 1
        ),
    }
    alone = "import time; s = time.perf_counter(); import numpy; print(time.perf_counter() - s)"
    both = "import numpy, time; s = time.perf_counter(); import downhill; print(time.perf_counter() - s)"
    started = lambda text: float(
        subprocess.run([sys.executable, "-c", text], capture_output=True, text=True).stdout
    )
    told["import"] = {
        "numpy": statistics.median(started(alone) for _ in range(5)),
        "downhill beyond it": statistics.median(started(both) for _ in range(5)),
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()

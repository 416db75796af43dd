"""What an update takes with the libraries that a user would pick instead.

`peers.py PEER [FILE]` prints `workload figure` a line, in nanoseconds a sample, and
`peers.py versions` a JSON object. Single-threaded, as the caller sets in the environment.
"""

import json
import re
import sys
import tempfile
import time
import warnings
from importlib.metadata import PackageNotFoundError, version

try:
    import numpy as np
except ImportError:  # it comes with the others, if they come
    np = None

PACKAGES = ["numpy", "pandas", "scikit-learn", "scipy", "river", "vowpalwabbit", "torch"]


def samples(rows, columns):
    draw = np.random.default_rng(1)
    features = draw.uniform(-1, 1, (rows, columns))
    return features, features.sum(axis=1)


def classes(sums):
    return (sums > -0.5).astype(int) + (sums > 0.5)


def report(workload, count, learn):
    """The median pass, by the processor's time: other programs may be at work too."""
    learn()
    start, passes = time.perf_counter_ns(), []
    while not passes or time.perf_counter_ns() - start < 300e6:
        begin = time.process_time_ns()
        learn()
        passes.append(time.process_time_ns() - begin)
    print(workload, sorted(passes)[len(passes) // 2] / count, flush=True)


def scikit_learn():
    from sklearn.linear_model import SGDRegressor
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    for columns in (8, 64):
        x, y = samples(50_000, columns)
        model = SGDRegressor(alpha=0, learning_rate="constant", eta0=0.01)
        report(f"linear_{columns}", len(x), lambda: model.partial_fit(x, y))
    x, y = samples(640, 8)
    y = classes(y)
    passes = 10
    for batch in (1, 32):
        shape = {"hidden_layer_sizes": (16,), "activation": "tanh", "batch_size": batch, "alpha": 0}
        # One call of `fit` makes all updates; rows in order, for shuffling takes half of its time.
        net = MLPClassifier(**shape, max_iter=passes, n_iter_no_change=passes, shuffle=False)
        report(f"w4_{batch}", passes * len(x), lambda: net.fit(x, y))
        # An update a call, as rows come from a sensor.
        net = MLPClassifier(**shape)
        net.partial_fit(x[:batch], y[:batch], classes=[0, 1, 2])

        def learn():
            for at in range(0, len(x), batch):
                net.partial_fit(x[at : at + batch], y[at : at + batch])

        report(f"w4_{batch} calls", len(x), learn)


def river():
    from river import linear_model, optim

    for columns in (8, 64):
        x, y = samples(500, columns)
        rows = [dict(enumerate(row)) for row in x.tolist()]
        model = linear_model.LinearRegression(optimizer=optim.SGD(0.01), intercept_lr=0.01)

        def learn():
            for row, target in zip(rows, y.tolist()):
                model.learn_one(row, target)

        report(f"linear_{columns}", len(x), learn)


def vowpalwabbit():
    from vowpalwabbit import Workspace

    settings = "--sgd --power_t 0 -l 0.01 --quiet"
    for columns, count, passes in ((8, 100_000, 20), (64, 25_000, 20)):
        x, y = samples(count, columns)
        rows = [
            f"{target} | " + " ".join(f"f{i}:{value}" for i, value in enumerate(row))
            for row, target in zip(x.tolist(), y.tolist())
        ]
        with tempfile.TemporaryDirectory() as folder:
            text, cache = f"{folder}/rows", f"{folder}/cache"
            with open(text, "w") as file:
                file.write("\n".join(rows) + "\n")

            def drive(options):
                """Its own driver, which goes through a file by itself, in nanoseconds."""
                begin = time.process_time_ns()
                Workspace(f"{settings} -d {text} {options}").finish()
                return time.process_time_ns() - begin

            def from_cache(passes):
                return f"--cache_file {cache} --kill_cache --holdout_off --passes {passes}"

            print(f"linear_{columns} text", drive("") / count)
            # The first pass reads text and writes the cache, which the others read.
            few, many = drive(from_cache(2)), drive(from_cache(2 + passes))
            print(f"linear_{columns}", (many - few) / (count * passes), flush=True)
        model = Workspace(settings)

        def learn():
            for row in rows[:500]:
                model.learn(row)

        report(f"linear_{columns} calls", 500, learn)


def torch():
    import torch

    torch.set_num_threads(1)

    def train(workload, net, loss, optimizer, x, y, batch):
        def learn():
            for at in range(0, len(x), batch):
                optimizer.zero_grad()
                loss(net(x[at : at + batch]), y[at : at + batch]).backward()
                optimizer.step()

        report(workload, len(x), learn)

    for columns in (8, 64):
        x, y = (torch.tensor(part, dtype=torch.float32) for part in samples(200, columns))
        net = torch.nn.Linear(columns, 1)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
        train(f"linear_{columns}", net, torch.nn.MSELoss(), optimizer, x, y[:, None], 1)
    x, sums = samples(640, 8)
    x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(classes(sums))
    for batch in (1, 32):
        net = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3))
        optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
        train(f"w4_{batch}", net, torch.nn.CrossEntropyLoss(), optimizer, x, y, batch)


def pandas(path):
    import pandas
    from sklearn.linear_model import SGDRegressor

    def fit(*shape):
        start = time.perf_counter_ns()
        table = pandas.read_csv(path)
        model = SGDRegressor(alpha=0, learning_rate="constant", eta0=0.01, shuffle=False)
        model.partial_fit(table.drop(columns="y").to_numpy(), table["y"].to_numpy())
        print("csv", *shape, (time.perf_counter_ns() - start) / len(table))

    # The first fit of a process, as it is for everybody, on as many threads as it takes by itself.
    fit()
    # Older ones read on one thread, and cannot do otherwise.
    if hasattr(pandas.options.mode, "max_threads"):
        pandas.set_option("mode.max_threads", 1)
        fit("one-thread")


def nist(folder, name):
    """A set's model for `curve_fit`, its x and y, and what is known of it."""
    about = json.load(open(f"{folder}/nonlinear.json"))[name]
    columns = open(f"{folder}/{name}.csv").readline().strip().split(",")[1:]
    y, *x = np.loadtxt(f"{folder}/{name}.csv", delimiter=",", skiprows=1).T
    target, text = about["formula"].split("=", 1)
    text = re.sub(r"\+\s*e\s*$", "", text.strip()).replace("[", "(").replace("]", ")")
    y = np.log(y) if target.strip() == "log[y]" else y
    arguments = ", ".join(f"b{k + 1}" for k in range(len(about["certified"])))
    features = columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
    words = {"exp": np.exp, "cos": np.cos, "sin": np.sin, "arctan": np.arctan, "pi": np.pi}
    # A tuple of columns comes as one argument.
    unpack = "" if len(columns) == 1 else f"(lambda {', '.join(columns)}: {text})(*x)"
    model = eval(f"lambda {features if not unpack else 'x'}, {arguments}: {unpack or text}", words)
    return model, x[0] if len(x) == 1 else np.array(x), y, about


def scipy(folder):
    """NIST's nonlinear sets by `curve_fit`: `nist.SET.START curve_fit nanoseconds digits` a line."""
    from scipy.optimize import curve_fit

    warnings.simplefilter("ignore")
    for name in json.load(open(f"{folder}/nonlinear.json")):
        model, x, y, about = nist(folder, name)
        certified = np.array(about["certified"])
        for number in (1, 2):
            start = about[f"start{number}"]

            def fit():
                try:
                    return curve_fit(model, x, y, p0=start)[0]
                except RuntimeError:
                    return np.array(start)

            begin, fits = time.perf_counter_ns(), 0
            while fits == 0 or time.perf_counter_ns() - begin < 4e6:
                found = fit()
                fits += 1
            nanoseconds = (time.perf_counter_ns() - begin) / fits
            error = np.nan_to_num(np.abs((found - certified) / certified), nan=1).max()
            digits = np.clip(-np.log10(error), 0, 15) if error else 15
            print(f"nist.{name}.start{number} curve_fit {nanoseconds:.0f} {digits:.2f}", flush=True)


def curve_fit(folder, name):
    """The first `curve_fit` of a process on a set, from NIST's second start, in nanoseconds: neither
    imports nor the reading of the rows count."""
    from scipy.optimize import curve_fit

    warnings.simplefilter("ignore")
    model, x, y, about = nist(folder, name)
    begin = time.perf_counter_ns()
    curve_fit(model, x, y, p0=about["start2"])
    print(time.perf_counter_ns() - begin)


def decay(path):
    """Reading a file of x and y and fitting `a*exp(-b*x) + c`, in nanoseconds, without imports."""
    from scipy.optimize import curve_fit

    begin = time.perf_counter_ns()
    x, y = np.loadtxt(path, delimiter=",", skiprows=1).T
    curve_fit(lambda x, a, b, c: a * np.exp(-b * x) + c, x, y, p0=[1, 1, 0])
    print(time.perf_counter_ns() - begin)


def versions():
    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            pass
    print(json.dumps(found))


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:])

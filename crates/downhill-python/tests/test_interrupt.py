"""Ctrl-C ends a fit with what it has, and other threads run meanwhile."""

import signal
import subprocess
import sys
import textwrap
import threading

import numpy as np

import downhill

FIT = """
    import signal, sys, warnings
    import numpy as np
    import downhill

    class Told:
        def __init__(self, fit):
            self.epochs = 0
        def __call__(self, epochs, loss):
            self.epochs += loss is not None
            if self.epochs == 2:
                print("learning", flush=True)
                if sys.argv[1:]:
                    signal.raise_signal(signal.SIGINT)
        def close(self):
            pass

    downhill._base.watcher = Told
    X = np.random.default_rng(0).normal(size=(20000, 4))
    warnings.simplefilter("always")
    with warnings.catch_warnings(record=True) as told:
        fitted = downhill.Regressor(epochs=1000000).fit(X, X[:, 0] + X[:, 1] ** 2)
    print(sorted({str(one.category.__name__) for one in told}), fitted.n_iter_ >= 2)
    print(fitted.result_["interrupted"], fitted.predict(X[:1]).shape)
"""


def test_ctrl_c_ends_a_fit_with_what_it_has():
    program = [sys.executable, "-c", textwrap.dedent(FIT)]
    child = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "learning\n"
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=120)
    assert out == "['FitWarning'] True\nTrue (1,)\n"
    assert child.returncode == 0


def test_ctrl_c_while_progress_is_told_ends_a_fit_with_what_it_has():
    program = [sys.executable, "-c", textwrap.dedent(FIT), "in the watcher"]
    done = subprocess.run(program, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    assert done.stdout == "learning\n['FitWarning'] True\nTrue (1,)\n"


def test_other_threads_run_during_a_fit():
    X = np.random.default_rng(0).normal(size=(20_000, 8))
    turns, done = [], threading.Event()

    def count():
        while not done.is_set():
            turns.append(1)
            done.wait(0.001)

    other = threading.Thread(target=count)
    other.start()
    before = len(turns)
    downhill.Regressor(model="mlp:8", epochs=20).fit(X, X[:, 0])
    during = len(turns) - before
    done.set()
    other.join()
    assert during > 5


def test_progress_is_told_by_epoch(monkeypatch):
    told = []

    class Bar:
        def __call__(self, epochs, loss):
            told.append((epochs, loss))

        def close(self):
            told.append("closed")

    monkeypatch.setattr(downhill._base, "watcher", lambda progress: Bar() if progress else None)
    X = np.arange(40.0).reshape(20, 2)
    fitted = downhill.Regressor(epochs=3, progress=True).fit(X, X[:, 0])
    assert told == [(3, None), *((None, loss) for loss in fitted.loss_curve_), "closed"]

"""What tests share: the command, and the data sets of the project."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pandas
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data"


# Flower tells nobody, asks nobody, installs nothing, and keeps its files to itself.
os.environ.update(
    FLWR_TELEMETRY_ENABLED="0",
    FLWR_DISABLE_UPDATE_CHECK="1",
    FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION="1",
    RAY_USAGE_STATS_ENABLED="0",
    FLWR_HOME=tempfile.mkdtemp(prefix="downhill-flower-"),
    # Short: names of sockets are.
    RAY_TMPDIR=tempfile.mkdtemp(prefix="dh-"),
)


def pytest_configure(config):
    config.addinivalue_line("markers", "emulated: needs QEMU")


def pytest_unconfigure(config):
    for name in ("FLWR_HOME", "RAY_TMPDIR"):
        shutil.rmtree(os.environ[name], ignore_errors=True)


def command():
    """Return the path of the `downhill` command."""
    given = os.environ.get("DOWNHILL_COMMAND")
    path = pathlib.Path(given) if given else ROOT / "target" / "debug" / "downhill"
    assert path.exists(), f"{path} is missing: `cargo build -p downhill-cli`, or DOWNHILL_COMMAND"
    return str(path)


def run(*arguments, codes=(0,)):
    """Run the command, and return what it prints."""
    done = subprocess.run([command(), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode in codes, done.stderr
    return done.stdout


def fit(*arguments):
    """Run `downhill fit`, and return its result, be the fit of use or not."""
    return json.loads(run("fit", *arguments, "--json", "--quiet", codes=(0, 3)))


# Name, target, and what else the command needs to read the file as pandas does.
SETS = {
    "airfoil.csv": ("y", "Regressor", []),
    "co2_decay.csv": ("co2", "Regressor", []),
    "concrete.csv": ("strength", "Regressor", []),
    "heating.csv": ("celsius", "Regressor", []),
    "magnetometer.csv": ("z", "Regressor", []),
    "naval.csv": ("y", "Regressor", []),
    "air_quality.csv": ("CO_GT", "Regressor", ["--missing-value=-200"]),
    "digits8x8.csv": (None, "Classifier", []),
    "ionosphere.csv": ("y", "Classifier", []),
    "iris.csv": ("species", "Classifier", []),
    "occupancy.csv": ("Occupancy", "Classifier", []),
    "seeds.csv": ("y", "Classifier", []),
    "semeion.csv": ("y", "Classifier", []),
    "telco_churn.csv": (None, "Classifier", []),
    "your-file/classes_on_off.csv": (None, "Classifier", []),
    "your-file/classes_yes_no.csv": (None, "Classifier", []),
    "your-file/classes_true_false.csv": (None, "Classifier", []),
    "your-file/classes_pm1.csv": (None, "Classifier", []),
    "your-file/classes_12.csv": (None, "Classifier", []),
    "your-file/classes_123.csv": (None, "Classifier", []),
}


def table(name):
    """Return features and target of a data set, its target's name, and options of the command."""
    target, _, options = SETS[name]
    missing = {"na_values": [-200], "keep_default_na": True} if options else {}
    frame = pandas.read_csv(DATA / name, **missing)
    target = target or frame.columns[-1]
    numeric = frame.drop(columns=target).select_dtypes("number")
    return numeric, frame[target], target, options


@pytest.fixture(params=SETS)
def name(request):
    """Each data set, by name."""
    return request.param

"""The guide and the docstrings say what is so."""

import doctest
import os
import subprocess
import sys

from conftest import ROOT, fit

import downhill

FLAGS = doctest.ELLIPSIS


def test_the_guide_runs_as_it_stands(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = str(ROOT / "docs" / "python.md")
    failed, tried = doctest.testfile(page, module_relative=False, optionflags=FLAGS)
    assert tried > 15 and failed == 0
    theirs = fit(
        "tests/data/airfoil.csv", "--target", "y", "--model", "mlp:16", "--epochs", 20,
        "--validation-every", 0,
    )
    with open(page, encoding="utf-8") as text:
        assert f"'{theirs['fingerprint']}'" in text.read()


def test_docstrings_run_as_they_stand():
    tried = 0
    for module in (downhill, downhill._estimators, downhill._formula):
        done = doctest.testmod(module, optionflags=FLAGS)
        assert done.failed == 0, module
        tried += done.attempted
    assert tried > 10


def test_every_public_name_is_documented():
    for name in downhill.__all__:
        thing = getattr(downhill, name)
        assert thing.__doc__, name
        for member in vars(thing) if isinstance(thing, type) else ():
            if not member.startswith("_") and callable(getattr(thing, member)):
                assert getattr(thing, member).__doc__, f"{name}.{member}"


def test_imports_neither_scikit_learn_nor_tables():
    program = (
        "import sys, downhill\n"
        "print([name for name in ('sklearn', 'scipy', 'pandas', 'polars', 'pyarrow', 'tqdm')"
        " if name in sys.modules])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "[]\n", done.stderr

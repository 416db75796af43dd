"""A fit as a page: the one that the command writes."""

import html
import os
import pickle
import re

import nbformat
import numpy as np
import pytest
from conftest import DATA, ROOT, run, table
from nbclient import NotebookClient

import downhill

PLACE = "the data"
NOTEBOOK = ROOT / "docs" / "python.ipynb"


def without_command_line(page):
    """Return a page without the command line that made it, of which there is one.

    And without the remark that the command could have taken classes for amounts: Python is told.
    """
    page = page.replace("; `--model linear` takes them for amounts", "")
    page, lines = re.subn(r"<pre><code>.*?</code></pre>", "", page, flags=re.DOTALL)
    assert lines == 1
    return page


@pytest.mark.parametrize(
    ("data", "estimator"),
    [
        ("concrete.csv", downhill.Regressor("mlp:4", epochs=3, validation_fraction=0.2)),
        ("iris.csv", downhill.Classifier(epochs=3, validation_fraction=0.2)),
        ("airfoil.csv", downhill.Regressor(solver="lm", validation_fraction=0.2)),
        ("co2_decay.csv", downhill.FormulaRegressor("c + a*exp(-b*minutes)")),
    ],
)
def test_a_report_is_the_commands(data, estimator, tmp_path):
    X, y, target, _ = table(data)
    fitted = estimator.set_params(report=True).fit(X, y)
    page = tmp_path / "page.html"
    options = estimator._options()
    run("fit", DATA / data, "--target", target, *options, "--quiet", "--report", page)
    theirs = page.read_text(encoding="utf-8").replace(str(DATA / data), PLACE)
    assert without_command_line(fitted.report_) == without_command_line(theirs)
    assert "without names" not in fitted.summary_
    shown = fitted._repr_html_()
    assert shown.startswith("<iframe ")
    srcdoc = re.search(r'srcdoc="([^"]*)"', shown).group(1)
    assert html.unescape(srcdoc) == fitted.report_
    assert pickle.loads(pickle.dumps(fitted)).report_ == fitted.report_


def test_a_report_says_how_the_same_is_fitted_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X, y, target, _ = table("concrete.csv")
    weight = np.linspace(0.5, 2, len(y)).round(3)
    fitted = downhill.Regressor(epochs=2, report=True).fit(X, y, sample_weight=weight)
    code = re.search(r"<pre><code>(.*?)</code></pre>", fitted.report_, re.DOTALL).group(1)
    line = html.unescape(re.sub(r"<[^>]*>", "", code)).split()
    assert line[:3] == ["downhill", "fit", "ROWS.csv"]
    X.assign(**{target: y, "sample_weight": weight}).to_csv("ROWS.csv", index=False)
    told = run(*line[1:], "--json", "--quiet")
    assert f'"{fitted.fingerprint_}"' in told


def test_a_report_is_made_where_it_is_asked_for_and_goes_with_its_fit():
    X = np.arange(40.0).reshape(20, 2)
    y = X[:, 0]
    plain = downhill.Regressor(epochs=1).fit(X, y)
    assert not hasattr(plain, "report_") and plain._repr_html_().startswith("<pre>")
    assert plain.fingerprint_ in plain._repr_html_()
    shown = downhill.Regressor(epochs=1, report=True).fit(X, y)
    assert shown.fingerprint_ == plain.fingerprint_
    shown.partial_fit(X, y)
    assert not hasattr(shown, "report_")
    shown.set_params(report=False).fit(X, y)
    assert not hasattr(shown, "report_")


def test_the_notebook_runs_as_it_stands(monkeypatch):
    monkeypatch.chdir(ROOT)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    done = NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=os.fspath(ROOT))
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert sum(page.startswith("<iframe ") for page in pages) == 2
    theirs = run(
        "fit", "tests/data/airfoil.csv", "--target", "y", "--model", "mlp:16", "--epochs", 20,
        "--json", "--quiet",
    )
    fingerprint, same = "".join(output.get("text", "") for output in outputs).split()[-2:]
    assert f'"{fingerprint}"' in theirs and same == "True"

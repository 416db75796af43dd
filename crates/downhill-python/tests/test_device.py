"""Boards, on an emulated one."""

import pytest
from conftest import DATA, ROOT, table

import downhill

BOARD = "mps2-an386"


def sgd():
    X, y, _, _ = table("concrete.csv")
    parameters = {"optimizer": "sgd", "lr": 0.005, "schedule": "constant"}
    return downhill.Regressor(epochs=1, shuffle=False, **parameters).fit(X, y), X, y


@pytest.mark.emulated
def test_a_board_learns_what_its_twin_does(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    fitted, X, y = sgd()
    recording, model = tmp_path / "run.jsonl", tmp_path / "model.json"
    fitted.save(model)
    # The twin begins as the board does: with the scaler of the model, and nothing else.
    twin = downhill.Regressor(
        optimizer="sgd", lr=0.005, schedule="constant", scaler_from=str(model)
    ).partial_fit(X[:300], y[:300])
    with downhill.Device(board=BOARD) as device:
        assert device.info()["board"].startswith(BOARD)
        device.configure(fitted)
        told = device.stream(X, y, fitted, limit=300)
        assert told["rows"] == 300 and told["fingerprint"] == twin.fingerprint_
        pulled = device.pull(fitted)
        assert pulled.fingerprint_ == twin.fingerprint_
        assert (pulled.predict(X) == twin.predict(X)).all()
        device.record(recording, X, y, fitted, limit=100)
        assert device.info()["fingerprint"] != twin.fingerprint_
        device.push(pulled)
        assert device.info()["fingerprint"] == twin.fingerprint_
    assert device._child is None
    replayed = downhill.replay(recording)
    assert replayed["status"] == "identical" and replayed["first_difference"] is None


@pytest.mark.emulated
def test_a_fit_on_a_board_has_the_bits_of_its_twin(monkeypatch):
    monkeypatch.chdir(ROOT)
    X, y, _, _ = table("concrete.csv")
    estimator = downhill.Regressor(optimizer="sgd", lr=0.005, epochs=1)
    told = downhill.crosscheck(estimator, X, y, board=BOARD, limit=200)
    assert told["first_difference"] is None and told["identical"] == 200
    theirs = downhill.crosscheck(
        estimator, DATA / "concrete.csv", "strength", board=BOARD, limit=200
    )
    assert theirs["first_difference"] is None


def test_recordings_of_boards_are_replayed_and_refused(tmp_path):
    with pytest.raises(downhill.DeviceError, match="nowhere.jsonl"):
        downhill.replay(tmp_path / "nowhere.jsonl")
    with pytest.raises(ValueError, match="exclude each other"):
        downhill.Device("tcp:127.0.0.1:1", board=BOARD)
    with pytest.raises(downhill.DeviceError, match="127.0.0.1:1"):
        downhill.Device("tcp:127.0.0.1:1").info()
    with pytest.raises(downhill.DeviceError, match="within a `with` block"):
        downhill.Device(board=BOARD).info()
    with pytest.raises(ValueError, match="model is missing"):
        downhill.Device("tcp:127.0.0.1:1").stream([[1.0]], [1.0])

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Self

_Floats: TypeAlias = NDArray[np.float64]
_Seed: TypeAlias = int | np.random.RandomState | np.random.Generator | None
# An array, a table of pandas or Polars, or whatever speaks Arrow.
_Data: TypeAlias = Any

__version__: str

class FitError(ValueError): ...
class FitWarning(UserWarning): ...

class _Estimator:
    verdicts_: list[dict[str, Any]]
    loss_curve_: list[float]
    validation_curve_: list[float]
    n_iter_: int
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]
    result_: dict[str, Any]
    summary_: str
    report_: str
    @property
    def fingerprint_(self) -> str: ...
    @property
    def coef_(self) -> _Floats: ...
    @property
    def intercept_(self) -> Any: ...
    def get_params(self, deep: bool = True) -> dict[str, Any]: ...
    def set_params(self, **params: Any) -> Self: ...
    def save(self, path: str | PathLike[str]) -> None: ...

class Regressor(_Estimator):
    model: str | None
    loss: str | None
    optimizer: str | None
    solver: str | None
    lr: float | str | None
    schedule: str | None
    warmup: int | None
    epochs: int | None
    patience: int | None
    batch: int | str | None
    l1: float | None
    l2: float | None
    weight_decay: float | None
    clip_norm: float | None
    clip_value: float | None
    bound: str | Sequence[str] | None
    freeze: int | None
    scaler: str | None
    scaler_on_device: int | None
    scaler_from: str | PathLike[str] | None
    missing: Literal["drop", "hold"] | None
    shuffle: bool
    replay: str | None
    standardize_target: bool
    precision: Literal["f32", "f64"] | None
    restarts: int | None
    health: int | None
    recover: bool
    drift: str | None
    validation_fraction: float | None
    validation_every: int | None
    validation_last: float | None
    random_state: _Seed
    progress: bool
    report: bool | None
    def __init__(
        self,
        model: str | None = None,
        *,
        loss: str | None = None,
        optimizer: str | None = None,
        solver: str | None = None,
        lr: float | str | None = None,
        schedule: str | None = None,
        warmup: int | None = None,
        epochs: int | None = None,
        patience: int | None = None,
        batch: int | str | None = None,
        l1: float | None = None,
        l2: float | None = None,
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        bound: str | Sequence[str] | None = None,
        freeze: int | None = None,
        scaler: str | None = None,
        scaler_on_device: int | None = None,
        scaler_from: str | PathLike[str] | None = None,
        missing: Literal["drop", "hold"] | None = None,
        shuffle: bool = True,
        replay: str | None = None,
        standardize_target: bool = True,
        precision: Literal["f32", "f64"] | None = None,
        restarts: int | None = None,
        health: int | None = None,
        recover: bool = False,
        drift: str | None = None,
        validation_fraction: float | None = None,
        validation_every: int | None = None,
        validation_last: float | None = None,
        random_state: _Seed = None,
        progress: bool = False,
        report: bool | None = None,
    ) -> None: ...
    def fit(self, X: _Data, y: _Data, sample_weight: ArrayLike | None = None) -> Self: ...
    def partial_fit(self, X: _Data, y: _Data, sample_weight: ArrayLike | None = None) -> Self: ...
    def predict(self, X: _Data) -> _Floats: ...
    def score(self, X: _Data, y: _Data, sample_weight: ArrayLike | None = None) -> float: ...

class Classifier(_Estimator):
    model: str | None
    loss: str | None
    optimizer: str | None
    lr: float | str | None
    schedule: str | None
    warmup: int | None
    epochs: int | None
    patience: int | None
    batch: int | str | None
    l1: float | None
    l2: float | None
    weight_decay: float | None
    clip_norm: float | None
    clip_value: float | None
    bound: str | Sequence[str] | None
    freeze: int | None
    scaler: str | None
    scaler_on_device: int | None
    scaler_from: str | PathLike[str] | None
    class_weight: Mapping[Any, float] | Literal["balanced"] | None
    cost: str | None
    threshold: float | str | None
    positive: Any
    missing: Literal["drop", "hold"] | None
    shuffle: bool
    replay: str | None
    precision: Literal["f32", "f64"] | None
    restarts: int | None
    health: int | None
    recover: bool
    drift: str | None
    validation_fraction: float | None
    validation_every: int | None
    validation_last: float | None
    random_state: _Seed
    progress: bool
    report: bool | None
    def __init__(
        self,
        model: str | None = None,
        *,
        loss: str | None = None,
        optimizer: str | None = None,
        lr: float | str | None = None,
        schedule: str | None = None,
        warmup: int | None = None,
        epochs: int | None = None,
        patience: int | None = None,
        batch: int | str | None = None,
        l1: float | None = None,
        l2: float | None = None,
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        bound: str | Sequence[str] | None = None,
        freeze: int | None = None,
        scaler: str | None = None,
        scaler_on_device: int | None = None,
        scaler_from: str | PathLike[str] | None = None,
        class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
        cost: str | None = None,
        threshold: float | str | None = None,
        positive: Any = None,
        missing: Literal["drop", "hold"] | None = None,
        shuffle: bool = True,
        replay: str | None = None,
        precision: Literal["f32", "f64"] | None = None,
        restarts: int | None = None,
        health: int | None = None,
        recover: bool = False,
        drift: str | None = None,
        validation_fraction: float | None = None,
        validation_every: int | None = None,
        validation_last: float | None = None,
        random_state: _Seed = None,
        progress: bool = False,
        report: bool | None = None,
    ) -> None: ...
    classes_: NDArray[Any]
    def fit(self, X: _Data, y: _Data, sample_weight: ArrayLike | None = None) -> Self: ...
    def partial_fit(
        self,
        X: _Data,
        y: _Data,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self: ...
    def predict(self, X: _Data) -> NDArray[Any]: ...
    def predict_proba(self, X: _Data) -> _Floats: ...
    def predict_log_proba(self, X: _Data) -> _Floats: ...
    def decision_function(self, X: _Data) -> _Floats: ...
    def score(self, X: _Data, y: _Data, sample_weight: ArrayLike | None = None) -> float: ...

class FormulaRegressor(Regressor):
    formula: str
    start: str | Mapping[str, float] | None
    fix: str | Mapping[str, float] | None
    bounds: str | Mapping[str, str | tuple[float | None, float | None]] | None
    derive: str | Sequence[str] | None
    level: float | None
    loss: str | None
    solver: str | None
    precision: Literal["f32", "f64"] | None
    restarts: int | None
    validation_fraction: float | None
    validation_every: int | None
    validation_last: float | None
    missing: Literal["drop", "hold"] | None
    random_state: _Seed
    report: bool | None
    def __init__(
        self,
        formula: str = "a*x + b",
        *,
        start: str | Mapping[str, float] | None = None,
        fix: str | Mapping[str, float] | None = None,
        bounds: str | Mapping[str, str | tuple[float | None, float | None]] | None = None,
        derive: str | Sequence[str] | None = None,
        level: float | None = None,
        loss: str | None = None,
        solver: str | None = None,
        precision: Literal["f32", "f64"] | None = None,
        restarts: int | None = None,
        validation_fraction: float | None = None,
        validation_every: int | None = None,
        validation_last: float | None = None,
        missing: Literal["drop", "hold"] | None = None,
        random_state: _Seed = None,
        report: bool | None = None,
    ) -> None: ...
    parameters_: dict[str, float]
    errors_: dict[str, float]
    covariance_: _Floats
    termination_: str
    def fit(
        self,
        X: _Data,
        y: _Data,
        sample_weight: ArrayLike | None = None,
        *,
        sigma: ArrayLike | None = None,
        absolute_sigma: bool = False,
    ) -> Self: ...
    def predict_bands(self, X: _Data, level: float = 0.95) -> tuple[_Floats, _Floats, _Floats]: ...

class CurveFit(tuple[_Floats, _Floats]):
    popt: _Floats
    pcov: _Floats
    parameters: dict[str, float]
    errors: dict[str, float]
    aic: float
    bic: float
    r_squared: float
    termination: str
    success: bool
    estimator: FormulaRegressor
    def __new__(cls, estimator: FormulaRegressor) -> Self: ...
    def predict(self, x: _Data) -> _Floats: ...
    def bands(self, x: _Data, level: float = 0.95) -> tuple[_Floats, _Floats, _Floats]: ...

def curve_fit(
    f: str,
    xdata: _Data,
    ydata: ArrayLike,
    p0: ArrayLike | Mapping[str, float] | None = None,
    sigma: ArrayLike | None = None,
    absolute_sigma: bool = False,
    bounds: tuple[ArrayLike, ArrayLike]
    | Mapping[str, str | tuple[float | None, float | None]]
    | None = None,
    **parameters: Any,
) -> CurveFit: ...
def load(path: str | PathLike[str]) -> Regressor | Classifier: ...

class DeviceError(RuntimeError): ...

class Device:
    line: str | None
    board: str | None
    firmware: str | PathLike[str] | None
    timeout: float | None
    def __init__(
        self,
        line: str | None = None,
        *,
        board: str | None = None,
        firmware: str | PathLike[str] | None = None,
        timeout: float | None = None,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def info(self) -> dict[str, Any]: ...
    def configure(self, model: _Model) -> None: ...
    def stream(
        self, X: _Data, y: _Data = None, model: _Model | None = None, *, limit: int | None = None
    ) -> dict[str, Any]: ...
    def record(
        self,
        recording: str | PathLike[str],
        X: _Data,
        y: _Data = None,
        model: _Model | None = None,
        *,
        limit: int | None = None,
    ) -> None: ...
    def label(
        self,
        target: Any,
        *,
        model: _Model | None = None,
        sample: int | None = None,
        take: bool = False,
    ) -> dict[str, Any]: ...
    def pull(self, model: _Model) -> Regressor | Classifier: ...
    def push(self, model: _Model) -> None: ...

def replay(
    recording: str | PathLike[str], report: str | PathLike[str] | None = None
) -> dict[str, Any]: ...
def crosscheck(
    estimator: Regressor | Classifier | FormulaRegressor,
    X: _Data,
    y: _Data,
    *,
    board: str = "mps2-an386",
    limit: int = 2000,
    firmware: str | PathLike[str] | None = None,
) -> dict[str, Any]: ...

_Model: TypeAlias = Regressor | Classifier | FormulaRegressor | str | PathLike[str]

"""Learning that runs on microcontrollers, with the interface of scikit-learn and the same bits.

>>> import downhill
>>> [name for name in downhill.__all__ if name.endswith("or")]
['DeviceError', 'FitError', 'FormulaRegressor', 'Regressor']
"""

from ._command import DeviceError, crosscheck, replay
from ._device import Device
from ._downhill import FitError
from ._errors import FitWarning
from ._estimators import Classifier, Regressor
from ._files import load
from ._formula import CurveFit, FormulaRegressor, curve_fit

__all__ = [
    "Classifier",
    "CurveFit",
    "Device",
    "DeviceError",
    "FitError",
    "FitWarning",
    "FormulaRegressor",
    "Regressor",
    "crosscheck",
    "curve_fit",
    "load",
    "replay",
]
__version__ = "0.1.0"

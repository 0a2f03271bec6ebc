# SPDX-License-Identifier: MIT
"""Other people's packages, asked in the way their own command lines and windows ask them."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from data import SPACING_M, STEP_S, Array


def _gprpy() -> ModuleType | None:
    """GPRPy's operators, from a copy of its repository that GPRPY_DIR names: it is on no package index."""
    folder = os.environ.get("GPRPY_DIR")
    if not folder:
        return None
    file = Path(folder) / "gprpy" / "toolbox" / "gprpyTools.py"
    spec = importlib.util.spec_from_file_location("gprpy_tools", file)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GPRPY = _gprpy()


def gprpy(samples: Array) -> npt.NDArray[Any]:
    """The kind of array that GPRPy's operators work on."""
    return np.asmatrix(samples)


def impdar(samples: Array, step_s: float = STEP_S, spacing_m: float = SPACING_M) -> Any:
    """ImpDAR's own object over these samples; its operations are methods that replace .data."""
    radar = importlib.import_module("impdar.lib.NoInitRadarData").NoInitRadarData(big=True)
    n, m = samples.shape
    radar.data = samples
    radar.snum, radar.tnum = n, m
    radar.dt = step_s
    radar.travel_time = 1e6 * step_s * np.arange(n)
    radar.dist = 1e-3 * spacing_m * np.arange(m)
    radar.trace_int = np.full(m, spacing_m)
    radar.trace_num = np.arange(m) + 1
    return radar


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def python_version() -> str:
    return sys.version.split()[0]

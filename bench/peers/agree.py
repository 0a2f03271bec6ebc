# SPDX-License-Identifier: MIT
"""How far two results differ, as a share of the largest value of the peer's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[Any]


def largest_difference(ours: Matrix, theirs: Matrix) -> float:
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if a.shape != b.shape or not np.isfinite(b).all():
        return float("inf")
    return float(np.abs(a - b).max() / np.abs(b).max())


def same(theirs_are_samples_first: bool = False, along: slice = slice(None), across: slice = slice(None)) -> Callable[..., float]:
    """Compare our Line with their array, on a part: along time and across traces."""

    def error(ours: Any, theirs: Any) -> float:
        other = np.asarray(theirs)
        if theirs_are_samples_first:
            other = other.T
        return largest_difference(ours.samples[across, along], other[across, along])

    return error

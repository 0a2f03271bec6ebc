# SPDX-License-Identifier: MIT
"""Thresholds of detectors for an asked false-alarm rate, and the rate of a threshold: exact, not asymptotic.

    from surefoot import thresholds
    thresholds.adaptive_threshold(1e-3, "ace", channels=8, training=24, complex=True)
    thresholds.cfar_factor([1e-2, 1e-3], "ordered", cells=16, rank=12)

Every NAME_threshold(false_alarm, ...) has its NAME_false_alarm(threshold, ...). For white Gaussian noise: real receivers have
heavier tails, so check on ground without targets.
"""

from typing import Any

import numpy.typing as npt

from . import _surefoot
from ._surefoot import (
    adaptive_false_alarm,
    adaptive_threshold,
    cfar_factor,
    cfar_false_alarm,
    correlation_false_alarm,
    correlation_threshold,
    cosine_false_alarm,
    cosine_threshold,
    effective_freedom,
    energy_false_alarm,
    energy_ratio_false_alarm,
    energy_ratio_threshold,
    energy_threshold,
    rx_false_alarm,
    rx_threshold,
    subspace_known_false_alarm,
    subspace_known_threshold,
    subspace_unknown_false_alarm,
    subspace_unknown_threshold,
)

__all__ = [
    "adaptive_false_alarm",
    "adaptive_threshold",
    "cfar_factor",
    "cfar_false_alarm",
    "correlation_false_alarm",
    "correlation_threshold",
    "cosine_false_alarm",
    "cosine_threshold",
    "effective_freedom",
    "energy_false_alarm",
    "energy_ratio_false_alarm",
    "energy_ratio_threshold",
    "energy_threshold",
    "rx_false_alarm",
    "rx_threshold",
    "semblance_false_alarm",
    "semblance_threshold",
    "subspace_known_false_alarm",
    "subspace_known_threshold",
    "subspace_unknown_false_alarm",
    "subspace_unknown_threshold",
]


def semblance_threshold(false_alarm: npt.ArrayLike, traces: npt.ArrayLike, samples: npt.ArrayLike) -> Any:
    """The semblance that noise alone reaches with the probability false_alarm, over M traces and T independent samples.

    S = sum_t (sum_i y)^2 / (M sum_ti y^2), or with weights a in the stack sum a^2 in place of M: Beta(T/2, T(M-1)/2).
    """
    return _surefoot.semblance_threshold(false_alarm, traces, samples)


def semblance_false_alarm(threshold: npt.ArrayLike, traces: npt.ArrayLike, samples: npt.ArrayLike) -> Any:
    """The probability that noise alone reaches the semblance."""
    return _surefoot.semblance_chance(threshold, traces, samples)

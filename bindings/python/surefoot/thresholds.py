# SPDX-License-Identifier: MIT
"""Thresholds of detectors for an asked false-alarm rate, and the rate of a threshold: exact, not asymptotic.

    from surefoot import thresholds
    thresholds.adaptive_threshold(1e-3, "ace", channels=8, training=24, complex=True)
    thresholds.cfar_factor([1e-2, 1e-3], "ordered", cells=16, rank=12)

Every NAME_threshold(false_alarm, ...) has its NAME_false_alarm(threshold, ...). For white Gaussian noise: real receivers have
heavier tails, so check on ground without targets.
"""

from ._surefoot import (
    adaptive_false_alarm,
    adaptive_threshold,
    cfar_factor,
    cfar_false_alarm,
    cosine_false_alarm,
    cosine_threshold,
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
    "cosine_false_alarm",
    "cosine_threshold",
    "energy_false_alarm",
    "energy_ratio_false_alarm",
    "energy_ratio_threshold",
    "energy_threshold",
    "rx_false_alarm",
    "rx_threshold",
    "subspace_known_false_alarm",
    "subspace_known_threshold",
    "subspace_unknown_false_alarm",
    "subspace_unknown_threshold",
]

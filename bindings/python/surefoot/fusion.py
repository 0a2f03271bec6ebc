# SPDX-License-Identifier: MIT
"""How the evidence of a metal detector and a radar is weighed: the rules of detect.fusion as functions.

    from surefoot import fusion
    fusion.combine((0.6, 0.1), (0.5, 0.2))        # Dempster's rule: target 0.759, clutter 0.1325, open 0.1084, conflict 0.17
    fusion.weigh(emi_z=20.0, gpr_z=6.0, prior=0.1)  # log odds, probability and conflict; options as in [fusion]
    fusion.platt(scores, is_target)               # slope and offset of a calibrated log-likelihood ratio

What is not known is NaN: a sensor that was not there is left out, it is no sensor that saw nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ._surefoot import ConfigError, fit_logistic, histogram_llr
from ._surefoot import combine_masses as combine
from ._surefoot import discount_masses as discount
from ._surefoot import weigh_evidence as weigh

__all__ = ["combine", "compressed", "discount", "fit_logistic", "histogram", "histogram_llr", "platt", "weigh"]


def compressed(z: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """ln(1 + max(0, z)): what the calibrations of [fusion] are over."""
    return np.log1p(np.maximum(0.0, np.asarray(z, np.float64)))


def _known(scores: npt.ArrayLike, is_target: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    z, label = np.asarray(scores, np.float64), np.asarray(is_target, bool)
    if z.ndim != 1 or z.shape != label.shape:
        raise ConfigError("scores and is_target need one number an alarm each")
    known = np.isfinite(z)
    return compressed(z[known]), label[known]


def platt(scores: npt.ArrayLike, is_target: npt.ArrayLike) -> dict[str, float]:
    """Slope and offset of the log-likelihood ratio of a sensor's z, by Platt's calibration: the share of targets among the
    examples is taken out again, so that the result is evidence and no prior. Scores that are NaN are left out."""
    u, label = _known(scores, is_target)
    positive, negative = int(label.sum()), int((~label).sum())
    if positive == 0 or negative == 0:
        raise ConfigError("Platt's calibration needs examples of both classes")
    targets = np.where(label, (positive + 1) / (positive + 2), 1 / (negative + 2))
    fit = fit_logistic(u[:, None], targets)
    if not fit["converged"]:
        raise ConfigError("the calibration did not converge: all scores alike?")
    return {"slope": fit["weights"][0], "offset": fit["bias"] - float(np.log(positive / negative))}


def histogram(scores: npt.ArrayLike, is_target: npt.ArrayLike, edges: npt.ArrayLike) -> dict[str, Any]:
    """Edges and counts of both classes over ln(1 + z), as [fusion] takes them: edges, target, clutter."""
    u, label = _known(scores, is_target)
    at = np.searchsorted(np.asarray(edges, np.float64), u, side="right")
    n = len(np.asarray(edges)) + 1
    return {
        "edges": [float(e) for e in np.asarray(edges)],
        "target": np.bincount(at[label], minlength=n).tolist(),
        "clutter": np.bincount(at[~label], minlength=n).tolist(),
    }

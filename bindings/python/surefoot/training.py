# SPDX-License-Identifier: MIT
"""Train a classifier on features of traces, and write it as a stage of a pipeline.

    from surefoot import training
    model = training.LogisticClassifier(l2=1.0).fit(features, is_target, groups=lanes)
    text = training.stage_text(model)             # { use = "detect.logistic", weights = [...], ... }
    training.stage_text(sklearn_estimator)        # or one of scikit-learn: linear ones, with a scaler, calibrated by Platt

Features are what the stages before detect.logistic give, one number each: training.features_at(run, alarms) takes them from the output
of a run. scikit-learn is not needed; LogisticClassifier follows its conventions and works inside its tools. Folds are lanes or sites,
never shuffled alarms: alarms of one lane look alike, and shuffling them promises what no new lane keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ._surefoot import Alarm, ConfigError, Line, Run, fit_logistic

__all__ = ["LogisticClassifier", "features_at", "grouped_scores", "stage_options", "stage_text"]

_Floats = npt.NDArray[np.float64]


def _platt_targets(label: npt.NDArray[np.bool_]) -> _Floats:
    positive, negative = int(label.sum()), int((~label).sum())
    return np.where(label, (positive + 1) / (positive + 2), 1 / (negative + 2))


class LogisticClassifier:
    """Logistic regression with an L2 penalty on standardised features, calibrated by Platt on lanes that it was not fitted on.

    A scikit-learn classifier in its manners (fit, decision_function, predict_proba, predict, get_params, set_params), without
    scikit-learn. coef_ and intercept_ are over the features as they are given: the scaling is folded in.

    l2: penalty on the weights of standardised features. fit(X, y, groups): with groups (a lane or site for each row) the margin of each
    group under the model of the others is calibrated (Platt): slope_, offset_. Without groups slope_ is 1 and offset_ 0.
    """

    def __init__(self, l2: float = 1.0) -> None:
        self.l2 = l2

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {"l2": self.l2}

    def set_params(self, **params: Any) -> LogisticClassifier:
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(f"LogisticClassifier has no parameter '{name}'")
            setattr(self, name, value)
        return self

    def _linear(self, x: _Floats, label: npt.NDArray[np.bool_]) -> tuple[_Floats, float]:
        mean, scale = x.mean(0), x.std(0)
        scale[scale == 0] = 1.0  # a constant feature gets no weight
        found = fit_logistic((x - mean) / scale, label.astype(float), l2=self.l2)
        if not found["converged"]:
            raise ConfigError("the fit did not converge: are the classes separated and l2 is 0, or a number is not finite?")
        weights = np.asarray(found["weights"]) / scale
        return weights, float(found["bias"] - weights @ mean)

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> LogisticClassifier:
        x = np.asarray(X, np.float64)
        if x.ndim != 2 or len(x) != len(np.asarray(y)):
            raise ValueError("X must be (n_examples, n_features), with one y an example")
        self.classes_ = np.unique(np.asarray(y))
        if len(self.classes_) != 2:
            raise ValueError(f"y must have two classes, not {len(self.classes_)}")
        label = np.asarray(y) == self.classes_[1]
        weights, bias = self._linear(x, label)
        self.coef_, self.intercept_ = weights[None, :], np.array([bias])
        self.n_features_in_ = x.shape[1]
        self.slope_, self.offset_ = 1.0, 0.0
        if groups is not None:
            margins = grouped_scores(self, x, label, groups)
            found = fit_logistic(margins[:, None], _platt_targets(label))
            if found["converged"]:
                self.slope_, self.offset_ = found["weights"][0], found["bias"]
        return self

    def decision_function(self, X: npt.ArrayLike) -> _Floats:
        return np.asarray(np.asarray(X, np.float64) @ self.coef_[0] + self.intercept_[0], np.float64)

    def predict_proba(self, X: npt.ArrayLike) -> _Floats:
        odds = self.slope_ * self.decision_function(X) + self.offset_
        p = np.where(odds >= 0, 1 / (1 + np.exp(-np.abs(odds))), np.exp(-np.abs(odds)) / (1 + np.exp(-np.abs(odds))))
        return np.column_stack([1 - p, p])

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:
        return np.asarray(self.classes_)[(self.predict_proba(X)[:, 1] >= 0.5).astype(int)]

    def score(self, X: npt.ArrayLike, y: npt.ArrayLike) -> float:
        return float(np.mean(self.predict(X) == np.asarray(y)))


def grouped_scores(model: LogisticClassifier, X: npt.ArrayLike, y: npt.ArrayLike, groups: npt.ArrayLike) -> _Floats:
    """The margin of each example under a model that was fitted on all groups but its own: leave-one-lane-out."""
    x, label, group = np.asarray(X, np.float64), np.asarray(y), np.asarray(groups)
    label = label if label.dtype == bool else label == np.unique(label)[1]
    if len(group) != len(x):
        raise ValueError("groups must name one lane an example")
    names = np.unique(group)
    if len(names) < 2:
        raise ValueError("groups must name two lanes or more")
    margins = np.empty(len(x))
    for name in names:
        own = group == name
        rest = label[~own]
        if rest.all() or not rest.any():
            raise ValueError(f"without the lane {name!r} only one class is left")
        weights, bias = model._linear(x[~own], rest)
        margins[own] = x[own] @ weights + bias
    return margins


def features_at(run: Run | Line, alarms: Iterable[Alarm]) -> npt.NDArray[np.float32]:
    """The features of the traces at which alarms have their highest score: the output of the run's last stage, a row an alarm."""
    line = run if isinstance(run, Line) else run.traces
    row = {int(index): i for i, index in enumerate(line.tags["index"])}
    missing = [a.id for a in alarms if a.trace_index not in row]
    if missing:
        raise ConfigError(f"the output has no trace of the alarms {missing}")
    return np.asarray(line.samples)[[row[a.trace_index] for a in alarms]]


def _linear_of(estimator: Any) -> tuple[_Floats, float, float, float]:
    """weights, bias, slope, offset of a fitted estimator, its own scaling folded in."""
    if hasattr(estimator, "calibrated_classifiers_"):  # sklearn.calibration.CalibratedClassifierCV
        parts = estimator.calibrated_classifiers_
        if len(parts) != 1:
            raise ConfigError("a calibration over several models is no single one: use CalibratedClassifierCV(ensemble=False)")
        sigmoid = parts[0].calibrators[0]
        if not (hasattr(sigmoid, "a_") and hasattr(sigmoid, "b_")):
            raise ConfigError('only a calibration with method="sigmoid" (Platt) is a line over the margin')
        weights, bias, slope, offset = _linear_of(parts[0].estimator)
        if (slope, offset) != (1.0, 0.0):
            raise ConfigError("the estimator is calibrated twice")
        return weights, bias, -float(sigmoid.a_), -float(sigmoid.b_)
    if hasattr(estimator, "steps"):  # sklearn.pipeline.Pipeline
        *before, (_, last) = estimator.steps
        weights, bias, slope, offset = _linear_of(last)
        for name, step in reversed(before):
            if step in (None, "passthrough"):
                continue
            if type(step).__name__ != "StandardScaler":
                raise ConfigError(f"the step '{name}' ({type(step).__name__}) cannot be written into weights; StandardScaler can")
            scale = np.ones(len(weights)) if step.scale_ is None else np.asarray(step.scale_)
            mean = np.zeros(len(weights)) if step.mean_ is None else np.asarray(step.mean_)
            weights = weights / scale
            bias -= float(weights @ mean)
        return weights, bias, slope, offset
    if not (hasattr(estimator, "coef_") and hasattr(estimator, "intercept_")):
        raise ConfigError(f"{type(estimator).__name__} has no coef_ and intercept_: it is not linear, or not fitted")
    weights = np.atleast_2d(np.asarray(estimator.coef_, np.float64))
    if len(weights) != 1:
        raise ConfigError("the estimator has more than two classes")
    bias = float(np.ravel(estimator.intercept_)[0])
    return weights[0].copy(), bias, float(getattr(estimator, "slope_", 1.0)), float(getattr(estimator, "offset_", 0.0))


def stage_options(estimator: Any) -> dict[str, Any]:
    """The options of detect.logistic that give the same probabilities as a fitted estimator: weights, bias, slope, offset."""
    weights, bias, slope, offset = _linear_of(estimator)
    if not (np.isfinite(weights).all() and np.isfinite([bias, slope, offset]).all()):
        raise ConfigError("the estimator has weights that are not finite")
    return {"weights": weights.tolist(), "bias": bias, "slope": slope, "offset": offset}


def _value(value: Any) -> str:
    if isinstance(value, list):
        rows = [", ".join(_value(v) for v in value[i : i + 12]) for i in range(0, len(value), 12)]
        return "[" + ",\n  ".join(rows) + "]"  # a line of a pipeline's text holds at most 200 dots
    text = repr(float(value))
    return text if any(c in text for c in ".en") else text + ".0"


def stage_text(estimator: Any, more: Mapping[str, Any] | None = None) -> str:
    """A fitted estimator as the text of a stage; `more` are further options of detect.logistic, as {"least_score": 4.0}."""
    words = {name: f'"{value}"' if isinstance(value, str) else _value(value) for name, value in (more or {}).items()}
    options = {name: _value(value) for name, value in stage_options(estimator).items()} | words
    return "{ use = \"detect.logistic\", " + ", ".join(f"{name} = {value}" for name, value in options.items()) + " }"

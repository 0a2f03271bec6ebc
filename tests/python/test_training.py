# SPDX-License-Identifier: MIT
"""Trained weights in the text of a pipeline give the probabilities of the estimator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import surefoot
from surefoot import training

ROOT = Path(__file__).resolve().parents[2]
N_LANES, PER_LANE, N_FEATURES = 6, 40, 7


def examples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(20261126)
    y = rng.random(N_LANES * PER_LANE) < 0.4
    x = rng.normal(0, [1, 10, 0.1, 1, 5, 2, 1], (len(y), N_FEATURES)) + [0, 50, 0, 0, -3, 0, 0]
    x[:, 0] += 1.2 * y
    x[:, 1] -= 8.0 * y
    return x.astype(np.float32), y, np.repeat(np.arange(N_LANES), PER_LANE)


def probabilities_of_the_pipeline(stage: str, x: np.ndarray) -> np.ndarray:
    text = f'surefoot = 1\nmodality = "gpr"\nstage = [ {stage} ]\n'
    line = surefoot.Line(np.ascontiguousarray(x, np.float32), sample_interval_s=1.0, kind="channel")
    run = surefoot.run(text, line)
    live = surefoot.Pipeline(surefoot.to_text(text), line.spec.live())
    live.push(line.samples)
    again = [live.pull().tag.evidence.probability for _ in range(len(x))]
    p = np.asarray(run.traces.tags["evidence"]["probability"])
    assert (p == again).all()
    return p


def test_the_exported_text_gives_the_estimators_probabilities() -> None:
    x, y, lanes = examples()
    model = training.LogisticClassifier(l2=0.5).fit(x, y, groups=lanes)
    assert (model.slope_, model.offset_) != (1.0, 0.0)
    p = probabilities_of_the_pipeline(training.stage_text(model, {"score": "log_odds"}), x)
    assert np.abs(p - model.predict_proba(x)[:, 1]).max() < 1e-6
    assert model.score(x, y) > 0.7
    assert model.classes_.tolist() == [False, True]
    assert training.LogisticClassifier(**model.get_params()).set_params(l2=2.0).l2 == 2.0


def test_platt_on_unseen_lanes_is_honest() -> None:
    """The mean probability of all examples is their share of targets, and a model that is too sure of itself is held back."""
    x, y, lanes = examples()
    rng = np.random.default_rng(1)
    noise = np.column_stack([x, rng.normal(size=(len(x), 60))]).astype(np.float32)
    model = training.LogisticClassifier(l2=1e-3).fit(noise, y, groups=lanes)
    assert model.slope_ < 0.8
    margins = training.grouped_scores(model, noise, y, lanes)
    p = 1 / (1 + np.exp(-(model.slope_ * margins + model.offset_)))
    assert p.mean() == pytest.approx(y.mean(), abs=0.01)


def test_scikit_learn_estimators_are_written_too() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    calibration = pytest.importorskip("sklearn.calibration")
    pipeline = pytest.importorskip("sklearn.pipeline")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    svm = pytest.importorskip("sklearn.svm")
    x, y, _ = examples()
    plain = linear_model.LogisticRegression(max_iter=1000).fit(x, y)
    scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()).fit(x, y)
    platt = calibration.CalibratedClassifierCV(
        pipeline.make_pipeline(preprocessing.StandardScaler(), svm.LinearSVC(random_state=0)), ensemble=False
    ).fit(x, y)
    for estimator in (plain, scaled, platt):
        p = probabilities_of_the_pipeline(training.stage_text(estimator), x)
        assert np.abs(p - estimator.predict_proba(x)[:, 1]).max() < 1e-6, estimator
    ours = training.LogisticClassifier(l2=1.0).fit(x, y)
    theirs = linear_model.LogisticRegression(C=1.0, tol=1e-10, max_iter=10000).fit(preprocessing.StandardScaler().fit_transform(x.astype(float)), y)
    assert np.abs(ours.coef_[0] * x.astype(float).std(0) - theirs.coef_[0]).max() < 1e-5
    base = pytest.importorskip("sklearn.base")
    assert base.clone(ours).l2 == 1.0
    forest = pytest.importorskip("sklearn.ensemble").RandomForestClassifier(5).fit(x, y)
    for wrong in (forest, calibration.CalibratedClassifierCV(linear_model.LogisticRegression(max_iter=2000), method="isotonic", ensemble=False).fit(x, y),
                  calibration.CalibratedClassifierCV(linear_model.LogisticRegression(max_iter=2000)).fit(x, y)):
        with pytest.raises(surefoot.ConfigError):
            training.stage_text(wrong)


def test_what_does_not_fit_is_refused() -> None:
    x, y, lanes = examples()
    model = training.LogisticClassifier().fit(x, y)
    with pytest.raises(surefoot.ConfigError, match="weights"):
        probabilities_of_the_pipeline(training.stage_text(model), x[:, :5])
    with pytest.raises(ValueError, match="two lanes"):
        training.LogisticClassifier().fit(x, y, groups=np.zeros(len(x)))
    with pytest.raises(ValueError, match="one class"):
        training.LogisticClassifier().fit(x, lanes == 0, groups=lanes)
    with pytest.raises(ValueError, match="two classes"):
        training.LogisticClassifier().fit(x, np.zeros(len(x)))
    with pytest.raises(ValueError):
        model.set_params(C=1.0)


def test_a_classifier_in_a_radar_pipeline_reaches_the_alarm() -> None:
    line = surefoot.read(ROOT / "datasets" / "handheld-lane" / "lane.npy")
    stages, detector = surefoot.builtin_pipelines()["gpr-handheld"].rsplit("]", 1)
    hog = '{ use = "detect.hog", start_s = 1e-9, end_s = 6e-9, least_score = 3.0 },\n'
    found = surefoot.run(stages + hog + "]" + detector, line)
    rows = training.features_at(found, found.alarms)
    assert rows.shape == (len(found.alarms), 324) and (np.abs(rows).sum(1) > 0).all()
    y = np.arange(len(rows)) % 2 == 0  # no claim about mines: the path is what is tested
    model = training.LogisticClassifier(l2=1.0).fit(rows, y)
    stage = training.stage_text(model, {"least_score": 3.0})
    run = surefoot.run(stages + hog + stage + "]" + detector, line)
    assert [a.id for a in run.alarms] == [a.id for a in found.alarms], "a classifier adds to an alarm and takes none away"
    p = np.array([a.evidence.probability for a in run.alarms])
    assert np.abs(p - model.predict_proba(rows)[:, 1]).max() < 1e-6

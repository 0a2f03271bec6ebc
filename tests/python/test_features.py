# SPDX-License-Identifier: MIT
"""Features, training and the live classifier from end to end: lanes simulated here, an estimator of scikit-learn, its weights in the text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import surefoot
from surefoot import training

RADAR = """surefoot_scene = 1
seed = {seed}
[line]
n_traces = 240
n_samples = 256
trace_spacing_m = 0.02
axis_start_s = -1.5e-9
sample_interval_s = 5e-11
[ground]
wander_m = 0.002
roughness_m = 0.001
scatterers_per_m = 20
scatterer_m = 0.0002
[[layer]]
permittivity = 7
conductivity_s_m = 0.004
[receiver]
noise = 0.001
"""
PLATE = """[[target]]
name = "plate"
kind = "mine-AT"
metal = "high"
conductor = true
shape = "plate"
x_m = {x}
depth_m = {z}
width_m = 0.3
height_m = 0.08
"""
TIN = """[[target]]
name = "tin"
kind = "clutter"
metal = "high"
shape = "point"
scatterer_m = 0.03
x_m = {x}
depth_m = {z}
"""
RADAR_TARGETS = (PLATE, TIN)
CURVES = """  { use = "gpr.background", method = "running_mean", length_traces = 100, guard_traces = 0, two_sided = true },
  { use = "detect.hyperbola_fit", start_s = 0.7e-9, standoff_m = 0.05, antenna_offset_m = 0.06, ground_time_s = 0.4e-9, least_score = 3.0 },
"""


def simulated(folder: Path, text: str) -> surefoot.Line:
    folder.mkdir()
    (folder / "scene.toml").write_text(text)
    surefoot.simulate_to_folder(folder / "scene.toml", folder)
    return surefoot.read(folder / "lane.npy")


def radar_lanes(folder: Path) -> list[tuple[surefoot.Line, dict[float, bool]]]:
    """Lanes with the place of each object and whether it is a mine."""
    rng = np.random.default_rng(20261126)
    lanes = []
    for i in range(5):
        places = {1.0 + 1.4 * k: bool((k + i) % 2) for k in range(3)}
        text = RADAR.format(seed=i + 1)
        for x, mine in places.items():
            text += RADAR_TARGETS[0 if mine else 1].format(x=x, z=round(rng.uniform(0.08, 0.14), 3))
        lanes.append((simulated(folder / f"radar{i}", text), places))
    return lanes


def examples(runs: list, lanes: list, edge_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features of the alarms next to an object, whether that is a mine, and the lane."""
    rows, labels, groups = [], [], []
    for i, (run, (_, places)) in enumerate(zip(runs, lanes)):
        for alarm, row in zip(run.alarms, training.features_at(run, run.alarms)):
            x = min(places, key=lambda p: abs(p - alarm.distance_m))
            if abs(x - alarm.distance_m) <= edge_m:
                rows.append(row)
                labels.append(places[x])
                groups.append(i)
    return np.array(rows), np.array(labels), np.array(groups)


def live_alarms(text: str, line: surefoot.Line) -> list:
    """Trace by trace, as a host would."""
    pipeline = surefoot.Pipeline(text, line.spec.live())
    records = []
    for n in range(len(line.samples)):
        pipeline.push(line.samples[n], tag=line.tag(n))
        records += pipeline.alarms()
    pipeline.finish()
    return surefoot.latest_alarms(records + pipeline.alarms())


def train_and_go_live(stages: str, features: str, detector: str, lanes: list, edge_m: float) -> float:
    """Trains on all lanes but the last; returns the share of right answers there, after the probabilities were compared."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    pipeline = pytest.importorskip("sklearn.pipeline")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    runs = [surefoot.run(stages + features + "]" + detector, line) for line, _ in lanes]
    x, y, lane = examples(runs, lanes, edge_m)
    assert min(np.sum(y), np.sum(~y)) >= 6, "too few examples of one class"
    seen = lane < len(lanes) - 1
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(C=1.0)).fit(x[seen], y[seen])
    text = stages + features + training.stage_text(model) + "]" + detector
    ours = training.LogisticClassifier(l2=1.0).fit(x[seen], y[seen], groups=lane[seen])
    assert ours.score(x[seen], y[seen]) >= 0.8

    line = lanes[-1][0]
    before, run, live = runs[-1], surefoot.run(text, line), live_alarms(text, line)
    assert [a.id for a in run.alarms] == [a.id for a in before.alarms]
    expected = model.predict_proba(training.features_at(before, before.alarms))[:, 1]
    told = np.array([a.evidence.probability for a in run.alarms])
    assert np.abs(told - expected).max() < 1e-6
    assert [(a.id, a.trace_index, a.score, a.evidence.probability) for a in live] == [
        (a.id, a.trace_index, a.score, a.evidence.probability) for a in run.alarms
    ], "the same bits live as over the whole line"
    return float(np.mean(model.predict(x[~seen]) == y[~seen]))


def test_hyperbolas_are_learnt_and_told_live(tmp_path: Path) -> None:
    stages, detector = surefoot.builtin_pipelines()["gpr-handheld"].rsplit("]", 1)
    lanes = radar_lanes(tmp_path)
    assert train_and_go_live(stages, CURVES, detector, lanes, 0.25) >= 0.65


METAL = """surefoot_scene = 1
modality = "emi"
seed = {seed}
[line]
n_traces = 900
trace_spacing_m = 0.01
trace_interval_s = 0.01
[head]
array = "handheld-coaxial"
mode = "{mode}"
standoff_m = 0.05
wander_m = 0.003
[soil]
chi0 = 1e-3
kappa = 2e-5
variation = 0.05
[receiver]
noise_v = 1e-6
bits = 24
"""
CAPSULE = """[[target]]
name = "detonator"
kind = "mine-AP"
metal = "minimum"
x_m = {x}
depth_m = {z}
width_m = 0.1
part = [{{ shape = "spheroid", across_m = 0.0035, along_m = 0.018, conductivity_s_per_m = 3.5e7 }}]
"""
NAIL = """[[target]]
name = "nail"
kind = "clutter"
metal = "small"
x_m = {x}
depth_m = {z}
width_m = 0.06
part = [{{ shape = "spheroid", across_m = 0.002, along_m = 0.02, dip_deg = 30, conductivity_s_per_m = 7e6, mu_r = 120 }}]
"""


def metal_lanes(folder: Path, mode: str) -> list[tuple[surefoot.Line, dict[float, bool]]]:
    rng = np.random.default_rng(20261127)
    lanes = []
    for i in range(4):
        places = {3.2 + 0.9 * k: bool((k + i) % 2) for k in range(6)}
        text = METAL.format(seed=i + 1, mode=mode)
        for x, mine in places.items():
            text += (CAPSULE if mine else NAIL).format(x=x, z=round(rng.uniform(0.02, 0.05), 3))
        lanes.append((simulated(folder / f"{mode}{i}", text), places))
    return lanes


@pytest.mark.parametrize(("mode", "pipeline"), [("tones", "md-cw"), ("gates", "md-pulse")])
def test_metals_are_learnt_and_told_live(tmp_path: Path, mode: str, pipeline: str) -> None:
    stages, detector = surefoot.builtin_pipelines()[pipeline].rsplit("]", 1)
    lanes = metal_lanes(tmp_path, mode)
    pulse = "pulse_s = 8e-4, ramp_s = 1e-6, " if mode == "gates" else ""
    features = f'  {{ use = "emi.polarizability_features", {pulse}least_score = 3.0 }},\n'
    assert train_and_go_live(stages, features, detector, lanes, 0.2) >= 0.8

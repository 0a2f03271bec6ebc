# SPDX-License-Identifier: MIT
"""Fit the weights of detect.echo_shape to lanes with truth: python bench/detection/fit_shape.py DIR [DIR ...] [--background 1.25]

Each DIR holds lanes as shape_lanes.py and `make benchmark` write them (NAME/gpr/NAME.npy with its card.toml and truth.csv). Each object
gives one example, the highest peak of the score within the halo, each peak on empty ground above 3 one of clutter. Prints weights and bias
for the description, and the area of the ROC over examples when lanes are held out by fives. Needs scikit-learn and the Python face;
a minute for 230 lanes. Never give it lanes that it is judged on. What it gives on the lanes of shape_lanes.py: src/decisions/0028-echo-shape.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import surefoot
from methods import ALARM, SURVEY

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "golden"))
from echo_shape import features, half_up, peaks  # noqa: E402

HALO_M, LEAST, EMPTY = 0.15, 1.0, 3.0


def examples(line: surefoot.Line, truth: list[surefoot.Target], background_m: float) -> tuple[list[np.ndarray], list[bool]]:
    run = surefoot.run(f'surefoot = 1\nmodality = "gpr"\nstage = [\n{SURVEY}]\n{ALARM}', line)
    x = np.asarray(run.traces.samples, float)
    score = np.asarray(run.scores, float)
    axis, spacing = run.traces.axis, line.trace_spacing_m
    time = np.array([float(tag["score_time_s"]) for tag in run.traces.tags])
    usable = np.abs(x).max(axis=1) > 0
    owner = peaks(score, usable, spacing)
    best: dict[int, tuple[float, np.ndarray]] = {}
    xs: list[np.ndarray] = []
    ys: list[bool] = []
    for p in sorted(set(owner) - {-1}):
        if not np.isfinite(time[p]):
            continue
        sample = half_up((time[p] - axis.start) / axis.step)
        found = features(x, usable, p, sample, axis.step, spacing, background_m)
        if found is None:
            continue
        near = [(t.kind.startswith("clutter"), max(abs(t.x_m - p * spacing) - t.width_m / 2, 0.0), k) for k, t in enumerate(truth)]
        near = [n for n in near if n[1] <= HALO_M]
        if near:  # a target before clutter, then the nearest
            k = min(near)[2]
            if k not in best or score[p] > best[k][0]:
                best[k] = (score[p], found[0])
        elif score[p] > EMPTY:
            xs.append(found[0])
            ys.append(False)
    for k, (s, f) in best.items():
        if s > LEAST:
            xs.append(f)
            ys.append(not truth[k].kind.startswith("clutter"))
    return xs, ys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--background", type=float, default=1.25, help="background_m of the stage")
    options = parser.parse_args()
    lanes = []
    for folder in options.folders:
        for samples in sorted(folder.glob("*/gpr/*.npy")):
            table = samples.with_name("truth.csv")
            truth = list(surefoot.read_truth(table)) if table.is_file() else []
            lanes.append(examples(surefoot.read(samples), truth, options.background))
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    held: list[tuple[float, bool]] = []
    for k in range(5):
        teach = [lane for i, lane in enumerate(lanes) if i % 5 != k]
        model.fit([x for xs, _ in teach for x in xs], [y for _, ys in teach for y in ys])
        for xs, ys in lanes[k::5]:
            held += list(zip(model.decision_function(xs), ys, strict=True)) if xs else []
    print(f"{len(lanes)} lanes, {len(held)} examples, {sum(y for _, y in held)} of targets, area of the held-out ones {roc_auc_score([y for _, y in held], [z for z, _ in held]):.3f}")
    model.fit([x for xs, _ in lanes for x in xs], [y for _, ys in lanes for y in ys])
    scaler, fitted = model[0], model[1]
    weights = fitted.coef_[0] / scaler.scale_
    print("weights = [" + ", ".join(f"{w:.3f}" for w in weights) + "]")
    print(f"bias = {fitted.intercept_[0] - weights @ scaler.mean_:.3f}")


if __name__ == "__main__":
    main()

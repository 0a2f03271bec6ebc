# SPDX-License-Identifier: MIT
"""Fit the numbers of [fusion] to lanes of both sensors, and say what they are worth on soils that they have not seen.

    PYTHONPATH=build/release/bindings/python python bench/detection/fit_fusion.py LANES [--pipeline dual-handheld] [--halo 0.10]

LANES is a folder made by datasets/benchmark: NAME/emi, NAME/gpr, NAME/truth.csv. Each lane is run live; an alarm that lies within the
halo of a target's edge is of that target (the nearest), each other one is clutter. Evidence is that of the last record.

Printed: for each method, in leave-one-soil-out, how many alarms of the metal detector on clutter rank below every mine that it found
(of several alarms on a mine the highest counts), with the best threshold and with the one that the other soils fix (for the kinds of metal
MARGIN below their lowest mine); the area under the
curve of metal alarms; and the table [fusion] fitted on all lanes.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import surefoot
from surefoot import fusion

FEATURES = ("z_emi", "z_gpr", "product", "depth gap", "position gap", "soil")
EDGES = (1.5, 2.5, 6.0)  # of ln(1 + z): no metal to speak of, a trace of it, pieces, objects
GATE_M = 0.15
HALO_M = 0.10
# Kinds of metal: none to speak of, that of a detonator, a little more, pieces, objects; each by its phase, which tells thin or small
# metal that does not rust, as detonators are, from the rest.
KIND_EDGES = (1.7, 3.0, 3.9, 6.5)
PHASE_EDGES_RAD = (-2.7,)
LEAST = -1.25  # of the radar's evidence: it is blind to some bodies
MARGIN = 0.3  # of fused log odds: so far below the lowest mine of the other soils the threshold lies
METHODS = ("emi alone", "gpr alone", "lines", "histogram of metal", "histograms", "logistic", "dempster_shafer", "kinds of metal")


@dataclass(frozen=True)
class Example:
    """One alarm and what it was raised by."""

    lane: str
    soil: str
    is_mine: bool
    is_metal: bool  # the metal detector raised it
    target: str  # lane, name and place; "" for nothing at all
    emi_z: float
    gpr_z: float
    depth_gap_m: float
    position_gap_m: float
    soil_share: float
    phase_rad: float  # of the metal; NaN where no alarm tells it
    distance_m: float


def line_of(folder: Path) -> surefoot.Line:
    (path,) = folder.glob("*.npy")
    return surefoot.read(path)


def gaps(run: surefoot.DualRun, alarm: surefoot.Alarm, gate_m: float) -> float:
    """From the alarm to the radar's highest score within the gate, as detect.fusion takes it."""
    x = np.asarray(run.gpr.tags["distance_m"])
    near = np.abs(x - alarm.distance_m) <= gate_m
    if not near.any():
        return math.nan
    at = np.flatnonzero(near)[np.argmax(run.gpr_scores[near])]
    return float(abs(x[at] - alarm.distance_m))


def lanes_in(folder: Path) -> list[Path]:
    return sorted(p.parent for p in folder.glob("*/truth.csv") if (p.parent / "emi").is_dir() and (p.parent / "gpr").is_dir())


def examples_of(lane: Path, pipeline: str, gate_m: float = GATE_M, halo_m: float = HALO_M) -> list[Example]:
    run = surefoot.run(pipeline, {"emi": line_of(lane / "emi"), "gpr": line_of(lane / "gpr")})
    truth = surefoot.read_truth(lane / "truth.csv") if (lane / "truth.csv").is_file() else []
    soil = lane.name.rsplit("-", 1)[0].removesuffix("-blank")
    out = []
    for alarm in run.alarms:
        reach = [abs(alarm.distance_m - t.x_m) - 0.5 * t.width_m for t in truth]
        nearest = int(np.argmin(reach)) if reach else -1
        hit = truth[nearest] if reach and reach[nearest] <= halo_m else None
        is_metal = surefoot.Sensors.emi in alarm.sensors
        out.append(
            Example(
                lane.name, soil, hit is not None and not hit.kind.startswith("clutter"), is_metal,
                "" if hit is None else f"{lane.name} {hit.name} {hit.x_m:.2f}", alarm.emi_z, alarm.gpr_z, math.nan,
                gaps(run, alarm, gate_m), 1.0 - alarm.kept_share, alarm.phase_rad if is_metal else math.nan, alarm.distance_m,
            )
        )
    return out


def features(examples: Iterable[Example]) -> np.ndarray:
    rows = []
    for e in examples:
        a, b = fusion.compressed(e.emi_z), fusion.compressed(e.gpr_z)
        rows.append([a, b, a * b, e.depth_gap_m, e.position_gap_m, e.soil_share])
    return np.asarray(rows, np.float64).reshape(-1, len(FEATURES))


def kinds(examples: list[Example]) -> dict[str, object]:
    """Counts over ln(1 + z) and phase of the metal, row by row; where no phase is known a half in each bin of it."""
    counts = np.zeros((2, len(KIND_EDGES) + 1, len(PHASE_EDGES_RAD) + 1))
    for e in examples:
        row = counts[int(e.is_mine), int(np.searchsorted(KIND_EDGES, fusion.compressed(e.emi_z), side="right"))]
        if math.isfinite(e.phase_rad):
            row[int(np.searchsorted(PHASE_EDGES_RAD, e.phase_rad, side="right"))] += 1
        else:
            row += 1 / len(row)
    return {
        "emi_edges": list(KIND_EDGES), "emi_phase_edges_rad": list(PHASE_EDGES_RAD),
        "emi_target": counts[1].ravel().tolist(), "emi_clutter": counts[0].ravel().tolist(),
    }


def options_for(method: str, train: list[Example], l2: float) -> dict[str, object]:
    """The options of [fusion] that a method has after looking at the training lanes."""
    mine = np.array([e.is_mine for e in train])
    z = {"emi": np.array([e.emi_z for e in train]), "gpr": np.array([e.gpr_z for e in train])}
    options: dict[str, object] = {"prior": round(float((mine.sum() + 1) / (len(mine) + 2)), 4)}
    for sensor, values in z.items():
        line = fusion.platt(values, mine)
        options |= {f"{sensor}_slope": round(line["slope"], 4), f"{sensor}_offset": round(line["offset"], 4)}
        if method == "histograms" or (method == "histogram of metal" and sensor == "emi"):
            options |= {f"{sensor}_{key}": value for key, value in fusion.histogram(values, mine, EDGES).items()}
    if method == "kinds of metal":  # what radar says of metal: alarms of its own are high by choice
        metal = [e for e in train if e.is_metal]
        line = fusion.platt([e.gpr_z for e in metal], [e.is_mine for e in metal])
        options |= {"gpr_slope": round(line["slope"], 4), "gpr_offset": round(line["offset"], 4), "gpr_least": LEAST}
        options |= kinds([e for e in train if math.isfinite(e.emi_z)])
    if method == "logistic":
        both = np.isfinite(z["emi"]) & np.isfinite(z["gpr"])
        x = features([e for e, known in zip(train, both, strict=True) if known])
        known = np.isfinite(x)
        n = known.sum(0)
        centre = np.where(n > 0, np.where(known, x, 0.0).sum(0) / np.maximum(n, 1), 0.0)
        filled = np.where(known, x - centre, 0.0)
        scale = filled.std(0)
        scale[scale == 0] = 1.0
        fit = fusion.fit_logistic(filled / scale, mine[both].astype(float), l2=l2)
        weights = np.asarray(fit["weights"]) / scale
        options |= {
            "method": "logistic", "bias": round(fit["bias"], 4), "weights": [round(float(w), 4) for w in weights],
            "centres": [round(float(c), 4) for c in centre],
        }
    if method == "dempster_shafer":
        options["method"] = "dempster_shafer"
    return options


def odds(method: str, options: dict[str, object], examples: list[Example]) -> np.ndarray:
    if method == "emi alone":
        return np.array([e.emi_z for e in examples])
    if method == "gpr alone":
        return np.array([e.gpr_z if math.isfinite(e.gpr_z) else math.inf for e in examples])
    return np.array([
        fusion.weigh(e.emi_z, e.gpr_z, e.depth_gap_m, e.position_gap_m, e.soil_share, e.phase_rad, **options)["log_odds"]
        for e in examples
    ])


def best_of(score: np.ndarray, examples: list[Example]) -> np.ndarray:
    """The score of each mine: of several alarms on it the highest."""
    best: dict[str, float] = {}
    for value, e in zip(score, examples, strict=True):
        if e.is_mine:
            best[e.target] = max(best.get(e.target, -math.inf), value)
    return np.array(list(best.values()))


def share(k: int, n: int) -> str:
    low, high = surefoot.evaluation.clopper_pearson(k, n)
    return f"{k} of {n} ({low:.2f}..{high:.2f})"


def report(examples: list[Example], l2: float = 1.0, say: Callable[[str], None] = print) -> None:
    soils = sorted({e.soil for e in examples})
    metal = [e for e in examples if e.is_metal]
    n_mines = len({e.target for e in metal if e.is_mine})
    say(f"{len(examples)} alarms, {len(metal)} of the metal detector: on {n_mines} mines, {sum(not e.is_mine for e in metal)} on clutter "
        f"or nothing; soils: {', '.join(soils)}; each soil by what the others taught; 95 % by Clopper and Pearson.\n")
    say("| evidence | area | clutter below every mine | below all but one | at the threshold of the others: clutter rejected | mines kept |")
    say("| --- | --- | --- | --- | --- | --- |")
    rejections: dict[str, np.ndarray] = {}  # by method: of each alarm on clutter, by the threshold of the other soils
    for method in METHODS:
        below: list[bool] = []
        scores: list[float] = []
        cut: list[Example] = []
        lost = 0
        for soil in soils:
            train = [e for e in examples if e.soil != soil]
            test = [e for e in metal if e.soil == soil]
            train_metal = [e for e in train if e.is_metal]
            options = options_for(method, train, l2)
            s, t = odds(method, options, test), odds(method, options, train_metal)
            floor = best_of(t, train_metal).min(initial=math.inf) - (MARGIN if method == "kinds of metal" else 0.0)
            lost += int(np.sum(best_of(s, test) < floor))
            below += [v < floor for v, e in zip(s, test, strict=True) if not e.is_mine]
            scores += list(s)
            cut += test
        score = np.array(scores)
        clutter = score[[not e.is_mine for e in cut]]
        mines = np.sort(best_of(score, cut))
        area = float(np.mean((mines[:, None] > clutter) + 0.5 * (mines[:, None] == clutter)))
        kept, but_one = (float(np.mean(clutter < floor)) for floor in (mines[0], mines[min(1, len(mines) - 1)]))
        rejections[method] = np.array(below)
        rejected = int(np.sum(below))
        say(f"| {method} | {area:.3f} | {kept:.0%} | {but_one:.0%} | {share(rejected, len(clutter))} | {share(len(mines) - lost, len(mines))} |")
    say(f"\nNo mine lost of {n_mines} shows {1 - 0.05 ** (1 / max(1, n_mines)):.1%} lost at most, with 95 % confidence.\n")
    alone = max(METHODS[:2], key=lambda m: rejections[m].sum())
    for method in METHODS[2:]:
        more, less = (int(np.sum(a & ~b)) for a, b in ((rejections[method], rejections[alone]), (rejections[alone], rejections[method])))
        say(f"- {method} against {alone}, the same alarms: {more} rejected by it only, {less} by the other only, "
            f"McNemar p = {surefoot.evaluation.mcnemar(more, less):.2g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lanes", type=Path)
    parser.add_argument("--pipeline", default="dual-handheld")
    parser.add_argument("--method", choices=METHODS[2:], default="kinds of metal")
    parser.add_argument("--halo", type=float, default=HALO_M, help="metres from a target's edge")
    parser.add_argument("--gate", type=float, default=GATE_M)
    parser.add_argument("--l2", type=float, default=1.0)
    options = parser.parse_args()
    examples = [e for lane in lanes_in(options.lanes) for e in examples_of(lane, options.pipeline, options.gate, options.halo)]
    report(examples, options.l2)
    print("\n[fusion]")
    for name, value in options_for(options.method, examples, options.l2).items():
        print(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""Every radar score, and the fusion of both sensors, on lanes with truth: python bench/detection [--benchmark DIR] [--write FILE] [--seeds N] [--only WORD]

Alarms are those that the pipelines give, with the threshold of their detector lowered to 1 so that the curve has its left and its right
end; surefoot.evaluate counts them: halo 0.15 m from the nearest edge, one detection a target, alarms on clutter false. The partial area
is that under Pd up to one false alarm a metre. Nothing here is fitted to these lanes, so that each of them is held out; thresholds are
set on the other lanes and what they then do on the held-out lane is told. Intervals: 1,000 draws of lanes with replacement, seed 1.

Data: SUREFOOT_DATA/gprmax/dev (white noise of -50 dB of the peak of the line without its mean is added, several seeds);
SUREFOOT_DATA/mines/iwagpr2017 (area under the ROC of pixels against three provisional targets, as in
tests/python/test_minefield_bars.py); --benchmark: the folder that `make benchmark` made. What is not at hand is left out and named.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterable

import numpy as np

import surefoot
from surefoot import evaluation
from surefoot.evaluation import LaneScores

import fit_fusion
from methods import METHODS, text_of

HALO_M = 0.15
FAR = 1.0
POINTS = (0.1, 0.25, 0.5, 1.0)


@dataclass
class Lane:
    name: str
    soil: str
    line: surefoot.Line
    first_m: float  # where the first trace lies in the places of the truth
    truth: list[surefoot.Target]


@dataclass
class Outcome:
    """What a method gave on some lanes: by lane its targets with their scores, false alarms and metres. surefoot.evaluation counts."""

    found: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    false: dict[str, list[float]] = field(default_factory=dict)
    metres: dict[str, float] = field(default_factory=dict)

    def lanes(self, names: Iterable[str] | None = None) -> list[LaneScores]:
        return [LaneScores([s for _, s in self.found[n]], self.false[n], self.metres[n]) for n in (self.metres if names is None else names)]

    def area(self, names: Iterable[str] | None = None) -> float:
        """Partial area up to FAR false alarms a metre, of some of the lanes."""
        return evaluation.partial_area(self.lanes(names), FAR)


def dev_lanes(folder: Path, seed: int) -> list[Lane]:
    lanes = []
    for card in sorted(folder.glob("lane_*.json")):
        about = json.loads(card.read_text())
        x = surefoot.read(card.with_suffix(".out")).samples.astype(float)
        random = np.random.default_rng([seed, sum(map(ord, card.stem))])
        x = x + np.abs(x - x.mean(axis=0)).max() * 10 ** (-50 / 20) * random.standard_normal(x.shape[::-1]).T
        line = surefoot.Line(np.ascontiguousarray(x, dtype=np.float32), sample_interval_s=about["dt_s"], trace_spacing_m=about["trace_step_m"])
        first = about["first_trace_x_m"]
        truth = [
            surefoot.Target(line=card.stem, x_m=t["x_m"] - first, depth_m=t["depth_m"], kind=t["kind"], name=t["name"], width_m=t["width_m"])
            for t in about["truth"]
        ]
        lanes.append(Lane(card.stem, about["soil"]["name"], line, first, truth))
    return lanes


def benchmark_lanes(folder: Path) -> list[Lane]:
    lanes = []
    for samples in sorted(folder.glob("*/gpr/*.npy")):
        name = samples.stem
        soil = name.rstrip("-0123456789").removesuffix("-blank")
        table = samples.with_name("truth.csv")
        truth = surefoot.read_truth(table) if table.is_file() else []
        lanes.append(Lane(name, soil, surefoot.read(samples), 0.0, list(truth)))
    return lanes


def score(text: str, lanes: list[Lane]) -> tuple[Outcome, int]:
    out = Outcome()
    latency = 0
    for lane in lanes:
        run = surefoot.run(text, lane.line)
        latency = -1 if run.latency is None or latency < 0 else max(latency, run.latency)
        out.metres[lane.name] = lane.line.n_traces * lane.line.trace_spacing_m
        targets = [t for t in lane.truth if not t.kind.startswith("clutter")]
        if targets:
            e = surefoot.evaluate({lane.name: run}, targets, halo_m=HALO_M, clutter="false_alarm")
            out.found[lane.name] = [
                (f"{o.target.name}, {100 * o.target.depth_m:.1f} cm", o.score if o.alarm is not None else -np.inf) for o in e.outcomes
            ]
            out.false[lane.name] = [a.score for a in e.false_alarms]
        else:
            out.found[lane.name] = []
            out.false[lane.name] = [a.score for a in run.alarms]
    return out, latency


def merged(outcomes: list[Outcome]) -> Outcome:
    """Seeds of one set as lanes of their own would make intervals too narrow: targets take the median of their scores."""
    first = outcomes[0]
    out = Outcome(metres=first.metres, false=first.false)
    for name in first.found:
        out.found[name] = [(t, float(np.median([o.found[name][i][1] for o in outcomes]))) for i, (t, _) in enumerate(first.found[name])]
    return out


def mine_field(folder: Path, text: str) -> list[float]:
    """Area under the ROC of the pixels of iwagpr2017, lines along x and along y; its traces lie 10 mm apart."""
    import csv

    areas = []
    with open(folder / "targets_provisional.csv", encoding="utf-8") as file:
        targets = list(csv.DictReader(line for line in file if not line.startswith("#")))
    for way in "xy":
        scores, pixels = [], []
        for i in range(1, 38):
            line = surefoot.read(folder / f"{way}dir" / f"buried_objects_{way}dir_bscan_{i}.rd3", trace_spacing_m=0.010)
            scores.append(np.asarray(surefoot.run(text, line).scores, float)[12:91])
            along = 0.15 + 0.010 * np.arange(12, 91)
            across = np.full(79, 0.15 + 0.025 * (i - 1))
            pixels.append((along, across) if way == "x" else (across, along))
        s = np.concatenate(scores)
        x, y = (np.concatenate([p[k] for p in pixels]) for k in (0, 1))
        inside, around = np.zeros(len(s), bool), np.zeros(len(s), bool)
        for t in targets:
            distance = np.hypot(x - float(t["x_m"]), y - float(t["y_m"]))
            inside |= distance <= float(t["radius_m"])
            around |= (distance > float(t["radius_m"])) & (distance <= float(t["radius_m"]) + 0.12)
        keep = inside | ~around
        rank = np.argsort(np.argsort(s[keep], kind="stable")) + 1.0
        n = int(inside[keep].sum())
        areas.append(float((rank[inside[keep]].sum() - n * (n + 1) / 2) / (n * (keep.sum() - n))))
    return areas


def table(title: str, rows: dict[str, tuple[Outcome, int, list[float]]], step_m: float, say: Callable[[str], None]) -> None:
    say(f"\n## {title}\n")
    say("| score | latency | area to 1/m | 95 % by lanes | leaving one out | Pd at 0.1 / 0.25 / 0.5 / 1 per m | held out at 0.5/m: Pd, false/m |")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    for name, (o, latency, seeds) in rows.items():
        low, high = evaluation.bootstrap_partial_area(o.lanes(), FAR, targets=False)["interval"]
        rest = [o.area(n for n in o.metres if n != out) for out in o.metres]
        held = evaluation.hold_out(o.lanes(), 0.5)["achieved"]
        late = "whole line" if latency < 0 else f"{latency} traces, {latency * step_m:.2f} m"
        spread = "" if len(seeds) < 2 else f" (noise {min(seeds):.2f}..{max(seeds):.2f})"
        say(
            f"| {name} | {late} | {np.mean(seeds):.3f}{spread} | {low:.2f}..{high:.2f} | {min(rest):.2f}..{max(rest):.2f} | "
            f"{' / '.join(f'{evaluation.at_far(o.lanes(), f).pd:.2f}' for f in POINTS)} | {held.pd:.2f}, {held.far:.2f} |"
        )


def lost(name: str, o: Outcome, say: Callable[[str], None]) -> None:
    false = sorted((s for f in o.false.values() for s in f), reverse=True)
    rows = [(sum(f >= s for f in false), lane, t) for lane, ts in o.found.items() for t, s in ts]
    worst = [f"{t} in {lane} ({'never' if k == len(false) else k})" for k, lane, t in sorted(rows, reverse=True)[:6]]
    say(f"\n{name}, targets with most false alarms above them: {'; '.join(worst)}.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benchmark", type=Path, default=Path(__file__).resolve().parents[2] / "build" / "benchmark")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    lines: list[str] = []

    def say(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    data = os.environ.get("SUREFOOT_DATA")
    methods = {name: m for name, m in METHODS.items() if arguments.only in name}
    say("# Scores and fusion on lanes with truth\n")
    say(f"`make detection` (after `make benchmark`), {arguments.seeds} seeds of noise, {time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores. "
        "How it is counted: the head of bench/detection/__main__.py.")
    dev = Path(data) / "gprmax" / "dev" if data else None
    if dev is not None and dev.is_dir():
        sets = [dev_lanes(dev, seed) for seed in range(arguments.seeds)]
        rows = {}
        for name in methods:
            runs = [score(text_of(name), lanes) for lanes in sets]
            rows[name] = (merged([o for o, _ in runs]), runs[0][1], [o.area() for o, _ in runs])
        table("gprmax/dev: 8 lanes, 20 targets, 17.7 m", rows, 0.02, say)
        for name in rows:
            if name.startswith("gpr-"):
                lost(name, rows[name][0], say)
                by_lane = "; ".join(f"{n} {rows[name][0].area([n]):.2f}" for n in rows[name][0].metres if rows[name][0].found[n])
                say(f"\n{name}, area of each lane by itself: {by_lane}.")
    else:
        say("\nSUREFOOT_DATA has no gprmax/dev: left out.")
    if arguments.benchmark.is_dir():
        lanes = benchmark_lanes(arguments.benchmark)
        rows = {}
        for name in methods:
            o, latency = score(text_of(name), lanes)
            rows[name] = (o, latency, [o.area()])
        targets = sum(len(t) for t in next(iter(rows.values()))[0].found.values())
        table(f"Synthetic benchmark: {len(lanes)} lanes, {targets} targets", rows, 0.02, say)
        soils = sorted({lane.soil for lane in lanes})
        say(f"\n| area by soil | {' | '.join(soils)} |\n| --- |{' --- |' * len(soils)}")
        for name, (o, _, _) in rows.items():
            say(f"| {name} | {' | '.join(f'{o.area(l.name for l in lanes if l.soil == s):.3f}' for s in soils)} |")
        say("\n## Both sensors: alarms of the metal detector in dual-handheld on the synthetic benchmark\n")
        folders = fit_fusion.lanes_in(arguments.benchmark)
        fit_fusion.report([e for f in folders for e in fit_fusion.examples_of(f, "dual-handheld")], say=say)
    else:
        say("\nThe synthetic benchmark is not there (`make benchmark`): left out.")
    field_data = Path(data) / "mines" / "iwagpr2017" if data else None
    if field_data is not None and field_data.is_dir():
        say("\n## iwagpr2017: area under the ROC of pixels, x and y set (live pipelines as they are; no false alarm rate on 0.81 m2)\n")
        say("| score | x | y |\n| --- | --- | --- |")
        for name in methods:
            x, y = mine_field(field_data, text_of(name))
            say(f"| {name} | {x:.3f} | {y:.3f} |")
    else:
        say("\nSUREFOOT_DATA has no mines/iwagpr2017: left out.")
    if arguments.write is not None:
        arguments.write.write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

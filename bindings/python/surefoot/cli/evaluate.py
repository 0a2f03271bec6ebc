# SPDX-License-Identifier: MIT
"""surefoot evaluate: alarms against known targets."""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import _surefoot, evaluation, plot
from ..evaluation import Evaluation, ScoredLine
from .exit_codes import ExitCode
from .terminal import complain, print_json, say

CURVE = "roc.png"


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="alarms against known targets: found, missed, false; intervals, curve, strata",
        description="Score what runs have left against known targets. ALARMS is a folder of a run, a folder of such folders, or "
        "a table of alarms (CSV or GeoJSON); where no run.json beside it says where was scanned, give --length, --area or --scan; "
        "without --scan all lines of TRUTH count as scanned then. "
        "TRUTH is a table of targets (CSV or JSON), or a folder of them. Only what a causal run sounded is scored.",
    )
    parser.add_argument("alarms", nargs="+", type=Path, metavar="ALARMS")
    parser.add_argument("truth", type=Path, metavar="TRUTH")
    parser.add_argument("--halo", type=float, default=0.10, metavar="M",
                        help="an alarm this near a target's nearest edge belongs to it (default 0.10)")
    parser.add_argument("--clutter", choices=("own_class", "false_alarm"), default="own_class",
                        help="what an alarm on emplaced clutter counts as (default own_class)")
    parser.add_argument("--exposure", choices=("outside_halos", "scanned"), default="outside_halos",
                        help="ground that the false alarm rate is over: scanned without halos (default), or all that was scanned")
    parser.add_argument("--frame", choices=("automatic", "along", "ground"), default="automatic",
                        help="compare places along the line or on the ground (default: on the ground if all targets have y_m)")
    parser.add_argument("--footprint", type=float, default=0.0, metavar="M", help="width that the sensor sees, for a swept area")
    parser.add_argument("--edge", type=float, default=0.0, metavar="M", help="alarms this near the ends of a line are ignored")
    parser.add_argument("--scan", action="append", default=[], metavar="LINE:FROM:TO",
                        help="where a line was scanned, in metres along it; again for each piece")
    parser.add_argument("--ignore", action="append", default=[], metavar="LINE:FROM:TO", help="a piece that is not scored")
    parser.add_argument("--start", action="append", default=[], metavar="LINE:M",
                        help="where distance 0 of a line lies in the truth's x_m (default 0)")
    parser.add_argument("--area", type=float, metavar="M2", help="scanned ground of all lines")
    parser.add_argument("--length", type=float, metavar="M", help="scanned length of all lines, where no scan is known")
    parser.add_argument("--rate", action="append", type=float, default=[], metavar="R",
                        help="false alarm rates to give the probability of detection at; the first is that of --compare")
    parser.add_argument("--area-rate", type=float, default=0.0, metavar="R", help="end of the partial area (1 a metre, 0.1 a m2)")
    parser.add_argument("--threshold", type=float, metavar="T", help="of strata, halo sweep and lists (default: all alarms)")
    parser.add_argument("--compare", action="append", default=[], type=Path, metavar="OTHER",
                        help="another run over the same lines, set against this one: McNemar and lane bootstrap")
    parser.add_argument("--metal", action="append", default=[], type=Path, metavar="ALARMS",
                        help="the metal detector's alarms: how many on clutter do ALARMS reject with its targets kept?")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the draws (default 1)")
    parser.add_argument("--draws", type=int, default=1000, metavar="N", help="of lanes and targets (default 1000)")
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"write evaluation.json, evaluation.txt and {CURVE}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(do=do)


def pieces_of(options: Sequence[str], name: str) -> dict[str, list[tuple[float, float]]]:
    """LINE:FROM:TO as pieces by line."""
    out: dict[str, list[tuple[float, float]]] = {}
    for text in options:
        line, _, ends = text.rpartition(":")
        line, _, start = line.rpartition(":")
        try:
            piece = (float(start), float(ends))
        except ValueError:
            raise _surefoot.ConfigError(f"--{name} {text}: LINE:FROM:TO was expected, as in lane_01:0:10") from None
        if not line or not piece[0] < piece[1]:
            raise _surefoot.ConfigError(f"--{name} {text}: LINE:FROM:TO was expected, FROM below TO")
        out.setdefault(line, []).append(piece)
    return out


def starts_of(options: Sequence[str]) -> dict[str, float]:
    """LINE:M as starts by line."""
    out: dict[str, float] = {}
    for text in options:
        line, _, start = text.rpartition(":")
        try:
            out[line] = float(start)
        except ValueError:
            raise _surefoot.ConfigError(f"--start {text}: LINE:M was expected, as in lane_01:0.15") from None
    return out


def read_truth(path: Path) -> list[_surefoot.Target]:
    """A table, or every table in a folder."""
    if not path.is_dir():
        return _surefoot.read_truth(path)
    files = sorted(path.glob("*.json")) or sorted(path.glob("*.csv"))
    if not files:
        raise _surefoot.DataError(f"{path} holds no table of targets (.json or .csv)")
    return [target for file in files for target in _surefoot.read_truth(file)]


def score(sources: Sequence[Path], truth: list[_surefoot.Target], options: argparse.Namespace) -> Evaluation:
    scans, ignored = pieces_of(options.scan, "scan"), pieces_of(options.ignore, "ignore")
    starts = starts_of(options.start)
    names = list(dict.fromkeys(t.line for t in truth))
    lines: list[ScoredLine] = [line for source in sources for line in evaluation.read_run(source)]
    if [line.line for line in lines] == [""] and len(names) == 1:  # a table that names no line, and only one can be meant
        lines = [ScoredLine(names[0], lines[0].alarms)]
    known = {line.line for line in lines}
    # Scanned, and silent: in a table alone such a line leaves no row, and what lies under it was missed.
    alone = any(source.is_file() and not (source.parent / "run.json").is_file() for source in sources)
    silent = scans or (names if alone and (not known or known & set(names)) else [])
    lines += [ScoredLine(name, []) for name in silent if name and name not in known]
    told = [
        evaluation.told(line, along=scans.get(line.line), ignored=ignored.get(line.line, ()), start_m=starts.get(line.line, 0.0))
        for line in lines
    ]
    whole = {k: v for k, v in (("area_m2", options.area), ("length_m", options.length)) if v is not None}
    return Evaluation(told, truth, halo_m=options.halo, clutter=options.clutter, exposure=options.exposure, frame=options.frame,
                      footprint_m=options.footprint, edge_m=options.edge, **whole)


def do(options: argparse.Namespace) -> ExitCode:
    truth = read_truth(options.truth)
    result = score(options.alarms, truth, options)
    how: dict[str, Any] = {"rates": options.rate, "area_far": options.area_rate, "draws": options.draws, "seed": options.seed}
    if options.threshold is not None:
        how["threshold"] = options.threshold
    data: dict[str, Any] = json.loads(result.to_json(**how))
    text = result.table(**how)
    curves = {"this run" if options.compare else "": result}
    rate, area = _rates(data)
    for other in options.compare:
        second = score([other], truth, options)
        curves[str(other)] = second
        compared = result.compare(second, far=rate, area_far=area, draws=options.draws, seed=options.seed)
        data.setdefault("compared", []).append({"with": str(other), **json.loads(compared.to_json())})
        text += f"\nAgainst {other} (second):\n{compared.table()}"
    if options.metal:
        metal = score(options.metal, truth, options)
        for kept in (1.0, 0.98):
            rejected = evaluation.clutter_rejection(metal, result, kept=kept, radius_m=options.halo)
            data.setdefault("clutter_rejection", []).append(json.loads(rejected.to_json()))
            text += "\n" * (kept == 1.0) + rejected.table()
    if options.json:
        print_json(data)
    else:
        say(text.rstrip())
    if options.out is not None:
        _write(options.out, data, text, curves, quiet=options.json)
    return ExitCode.OK


def _rates(data: dict[str, Any]) -> tuple[float, float]:
    """The false alarm rate that runs are compared at, and the end of the partial area."""
    at = data["pd_at_far"]
    return (at[0]["far"] if at else 0.0), data["partial_area"]["far"]


def _write(folder: Path, data: dict[str, Any], text: str, curves: dict[str, Evaluation], quiet: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    (folder / "evaluation.txt").write_text(text, encoding="utf-8")
    written = ["evaluation.json", "evaluation.txt"]
    if any(not e.unit or not e.n_targets for e in curves.values()):
        complain(f"no {CURVE}: without targets and scanned ground there is no curve")
    elif importlib.util.find_spec("matplotlib") is None:
        complain(f"no {CURVE}: pip install surefoot[plot]")
    else:
        plot.roc(curves).savefig(folder / CURVE)
        written.append(CURVE)
    if not quiet:
        say(f"\nwrote {folder}/: {', '.join(written)}")

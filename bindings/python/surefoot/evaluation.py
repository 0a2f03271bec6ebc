# SPDX-License-Identifier: MIT
"""Scoring: alarms against known targets. All counting is done by the library; here arguments are put in order.

    result = surefoot.evaluate(run, "truth.csv", halo_m=0.10)
    print(result.table())
    result.plot().savefig("roc.png")
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from . import _surefoot, plot
from ._surefoot import (
    Alarm,
    ClutterRejection,
    Comparison,
    DualRun,
    LaneScores,
    Line,
    OperatingPoint,
    Outcome,
    Run,
    ScoredLine,
    Target,
    at_far,
    bootstrap_partial_area,
    clopper_pearson,
    clutter_rejection,
    compare,
    hold_out,
    mcnemar,
    partial_area,
    poisson_rate,
    scanned,
    wilson,
    zero_miss_sample_size,
    zero_miss_shows,
)

if TYPE_CHECKING:
    import os

__all__ = [
    "ClutterRejection",
    "Comparison",
    "Evaluation",
    "LaneScores",
    "OperatingPoint",
    "Outcome",
    "ScoredLine",
    "at_far",
    "bootstrap_partial_area",
    "clopper_pearson",
    "clutter_rejection",
    "compare",
    "evaluate",
    "hold_out",
    "mcnemar",
    "partial_area",
    "poisson_rate",
    "read_alarms",
    "read_run",
    "scanned",
    "told",
    "wilson",
    "zero_miss_sample_size",
    "zero_miss_shows",
]

_Path: TypeAlias = "str | os.PathLike[str]"
_OfLine: TypeAlias = Sequence[Alarm] | Run | DualRun
Alarms: TypeAlias = "_OfLine | _Path | Mapping[str, _OfLine] | Sequence[ScoredLine]"
Scanned: TypeAlias = "Line | Sequence[tuple[float, float]]"


class Evaluation(_surefoot.Evaluation):
    """What was found, what was missed and what was false; every curve and table is read off it."""

    def plot(self, **options: Any) -> Any:
        """The curve with its band, Pd against false alarm rate on a logarithmic axis; see surefoot.plot.roc."""
        return plot.roc({"": self}, **options)

    def compare(self, other: _surefoot.Evaluation, *, far: float, area_far: float, **options: Any) -> Comparison:
        """This run (first) and another (second) at equal false alarm rate; see surefoot.evaluation.compare."""
        return compare(self, other, far=far, area_far=area_far, **options)


def read_alarms(path: _Path) -> dict[str, list[Alarm]]:
    """The alarms of a table, CSV or GeoJSON, by the name of their line."""
    return _surefoot.read_alarms(path)


def _latest(latency: int | Mapping[str, int] | None) -> int | None:
    """Of two sensors the latency that is longer in traces."""
    return max(latency.values()) if isinstance(latency, Mapping) else latency


def read_run(path: _Path) -> list[ScoredLine]:
    """What a run left: its folder, the folder of several runs' folders, or a table of alarms.

    A run.json beside the alarms says where was scanned and how late the pipeline is. A run without alarms is a line all the same.
    """
    source = Path(path)
    if source.is_dir() and not (source / "alarms.csv").is_file():
        found = sorted(p.parent for p in source.glob("*/alarms.csv"))
        if not found:
            raise _surefoot.DataError(f"{source} holds no alarms.csv, nor do the folders in it")
        return [line for folder in found for line in read_run(folder)]
    table = source / "alarms.csv" if source.is_dir() else source
    named = read_alarms(table)
    info_path = table.parent / "run.json"
    if not info_path.is_file():
        return [ScoredLine(name, listed) for name, listed in named.items()]
    try:
        info = json.loads(info_path.read_text(encoding="utf-8"))
        where = info.get("scanned") or {}
        told = {
            "along": where.get("along_m", []),
            "paths": where.get("paths_m", []),
            "trace_spacing_m": where.get("trace_spacing_m", 0.0),
            "latency_traces": _latest(info.get("latency_traces")),
            "whole_line": bool(info.get("needs_whole_line", False)),
        }
        name = where.get("line") or Path(info["input"]["file"]).stem
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise _surefoot.DataError(f"{info_path} is not what a run writes: {wrong}") from None
    if set(named) - {name}:  # a table of other lines that happens to lie here
        return [ScoredLine(n, listed) for n, listed in named.items()]
    return [ScoredLine(name, named.get(name, []), **told)]


def told(
    line: ScoredLine,
    *,
    along: Sequence[tuple[float, float]] | None = None,
    ignored: Sequence[tuple[float, float]] = (),
    start_m: float = 0.0,
) -> ScoredLine:
    """A copy of a line with what is told of it beside its run: where it was scanned instead, what of it is not scored, where it starts."""
    out = copy.copy(line)
    if along is not None:
        out.along = list(along)
    out.ignored = list(ignored)
    out.start_m = start_m
    return out


def _truth_of(truth: Sequence[Target] | _Path | Sequence[_Path]) -> list[Target]:
    if isinstance(truth, str) or hasattr(truth, "__fspath__"):
        return _surefoot.read_truth(truth)
    out: list[Target] = []
    for one in truth:
        out += [one] if isinstance(one, Target) else _surefoot.read_truth(one)
    return out


def _by_line(alarms: Alarms, names: list[str], said: Sequence[object]) -> dict[str, _OfLine]:
    """The alarms by the name of their line; where only one line can be meant, it need not be named."""
    if isinstance(alarms, Mapping):
        return dict(alarms)
    if isinstance(alarms, str) or hasattr(alarms, "__fspath__"):
        named: dict[str, _OfLine] = dict(read_alarms(alarms))
        if len(names) == 1 and set(named) <= {""}:
            return {names[0]: next(iter(named.values()), [])}
        # Names that have nothing in common are a mistake, not silence.
        silent = _scanned_of(names, said) if not named or set(named) & set(names) else []
        return {name: [] for name in silent if name} | named
    if isinstance(alarms, Run | DualRun):
        stem = Path(_traces_of(alarms).file).stem
        return {stem if stem in names or len(names) != 1 else names[0]: alarms}
    listed = [a for a in alarms if isinstance(a, Alarm)]
    if len(listed) != len(list(alarms)):
        raise TypeError("alarms must be Alarms, a Run, a file, ScoredLines, or these by the name of their line")
    if len(names) > 1:
        raise _surefoot.ConfigError(
            f"the truth is of {len(names)} lines ({', '.join(names[:5])}, ...): give the alarms by the name of their line"
        )
    return {names[0] if names else "line": listed}


def _traces_of(run: Run | DualRun) -> Line:
    """The line in whose frame the alarms stand."""
    return run.traces if isinstance(run, Run) else run.gpr


def _timing_of(run: Run | DualRun) -> dict[str, Any]:
    latency = run.latency if isinstance(run, Run) else _latest({"emi": run.emi_latency, "gpr": run.gpr_latency})
    return {
        "latency_traces": latency, "whole_line": latency is None, "trace_spacing_m": _traces_of(run).trace_spacing_m
    }


def _scanned_of(names: list[str], said: Sequence[object]) -> list[str]:
    """Lines of the truth that a table of alarms is over: all, unless it is said by line which were scanned."""
    by_line = [told for told in said if isinstance(told, Mapping)]
    return [name for name in names if not by_line or any(name in told for told in by_line)]


def _pieces(scan: Scanned | tuple[float, float] | None) -> dict[str, Any]:
    """How a ScoredLine is told where was scanned: by a Line, one piece along the line, or several."""
    if scan is None:
        return {}
    if isinstance(scan, Line):
        return {"scan": scan}
    if len(scan) == 2 and not isinstance(scan[0], Iterable):
        return {"along": [tuple(scan)]}
    return {"along": list(scan)}


def evaluate(
    alarms: Alarms,
    truth: Sequence[Target] | _Path | Sequence[_Path],
    *,
    halo_m: float = 0.10,
    area_m2: float | Mapping[str, float] | None = None,
    length_m: float | Mapping[str, float] | None = None,
    scan: Scanned | tuple[float, float] | Mapping[str, Scanned | tuple[float, float]] | None = None,
    ignored: Mapping[str, Sequence[tuple[float, float]]] | Sequence[Sequence[tuple[float, float]]] = (),
    lanes: Mapping[str, str] | None = None,
    start_m: float | Mapping[str, float] = 0.0,
    confidence: float = 0.95,
    max_gap_m: float = 0.25,
    **options: Any,
) -> Evaluation:
    """Score alarms against known targets by the halo rule.

    alarms: of one line a list of Alarm or a Run; of many a dict of these by the name of the line; or a file (CSV or GeoJSON). A Run
        says itself where it scanned. A line without alarms belongs in the dict too: it is ground without false alarms. In a
        table it leaves no row: all lines of the truth were scanned then, and what lies under a silent one was missed, unless scan,
        area_m2 or length_m say by line which were.
    truth: a list of Target, or files (CSV or JSON) of them.
    halo_m: an alarm this near a target's nearest edge belongs to it.
    area_m2, length_m: scanned ground, in all or by line, for the false alarm rate; not needed where the scan is known.
    scan: where was scanned, if no Run says it: a Line, (from, to) in metres along the line, or several such; by line where there are
        many.
    ignored: what is not scored: pieces (from, to) by line, or polygons of (x, y) on the ground. Counted separately.
    lanes: the lane of each line, where several lines pass over the same ground.
    start_m: where distance 0 of a line lies in the truth's x_m, of all or by line.
    options: clutter="own_class" or "false_alarm", exposure="outside_halos" or "scanned" (the ground that
        rates are over), frame="automatic", "along" or "ground", footprint_m, edge_m; see
        surefoot.evaluation.Evaluation.

    Returns an Evaluation. Raises ConfigError for arguments that cannot be, DataError for files.
    """
    targets = _truth_of(truth)
    names = list(dict.fromkeys(t.line for t in targets))
    zones: list[list[tuple[float, float]]] = []
    pieces: Mapping[str, Sequence[tuple[float, float]]] = {}
    if isinstance(ignored, Mapping):
        pieces = ignored
    else:
        zones = [list(zone) for zone in ignored]
    if not isinstance(alarms, str | Mapping | Run | DualRun) and not hasattr(alarms, "__fspath__"):
        alarms = list(alarms)
    if isinstance(alarms, list) and alarms and all(isinstance(a, ScoredLine) for a in alarms):
        lines = list(alarms)
    else:
        lines = []
        by_line = _by_line(alarms, names, (scan, area_m2, length_m))
        for name, of_line in by_line.items():
            here: Any = scan.get(name) if isinstance(scan, Mapping) else scan
            if here is None and isinstance(of_line, Run | DualRun):
                here = _traces_of(of_line)
            how = _pieces(here)
            if isinstance(of_line, Run | DualRun):
                how |= _timing_of(of_line)
            for key, value in (("area_m2", area_m2), ("length_m", length_m)):
                if isinstance(value, Mapping) and name in value:
                    how[key] = value[name]
            lines.append(
                ScoredLine(
                    name,
                    of_line.alarms if isinstance(of_line, Run | DualRun) else list(of_line),
                    max_gap_m=max_gap_m,
                    ignored=list(pieces.get(name, ())),
                    lane=(lanes or {}).get(name, ""),
                    start_m=start_m.get(name, 0.0) if isinstance(start_m, Mapping) else start_m,
                    **how,
                )
            )
    whole = {k: v for k, v in (("area_m2", area_m2), ("length_m", length_m)) if v is not None and not isinstance(v, Mapping)}
    return Evaluation(
        lines, targets, ignored=zones, confidence=confidence, halo_m=halo_m, max_gap_m=max_gap_m, **whole, **options
    )

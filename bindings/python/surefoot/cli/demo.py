# SPDX-License-Identifier: MIT
"""surefoot demo: gpr-handheld over the lane that comes with surefoot, alarms beside the truth; or over a file of yours."""

from __future__ import annotations

import argparse
import importlib.util
import math
from importlib import resources
from pathlib import Path
from typing import Any

from .. import _surefoot, matching, outputs
from . import reading
from .exit_codes import ExitCode
from .run import count, picture, run_file
from .terminal import paint, print_json, say, table

PIPELINE = "gpr-handheld"
LANE = "datasets/handheld-lane"


def add_to(commands: Any) -> None:
    parser = commands.add_parser("demo", help="see it work: alarms beside the truth on a synthetic lane, or on FILE")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="any supported file; default: the synthetic lane")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where results go (default: out)")
    parser.add_argument("--json", action="store_true", help="print the content of run.json, with the matching")
    reading.add_to(parser)
    parser.set_defaults(do=do)


def lane_folder() -> Path:
    """The folder of the synthetic lane inside the installed package."""
    folder = Path(str(resources.files("surefoot").joinpath(LANE)))
    if not (folder / "lane.npy").is_file():
        raise _surefoot.DataError(f"the synthetic lane is missing from {folder}; install the package again")
    return folder


def do(options: argparse.Namespace) -> ExitCode:
    truth: list[_surefoot.Target] | None = None
    file = options.file
    if file is None:
        file = lane_folder() / "lane.npy"
        truth = _surefoot.read_truth(lane_folder() / "truth.csv")
    info, run, _ = run_file(
        PIPELINE, _surefoot.to_text(PIPELINE), file, options.out, reading.options_of(options), quiet=options.json
    )
    matched = matching.match(run.alarms, truth) if truth is not None else None
    files = ["alarms.geojson", "alarms.csv", "scores.npy", "run.json"]
    if importlib.util.find_spec("matplotlib") is not None:
        picture(run, info, truth).savefig(options.out / outputs.PICTURE)
        files.append(outputs.PICTURE)
    if options.json:
        print_json(info if matched is None else {**info, "match": as_data(matched)})
        return ExitCode.OK
    _show(info, run, matched)
    say(f"\nwrote {options.out}/: {', '.join(files)}")
    if outputs.PICTURE not in files:
        say("no picture: pip install surefoot[plot]")
    return ExitCode.OK


def as_data(matched: matching.Match) -> dict[str, Any]:
    """The matching as plain values."""
    return {
        "halo_m": matching.HALO_M,
        "targets": [
            {
                "name": o.target.name,
                "kind": o.target.kind,
                "x_m": o.target.x_m,
                "depth_m": o.target.depth_m,
                "alarm": o.alarm.id if o.alarm else None,
                "offset_m": round(o.offset_m, 4) if o.alarm else None,
            }
            for o in matched.outcomes
        ],
        "found": len(matched.found),
        "missed": len(matched.missed),
        "false": [alarm.id for alarm in matched.false],
    }


def _show(info: dict[str, Any], run: _surefoot.Run, matched: matching.Match | None) -> None:
    line = info["input"]
    say(f"{paint(info['pipeline'], 'bold')} over {line['file']}: {line['n_traces']} traces of {line['n_samples']} samples\n")
    if matched is None:
        _show_alarms(run.alarms)
    else:
        _show_match(matched)
    latency = "needs the whole line" if run.latency is None else f"lags by {count(run.latency, 'trace')}"
    say(f"\n{info['traces_per_s']:,.0f} traces/s on one core; live, the output {latency}")
    flagged = [f"{n} {name.replace('_', ' ')}" for name, n in info["quality"].items() if name != "good" and n]
    if flagged:
        say(f"flagged traces: {', '.join(flagged)}")
    for sentence in info["assumptions"]:
        say(f"assumed: {sentence}")


def number(x: float, digits: int = 2) -> str:
    return "?" if math.isnan(x) else f"{x:.{digits}f}"


def _show_alarms(alarms: list[_surefoot.Alarm]) -> None:
    if not alarms:
        say("no alarms")
        return
    rows = [
        [str(a.id), str(a.trace_index), number(a.distance_m), number(a.depth_m), number(a.extent_m), number(a.score, 1)]
        for a in alarms
    ]
    say(table(["alarm", "trace", "at (m)", "depth (m)", "extent (m)", "score"], rows, right=range(6)))


def _show_match(matched: matching.Match) -> None:
    rows = []
    for o in sorted(matched.outcomes, key=lambda o: o.target.x_m):
        t, a = o.target, o.alarm
        clutter = t.kind == "clutter"
        verdict = ("alarm on clutter" if a else "quiet") if clutter else ("found" if a else "MISSED")
        rows.append(
            [verdict, t.name.replace("_", " "), t.kind, number(t.x_m), number(t.depth_m)]
            + ([str(a.id), number(a.distance_m), f"{o.offset_m:+.2f}", number(a.depth_m), number(a.score, 1)] if a else [""] * 5)
        )
    for a in matched.false:
        rows.append(["false", "", "", "", "", str(a.id), number(a.distance_m), "", number(a.depth_m), number(a.score, 1)])
    head = ["", "target", "kind", "at (m)", "depth (m)", "alarm", "at (m)", "off by (m)", "depth (m)", "score"]
    text = table(head, rows, right=range(3, 10))
    styles = {"found": "green", "MISSED": "red", "false": "yellow"}
    for line in text.splitlines():
        style = styles.get(line.split(" ", 1)[0])
        say(paint(line, style) if style else line)
    found, missed = len(matched.found), len(matched.missed)
    say(
        f"\n{found} of {found + missed} targets found, {missed} missed, {len(matched.false)} false alarms, "
        f"{len(matched.clutter_alarmed)} alarms on emplaced clutter "
        f"(an alarm counts within {matching.HALO_M:.2f} m of a target's edge)"
    )

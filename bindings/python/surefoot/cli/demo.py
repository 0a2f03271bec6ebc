# SPDX-License-Identifier: MIT
"""surefoot demo: both sensors over the lanes that come with surefoot, alarms beside the truth; or over a file of yours."""

from __future__ import annotations

import argparse
import importlib.util
import math
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from .. import _surefoot, outputs
from ..evaluation import Evaluation, evaluate
from . import reading
from .exit_codes import ExitCode
from .run import count, picture, run_file
from .terminal import paint, print_json, say, table

RADAR, RADAR_LANE = "gpr-handheld", "handheld-lane"
METAL, METAL_LANE = "md-cw", "metal-lane"
HALO_M = 0.10


def add_to(commands: Any) -> None:
    parser = commands.add_parser("demo", help="see it work: alarms beside the truth on two synthetic lanes, or on FILE")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="any supported file; default: the synthetic lanes")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where results go (default: out)")
    parser.add_argument("--json", action="store_true", help="print the content of run.json, with the matching")
    reading.add_to(parser)
    parser.set_defaults(do=do)


def lane_folder(name: str = RADAR_LANE) -> Path:
    """The folder of a synthetic lane inside the installed package."""
    folder = Path(str(resources.files("surefoot").joinpath("datasets", name)))
    if not (folder / "lane.npy").is_file():
        raise _surefoot.DataError(f"the synthetic lane is missing from {folder}; install the package again")
    return folder


@dataclass(frozen=True)
class Shown:
    """One lane or file with what was found on it."""

    info: dict[str, Any]
    run: _surefoot.Run
    matched: Evaluation | None
    identities: dict[int, _surefoot.Identity]  # by the alarm's id
    folder: Path
    files: list[str]

    def as_data(self) -> dict[str, Any]:
        """run.json with the matching and the identities."""
        out = dict(self.info)
        if self.matched is not None:
            out["match"] = as_data(self.matched)
        if self.identities:
            out["identities"] = {str(alarm): identity_data(i) for alarm, i in self.identities.items()}
        return out


def do(options: argparse.Namespace) -> ExitCode:
    if options.file is not None:
        pipeline = METAL if _is_metal(options) else RADAR
        shown = [_look(pipeline, options.file, None, options.out, options)]
    else:
        shown = [
            _look(pipeline, lane_folder(lane) / "lane.npy", lane_folder(lane) / "truth.csv", folder, options)
            for pipeline, lane, folder in ((RADAR, RADAR_LANE, options.out), (METAL, METAL_LANE, options.out / "metal"))
        ]
    if options.json:
        data = shown[0].as_data()
        if len(shown) > 1:
            data["metal"] = shown[1].as_data()
        print_json(data)
        return ExitCode.OK
    for one in shown:
        _show(one)
        say(f"\nwrote {one.folder}/: {', '.join(one.files)}\n")
    if any(outputs.PICTURE not in one.files for one in shown):
        say("no picture: pip install surefoot[plot]")
    return ExitCode.OK


def _is_metal(options: argparse.Namespace) -> bool:
    """Tones of a metal detector, or a radar's traces?"""
    scan = _surefoot.scan(options.file, **reading.options_of(options))
    return scan["axis"] == "sweep" and len(scan["places"]) > 0


def _look(pipeline: str, file: Path, truth_file: Path | None, folder: Path, options: argparse.Namespace) -> Shown:
    truth = _surefoot.read_truth(truth_file) if truth_file is not None else None
    info, run, _ = run_file(
        pipeline, _surefoot.to_text(pipeline), file, folder, reading.options_of(options), quiet=options.json
    )
    identities = {}
    if pipeline == METAL:
        found = _surefoot.identify_alarms(run.traces, run.alarms)
        identities = {alarm.id: identity for alarm, identity in zip(run.alarms, found, strict=True)}
    files = ["alarms.geojson", "alarms.csv", "scores.npy", "run.json"]
    if importlib.util.find_spec("matplotlib") is not None:
        picture(run, info, truth).savefig(folder / outputs.PICTURE)
        files.append(outputs.PICTURE)
    matched = evaluate(run, truth, halo_m=HALO_M) if truth is not None else None
    return Shown(info, run, matched, identities, folder, files)


def identity_data(identity: _surefoot.Identity) -> dict[str, Any]:
    """An identity as plain values, with its three likeliest guesses."""
    return {
        "state": identity.state,
        "target_probability": round(identity.target_probability, 4),
        "snr": round(identity.snr, 1),
        "unexplained": round(identity.unexplained, 4),
        "reason": identity.reason,
        "guesses": [{"name": n, "kind": k, "probability": round(p, 4)} for n, k, p in identity.guesses[:3]],
    }


def as_data(matched: Evaluation) -> dict[str, Any]:
    """The matching as plain values."""
    return {
        "halo_m": HALO_M,
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
        "found": matched.as_run.detected,
        "missed": matched.n_targets - matched.as_run.detected,
        "false": [alarm.id for alarm in matched.false_alarms],
    }


def _show(one: Shown) -> None:
    info, run = one.info, one.run
    line = info["input"]
    say(f"{paint(info['pipeline'], 'bold')} over {line['file']}: {line['n_traces']} traces of {line['n_samples']} samples\n")
    if one.matched is None:
        _show_alarms(run.alarms)
    else:
        _show_match(one.matched)
    if one.identities:
        _show_identities(one)
    latency = "needs the whole line" if run.latency is None else f"lags by {count(run.latency, 'trace')}"
    say(f"\n{info['traces_per_s']:,.0f} traces/s on one core; live, the output {latency}")
    flagged = [f"{n} {name.replace('_', ' ')}" for name, n in info["quality"].items() if name != "good" and n]
    if flagged:
        say(f"flagged traces: {', '.join(flagged)}")
    for sentence in info["assumptions"]:
        say(f"assumed: {sentence}")


def _show_identities(one: Shown) -> None:
    """What each alarm may be. The truth stands beside it where it is known: the guesses are of parts, not of whole objects."""
    truth = {}
    for o in one.matched.outcomes if one.matched is not None else ():
        if o.alarm is not None:
            truth[o.alarm.id] = f"{o.target.name.replace('_', ' ')} ({o.target.kind})"
    rows = []
    for alarm in one.run.alarms:
        i = one.identities[alarm.id]
        best = ", ".join(f"{name} {p:.0%}" for name, _, p in i.guesses[:2] if p >= 0.05)
        told = i.state in ("target", "clutter")
        verdict = {"target": "like mine parts", "clutter": "like clutter", "unlisted": "like nothing known"}.get(
            i.state, "cannot tell"
        )
        rows.append(
            [str(alarm.id), number(math.degrees(alarm.phase_rad), 0), number(10 * math.log10(alarm.kept_share), 0) if alarm.kept_share > 0 else "?", verdict,
             f"{i.target_probability:.0%}" if told or i.state == "cannot_tell" else "", best if told else i.reason,
             truth.get(alarm.id, "")]
        )
    say("\nwhat the alarms may be, from their tones alone, among the parts that surefoot has simulated:\n")
    say(table(["alarm", "phase (deg)", "kept (dB)", "", "mine parts", "guesses, or why not", "truth"], rows, right=(0, 1, 2, 4)))


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


def _show_match(matched: Evaluation) -> None:
    rows = []
    for o in sorted(matched.outcomes, key=lambda o: o.target.x_m):
        t, a = o.target, o.alarm
        clutter = o.clutter
        verdict = ("alarm on clutter" if a else "quiet") if clutter else ("found" if a else "MISSED")
        rows.append(
            [verdict, t.name.replace("_", " "), t.kind, number(t.x_m), number(t.depth_m)]
            + ([str(a.id), number(a.distance_m), f"{o.offset_m:+.2f}", number(a.depth_m), number(a.score, 1)] if a else [""] * 5)
        )
    for a in matched.false_alarms:
        rows.append(["false", "", "", "", "", str(a.id), number(a.distance_m), "", number(a.depth_m), number(a.score, 1)])
    head = ["", "target", "kind", "at (m)", "depth (m)", "alarm", "at (m)", "off by (m)", "depth (m)", "score"]
    text = table(head, rows, right=range(3, 10))
    styles = {"found": "green", "MISSED": "red", "false": "yellow"}
    for line in text.splitlines():
        style = styles.get(line.split(" ", 1)[0])
        say(paint(line, style) if style else line)
    found, n = matched.as_run.detected, matched.n_targets
    say(
        f"\n{found} of {n} targets found, {n - found} missed, {len(matched.false_alarms)} false alarms, "
        f"{sum(o.clutter and o.alarm is not None for o in matched.outcomes)} alarms on emplaced clutter "
        f"(an alarm counts within {HALO_M:.2f} m of a target's edge)"
    )

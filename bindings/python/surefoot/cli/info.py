# SPDX-License-Identifier: MIT
"""surefoot info: what a file holds and what the reader assumed."""

from __future__ import annotations

import argparse
from typing import Any

from .. import _surefoot
from . import reading
from .exit_codes import ExitCode, code_of
from .terminal import complain, paint, print_json, say

_SCALES = {
    "two_way_time": (1e9, "ns"), "gate_time": (1e6, "µs"), "frequency": (1.0, "Hz"), "channel": (1.0, ""),
    "depth": (1.0, "m"), "sweep": (1.0, "Hz"), "sample_time": (1e6, "µs"), "gates": (1e6, "µs"),
}  # fmt: skip


def add_to(commands: Any) -> None:
    parser = commands.add_parser("info", help="what a file holds and what the reader assumed")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print JSON: one object for one file, else a list")
    reading.add_to(parser)
    parser.set_defaults(do=do)


def do(options: argparse.Namespace) -> ExitCode:
    found, code = [], ExitCode.OK
    for file in options.files:
        try:
            scan = _surefoot.scan(file, **reading.options_of(options))
        except _surefoot.Error as error:
            complain(str(error) if isinstance(error, _surefoot.DataError) else f"{file}: {error}")
            code = ExitCode.DATA if ExitCode.DATA in (code, code_of(error)) else code_of(error)
            continue
        found.append(scan)
        if not options.json:
            show(scan)
    if options.json and found:
        print_json(found[0] if len(options.files) == 1 else found)
    return code


def show(scan: dict[str, Any]) -> None:
    rows = [
        ("format", scan["format"] + (f", {scan['instrument']}" if scan["instrument"] else "")),
        ("traces", f"{scan['n_traces']}" + _spacing(scan)),
        ("samples", f"{scan['n_samples']} a trace" + (f", in {scan['unit']}" if scan["unit"] else "")),
        ("axis", _axis(scan)),
    ]
    if scan["trace_channels"] > 1:
        rows.append(("stretches", f"{scan['trace_channels']} a trace, each on this axis"))
    if scan["n_channels"] > 1:
        rows.append(("channel", f"{scan['channel']} of {scan['n_channels']}"))
    if scan["component"]:
        rows.append(("component", scan["component"]))
    if scan["origin"] is not None:
        latitude, longitude, height = scan["origin"]
        rows.append(("origin", f"{latitude:.7f}, {longitude:.7f} degrees, {height:.2f} m"))
    rows += [(name, text) for name, text in scan["details"].items()]
    say(paint(scan["file"], "bold"))
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        say(f"  {name.ljust(width)}  {text}")
    if scan["assumptions"]:
        say(f"  {paint('assumed', 'yellow')}")
        for sentence in scan["assumptions"]:
            say(f"    - {sentence}")


def _axis(scan: dict[str, Any]) -> str:
    scale, unit = _SCALES[scan["axis"]]
    name = scan["axis"].replace("_", "-")
    if scan["places"]:
        return f"{name}, {' '.join(f'{place * scale:.6g}' for place in scan['places'])} {unit}"
    first, step = scan["start"] * scale, scan["step"] * scale
    last = first + step * (scan["n_samples"] // scan["trace_channels"] - 1)
    return f"{name}, {first:.6g} to {last:.6g} {unit}, step {step:.6g} {unit}"


def _spacing(scan: dict[str, Any]) -> str:
    parts = []
    if scan["trace_spacing_m"] > 0:
        parts.append(f"every {scan['trace_spacing_m']:.6g} m")
    if scan["trace_interval_s"] > 0:
        parts.append(f"every {scan['trace_interval_s']:.6g} s")
    return ", " + ", ".join(parts) if parts else ", spacing unknown"

# SPDX-License-Identifier: MIT
"""surefoot run with a pipeline for two sensors: one line of a metal detector and one of a radar."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from .. import _surefoot, outputs, plot
from . import reading
from .exit_codes import ExitCode
from .terminal import Progress, complain, paint, print_json, say


def add_to(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("two sensors")
    group.add_argument("--emi", type=Path, metavar="FILE", help="line of the metal detector")
    group.add_argument("--gpr", type=Path, metavar="FILE", help="line of the radar")


def do(options: argparse.Namespace, description: str) -> ExitCode:
    """Run over both lines; what came out goes into the folder as for one, with the scores of each sensor."""
    if options.audio:
        complain("--audio is for a pipeline of one sensor")
        return ExitCode.USAGE
    how = reading.options_of(options)
    files = {"emi": options.emi, "gpr": options.gpr}
    # What the header of a radar's file leaves open is said on the command line; a metal detector's has its own words.
    lines = {"emi": _surefoot.read(options.emi), "gpr": _surefoot.read(options.gpr, **how)}
    progress = Progress(f"{options.emi.name}, {options.gpr.name}", options.json)
    try:
        start = time.perf_counter()
        run = _surefoot.run(description, lines, progress=progress)
        seconds = time.perf_counter() - start
    finally:
        progress.close()
    info = outputs.dual_summary(options.pipeline, files, lines, run, seconds, options.out)
    outputs.write_dual_run(options.out, run, lines, info)
    if options.plot:
        title = f"{options.gpr.name}  ·  {Path(options.pipeline).name}  ·  {info['n_alarms']} alarms"
        figure: Any = plot.radargram(run.gpr, alarms=run.alarms, scores=run.gpr_scores, title=title)
        figure.savefig(options.out / outputs.PICTURE)
    if options.json:
        print_json(info)
        return ExitCode.OK
    say(
        f"{paint(f'{options.emi.name}, {options.gpr.name}', 'bold')}: {info['n_alarms']} alarms "
        f"({info['n_emi_alarms']} of the metal detector, {info['n_gpr_alarms']} of the radar, "
        f"{info['n_both']} of them of both) -> {options.out}"
    )
    for note in info["notes"]:
        if note["warning"]:
            complain(f"{note['use']}: {note['name']} = {note['value']}: {note['warning']}")
    return ExitCode.OK

# SPDX-License-Identifier: MIT
"""surefoot plot: a picture of a file, or of what a run left in its folder."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from .. import _surefoot
from .. import plot as pictures
from . import reading
from .exit_codes import ExitCode
from .run import picture
from .terminal import complain, say


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "plot",
        help="radargram, scores, alarms as PNG",
        description="A file gives its radargram as it was recorded. The folder of a run gives the processed line with "
        "scores and alarms: the pipeline in run.json is run again over its input, which must still be there.",
    )
    parser.add_argument("source", type=Path, metavar="FILE|DIR")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="PNG")
    parser.add_argument("--truth", type=Path, metavar="CSV", help="mark known targets")
    reading.add_to(parser)
    parser.set_defaults(do=do)


def do(options: argparse.Namespace) -> ExitCode:
    truth = _surefoot.read_truth(options.truth) if options.truth else None
    if options.source.is_dir():
        figure = _of_run(options.source, truth)
    else:
        line = _surefoot.read(options.source, **reading.options_of(options))
        figure = pictures.radargram(line, truth=truth, title=line.file)
    figure.savefig(options.output)
    say(str(options.output))
    return ExitCode.OK


def _of_run(folder: Path, truth: list[_surefoot.Target] | None) -> Any:
    path = folder / "run.json"
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
        file, how = info["input"]["path"], dict(info["input"]["read"])
        description, scores = info["description"], info["hashes"]["scores_sha256"]
    except FileNotFoundError:
        raise _surefoot.DataError(f"{folder} holds no run.json: it is not the folder of a run") from None
    except (ValueError, KeyError, TypeError) as wrong:
        raise _surefoot.DataError(f"{path} is not what a run writes: {wrong}") from None
    run = _surefoot.run(description, _surefoot.read(folder / file, **how))
    if hashlib.sha256(np.ascontiguousarray(run.scores, dtype="<f4").tobytes()).hexdigest() != scores:
        complain(f"the scores differ from those of {path}: another input or another version of surefoot")
    return picture(run, info, truth)

# SPDX-License-Identifier: MIT
"""surefoot simulate: a synthetic lane with truth, from a scene."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .. import _surefoot
from .exit_codes import ExitCode
from .terminal import print_json, say


def add_to(commands: Any) -> None:
    parser = commands.add_parser("simulate", help="a synthetic lane of radar, metal detector or both, with truth")
    parser.add_argument("scene", metavar="SCENE.toml")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(do=do)


def do(options: argparse.Namespace) -> ExitCode:
    if not Path(options.scene).is_file():
        raise _surefoot.ConfigError(f"no such scene: {options.scene}")
    options.out.mkdir(parents=True, exist_ok=True)
    _surefoot.simulate_to_folder(options.scene, options.out)
    folders = [f for f in (options.out, options.out / "emi", options.out / "gpr") if f.is_dir()]
    written = [str(path) for f in folders for path in sorted(f.iterdir()) if path.suffix in {".npy", ".toml", ".csv"}]
    if options.json:
        print_json({"files": written})
    else:
        for path in written:
            say(path)
    return ExitCode.OK

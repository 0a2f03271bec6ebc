# SPDX-License-Identifier: MIT
"""The command surefoot. It contains no signal processing."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .. import _surefoot
from . import demo, describe, evaluate, info, plot, run, simulate
from .exit_codes import ExitCode, code_of
from .terminal import complain

_COMMANDS = (info, run, describe, plot, simulate, evaluate, demo)

_EPILOGUE = """exit codes:
  0  all went well
  1  something else failed
  2  the command line is wrong
  3  a file is missing, cut short or of no known format (other files are still done)
  4  a pipeline, a scene or an option is wrong

An alarm is never called a mine: only a disposal expert confirms one. surefoot is an aid and replaces no procedure."""


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each command brings its own part."""
    parser = argparse.ArgumentParser(
        prog="surefoot",
        description="From the raw samples of mine detectors to alarms that can be trusted and explained.",
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    return parser


def _version() -> str:
    build = _surefoot.build_info()
    return f"surefoot {build['version']} ({build['git']}; {build['compiler']}; FFT {build['fft']}, {build['fft_licence']})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors become one line on stderr."""
    try:
        parsed = build_parser().parse_args(arguments)
        code = int(parsed.do(parsed))
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse: 0 after --help, 2 for a wrong command line
        return int(stop.code or 0)
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    except BrokenPipeError:
        # The reader of our output went away (| head): not our failure; keep Python from complaining at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.OK)
    except (_surefoot.Error, OSError, ValueError, TypeError, ImportError, MemoryError) as error:
        complain(str(error) or type(error).__name__)
        return int(code_of(error))

# SPDX-License-Identifier: MIT
"""The options of reading that every command with a FILE has; they say what a header leaves open."""

from __future__ import annotations

import argparse
from typing import Any

_OPTIONS = ("channel", "component", "trace_spacing_m", "dzt_interval")


def add_to(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument("--channel", type=int, default=0, metavar="N", help="channel (DZT, XYZ) or receiver (gprMax), from 0")
    group.add_argument("--component", default="", metavar="NAME", help="field component (gprMax; default: the strongest electric one) group of columns (XYZ) or kind of packets (NDJSON)")
    group.add_argument(
        "--trace-spacing", dest="trace_spacing_m", type=float, default=0.0, metavar="M",
        help="metres from trace to trace, where the file does not say or is wrong",
    )
    group.add_argument(
        "--dzt-interval", choices=("n", "n_minus_1"), default="n", help="DZT: the range is n (default) or n-1 sample intervals"
    )


def options_of(options: argparse.Namespace) -> dict[str, Any]:
    """Keywords for surefoot.read() and surefoot.scan()."""
    return {name: getattr(options, name) for name in _OPTIONS}

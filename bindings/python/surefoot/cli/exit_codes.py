# SPDX-License-Identifier: MIT
"""The exit codes of the command, and which error gives which."""

from __future__ import annotations

import enum

from .. import _surefoot


class ExitCode(enum.IntEnum):
    """They never change; the help text lists them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DATA = 3
    CONFIG = 4


def code_of(error: BaseException) -> ExitCode:
    if isinstance(error, _surefoot.ConfigError):
        return ExitCode.CONFIG
    if isinstance(error, _surefoot.DataError):
        return ExitCode.DATA
    return ExitCode.FAILED

# SPDX-License-Identifier: MIT
"""Stepped-frequency sweeps as lines: complex64 on one side, pairs of real and imaginary part on the other."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ._surefoot import ConfigError, Line


def sweep_line(
    sweeps: npt.NDArray[np.complex64],
    *,
    start_hz: float,
    step_hz: float,
    trace_spacing_m: float = 0.0,
    trace_interval_s: float = 0.0,
) -> Line:
    """A Line of sweeps, for gpr.sweep_calibrate and gpr.sfcw.

    sweeps   complex64 (n_traces, n_frequencies) in C order; frequency k is start_hz + k * step_hz
    spacing  trace_spacing_m metres and trace_interval_s seconds from trace to trace, 0 where unknown

    The phase of an echo that comes tau later is -2 pi f tau; conjugate the sweeps of an instrument with the other sign.
    """
    if not isinstance(sweeps, np.ndarray) or sweeps.dtype != np.complex64:
        kind = getattr(sweeps, "dtype", type(sweeps).__name__)
        raise TypeError(f"sweeps must be complex64, not {kind}; convert with sweeps.astype(numpy.complex64)")
    if sweeps.ndim != 2:
        raise TypeError(f"sweeps must have 2 dimensions (n_traces, n_frequencies), not {sweeps.ndim}")
    if not sweeps.flags.c_contiguous:
        raise TypeError("sweeps must be contiguous in C order; convert with numpy.ascontiguousarray(sweeps)")
    for name, value, least in (("start_hz", start_hz, 0.0), ("step_hz", step_hz, math.ulp(0.0))):
        if not (math.isfinite(value) and value >= least):
            raise ConfigError(f"{name}: {value} Hz must be finite and {'above' if least else 'at least'} 0")
    return Line(
        sweeps.view(np.float32),
        sample_interval_s=step_hz,
        start_s=start_hz,
        kind="sweep",
        trace_spacing_m=trace_spacing_m,
        trace_interval_s=trace_interval_s,
    )


def sweeps_of(line: Line) -> npt.NDArray[np.complex64]:
    """The sweeps of such a line as complex64 (n_traces, n_frequencies): a view, not a copy."""
    if line.axis.kind != "sweep":
        raise ConfigError(f"the line has an axis of {line.axis.kind}, not of sweeps")
    return line.samples.view(np.complex64)

# SPDX-License-Identifier: MIT
"""From the raw samples of mine detectors to alarms that can be trusted and explained.

    line = surefoot.read("lane.DZT")                  # Line: .samples (n_traces, n_samples) float32, .axis, .tags
    flat = surefoot.gpr.dewow(line, window_s=3e-9)    # every stage is a function on a Line or an array
    run = surefoot.run("gpr-handheld", line)          # run.traces, run.scores, run.alarms
    live = surefoot.Pipeline("gpr-handheld", line.spec)  # live.push(trace); live.pull(); live.alarms()
    both = surefoot.run("dual-handheld", {"emi": line, "gpr": other})  # a metal detector and a radar; both.alarms
    surefoot.plot.radargram(line, alarms=run.alarms)
    surefoot.evaluate(run, "truth.csv")               # what was found, what was missed and what was false

An alarm is never called a mine: only a disposal expert confirms one. surefoot is an aid and replaces no procedure.
"""

from typing import TYPE_CHECKING

from . import _stages, evaluation, fusion, physics, plot, thresholds, training, velocity
from ._surefoot import (
    Alarm,
    Axis,
    Coil,
    CoilArray,
    ConfigError,
    DataError,
    DualPipeline,
    DualRun,
    Error,
    Evidence,
    Identity,
    Line,
    Note,
    Pipeline,
    Quality,
    Result,
    Run,
    Sensors,
    StateError,
    StreamSpec,
    Tag,
    Target,
    alarms_to_csv,
    alarms_to_geojson,
    build_info,
    builtin_arrays,
    builtin_dual_pipelines,
    builtin_pipelines,
    grid_of,
    identify_alarms,
    join,
    latest_alarms,
    merge_alarms,
    read,
    read_array,
    read_truth,
    readers,
    run,
    scan,
    set_threads,
    simulate_to_folder,
    slice,
    stages,
    threads,
    to_text,
    volume,
    write_wav,
)
from ._stages import describe
from .evaluation import Evaluation, evaluate, read_alarms
from .sweep import sweep_line, sweeps_of

if TYPE_CHECKING:
    from ._stage_modules import *  # noqa: F403  (generated when the package is built)

__version__: str = build_info()["version"]

# One module for each prefix of the registry: gpr, detect, ...
globals().update(_stages.install(__name__))

__all__ = [
    "Alarm",
    "Axis",
    "Coil",
    "CoilArray",
    "ConfigError",
    "DataError",
    "DualPipeline",
    "DualRun",
    "Error",
    "Evaluation",
    "Evidence",
    "Identity",
    "Line",
    "Note",
    "Pipeline",
    "Quality",
    "Result",
    "Run",
    "Sensors",
    "StateError",
    "StreamSpec",
    "Tag",
    "Target",
    "__version__",
    "alarms_to_csv",
    "alarms_to_geojson",
    "build_info",
    "builtin_arrays",
    "builtin_dual_pipelines",
    "builtin_pipelines",
    "describe",
    "evaluate",
    "evaluation",
    "fusion",
    "grid_of",
    "identify_alarms",
    "join",
    "latest_alarms",
    "merge_alarms",
    "physics",
    "plot",
    "read",
    "read_alarms",
    "read_array",
    "read_truth",
    "readers",
    "run",
    "scan",
    "set_threads",
    "simulate_to_folder",
    "slice",
    "stages",
    "sweep_line",
    "sweeps_of",
    "threads",
    "thresholds",
    "to_text",
    "training",
    "volume",
    "velocity",
    "write_wav",
]

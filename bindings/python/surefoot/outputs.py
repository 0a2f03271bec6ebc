# SPDX-License-Identifier: MIT
"""What a run leaves in its folder: alarms.geojson, alarms.csv, scores.npy, run.json and, if asked for, picture and sound."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import _surefoot
from ._surefoot import Line, Quality, Run

PICTURE = "radargram.png"
SOUND = "audio.wav"


@dataclass(frozen=True)
class Timing:
    """How long the pipeline itself took: reading and writing are not in it."""

    seconds: float
    n_traces: int

    @property
    def traces_per_s(self) -> float:
        return self.n_traces / self.seconds if self.seconds > 0 else 0.0


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def quality_counts(line: Line) -> dict[str, int]:
    """How many traces carry each flag; "good" counts those that carry none."""
    flags = np.asarray(line.quality)
    counts = {"good": int(np.count_nonzero(flags == 0))}
    for flag in Quality:
        if flag:
            counts[str(flag.name)] = int(np.count_nonzero(flags & int(flag)))
    return counts


def searched(run: Run) -> bool:
    """Whether anything was looked for: there is a detector, and some trace has a score."""
    return "detector" in tomllib.loads(run.description) and bool(np.any(run.scores))


def summary(
    pipeline: str, source: Path, line: Line, run: Run, timing: Timing, folder: Path, how: Mapping[str, Any]
) -> dict[str, Any]:
    """The content of run.json; `how` are the keywords that the input was read with."""
    scores = np.ascontiguousarray(run.scores, dtype=np.float32)
    build = _surefoot.build_info()
    return {
        "surefoot": build["version"],
        "build": build,
        "pipeline": pipeline,
        "description": run.description,
        "input": {
            "file": source.name,
            "path": os.path.relpath(source, folder),
            "format": line.format,
            "instrument": line.instrument,
            "n_traces": line.n_traces,
            "n_samples": line.n_samples,
            "read": dict(how),
        },
        "hashes": {
            "description_hash": f"{run.description_hash:016x}",
            "description_sha256": hashlib.sha256(run.description.encode()).hexdigest(),
            "input_sha256": sha256_of(source),
            "scores_sha256": hashlib.sha256(scores.tobytes()).hexdigest(),
        },
        "version": build["version"],
        "n_traces": run.traces.n_traces,
        "n_alarms": len(run.alarms) if searched(run) else None,
        "seconds": round(timing.seconds, 6),
        "traces_per_s": round(timing.traces_per_s, 1),
        "latency_traces": run.latency,
        "needs_whole_line": run.latency is None,
        "assumptions": list(line.assumptions),
        "quality": quality_counts(run.traces),
        "notes": [
            {"stage": n.stage, "use": n.use, "name": n.name, "value": n.value if math.isfinite(n.value) else None,
             "unit": n.unit, "warning": n.warning}
            for n in run.notes
        ],
    }


def write_run(folder: Path, run: Run, line: Line, info: Mapping[str, Any]) -> None:
    """Write alarms.geojson, alarms.csv, scores.npy and run.json into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(line.file).stem if line.file else "line"
    (folder / "alarms.geojson").write_text(_surefoot.alarms_to_geojson(run.alarms, name=name, line=line), encoding="utf-8")
    (folder / "alarms.csv").write_text(_surefoot.alarms_to_csv(run.alarms, name=name, line=line), encoding="utf-8")
    np.save(folder / "scores.npy", np.ascontiguousarray(run.scores, dtype="<f4"))
    (folder / "run.json").write_text(json.dumps(info, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")

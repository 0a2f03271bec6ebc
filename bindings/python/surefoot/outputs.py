# SPDX-License-Identifier: MIT
"""What a run leaves in its folder: alarms.geojson, alarms.csv, scores.npy, run.json and, if asked for, picture and sound."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import _surefoot
from ._surefoot import Alarm, DualRun, Line, Note, Quality, Run, Sensors

PICTURE = "radargram.png"
SOUND = "audio.wav"
MERGED = "merged.geojson"


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


def name_of(line: Line) -> str:
    """What a line is called in tables of alarms."""
    return Path(line.file).stem if line.file else "line"


def scanned(traces: Line, line: Line) -> dict[str, Any]:
    """Where the usable traces were, for `surefoot evaluate`: pieces along the line and paths on the ground, in metres."""
    where = _surefoot.scanned(traces)
    return {
        "line": name_of(line),
        "trace_spacing_m": where.trace_spacing_m,
        "along_m": where.along,
        "paths_m": where.paths,
    }


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
        "scanned": scanned(run.traces, line),
        "assumptions": list(line.assumptions),
        "quality": quality_counts(run.traces),
        "notes": notes_of(run.notes),
    }


def notes_of(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """What the stages had to say, as data."""
    return [
        {"stage": n.stage, "use": n.use, "name": n.name, "value": n.value if math.isfinite(n.value) else None,
         "unit": n.unit, "warning": n.warning}
        for n in notes
    ]


def dual_summary(
    pipeline: str, files: Mapping[str, Path], lines: Mapping[str, Line], run: DualRun, seconds: float, folder: Path
) -> dict[str, Any]:
    """The content of run.json of two sensors."""
    build = _surefoot.build_info()
    raised = [a.sensors for a in run.alarms]
    traces, scores = {"emi": run.emi, "gpr": run.gpr}, {"emi": run.emi_scores, "gpr": run.gpr_scores}
    return {
        "surefoot": build["version"],
        "build": build,
        "pipeline": pipeline,
        "description": run.description,
        "inputs": {
            sensor: {
                "file": path.name, "path": os.path.relpath(path, folder), "format": lines[sensor].format,
                "instrument": lines[sensor].instrument, "n_traces": lines[sensor].n_traces,
                "n_samples": lines[sensor].n_samples, "sha256": sha256_of(path),
                "assumptions": list(lines[sensor].assumptions),
            }
            for sensor, path in files.items()
        },
        "hashes": {
            "description_hash": f"{run.description_hash:016x}",
            "description_sha256": hashlib.sha256(run.description.encode()).hexdigest(),
            **{f"{sensor}_scores_sha256": hashlib.sha256(s.tobytes()).hexdigest() for sensor, s in scores.items()},
        },
        "version": build["version"],
        "n_alarms": len(run.alarms),
        "n_records": len(run.alarm_records),
        "n_emi_alarms": sum(Sensors.emi in s for s in raised),
        "n_gpr_alarms": sum(Sensors.gpr in s for s in raised),
        "n_both": sum(Sensors.emi in s and Sensors.gpr in s for s in raised),
        "seconds": round(seconds, 6),
        "latency_traces": {"emi": run.emi_latency, "gpr": run.gpr_latency},
        "scanned": scanned(run.gpr, lines["gpr"]),
        "quality": {sensor: quality_counts(line) for sensor, line in traces.items()},
        "notes": [*notes_of(run.emi_notes), *notes_of(run.gpr_notes)],
    }


def write_alarms(folder: Path, alarms: list[Alarm], line: Line) -> None:
    """alarms.geojson and alarms.csv in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    name = name_of(line)
    (folder / "alarms.geojson").write_text(_surefoot.alarms_to_geojson(alarms, name=name, line=line), encoding="utf-8")
    (folder / "alarms.csv").write_text(_surefoot.alarms_to_csv(alarms, name=name, line=line), encoding="utf-8")


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def write_dual_run(folder: Path, run: DualRun, lines: Mapping[str, Line], info: Mapping[str, Any]) -> None:
    """alarms.geojson, alarms.csv, alarm_records.csv (all that was told, in its order), emi_scores.npy, gpr_scores.npy, run.json.
    The alarms stand in the frame of the radar's line."""
    write_alarms(folder, run.alarms, lines["gpr"])
    records = _surefoot.alarms_to_csv(run.alarm_records, name=name_of(lines["gpr"]), line=lines["gpr"])
    (folder / "alarm_records.csv").write_text(records, encoding="utf-8")
    np.save(folder / "emi_scores.npy", np.ascontiguousarray(run.emi_scores, dtype="<f4"))
    np.save(folder / "gpr_scores.npy", np.ascontiguousarray(run.gpr_scores, dtype="<f4"))
    write_json(folder / "run.json", info)


def write_merged(folder: Path, alarms: list[Alarm], line: Line | None) -> None:
    """Write merged.geojson and merged.csv: alarms of several passes, in the frame of the first line."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MERGED).write_text(_surefoot.alarms_to_geojson(alarms, name="merged", line=line), encoding="utf-8")
    (folder / "merged.csv").write_text(_surefoot.alarms_to_csv(alarms, name="merged", line=line), encoding="utf-8")


def write_run(folder: Path, run: Run, line: Line, info: Mapping[str, Any]) -> None:
    """Write alarms.geojson, alarms.csv, scores.npy and run.json into a folder, which is made if need be."""
    write_alarms(folder, run.alarms, line)
    np.save(folder / "scores.npy", np.ascontiguousarray(run.scores, dtype="<f4"))
    write_json(folder / "run.json", info)

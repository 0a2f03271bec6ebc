# SPDX-License-Identifier: MIT
"""The Python and command line half of same_bits.py: the same bytes as C++ and C over the same line.

The C++ and C programs come from the build in $SUREFOOT_BUILD, build/release by default.
"""

import json
import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import surefoot

sys.path.insert(0, str(Path(__file__).parent))
import same_bits  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SUREFOOT_BUILD", ROOT / "build" / "release"))
PROGRAMS = [BUILD / "tests/faces/run_cpp", BUILD / "tests/faces/run_c", BUILD / "bindings/c/firmware_host"]
RECORDED = ROOT / "datasets" / "handheld-lane" / "lane.npy"

Outputs = dict[str, bytes]

ALARM = struct.Struct("<IIqqqqff10d4I3qQ2d3d3dd2dq32f7d")  # surefoot_alarm


def tag_bytes(tags: np.ndarray) -> bytes:
    """Line.tags in the layout of surefoot_tag."""
    out = np.zeros(
        len(tags),
        dtype=np.dtype([
            ("size", "<u4"), ("quality", "<u4"), ("index", "<i8"), ("time_s", "<f8"), ("position_m", "<f8", 3),
            ("distance_m", "<f8"), ("score_time_s", "<f8"), ("score", "<f4"), ("reserved", "<u4"), ("standoff_m", "<f8"),
            ("phase_rad", "<f8"), ("kept_share", "<f8"), ("depth_m", "<f8"), ("profile_start_s", "<f8"),
            ("profile_step_s", "<f8"), ("profile_count", "<i8"), ("profile_z", "<f4", 32), ("background_traces", "<f8"),
            ("hyperbola_velocity_m_per_s", "<f8"), ("hyperbola_time_s", "<f8"), ("hyperbola_fit", "<f8"),
            ("probability", "<f8"), ("echo_z", "<f8"), ("echo_phase_rad", "<f8"),
        ]),
    )
    out["size"] = out.dtype.itemsize
    for name in ("quality", "index", "time_s", "position_m", "distance_m", "score_time_s", "score", "standoff_m",
                 "phase_rad", "kept_share", "depth_m"):
        out[name] = tags[name]
    for name in tags["evidence"].dtype.names:
        out[name] = tags["evidence"][name]
    return out.tobytes()


def alarm_bytes(alarms: list[surefoot.Alarm]) -> bytes:
    """Alarms in the layout of surefoot_alarm."""
    layout = ALARM
    return b"".join(
        layout.pack(
            layout.size, int(a.quality), a.id, a.trace_index, a.first_index, a.last_index, a.score, a.threshold,
            a.time_s, *a.position_m, a.distance_m, a.extent_m, a.two_way_time_s, a.depth_m,
            a.phase_rad, a.kept_share, int(a.sensors), a.active, a.passes, 0, a.revision, a.hits, a.rank,
            a.description_hash, a.gpr_z, a.emi_z, *a.covariance_m2, *a.polarizability_m3, a.conflict,
            a.evidence.profile_start_s, a.evidence.profile_step_s, len(a.evidence.profile_z),
            *np.pad(a.evidence.profile_z, (0, 32 - len(a.evidence.profile_z))), a.evidence.background_traces,
            a.evidence.hyperbola_velocity_m_per_s, a.evidence.hyperbola_time_s, a.evidence.hyperbola_fit,
            a.evidence.probability, a.evidence.echo_z, a.evidence.echo_phase_rad,
        )
        for a in alarms
    )


def bytes_of(traces: list[surefoot.Line], alarms: list[surefoot.Alarm]) -> Outputs:
    return {
        "traces.f32": b"".join(np.ascontiguousarray(t.samples).tobytes() for t in traces),
        "tags.bin": b"".join(tag_bytes(t.tags) for t in traces),
        "alarms.bin": alarm_bytes(alarms),
    }


@pytest.fixture(scope="module", params=["made", "handheld-lane"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "made":
        return same_bits.make_lane(tmp_path_factory.mktemp("lane"))
    if not RECORDED.exists():
        pytest.skip(f"{RECORDED} is not there")
    return RECORDED


@pytest.fixture(scope="module", params=list(same_bits.PIPELINES), ids=lambda p: Path(p).stem)
def case(request: pytest.FixtureRequest, file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path, Outputs]:
    """Pipeline, file, the folder with what C++ read, and the bytes that C++ and C agree on."""
    missing = [str(p) for p in PROGRAMS if not p.exists()]
    if missing:
        pytest.skip(f"not built: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("out")
    return request.param, file, folder, same_bits.run_cpp_and_c(*PROGRAMS, request.param, 20, file, folder)


def n_splits(pipeline: str, file: Path) -> int:
    return same_bits.PIPELINES[pipeline] if file != RECORDED else 50


def test_python_reads_the_same_line(case: tuple[str, Path, Path, Outputs]) -> None:
    _, file, folder, _ = case
    line = surefoot.read(file)
    assert np.ascontiguousarray(line.samples).tobytes() == (folder / "cpp.in.f32").read_bytes()
    assert tag_bytes(line.tags) == (folder / "cpp.in.tags").read_bytes()


def test_python_whole(case: tuple[str, Path, Path, Outputs]) -> None:
    pipeline, file, _, expected = case
    run = surefoot.run(pipeline, surefoot.read(file))
    same_bits.expect_same(bytes_of([run.traces], run.alarm_records), expected, f"{pipeline}: Python, whole")


def test_python_trace_by_trace(case: tuple[str, Path, Path, Outputs]) -> None:
    pipeline, file, _, expected = case
    line = surefoot.read(file)
    live = surefoot.Pipeline(pipeline, line.spec.live())
    parts, alarms = [], []
    for i in range(line.n_traces):
        live.push(line.samples[i], line.tag(i))
        parts.append(live.pull_all())
        alarms += live.alarms()
    live.finish()
    parts.append(live.pull_all())
    alarms += live.alarms()
    same_bits.expect_same(bytes_of(parts, alarms), expected, f"{pipeline}: Python, trace by trace")


def test_python_random_splits(case: tuple[str, Path, Path, Outputs]) -> None:
    """Blocks of random length, pulled now and then; sometimes the state goes into the other pipeline, which goes on."""
    pipeline, file, _, expected = case
    line = surefoot.read(file)
    samples, tags = line.samples, line.tags
    live, other = surefoot.Pipeline(pipeline, line.spec), surefoot.Pipeline(pipeline, line.spec)
    rng = random.Random(20240611)
    for k in range(n_splits(pipeline, file)):
        live.reset()
        parts, alarms, i = [], [], 0
        while i < line.n_traces:
            end = min(line.n_traces, i + 1 + rng.randrange(60))
            live.push(samples[i:end], tags[i:end])
            i = end
            if rng.randrange(4):
                parts.append(live.pull_all())
                alarms += live.alarms()
            if rng.randrange(8) == 0:
                parts.append(live.pull_all())
                alarms += live.alarms()
                state = live.save_state()
                live, other = other, live
                live.load_state(state)
        live.finish()
        parts.append(live.pull_all())
        alarms += live.alarms()
        same_bits.expect_same(bytes_of(parts, alarms), expected, f"{pipeline}: Python, random split {k}")


def test_command_line(case: tuple[str, Path, Path, Outputs], tmp_path: Path) -> None:
    pipeline, file, _, expected = case
    done = subprocess.run(
        [sys.executable, "-m", "surefoot", "run", pipeline, str(file), "--out", str(tmp_path), "--json"],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    # The scores are the column `score` of the tags.
    tags = np.frombuffer(expected["tags.bin"], dtype=np.uint8).reshape(-1, 312)
    scores = np.load(tmp_path / "scores.npy")
    assert scores.dtype == np.float32
    assert scores.tobytes() == np.ascontiguousarray(tags[:, 64:68]).tobytes()
    # So are the alarms, each as it was told last: number, trace, score and threshold, bit for bit.
    layout = ALARM
    records = [layout.unpack_from(expected["alarms.bin"], at) for at in range(0, len(expected["alarms.bin"]), layout.size)]
    wanted = list({record[2]: record for record in records}.values())
    found = json.loads((tmp_path / "alarms.geojson").read_text(encoding="utf-8"))["features"]
    assert len(found) == len(wanted)
    for feature, alarm in zip(found, wanted, strict=True):
        p = feature["properties"]
        assert (p["id"], p["trace_index"]) == (alarm[2], alarm[3])
        assert np.float32(p["score"]) == np.float32(alarm[6])
        assert np.float32(p["threshold"]) == np.float32(alarm[7])

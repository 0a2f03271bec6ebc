# SPDX-License-Identifier: MIT
"""One description, one line, every face: the output bytes are equal. Standard library only.

    same_bits.py RUN_CPP RUN_C FIRMWARE_HOST [FILE]

compares C++ (whole, trace by trace, random splits) with C (the same) over a made lane and, if there is one, over FILE.
test_same_bits.py adds Python and the command line.
"""

import array
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ALARMS = Path(__file__).parent / "alarms.toml"
# With how many random splits each is run over the made lane; a file given besides gets the last number.
PIPELINES = {"gpr-handheld": 1000, "gpr-vehicle": 50, "gpr-airborne": 50, str(ALARMS): 50}
OUTPUTS = ("traces.f32", "tags.bin", "alarms.bin")


def make_lane(folder: Path, n_traces: int = 300, n_samples: int = 256) -> Path:
    """A seeded lane in .npy with its card: layers, two echoes, noise; NaN, infinity and saturated traces on the way."""
    rng = random.Random(7)
    step_s, spacing_m, start_s = 0.1e-9, 0.01, -1e-9
    rail = 1000.0

    def pulse(t: float) -> float:
        a = (math.pi * 1e9 * t) ** 2
        return (1.0 - 2.0 * a) * math.exp(-a)

    samples = array.array("f")
    for i in range(n_traces):
        standoff_s = 0.1e-9 * math.sin(i / 17.0)
        echoes = [2.0 * math.hypot(0.12, i * spacing_m - x) / 1e8 for x in (1.1, 2.3)]
        trace = []
        for k in range(n_samples):
            t = start_s + k * step_s
            value = 300.0 * pulse(t) + 120.0 * pulse(t - 2e-9 - standoff_s) + 10.0 * pulse(t - 11e-9)
            value += sum(40.0 * pulse(t - 2e-9 - standoff_s - e) for e in echoes) + rng.gauss(0.0, 1.0)
            trace.append(value)
        if i % 53 == 20:
            trace[rng.randrange(n_samples)] = math.nan
        if i % 71 == 30:
            trace[rng.randrange(n_samples)] = -math.inf
        if i % 47 == 33:
            trace = [max(-rail, min(rail, 9.0 * v)) for v in trace]
        samples.extend(trace)
    if sys.byteorder == "big":
        samples.byteswap()
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({n_traces}, {n_samples}), }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    path = folder / "lane.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + samples.tobytes())
    (folder / "card.toml").write_text(
        f'surefoot_card = 1\nfile = "lane.npy"\naxis_start = {start_s!r}\naxis_step = {step_s!r}\n'
        f"trace_spacing_m = {spacing_m}\ntrace_interval_s = 0.02\n"
        f"saturated_low = {-rail}\nsaturated_high = {rail}\n",
        encoding="utf-8",
    )
    return path


def run(*command: object) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} failed with {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


def outputs(prefix: Path) -> dict[str, bytes]:
    return {tail: Path(f"{prefix}.{tail}").read_bytes() for tail in OUTPUTS}


def expect_same(a: dict[str, bytes], b: dict[str, bytes], what: str) -> None:
    for tail in OUTPUTS:
        if a[tail] != b[tail]:
            first = next((i for i, (x, y) in enumerate(zip(a[tail], b[tail])) if x != y), min(len(a[tail]), len(b[tail])))
            raise AssertionError(f"{what}: {tail} differs from byte {first} on ({len(a[tail])} and {len(b[tail])} bytes)")


def run_cpp_and_c(
    run_cpp: Path, run_c: Path, firmware_host: Path, pipeline: str, n_splits: int, file: Path, folder: Path
) -> dict[str, bytes]:
    """Run both faces in all three ways; the bytes that they all gave."""
    print(run(run_cpp, pipeline, file, folder / "cpp", n_splits), end="")
    spec = (folder / "cpp.spec").read_text(encoding="utf-8").split()
    line = [folder / "cpp.in.f32", folder / "cpp.in.tags"]
    run(firmware_host, pipeline, *spec, *line, folder / "host")
    print(run(run_c, pipeline, *spec, *line, folder / "c", n_splits), end="")
    cpp = outputs(folder / "cpp")
    expect_same(cpp, outputs(folder / "host"), f"{pipeline}: C, trace by trace, against C++")
    expect_same(cpp, outputs(folder / "c"), f"{pipeline}: C, whole, against C++")
    return cpp


def main() -> None:
    run_cpp, run_c, firmware_host, *files = (Path(a) for a in sys.argv[1:])
    with tempfile.TemporaryDirectory() as made:
        lane = make_lane(Path(made))
        for file in [lane, *(f for f in files if f.exists())]:
            for pipeline, n_splits in PIPELINES.items():
                n_splits = n_splits if file == lane else 50
                with tempfile.TemporaryDirectory() as folder:
                    out = run_cpp_and_c(run_cpp, run_c, firmware_host, pipeline, n_splits, file, Path(folder))
                    if not out["traces.f32"] or (pipeline == str(ALARMS) and file == lane and not out["alarms.bin"]):
                        raise AssertionError(f"{pipeline} gave nothing for {file}")
                    print(f"{pipeline} over {file.name}: C++ and C give the same {sum(map(len, out.values()))} bytes")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""One description of two sensors, one line of each, every face: the records of alarms are equal, byte for byte.

    dual_bits.py DUAL_CPP DUAL_C

compares C++ (whole, push by push, random splits) with C (push by push, stopped in its middle and gone on elsewhere) over the two
lanes that are shipped. test_dual_bits.py adds Python and the command line.
"""

import sys
import tempfile
from pathlib import Path

from same_bits import run

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
EMI, GPR = DATASETS / "metal-lane" / "lane.npy", DATASETS / "handheld-lane" / "lane.npy"
LABELLED = """surefoot = 1
modality = "dual"
[emi]
use = "md-cw"
[gpr]
use = "gpr-vehicle"
[fusion]
method = "dempster_shafer"
policy = "label"
gate_m = 0.3
emi_lever_m = [0.05, 0.02]
"""


def pipelines(folder: Path) -> dict[str, int]:
    """With how many random splits each is run."""
    labelled = folder / "labelled.toml"
    labelled.write_text(LABELLED, encoding="utf-8")
    return {"dual-handheld": 60, str(labelled): 20}


def run_cpp_and_c(dual_cpp: Path, dual_c: Path, pipeline: str, n_splits: int, folder: Path) -> bytes:
    """The records that both faces gave, in the layout of surefoot_alarm."""
    print(run(dual_cpp, pipeline, EMI, GPR, folder / "cpp", n_splits), end="")
    run(dual_c, pipeline, folder / "cpp", folder / "c")
    cpp, c = ((folder / f"{face}.alarms.bin").read_bytes() for face in ("cpp", "c"))
    if not cpp or cpp != c:
        raise AssertionError(f"{pipeline}: C gives {len(c)} bytes of records, C++ {len(cpp)}, or others")
    return cpp


def main() -> None:
    dual_cpp, dual_c = (Path(a) for a in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        for pipeline, n_splits in pipelines(Path(folder)).items():
            out = run_cpp_and_c(dual_cpp, dual_c, pipeline, n_splits, Path(folder))
            print(f"{pipeline}: C++ and C give the same {len(out)} bytes")


if __name__ == "__main__":
    main()

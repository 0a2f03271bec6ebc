#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads every #include line of include/, src/ and bindings/ and names each that breaks the layers of src/ARCHITECTURE.md.

    layers.py [ROOT]       prints one line a breach; ends with 1 if there is any
"""
import pathlib
import re
import sys

SIBLINGS = ("gpr", "emi", "detect", "sim", "io")  # layer 2: never see each other
CORE = ("base", "dsp", "physics", "gpr", "emi", "detect")  # runs on a microcontroller
# Folder -> folders of ours that it may include besides itself.
MAY_SEE = {
    "base": set(),
    "text": {"base"},
    "dsp": {"base"},
    "gpr": {"base", "dsp"},
    "physics": {"base", "dsp"},
    "emi": {"base", "dsp", "physics"},
    "detect": {"base", "dsp"},
    "sim": {"base", "dsp", "physics", "text"},
    "io": {"base", "text"},
    "pipeline": {"base", "text", "sim", "io"},
    "eval": {"base", "dsp", "text", "sim", "io"},
    "c": set(),
}
CONCRETE_STAGES = "src/pipeline/registry.cpp"  # the only file of the pipeline that knows a stage by name
# Header pattern -> the only folders that may include it.
THIRD_PARTY = [
    (r"toml\+\+/.*", ("src/text",)),
    (r"fftw3\.h|kissfft/.*|kiss_fft.*\.h", ("src/dsp/fft",)),
    (r"hdf5\.h|H5.*", ("src/io",)),
    (r"pybind11/.*|Python\.h|numpy/.*", ("bindings/python/src",)),
    (r"Eigen/.*|unsupported/Eigen/.*", ("include/surefoot", "src", "bindings/python/src")),
    (r"omp\.h", ("src/dsp",)),
]
# Fourier transforms and threads live in dsp, and imaging in gpr, but not on a microcontroller: plans come from the heap,
# under a lock (src/decisions/0010-host-stages.md).
OF_THE_HOST = (
    "src/base/coil_array.cpp",
    "src/dsp/fft/",
    "include/surefoot/dsp/chirp_z.hpp",
    "src/dsp/chirp_z.cpp",
    "include/surefoot/gpr/fk_filter.hpp",
    "src/gpr/fk_filter.cpp",
    "include/surefoot/gpr/hyperbola_search.hpp",
    "src/gpr/hyperbola_search.cpp",
    "include/surefoot/gpr/sfcw.hpp",
    "src/gpr/sfcw.cpp",
    "include/surefoot/gpr/velocity_scan.hpp",
    "src/gpr/velocity_scan.cpp",
    "include/surefoot/dsp/complex_fft.hpp",
    "include/surefoot/dsp/hilbert.hpp",
    "include/surefoot/dsp/real_fft.hpp",
    "include/surefoot/dsp/parallel.hpp",
    "src/dsp/parallel.cpp",
    "include/surefoot/gpr/envelope.hpp",
    "src/gpr/envelope.cpp",
    "include/surefoot/gpr/whiten.hpp",
    "src/gpr/whiten.cpp",
    "include/surefoot/gpr/stolt.hpp",
    "include/surefoot/gpr/wavenumber_line.hpp",
    "src/gpr/stolt.cpp",
    "src/gpr/wavenumber_line.cpp",
    "include/surefoot/gpr/phase_shift.hpp",
    "src/gpr/phase_shift.cpp",
    "src/gpr/back_projection.cpp",
    "src/gpr/imaging/",
    "src/gpr/kirchhoff.cpp",
    "src/gpr/volume.cpp",
)
NOT_IN_CORE = set(
    """iostream ostream istream fstream sstream iomanip cstdio stdio.h filesystem thread mutex shared_mutex
    condition_variable future semaphore latch barrier stop_token chrono ctime string vector deque list forward_list map set
    unordered_map unordered_set queue stack functional any regex locale stdexcept exception typeinfo typeindex memory_resource
    memory variant""".split()
)
# Headers of base that a host needs and the core's live code does not include; and <memory> for construction in place.
HOST_ONLY_BASE = {"coil_array.hpp", "error.hpp", "line.hpp", "polarizability_table.hpp", "truth.hpp"}
PERMITTED = {("include/surefoot/base/arena.hpp", "memory"): "std::uninitialized_value_construct_n; nothing is allocated"}
INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]")
SUFFIXES = {".hpp", ".h", ".cpp", ".c", ".cc", ".in", ".inc", ".ipp"}


def folder_of(path):
    """The layer's folder of a path below include/surefoot or src, "" for the top ones, None outside them."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[:2] == ("include", "surefoot"):
        return parts[2] if len(parts) > 3 else ""
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else ""
    return None


def resolve(path, target, root):
    """What of ours an include names, as "folder/rest" relative to include/surefoot or src; None if it is not ours."""
    if target.startswith("surefoot/"):
        return target.removeprefix("surefoot/"), True
    beside = (root / path).parent / target
    if beside.exists():
        real = beside.resolve().relative_to(root.resolve()).as_posix()
        if real.startswith("src/"):
            return real.removeprefix("src/"), False
        if real.startswith("include/surefoot/"):
            return real.removeprefix("include/surefoot/"), True
        return None, False
    if (root / "src" / target).exists():
        return target, False
    return None, False


def judge(path, quote, target, root):
    """The sentence against one include line, or None."""
    folder = folder_of(path)
    in_bindings = path.startswith("bindings/")
    ours, public = resolve(path, target, root)
    if ours is None:
        for pattern, places in THIRD_PARTY:
            if re.fullmatch(pattern, target):
                if path.startswith("include/") and target != "Eigen/Core":
                    return "a public header may include nothing of others but Eigen/Core"
                if not any(path.startswith(place + "/") for place in places):
                    return f"only {' and '.join(places)} may include it"
                return None
        if path.startswith("include/surefoot/c/") and target not in ("math.h", "stddef.h", "stdint.h", "stdbool.h"):
            return "the C face needs nothing but math.h, stddef.h, stdint.h and stdbool.h"
        if path.startswith("include/") and (quote == '"' or "/" in target):
            return "a public header may include nothing of others but Eigen/Core"
        host_only = path.startswith("include/surefoot/base/") and pathlib.PurePosixPath(path).name in HOST_ONLY_BASE
        host_only = host_only or path.startswith("src/base/version")
        in_core = folder in CORE and not host_only and not path.startswith(OF_THE_HOST)
        if in_core and target in NOT_IN_CORE and (path, target) not in PERMITTED:
            return "the core knows no heap, streams, threads, clocks or exceptions"
        return None
    if not public:
        if in_bindings:
            return "a face uses public headers only"
        if path.startswith("include/"):
            return "a public header may not include a private one"
    if in_bindings:
        return None
    to = ours.split("/")[0] if "/" in ours else ""
    if to == "" or to == folder:
        return None
    if folder is None or folder == "":
        return None
    if to == "c":
        return "the C face is included by no layer"
    if folder in CORE and public and to == "base" and pathlib.PurePosixPath(ours).name in HOST_ONLY_BASE:
        return "the core's sources use no host-only header of base"
    if folder == "pipeline" and to in ("dsp", "physics", "gpr", "emi", "detect"):
        return None if path == CONCRETE_STAGES else f"only {CONCRETE_STAGES} names concrete stages"
    if to not in MAY_SEE.get(folder, set()):
        if folder in SIBLINGS and to in SIBLINGS:
            return f"{folder} and {to} are siblings: push what they share down to dsp or base"
        return f"{folder} may include only {', '.join(sorted(MAY_SEE.get(folder, set()))) or 'itself'}"
    return None


def breaches(root):
    """(number of files read, list of "file:line: <header>: sentence")."""
    found, n_files = [], 0
    for top in ("include", "src", "bindings"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in SUFFIXES or not file.is_file():
                continue
            n_files += 1
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if match and (sentence := judge(path, *match.groups(), root)):
                    found.append(f"{path}:{number}: {match[2]}: {sentence}")
    return n_files, found


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    n_files, found = breaches(root)
    print("\n".join([*found, f"{n_files} files read, {len(found)} breaches"]))
    return 1 if found or n_files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

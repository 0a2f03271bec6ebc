# SPDX-License-Identifier: MIT
"""surefoot run: a pipeline over files of survey lines."""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import _surefoot, outputs, plot
from . import dual, reading
from .exit_codes import ExitCode, code_of
from .terminal import Progress, complain, paint, print_json, say


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "run",
        help="a pipeline over files: alarms.geojson, alarms.csv, scores.npy, run.json",
        description="Run a pipeline over each file. The results of one file go into DIR, those of several into DIR/NAME, "
        "NAME being the file's name without its ending (NAME-2, ... where two are alike). A file that cannot be read "
        "is reported, the others are done, and the exit code is 3. A pipeline for two sensors takes one line of each, "
        "by --emi and --gpr, instead of FILE.",
    )
    parser.add_argument("pipeline", metavar="PIPELINE", help="a built-in name or a .toml file")
    parser.add_argument("files", nargs="*", metavar="FILE")
    dual.add_to(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--plot", action="store_true", help=f"write {outputs.PICTURE} as well (needs matplotlib)")
    parser.add_argument("--audio", action="store_true",
                        help=f"write {outputs.SOUND} as well: the pipeline must end with a pitch and a level for each trace")
    parser.add_argument("--merge", action="store_true",
                        help="join the alarms of all FILEs, passes over the same ground, by place: DIR/merged.geojson and merged.csv")
    parser.add_argument("--json", action="store_true", help="print the content of run.json: an object, or a list for several")
    parser.add_argument("--threads", type=threads_of, default=1, metavar="N",
                        help="threads that imaging may use (1 to 256; 1 if not given); the results are the same")
    reading.add_to(parser)
    parser.set_defaults(do=do)


def threads_of(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no number of threads; allowed is 1 to 256")


def do(options: argparse.Namespace) -> ExitCode:
    _surefoot.set_threads(options.threads)
    description = _surefoot.to_text(options.pipeline)  # a wrong pipeline is told before any file is touched
    two = _surefoot.describes_two_sensors(options.pipeline)
    given = [options.emi is not None, options.gpr is not None]
    if (not all(given) or options.files) if two else (any(given) or not options.files):
        complain(f"{options.pipeline}: a pipeline for {'two sensors takes --emi FILE --gpr FILE' if two else 'one sensor takes FILE...'}")
        return ExitCode.USAGE
    if options.plot and importlib.util.find_spec("matplotlib") is None:
        raise ImportError("--plot needs matplotlib: pip install surefoot[plot]")
    if two:
        return dual.do(options, description)
    code, done = ExitCode.OK, []
    passes: list[tuple[_surefoot.Run, _surefoot.Line]] = []
    for file, folder in zip(options.files, folders_for(options.files, options.out), strict=True):
        try:
            info, run, line = run_file(
                options.pipeline, description, Path(file), folder, reading.options_of(options), quiet=options.json
            )
            if options.plot:
                picture(run, info).savefig(folder / outputs.PICTURE)
            if options.audio:
                _surefoot.write_wav(run.traces, folder / outputs.SOUND)
        except _surefoot.DataError as error:
            complain(str(error))
            code = ExitCode.DATA
        except _surefoot.ConfigError as error:
            # The pipeline is sound, but does not fit this line (a trace shorter than a window, say): the others may.
            complain(f"{file}: {error}")
            code = ExitCode.DATA if code is ExitCode.DATA else code_of(error)
        else:
            done.append(info)
            if options.merge:
                passes.append((run, line))
            if not options.json:
                say(one_line(info, folder))
                for note in info["notes"]:
                    if note["warning"]:
                        complain(f"{file}: {note['use']}: {note['name']} = {note['value']}: {note['warning']}")
    if options.merge:
        try:
            alarms = _surefoot.merge_alarms([run.alarms for run, _ in passes], lines=[line for _, line in passes])
        except _surefoot.ConfigError as error:
            complain(str(error))
            return ExitCode.DATA if code is ExitCode.DATA else code_of(error)
        outputs.write_merged(options.out, alarms, passes[0][1] if passes else None)
        if not options.json:
            say(f"{count(len(alarms), 'alarm')} of {count(len(passes), 'pass', 'passes')} joined -> {options.out / outputs.MERGED}")
    if options.json and done:
        print_json(done[0] if len(options.files) == 1 else done)
    return code


def folders_for(files: Sequence[str], out: Path) -> list[Path]:
    """Where the results of each file go: out itself for one file, a folder of its own for each of several."""
    if len(files) == 1:
        return [out]
    taken: set[str] = set()
    folders = []
    for file in files:
        stem = Path(file).stem
        name, n = stem, 1
        while name in taken:
            n += 1
            name = f"{stem}-{n}"
        taken.add(name)
        folders.append(out / name)
    return folders


def run_file(
    pipeline: str, description: str, file: Path, folder: Path, how: dict[str, Any], quiet: bool
) -> tuple[dict[str, Any], _surefoot.Run, _surefoot.Line]:
    """Read a file, run the pipeline over it, write what came out; only the pipeline itself is timed."""
    line = _surefoot.read(file, **how)
    progress = Progress(file.name, quiet)
    try:
        start = time.perf_counter()
        run = _surefoot.run(description, line, progress=progress)
        seconds = time.perf_counter() - start
    finally:
        progress.close()
    info = outputs.summary(pipeline, file, line, run, outputs.Timing(seconds, line.n_traces), folder, how)
    outputs.write_run(folder, run, line, info)
    return info, run, line


def picture(run: _surefoot.Run, info: dict[str, Any], truth: Sequence[_surefoot.Target] | None = None) -> Any:
    """The processed line with alarms, scores and, if known, the truth."""
    title = f"{info['input']['file']}  ·  {Path(info['pipeline']).name}  ·  {found(info)}"
    return plot.radargram(run.traces, alarms=run.alarms, scores=run.scores, truth=truth, title=title)


def count(n: int, word: str, several: str = "") -> str:
    return f"{n} {word}" if n == 1 else f"{n} {several or word + 's'}"


def found(info: dict[str, Any]) -> str:
    """"3 alarms"; a pipeline without scores or without a detector has found nothing because it looked for nothing."""
    n = info["n_alarms"]
    return "not searched (no score or no detector)" if n is None else count(n, "alarm")


def one_line(info: dict[str, Any], folder: Path) -> str:
    """One line for people about one file."""
    flagged = {name: n for name, n in info["quality"].items() if name != "good" and n}
    note = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in flagged.items())
    return (
        f"{paint(info['input']['file'], 'bold')}: {count(info['n_traces'], 'trace')}, {found(info)}, "
        f"{info['traces_per_s']:,.0f} traces/s -> {folder}" + (f"  {paint(f'({note})', 'yellow')}" if note else "")
    )


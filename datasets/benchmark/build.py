#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the synthetic benchmark from recipe.toml: scenes first, then the lanes, each cached by the hash of what decides its samples.

    build.py [--out build/benchmark] [--jobs N] [--scenes]      --scenes: only the scenes, in well under a second

Every lane is a folder NAME with scene.toml, truth.csv, gpr/ and emi/ (NAME.npy, card.toml, truth.csv). Beside them stand lanes.csv
(lane, soil, blank, length_m, width_m) and truth.csv of all lanes. Broken off, it goes on where it was.
"""
from __future__ import annotations

import argparse
import csv
import hashlib
import math
import os
import random
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# What decides the samples besides a scene.
SOLVER = ("src/sim", "include/surefoot/sim", "src/physics", "include/surefoot/physics", "src/dsp/math.cpp",
          "include/surefoot/dsp/math.hpp", "src/io/coil_array")
GROUPS = ("ap-minimum", "ap-metal", "at-plastic", "at-metal", "metal-clutter", "other-clutter")
BODY_SIZES = ("forward_m", "down_m", "width_m", "height_m", "across_m")
PART_SIZES = ("forward_m", "left_m", "down_m", "across_m", "along_m")
WIDTH_M = 1.0  # of a lane


class Dice:
    """Draws that are the same in every version of Python: from random.random() alone."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(name)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def shuffle(self, items: list[Any]) -> None:
        for i in range(len(items) - 1, 0, -1):
            k = int(self._random.random() * (i + 1))
            items[i], items[k] = items[k], items[i]

    def pick(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        at = self.between(0.0, sum(item.get("share", 1) for item in items))
        for item in items:
            at -= item.get("share", 1)
            if at < 0:
                return item
        return items[-1]


def sized(table: dict[str, Any], names: tuple[str, ...], scale: float) -> dict[str, Any]:
    return {key: round(value * scale, 5) if key in names else value for key, value in table.items()}


def turned(body: dict[str, Any], azimuth_deg: float) -> dict[str, Any]:
    """An outline that is long along the object and short across it, as the plane of the line cuts it."""
    c, s = math.cos(math.radians(azimuth_deg)), math.sin(math.radians(azimuth_deg))
    w, a = body["width_m"], body["across_m"]
    return body | {"width_m": round(math.hypot(w * c, a * s), 5), "across_m": round(math.hypot(w * s, a * c), 5)}


def placed(kind: dict[str, Any], dice: Dice) -> dict[str, Any]:
    """One object of a kind, all but its place along the lane."""
    scale = dice.between(*kind.get("scale", (1.0, 1.0)))
    azimuth = round(dice.between(-180.0, 180.0), 1)
    bodies = [sized(body, BODY_SIZES, scale) for body in kind["body"]]
    if kind.get("turns"):
        bodies = [turned(body, azimuth) for body in bodies]
    parts = []
    for part in kind.get("part", ()):
        part = sized(part, PART_SIZES, scale)
        part["conductivity_s_per_m"] = float(f"{part['conductivity_s_per_m'] * dice.between(0.8, 1.25):.3g}")
        if "mu_r" in part:
            part["mu_r"] = round(part["mu_r"] * dice.between(0.75, 1.33), 1)
        parts.append(part)
    return {
        "name": kind["name"], "kind": kind["kind"], "metal": kind["metal"], "x_m": 0.0,
        "y_m": round(dice.between(-0.03, 0.03), 3),
        "depth_m": round(dice.between(*kind["depth_m"]), 3),
        "width_m": max(body["width_m"] for body in bodies),
        "height_m": round(kind["height_m"] * scale, 4),
        "azimuth_deg": azimuth,
        "tilt_deg": round(dice.between(-1.0, 1.0) * kind["tilt_deg"], 1),
        "body": bodies, "part": parts, "clear_m": kind.get("clear_m", 0.0),
    }  # fmt: skip


def objects_of(recipe: dict[str, Any], lane: int, dice: Dice) -> list[dict[str, Any]]:
    """The objects of a lane in their places: no halo touches another."""
    plan = recipe["lanes"]
    found = []
    for group in GROUPS:
        counts = plan["objects"][group]
        kinds = [kind for kind in recipe["object"] if kind["group"] == group]
        found += [placed(dice.pick(kinds), dice) for _ in range(counts[lane % len(counts)])]
    dice.shuffle(found)
    rooms = [o["width_m"] + 2 * (plan["halo_m"] + o["clear_m"]) + plan["gap_m"] for o in found]
    spare = plan["last_m"] - plan["first_m"] - sum(rooms)
    if spare < 0:
        raise SystemExit(f"recipe.toml: the objects of a lane are {-spare:.2f} m too long for it")
    cuts = sorted(dice.between(0.0, spare) for _ in found)
    x = plan["first_m"]
    for k, (item, room) in enumerate(zip(found, rooms)):
        item["x_m"] = round(x + cuts[k] + room / 2, 3)
        x += room
        del item["clear_m"]
    return found


def value_text(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {value_text(v)}" for key, v in value.items()) + " }"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value + '"'
    return repr(value)


def table_text(head: str, table: dict[str, Any]) -> str:
    lines = [head] if head else []
    for key, value in table.items():
        if isinstance(value, list):
            if value:
                lines.append(f"{key} = [\n" + "".join(f"  {value_text(v)},\n" for v in value) + "]")
        else:
            lines.append(f"{key} = {value_text(value)}")
    return "\n".join(lines) + "\n"


def scene_text(recipe: dict[str, Any], soil: dict[str, Any], name: str, seed: int, objects: list[dict[str, Any]]) -> str:
    head = {"surefoot_scene": 1, "modality": "dual", "name": name}
    head |= {key: recipe[key] for key in ("instrument", "licence", "source")} | {"seed": seed, "soil_name": soil["name"]}
    parts = [f"# One lane of the benchmark: written by build.py from recipe.toml. Soil: {soil['name']}.\n" + table_text("", head)]
    parts += [table_text(f"[{key}]", table) for key, table in recipe["scene"].items()]
    parts += [table_text("[ground]", soil["ground"]), table_text("[soil]", soil["soil"])]
    parts += [table_text("[[target]]", item) for item in objects]
    return "\n".join(parts)


def lanes_of(recipe: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Name -> soil, blank, scene."""
    lanes: dict[str, dict[str, Any]] = {}
    for lane in range(recipe["lanes"]["with_objects"] + recipe["lanes"]["blank"]):  # broken off, all soils are there
        for s, soil in enumerate(recipe["soil"]):
            blank = lane >= recipe["lanes"]["with_objects"]
            number = lane - recipe["lanes"]["with_objects"] if blank else lane
            name = f"{soil['name']}-{'blank-' if blank else ''}{number + 1}"
            seed = recipe["seed"] + 100 * s + lane
            dice = Dice(f"surefoot benchmark {seed}")
            objects = [] if blank else objects_of(recipe, lane, dice)
            lanes[name] = {"soil": soil["name"], "blank": blank, "scene": scene_text(recipe, soil, name, seed, objects)}
    return lanes


def solver_hash() -> str:
    files = sorted(f for entry in SOLVER for f in ([ROOT / entry] if (ROOT / entry).is_file() else (ROOT / entry).rglob("*")))
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def simulate(folder: str, key: str) -> str:
    import surefoot

    surefoot.simulate_to_folder(str(Path(folder) / "scene.toml"), folder)
    (Path(folder) / "made.sha256").write_text(key + "\n")
    return Path(folder).name


def write_tables(out: Path, recipe: dict[str, Any], lanes: dict[str, dict[str, Any]]) -> None:
    length = recipe["scene"]["line"]["length_m"]
    with (out / "lanes.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["lane", "soil", "blank", "length_m", "width_m"])
        for name, lane in lanes.items():
            table.writerow([name, lane["soil"], int(lane["blank"]), length, WIDTH_M])
    rows: list[str] = []
    for name in lanes:
        text = (out / name / "truth.csv").read_text().splitlines(keepends=True)
        rows += text if not rows else text[1:]
    (out / "truth.csv").write_text("".join(rows))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "build/benchmark")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scenes", action="store_true")
    options = parser.parse_args()

    recipe = tomllib.loads((HERE / "recipe.toml").read_text())
    lanes = lanes_of(recipe)
    solver = solver_hash()
    todo: dict[str, str] = {}
    for name, lane in lanes.items():
        folder = options.out / name
        folder.mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256((solver + lane["scene"]).encode()).hexdigest()
        made = folder / "made.sha256"
        if made.is_file() and made.read_text().strip() == key:
            continue
        made.unlink(missing_ok=True)
        (folder / "scene.toml").write_text(lane["scene"])
        todo[name] = key
    print(f"{len(lanes)} lanes, {len(todo)} to be made", flush=True)
    if options.scenes:
        return 0

    start = time.monotonic()
    with ProcessPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        jobs = [pool.submit(simulate, str(options.out / name), key) for name, key in todo.items()]
        for done, job in enumerate(as_completed(jobs), 1):
            passed = time.monotonic() - start
            left = passed / done * (len(jobs) - done)
            print(f"[{done}/{len(jobs)}] {job.result()}   {passed:.0f} s, about {left:.0f} s left", flush=True)
    write_tables(options.out, recipe, lanes)
    return 0


if __name__ == "__main__":
    sys.exit(main())

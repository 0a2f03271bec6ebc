# SPDX-License-Identifier: MIT
"""Tests in the style of CWA 14747:2003 on simulated scenes: python bench/cwa [--out DIR] [--only WORD] [--quick]

A metal detector is known by what it hears of balls of chrome steel: how high over a ball of each size it still alarms, in the
air and in soil, at which speed, how soon after it was switched on, and how well that repeats. Each figure here is made by
`surefoot simulate` scenes and the built-in pipeline md-cw, which know nothing of each other. Prints tables; writes cwa.csv, and
cwa.png where matplotlib is there.

A height is that of the head over the top of the ball at which a majority of passes alarm within 0.25 m of it (the width of the head) and nowhere else.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import sys
from pathlib import Path

import law
import passes
from passes import Pass

DIAMETERS_M = (0.003, 0.004, 0.005, 0.006, 0.008, 0.010, 0.012, 0.015, 0.020)
Table = tuple[str, list[str], list[list[float]]]


def heights(quick: bool) -> list[Table]:
    """Detection height against diameter in the air and in soil; the exponent of the curve."""
    sizes = DIAMETERS_M[::3] if quick else DIAMETERS_M
    air = [passes.height(Pass(diameter_m=d)) for d in sizes]
    plain = [passes.height(Pass(diameter_m=d, soil_model="viscous")) for d in sizes]
    soil = [passes.height(Pass(diameter_m=d, soil=True)) for d in sizes]
    # The closed form: the height at which the signal over the noise is what it is at the middle ball.
    middle = len(sizes) // 2
    least = law.signal(sizes[middle], plain[middle], law.STEEL)
    formula = [law.height_of(d, least, law.STEEL) for d in sizes]
    rows = [[1e3 * x for x in row] for row in zip(sizes, air, plain, formula, soil, strict=True)]
    head = ["ball mm", "air mm", "viscous mm", "formula mm", "soil mm"]
    tables: list[Table] = [("height over the top of the ball; viscous: in the air, md-cw told that soil does not conduct", head, rows)]

    fits = [
        ["found", *law.exponent(sizes, air)],
        ["found, viscous", *law.exponent(sizes, plain)],
        ["formula, the same balls", *law.exponent(sizes, formula)],
        ["formula, air, far field", *law.exponent(sizes, [law.height_of(d, 1e-7 * least, law.STEEL) for d in sizes])],
        ["formula, far, inductive limit", *law.exponent(sizes, [law.height_of(d, 1e-7 * least, law.MIRROR) for d in sizes])],
    ]
    print("\nexponent p of height ~ diameter^p with its 95 % interval (to the middle of the ball, in the air)")
    for name, p, spread in fits:
        print(f"  {name:32s} {p:.3f} +- {spread:.3f}")
    print(
        "  Far away the signal goes as d^3 / h^6, so p = 1/2. Within about two radii of the head (0.13 m) its field falls\n"
        "  slower than h^-3, which makes p larger; steel is not in its inductive limit, its chi falls with d, which makes p smaller."
    )
    tables.append(("exponents", ["p", "+-"], [[row[1], row[2]] for row in fits]))
    return tables


def quiet_heights(quick: bool) -> list[Table]:
    """The same with a receiver 100,000 times as quiet and balls of aluminium: the far field, measured."""
    sizes = DIAMETERS_M[::3] if quick else DIAMETERS_M[::2]
    found = [passes.height(Pass(diameter_m=d, noise_v=1e-11, material="aluminium", lowest_m=0.3, widest_m=3.0, flank_m=2.0)) for d in sizes]
    p, spread = law.exponent(sizes, found)
    near, _ = law.exponent(sizes, [passes.height(Pass(diameter_m=d, material="aluminium")) for d in sizes])
    print(f"\naluminium: p = {p:.3f} +- {spread:.3f} at {found[0]:.2f} to {found[-1]:.2f} m; with the usual noise, near: {near:.3f}")
    return [("far heights, aluminium", ["ball mm", "height mm"], [[1e3 * d, 1e3 * h] for d, h in zip(sizes, found, strict=True)])]


def speeds(quick: bool) -> list[Table]:
    """Detection height of a 10 mm ball against the speed of the sweep."""
    values = (0.1, 0.5, 2.0) if quick else (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
    rows = [[v, 1e3 * passes.height(Pass(speed_m_per_s=v)), 1e3 * passes.height(Pass(speed_m_per_s=v, soil=True))] for v in values]
    return [("speed of the sweep, 10 mm ball", ["m/s", "air mm", "soil mm"], rows)]


def warm_up(quick: bool) -> list[Table]:
    """Detection height of a 10 mm ball so long after the detector was switched on cold."""
    values = (6.0, 60.0) if quick else (6.0, 12.0, 20.0, 40.0, 60.0, 120.0)
    cold = [[t, 1e3 * passes.height(Pass(after_s=t, warm_up_v=2e-5)), 1e3 * passes.height(Pass(after_s=t))] for t in values]
    return [("after switching on, 10 mm ball (0: alarms without a ball)", ["s", "cold mm", "warm mm"], cold)]


def set_ups(quick: bool) -> list[Table]:
    """Detection height of a 10 mm ball after each of several set-ups: bucking, drift and noise are drawn anew."""
    n = 4 if quick else 10
    found = [passes.height(Pass(first_seed=1000 * (k + 1), imbalance_h=passes.imbalance(k))) for k in range(n)]
    mean, spread = law.mean_and_deviation(found)
    print(f"\nset-ups: {1e3 * mean:.0f} mm, standard deviation {1e3 * spread:.1f} mm ({n} set-ups)")
    return [("set-ups, 10 mm ball", ["set-up", "air mm"], [[float(k + 1), 1e3 * h] for k, h in enumerate(found)])]


TESTS = {"heights": heights, "far": quiet_heights, "speed": speeds, "warm-up": warm_up, "set-up": set_ups}


def show(table: Table) -> None:
    title, head, rows = table
    print(f"\n{title}\n  " + "".join(f"{name:>12s}" for name in head))
    for row in rows:
        print("  " + "".join(f"{x:12.4g}" for x in row))


def draw(tables: list[Table], file: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    curves = [t for t in tables if len(t[2]) > 1 and t[0] != "exponents"]
    figure, axes = pyplot.subplots(1, len(curves), figsize=(4.5 * len(curves), 4), constrained_layout=True)
    for axis, (title, head, rows) in zip([axes] if len(curves) == 1 else axes, curves, strict=True):
        for k, name in enumerate(head[1:], 1):
            axis.plot([row[0] for row in rows], [row[k] for row in rows], "o-" if name != "formula mm" else "--", label=name)
        if "ball" in head[0]:
            axis.set_xscale("log")
            axis.set_yscale("log")
        axis.set_title(title, fontsize=9)
        axis.set_xlabel(head[0])
        axis.legend()
        axis.grid(visible=True, which="both", alpha=0.3)
    figure.savefig(file, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/cwa", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/cwa"))
    parser.add_argument("--only", default="", help="only tests whose name contains this: " + ", ".join(TESTS))
    parser.add_argument("--quick", action="store_true", help="fewer points")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    tables = []
    for name, test in TESTS.items():
        if given.only in name:
            new = test(given.quick)
            for table in new:
                show(table)
            tables += new
            sys.stdout.flush()
    with (given.out / "cwa.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for title, head, rows in tables:
            writer.writerow([title, *head])
            writer.writerows([[title, *row] for row in rows])
    if importlib.util.find_spec("matplotlib") is not None:
        draw(tables, given.out / "cwa.png")
    print(f"\nwrote {given.out}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())

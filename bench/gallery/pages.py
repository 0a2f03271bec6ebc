# SPDX-License-Identifier: MIT
"""The pictures: each function makes one figure and says in a sentence what must be seen in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import scenes
import surefoot
from surefoot.plot import new_figure, radargram


@dataclass(frozen=True)
class Page:
    """A picture: its file name, what to look for, and how it is made from the folder of recorded data (None: not there)."""

    name: str
    caption: str
    recorded: bool
    draw: Callable[[Path], Figure]


PAGES: list[Page] = []


def page(caption: str, recorded: bool = False) -> Callable[[Callable[[Path], Figure]], Callable[[Path], Figure]]:
    def add(draw: Callable[[Path], Figure]) -> Callable[[Path], Figure]:
        PAGES.append(Page(draw.__name__.replace("_", "-"), caption, recorded, draw))
        return draw

    return add


def panels(
    lines: list[tuple[str, surefoot.Line]], columns: int = 3, width: float = 5.2, height: float = 3.4, percentile: float = 98.0
) -> Figure:
    rows = -(-len(lines) // columns)
    figure = new_figure(width * columns, height * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, (title, line) in zip(grid, lines, strict=False):
        radargram(line, ax=ax, title=title, percentile=percentile)
    for ax in grid[len(lines) :]:
        ax.set_axis_off()
    return figure


def one(name: str, line: surefoot.Line, **options: Any) -> surefoot.Line:
    """One stage of the registry over a line."""
    module, _, stage = name.partition(".")
    made = getattr(getattr(surefoot, module), stage)(line, **options)
    assert isinstance(made, surefoot.Line)
    return made


def mark(ax: Axes, points: list[tuple[float, float]]) -> None:
    """Rings where the truth lies, so that the image is seen inside them."""
    x, y = zip(*points, strict=True)
    ax.plot(x, y, marker="o", linestyle="", markersize=13, markerfacecolor="none", markeredgecolor="#2a9d8f", markeredgewidth=1.6)


@page("One synthetic line through the operations along time: the wow goes, late echoes come up, the envelope has no sign.")
def along_time(_: Path) -> Figure:
    raw = scenes.cluttered()
    flat = one("gpr.dewow", raw, window_s=4e-9)
    return panels([
        ("as it came", raw),
        ("gpr.dc", one("gpr.dc", raw)),
        ("gpr.dewow 4 ns", flat),
        ("gpr.bandpass 0.3 to 1.5 GHz", one("gpr.bandpass", raw, low_hz=3e8, high_hz=1.5e9)),
        ("gpr.gain power 1", one("gpr.gain", flat, method="power", exponent=1.0, reference_s=5e-9)),
        ("gpr.gain agc 5 ns", one("gpr.gain", flat, method="agc", window_s=5e-9)),
        ("gpr.whiten", one("gpr.whiten", flat)),
        ("gpr.deconvolution by the wavelet", one("gpr.deconvolution", flat, method="wavelet", wavelet="ricker", centre_hz=8e8, prewhitening=0.05)),
        ("gpr.envelope", one("gpr.envelope", flat)),
    ])


@page("Background and clutter: what all traces share goes, five hyperbolas stay. The bounce and the layer sway, so none takes all of them.")
def across_traces(_: Path) -> Figure:
    flat = one("gpr.dewow", scenes.cluttered(), window_s=4e-9)
    return panels([
        ("gpr.dewow only", flat),
        ("gpr.background mean", one("gpr.background", flat, method="mean")),
        ("running_mean 100, guard 10", one("gpr.background", flat, length_traces=100, guard_traces=10)),
        ("running_median 50, both sides", one("gpr.background", flat, method="running_median", length_traces=50, two_sided=True)),
        ("exponential, freezes", one("gpr.background", flat, method="exponential")),
        ("kalman", one("gpr.background", flat, method="kalman")),
        ("gpr.fk_filter without what is flat", one("gpr.fk_filter", flat, keep="outside", min_velocity_m_per_s=5e8, max_velocity_m_per_s=0.0)),
        ("gpr.svd_clutter, components 1 to 3", one("gpr.svd_clutter", flat, last_component=3)),
        ("gpr.rpca_clutter", one("gpr.rpca_clutter", flat)),
    ])


def _migrated(points: scenes.Points, methods: list[tuple[str, dict[str, Any]]]) -> Figure:
    lines = [("echoes", points.line)]
    lines += [(" ".join([name, *(str(o) for k, o in options.items() if k == "output"), *(["x coherence"] if "coherence" in options else [])]),
               one(name, points.line, **{"velocity_m_per_s": points.velocity_m_per_s, **options})) for name, options in methods]
    figure = panels(lines, columns=2, width=7.0, height=4.2, percentile=99.7)
    for ax, (_, line) in zip(figure.axes, lines, strict=False):
        if line.axis.kind == "depth":
            mark(ax, points.points)
            ax.set_ylim(0.65, 0.0)
    return figure


@page("Five points at 6 to 50 cm, v = 0.1 m/ns, antennas 6 cm apart on the ground: hyperbolas above, migrated onto the rings. "
      "Stolt and phase shift take both antennas for one and place the shallowest a little too deep.")
def migration(_: Path) -> Figure:
    p = scenes.diffractors()
    return _migrated(p, [
        ("gpr.stolt", {}),
        ("gpr.phase_shift", {"velocity_m_per_s": [p.velocity_m_per_s]}),
        ("gpr.kirchhoff", {"antenna_offset_m": p.offset_m}),
        ("gpr.back_projection", {"antenna_offset_m": p.offset_m}),
        ("gpr.back_projection", {"antenna_offset_m": p.offset_m, "output": "envelope", "coherence": True}),
    ])


@page("The same points under antennas 30 cm up: the waves bend at the ground; straight rays would miss the rings.")
def refraction(_: Path) -> Figure:
    p = scenes.diffractors(standoff_m=0.30)
    return _migrated(p, [
        ("gpr.back_projection", {"antenna_offset_m": p.offset_m}),
        ("gpr.back_projection", {"antenna_offset_m": p.offset_m, "output": "envelope"}),
        ("gpr.back_projection", {"antenna_offset_m": p.offset_m, "output": "envelope", "coherence": True}),
    ])


@page("A head swung over rough ground with 3 cm of height noise and two dips: the tracked bounce (red) lies on the true one (green), "
      "strong shallow targets do not draw it away; below, traces moved so that the ground lies at t = 0.")
def ground_tracking(_: Path) -> Figure:
    lane = scenes.air_lane()
    options: dict[str, Any] = {"separation_m": 0.1, "time_zero": "emission", "min_standoff_m": 0.12, "max_standoff_m": 0.6}
    followed = one("gpr.ground_track", lane.line, compensate=False, **options)
    flat = one("gpr.ground_track", lane.line, compensate=True, **options)
    figure = new_figure(12, 10)
    above, middle, below = figure.subplots(3, 1, height_ratios=(2, 1, 2))
    radargram(lane.line, ax=above, title="as it came")
    x = lane.line.distance_m
    tracked_s = 2 * np.hypot(followed.standoff_m, 0.05) / scenes.LIGHT_M_PER_S
    above.plot(x, 1e9 * lane.bounce_s, color="#2a9d8f", linewidth=3, label="true bounce")
    above.plot(x, 1e9 * tracked_s, color="#c1121f", linewidth=1, label="gpr.ground_track")
    above.legend(loc="lower right", fontsize=9)
    error_s = tracked_s - lane.bounce_s
    within = 100 * float((np.abs(error_s) < 1e-10).mean())
    middle.plot(x, 1e9 * error_s, color="#22313f", linewidth=0.9)
    middle.axhspan(-0.1, 0.1, color="#2a9d8f", alpha=0.2, linewidth=0)
    middle.set_ylabel("error (ns)")
    middle.set_xlim(above.get_xlim())
    middle.set_title(f"{within:.1f} % of the traces within 0.1 ns", loc="left", fontsize=10)
    radargram(flat, ax=below, title="compensated")
    return figure


@page("A common-midpoint gather over three flat layers: the semblance is largest in the rings (true stacking velocities and times); "
      "after moveout the reflections are flat.")
def velocity(_: Path) -> Figure:
    gather, truth = scenes.gather()
    lowest, highest, n = 0.06e9, 0.16e9, 101
    scan = one("gpr.velocity_scan", gather, min_velocity_m_per_s=lowest, max_velocity_m_per_s=highest, n_velocities=n, window_s=2e-9)
    flat = one("gpr.nmo", gather, times_s=[t for t, _ in truth], velocities_m_per_s=[v for _, v in truth])
    figure = new_figure(16, 4.8)
    left, middle, right = figure.subplots(1, 3)
    radargram(gather, ax=left, title="gather")
    left.set_xlabel("antenna offset (m)")
    step = 1e9 * scan.axis.step
    start = 1e9 * scan.axis.start
    image = middle.imshow(scan.samples[:n].T, aspect="auto", cmap="magma", vmin=0, vmax=1,
                          extent=(lowest / 1e9, highest / 1e9, start + step * scan.n_samples, start))
    middle.plot([v / 1e9 for _, v in truth], [1e9 * t for t, _ in truth], marker="o", linestyle="", markersize=14,
                markerfacecolor="none", markeredgecolor="#2a9d8f", markeredgewidth=2)
    middle.set_xlabel("velocity (m/ns)")
    middle.set_ylabel("two-way time (ns)")
    middle.set_title("gpr.velocity_scan", loc="left", fontsize=11, fontweight="bold")
    figure.colorbar(image, ax=middle, pad=0.01, fraction=0.025, label="semblance")
    radargram(flat, ax=right, title="gpr.nmo")
    right.set_xlabel("antenna offset (m)")
    return figure


def _sweeps(folder: Path, name: str) -> np.ndarray[Any, Any]:
    """The solver's S32 over frequency, from its two text files."""
    parts = [np.loadtxt(folder / f"{name}_{part}3_2.txt", skiprows=2)[:, 1] for part in "ri"]
    return np.asarray(parts[0] + 1j * parts[1])


@page("Three echoes under a stepped-frequency antenna that moves: magnitudes of the sweeps, then traces, then the focused image "
      "with the points inside the rings.")
def stepped_frequency(_: Path) -> Figure:
    p = scenes.diffractors()
    f0, step, n = 5e8, 1e7, 201
    f = f0 + step * np.arange(n)
    x = p.line.distance_m
    sweeps = np.zeros((len(x), n), np.complex128)
    for at, depth in p.points:
        arrival = sum(scenes.one_way(x + side * p.offset_m / 2 - at, depth, 0.0, p.velocity_m_per_s) for side in (-1, 1))
        sweeps += np.exp(-2j * np.pi * f[None, :] * np.asarray(arrival)[:, None])
    line = surefoot.sweep_line(sweeps.astype(np.complex64), start_hz=f0, step_hz=step, trace_spacing_m=0.01)
    traces = one("gpr.sfcw", line, window="hann", length_s=1.6e-8)
    image = one("gpr.back_projection", traces, velocity_m_per_s=p.velocity_m_per_s, antenna_offset_m=p.offset_m, output="envelope")
    figure = panels([("sweeps", line), ("gpr.sfcw", traces), ("gpr.back_projection, envelope", image)], columns=3, width=6.0, height=4.4, percentile=99.5)
    mark(figure.axes[2], p.points)
    figure.axes[2].set_ylim(0.65, 0.0)
    return figure


@page("A full-wave solver's sweep turned into time lies on the signal that the same solver computed in time.", recorded=True)
def sfcw_against_the_solver(data: Path) -> Figure:
    folder = data / "gpr/sfcw/cst-case1"
    sweep = _sweeps(folder, "wo_obj")
    pulse_t, pulse = np.loadtxt(folder / "Gaussian_pulse.txt", skiprows=3).T
    t, truth = np.loadtxt(folder / "s23_time.txt", skiprows=3).T
    f = 2e6 * np.arange(len(sweep))
    width = np.gradient(pulse_t)
    spectrum = (np.exp(-2j * np.pi * f[:, None] * 1e-9 * pulse_t[None, :]) * (pulse * width)[None, :]).sum(axis=1) * 1e-9
    line = surefoot.sweep_line((sweep * spectrum).astype(np.complex64)[None, :], start_hz=0.0, step_hz=2e6)
    ours = one("gpr.sfcw", line, window="rectangular", scale="spectrum", length_s=12e-9, sample_interval_s=2e-11)
    ours_t = 1e9 * ours.axis.values()
    there = np.interp(ours_t, t, truth)
    match = float(np.corrcoef(there, ours.samples[0])[0, 1])
    figure = new_figure(11, 4.2)
    ax = figure.subplots()
    ax.plot(t, truth, color="#8d99ae", linewidth=4, label="solver, in time")
    ax.plot(ours_t, ours.samples[0], color="#c1121f", linewidth=1.2, label=f"gpr.sfcw of its sweep, correlation {match:.5f}")
    ax.set_xlabel("time (ns)")
    ax.set_ylabel("port signal")
    ax.legend(frameon=False)
    return figure


def _first(data: Path, maker: str) -> surefoot.Line:
    files = {
        "GSSI": ("gpr/dzt/gprpy-dune/FILE____032.DZT", 0.0),
        "Sensors & Software": ("gpr/dt1/gpro-grid3d/XLINE12.DT1", 0.0),
        "MALA": ("gpr/mala/impdar-egrip/ten_col.rd3", 0.5),
    }
    path, spacing = files[maker]
    return surefoot.read(data / path, trace_spacing_m=spacing) if spacing else surefoot.read(data / path)


MAKERS = ("GSSI", "Sensors & Software", "MALA")
PIPELINES = ("gpr-handheld", "gpr-vehicle", "gpr-airborne", "gpr-survey")


@page("Recorded lines of three makers (400 MHz over a dune; 100 MHz; ice) as they came and through every built-in pipeline: "
      "without truth; alarms here are only what stands out. Ten traces (MALA) are too few for a background that must learn first.", recorded=True)
def recorded_lines(data: Path) -> Figure:
    figure = new_figure(5.0 * (1 + len(PIPELINES)), 3.4 * len(MAKERS))
    grid = figure.subplots(len(MAKERS), 1 + len(PIPELINES))
    for row, maker in zip(grid, MAKERS, strict=True):
        line = _first(data, maker)
        radargram(line, ax=row[0], title=f"{maker}: raw")
        for ax, name in zip(row[1:], PIPELINES, strict=True):
            run = surefoot.run(name, line)
            radargram(run.traces, ax=ax, alarms=run.alarms, title=f"{maker}: {name}")
    return figure


@page("24 recorded lines of 100 MHz, taken as 0.5 m apart (the files do not say), on a grid: the mean magnitude in four gates of time.", recorded=True)
def slices(data: Path) -> Figure:
    files = sorted((data / "gpr/dt1/gpro-grid3d").glob("XLINE*.DT1"))[:-1]  # the last one clips
    lines = [one("gpr.time_zero", surefoot.read(file), before_zero_s=4e-9) for file in files]
    joined = surefoot.join(lines, y_m=[0.5 * k for k in range(len(lines))])
    flat = one("gpr.background", one("gpr.dewow", joined, window_s=1.2e-8), method="mean")
    volume = one("gpr.grid", flat, step_x_m=0.1, step_y_m=0.5, radius_m=0.3, length_x_m=13, length_y_m=13)
    figure = new_figure(14, 11)
    for ax, start_ns in zip(figure.subplots(2, 2).ravel(), (6, 13, 20, 27), strict=True):
        surefoot.plot.slice(volume, 1e-9 * start_ns, 1e-9 * (start_ns + 7), ax=ax, measure="magnitude")
    return figure

# SPDX-License-Identifier: MIT
"""Pictures of lines: radargram, scores, alarms. Needs matplotlib (pip install surefoot[plot]).

Nothing here touches matplotlib's global state: each figure is its own, on no window, until it is shown or saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from . import _surefoot
from ._surefoot import Alarm, Evaluation, Line, Quality, Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ALARM = "#c1121f"
_FLAG = "#7b2d8b"
_TRUTH = "#2a9d8f"
_CLUTTER = "#8d99ae"
_INK = "#22313f"
_AXIS_UNITS = {
    "two_way_time": (1e9, "two-way time (ns)"),
    "gate_time": (1e6, "gate time (µs)"),
    "frequency": (1e-3, "frequency (kHz)"),
    "channel": (1.0, "channel"),
    "depth": (1.0, "depth (m)"),
    "sweep": (1e-9, "frequency (GHz)"),
    "sample_time": (1e3, "time (ms)"),
    "gates": (1e6, "gate (µs)"),
}


def new_figure(width_in: float = 11.0, height_in: float = 5.0) -> Figure:
    """A figure that belongs to no window and to no global list."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as missing:
        raise ImportError("plotting needs matplotlib: pip install surefoot[plot]") from missing
    figure = Figure(figsize=(width_in, height_in), dpi=130, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def along(line: Line) -> tuple[npt.NDArray[np.float64], str]:
    """Where each trace lies on the horizontal axis, with its label: metres where known, else numbers of traces."""
    distance = line.distance_m
    if len(distance) > 1 and np.isfinite(distance).all() and (np.diff(distance) > 0).all():
        return np.asarray(distance), "distance along the line (m)"
    return np.arange(line.n_traces, dtype=np.float64), "trace"


def _centred_edges(x: npt.NDArray[np.float64]) -> tuple[float, float]:
    half = 0.5 * (x[-1] - x[0]) / max(len(x) - 1, 1) if len(x) > 1 else 0.5
    return float(x[0] - half), float(x[-1] + half)


def clip_level(samples: npt.NDArray[np.float32], percentile: float = 98.0) -> float:
    """Amplitude at which colours saturate: a percentile of |samples|, so that one bright trace does not darken all."""
    step = max(1, samples.size // 2_000_000)
    magnitude = np.abs(samples.reshape(-1)[::step])
    magnitude = magnitude[np.isfinite(magnitude)]
    if magnitude.size == 0:
        return 1.0
    level = float(np.percentile(magnitude, percentile))
    return level if level > 0 else float(magnitude.max()) or 1.0


def _alarm_spans(alarms: Iterable[Alarm], x: npt.NDArray[np.float64], line: Line) -> list[tuple[Alarm, float, float]]:
    index = line.tags["index"]
    spans = []
    for alarm in alarms:
        rows = np.searchsorted(index, [alarm.first_index, alarm.last_index]).clip(0, len(x) - 1)
        spans.append((alarm, float(x[rows[0]]), float(x[rows[1]])))
    return spans


def _mark_alarms(ax: Axes, line: Line, alarms: Iterable[Alarm], x: npt.NDArray[np.float64], scale: float) -> None:
    timed = line.axis.kind == "two_way_time"  # only there does an alarm know its place along the trace
    index = line.tags["index"]
    metric = np.array_equal(x, line.distance_m)
    transform = ax.get_xaxis_transform()
    for alarm, low, high in _alarm_spans(alarms, x, line):
        # The place that tables give: the centre of the footprint; where places are not known, the trace of the peak.
        middle = alarm.distance_m if metric else float("nan")
        if not np.isfinite(middle):
            middle = float(x[np.searchsorted(index, alarm.trace_index).clip(0, len(x) - 1)])
        ax.axvspan(low, high, color=_ALARM, alpha=0.10, linewidth=0)
        ax.plot([middle], [1.0], marker="v", color=_ALARM, markersize=9, transform=transform, clip_on=False, zorder=5)
        if timed and np.isfinite(alarm.two_way_time_s):
            for edge, width in (("white", 4.0), (_ALARM, 1.8)):
                ax.plot([middle], [alarm.two_way_time_s * scale], marker="o", markersize=13, markerfacecolor="none",
                        markeredgecolor=edge, markeredgewidth=width, zorder=5)
        ax.annotate(
            f"{alarm.id}", (middle, 1.0), xycoords=transform, xytext=(0, 7), textcoords="offset points",
            ha="center", va="bottom", color=_ALARM, fontsize=9, fontweight="bold", annotation_clip=False,
        )


def _mark_truth(ax: Axes, truth: Iterable[Target]) -> None:
    transform = ax.get_xaxis_transform()
    for target in truth:
        x, half = target.x_m, 0.5 * target.width_m
        clutter = target.kind == "clutter"
        colour = _CLUTTER if clutter else _TRUTH
        ax.plot([x - half, x + half], [0.0, 0.0], color=colour, linewidth=6, solid_capstyle="butt",
                transform=transform, clip_on=False, zorder=6)
        ax.annotate(
            target.name.replace("_", " "), (x, 0.0), xycoords=transform, xytext=(0, 7), textcoords="offset points",
            ha="center", va="bottom", fontsize=7.5, color="white",
            bbox={"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": "none", "alpha": 0.85}, zorder=6,
        )


def _explain_marks(ax: Axes, alarms: bool, truth: Iterable[Target]) -> None:
    from matplotlib.lines import Line2D

    kinds = {target.kind == "clutter" for target in truth}
    marks = [Line2D([], [], color=_ALARM, marker="v", linestyle="", markersize=8, label="alarm")] if alarms else []
    if False in kinds:
        marks.append(Line2D([], [], color=_TRUTH, linewidth=6, label="known target"))
    if True in kinds:
        marks.append(Line2D([], [], color=_CLUTTER, linewidth=6, label="known clutter"))
    if marks:
        ax.legend(handles=marks, loc="lower right", bbox_to_anchor=(1.0, 1.045), ncols=3, frameon=False, fontsize=8.5,
                  borderaxespad=0.0)


def _mark_flags(ax: Axes, line: Line, x: npt.NDArray[np.float64]) -> None:
    """One row of ticks for each other flag that is set, under the top edge, with its name."""
    flags = np.asarray(line.quality)
    row = 0
    for flag in Quality:
        marked = (flags & int(flag)) != 0
        if not flag or flag == Quality.warming_up or not marked.any():
            continue
        at = 0.86 - 0.10 * row
        ax.plot(x[marked], np.full(int(marked.sum()), at), marker="|", linestyle="", markersize=5, color=_FLAG,
                transform=ax.get_xaxis_transform())
        ax.annotate(str(flag.name).replace("_", " "), (1.0, at), xycoords="axes fraction", xytext=(-4, 0),
                    textcoords="offset points", ha="right", va="center", fontsize=8, color=_FLAG,
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0})
        row += 1


def score_panel(
    ax: Axes, line: Line, scores: npt.ArrayLike, alarms: Iterable[Alarm] = (), threshold: float | None = None
) -> Axes:
    """Scores along the line with the threshold and the footprints of the alarms."""
    x, label = along(line)
    alarms = list(alarms)
    values = np.asarray(scores, dtype=np.float64)
    if threshold is None and alarms:
        threshold = float(alarms[0].threshold)
    ax.fill_between(x, 0.0, values, color=_INK, alpha=0.15, linewidth=0)
    ax.plot(x, values, color=_INK, linewidth=1.1)
    for _, low, high in _alarm_spans(alarms, x, line):
        ax.axvspan(low, high, color=_ALARM, alpha=0.15, linewidth=0)
    if threshold is not None:
        ax.axhline(threshold, color=_ALARM, linewidth=1.0, linestyle=(0, (5, 3)))
        ax.annotate(f"threshold {threshold:g}", (1.0, threshold), xycoords=("axes fraction", "data"), xytext=(-4, 3),
                    textcoords="offset points", ha="right", fontsize=8, color=_ALARM)
    if threshold is not None and float(np.nanmax(values, initial=0.0)) > 50.0 * threshold:
        ax.set_yscale("symlog", linthresh=threshold)  # else the weak alarms would lie on the axis
    warming = (np.asarray(line.quality) & int(Quality.warming_up)) != 0
    if warming.any():
        ax.fill_between(x, 0, 1, where=warming.tolist(), transform=ax.get_xaxis_transform(), color="#8d99ae", alpha=0.25,
                        linewidth=0)
        ax.annotate("warming up", (float(x[warming][0]), 1.0), xycoords=("data", "axes fraction"), xytext=(4, -4),
                    textcoords="offset points", ha="left", va="top", fontsize=8, color="#5c677d")
    _mark_flags(ax, line, x)
    ax.set_xlim(*_centred_edges(x))
    ax.set_ylim(bottom=min(0.0, float(np.nanmin(values, initial=0.0))))
    ax.set_ylabel("score (robust z)")
    ax.set_xlabel(label)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def _curves(ax: Axes, line: Line, x: npt.NDArray[np.float64]) -> None:
    """Tones or gates of a metal detector along the line: a colour each, linear near zero and logarithmic beyond."""
    import matplotlib

    tones = line.axis.kind == "sweep"
    places = line.axis.places if tones else np.sqrt(line.axis.places[1:] * line.axis.places[:-1])
    scale, name = (1e-3, "tone (kHz)") if tones else (1e6, "gate (µs)")
    samples = line.samples.reshape(line.n_traces, line.n_channels, -1)
    channel = int(np.argmax(np.square(samples, dtype=np.float64).sum(axis=(0, 2))))
    shown = samples[:, channel, :]
    norm = matplotlib.colors.LogNorm(places[0] * scale, places[-1] * scale)
    colours = matplotlib.colormaps["viridis"]
    for k, place in enumerate(places):
        colour = colours(norm(place * scale))
        if tones:
            ax.plot(x, shown[:, 2 * k], color=colour, linewidth=0.9)
            ax.plot(x, shown[:, 2 * k + 1], color=colour, linewidth=0.9, linestyle=(0, (2, 1.5)))
        else:
            ax.plot(x, shown[:, k], color=colour, linewidth=0.9)
    quiet = float(np.median(np.abs(shown))) or 1.0
    ax.set_yscale("symlog", linthresh=3.0 * quiet)
    part = "in phase (solid), quadrature (dashed)" if tones else "mean over the gate"
    ax.set_ylabel(part + (f", channel {channel}" if line.n_channels > 1 else ""))
    bar = ax.figure.colorbar(matplotlib.cm.ScalarMappable(norm, colours), ax=ax, pad=0.01, fraction=0.025)
    bar.set_label(name, fontsize=8)
    bar.ax.tick_params(labelsize=8)


def _image(ax: Axes, line: Line, ends: tuple[float, float], percentile: float, cmap: str) -> None:
    """Traces beside each other, the axis along them downwards."""
    scale, y_label = _AXIS_UNITS[line.axis.kind]
    y = line.axis.values() * scale
    picture = line.samples
    signed = line.axis.kind != "sweep"
    if not signed:  # samples 2k and 2k + 1 are the real and imaginary part at the k-th frequency
        picture = np.hypot(picture[:, 0::2], picture[:, 1::2])
        y, cmap = y[: picture.shape[1]], "magma"
    bottom, top = _centred_edges(y)[::-1]
    level = clip_level(picture, percentile)
    image = ax.imshow(
        picture.T, aspect="auto", cmap=cmap, vmin=-level if signed else 0.0, vmax=level,
        extent=(*ends, bottom, top), interpolation="antialiased",
    )
    ax.set_ylabel(y_label)
    bar = ax.figure.colorbar(image, ax=ax, pad=0.01, fraction=0.025, extend="both" if signed else "max")
    bar.set_label(f"{'amplitude' if signed else 'magnitude'} (clipped at percentile {percentile:g})", fontsize=8)
    bar.ax.tick_params(labelsize=8)
    ax.set_ylim(bottom, top)


def radargram(
    line: Line,
    alarms: Iterable[Alarm] | None = None,
    truth: Iterable[Target] | None = None,
    scores: npt.ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    threshold: float | None = None,
    percentile: float = 98.0,
    cmap: str = "PuOr_r",
    title: str | None = None,
) -> Axes | Figure:
    """Draw a line: distance to the right, two-way time downwards in ns, symmetric colours with a robust clip.

    A depth axis is drawn in metres; of a frequency sweep the magnitude is drawn, with the frequency downwards. Tones and
    gates of a metal detector are drawn as curves, of several channels the one with the most energy.
    alarms: marked above (number), at their two-way time (ring) and over their footprint.
    truth: known targets (see read_truth), marked at the bottom; emplaced clutter in grey.
    scores: one a trace: adds a panel below with the threshold; only without ax.
    Returns the Axes that was given, or else a new Figure: save it with .savefig("picture.png").
    """
    if line.n_traces == 0:
        raise ValueError("the line has no traces")
    alarms = list(alarms or ())
    figure: Figure | None = None
    below: Axes | None = None
    if ax is None:
        figure = new_figure(11.0, 6.4 if scores is not None else 5.0)
        if scores is not None:
            ax, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.2, 1.0])
        else:
            ax = figure.subplots()
    elif scores is not None:
        raise ValueError("scores need a panel of their own: call without ax, or use score_panel(ax2, line, scores)")

    x, x_label = along(line)
    left, right = _centred_edges(x)
    scale = _AXIS_UNITS[line.axis.kind][0]
    if len(line.axis.places):
        _curves(ax, line, x)
    else:
        _image(ax, line, (left, right), percentile, cmap)
    if below is None:
        ax.set_xlabel(x_label)
    _mark_alarms(ax, line, alarms, x, scale)
    known = list(truth or ()) if x_label.startswith("distance") else []
    _mark_truth(ax, known)
    _explain_marks(ax, bool(alarms), known)
    ax.set_xlim(left, right)
    if title:
        ax.set_title(title, loc="left", fontsize=11, fontweight="bold", color=_INK, pad=24 if alarms or known else 8)
    if below is not None and scores is not None:
        score_panel(below, line, scores, alarms, threshold)
    return ax if figure is None else figure


def slice(
    line: Line,
    start: float,
    end: float,
    ax: Axes | None = None,
    *,
    measure: Literal["energy", "magnitude", "mean", "peak"] = "energy",
    alarms: Iterable[Alarm] = (),
    percentile: float = 99.0,
    cmap: str | None = None,
    title: str | None = None,
) -> Axes | Figure:
    """Draw a slice of a volume (surefoot.gpr.grid) between two times (s) or depths (m), seen from above.

    measure: see surefoot.slice. Empty places stay grey. alarms: marked where they have a position, with their number.
    Returns the Axes that was given, or else a new Figure. Raises ValueError if the traces stand on no grid.
    """
    grid = _surefoot.grid_of(line)
    if grid is None:
        raise ValueError("the traces of this line do not stand on a grid; surefoot.gpr.grid puts lines on one")
    values = _surefoot.slice(line, start, end, measure=measure)
    figure: Figure | None = None
    if ax is None:
        figure = new_figure(7.5, 6.4)
        ax = figure.subplots()
    signed = measure in ("mean", "peak")
    level = clip_level(values, percentile)
    half_x, half_y = 0.5 * (grid["step_x_m"] or 1.0), 0.5 * (grid["step_y_m"] or 1.0)
    last_x = grid["x_start_m"] + (grid["n_x"] - 1) * grid["step_x_m"]
    last_y = grid["y_start_m"] + (grid["n_y"] - 1) * grid["step_y_m"]
    image = ax.imshow(
        np.ma.masked_invalid(values), origin="lower", aspect="equal", interpolation="nearest",
        cmap=cmap or ("PuOr_r" if signed else "magma"), vmin=-level if signed else 0.0, vmax=level,
        extent=(grid["x_start_m"] - half_x, last_x + half_x, grid["y_start_m"] - half_y, last_y + half_y),
    )
    ax.set_facecolor("#d9dde2")
    ax.set_xlabel("x (m)")
    ax.set_ylabel("y (m)")
    bar = ax.figure.colorbar(image, ax=ax, pad=0.01, fraction=0.04, extend="both" if signed else "max")
    bar.set_label(f"{measure} of the amplitude")
    for alarm in alarms:
        x, y, _ = alarm.position_m
        if np.isfinite(x) and np.isfinite(y):
            ax.plot([x], [y], marker="o", markersize=12, markerfacecolor="none", markeredgecolor=_ALARM, markeredgewidth=1.8)
            ax.annotate(f"{alarm.id}", (x, y), xytext=(8, 6), textcoords="offset points", color=_ALARM, fontsize=9,
                        fontweight="bold")
    scale, label = _AXIS_UNITS[line.axis.kind]
    name, _, unit = label.partition(" (")
    between = f"{name} {start * scale:g} to {end * scale:g} {unit.rstrip(')')}".strip()
    ax.set_title(title or between, loc="left", fontsize=11, fontweight="bold", color=_INK)
    return ax if figure is None else figure


def roc(
    evaluations: Mapping[str, Evaluation],
    ax: Axes | None = None,
    *,
    title: str | None = None,
) -> Axes | Figure:
    """Draw probability of detection against false alarm rate: steps on a logarithmic axis, with the pointwise band of Pd.

    evaluations: by the name of their run. What a run detects without any false alarm stands at the left edge. A curve ends in a dot
    where the run sounded no more, with the intervals of Pd (Clopper-Pearson) and of the rate (exact Poisson). Returns the Axes that was given, or else a new Figure. Raises ValueError without a rate.
    """
    unknown = [name for name, e in evaluations.items() if not e.unit or not e.n_targets]
    if unknown or not evaluations:
        raise ValueError("a curve needs targets and scanned ground that is known: give scan, area_m2 or length_m")
    figure: Figure | None = None
    if ax is None:
        figure = new_figure(7.2, 5.2)
        ax = figure.subplots()
    curves = {name: e.roc for name, e in evaluations.items()}
    rates = np.concatenate([curve["far"][curve["far"] > 0] for curve in curves.values()])
    left = 10.0 ** np.floor(np.log10(min(rates.min(initial=1.0) / 2.0, 1e-1)))
    right = max(10.0, 10.0 ** np.ceil(np.log10(rates.max(initial=1.0))))
    colours = [_INK, _ALARM, _TRUTH, _FLAG, "#e09f3e", _CLUTTER]
    for k, (name, curve) in enumerate(curves.items()):
        colour, e = colours[k % len(colours)], evaluations[name]
        # Of the points at one rate the last is the best.
        far = np.maximum(curve["far"], left)
        last = np.append(far[1:] != far[:-1], True)
        far = far[last]
        pd, low, high = (curve[c][last] for c in ("pd", "pd_low", "pd_high"))
        counts = f"{e.as_run.detected} of {e.n_targets} found, {e.as_run.false_alarms} false"
        label = f"{name}: {counts}" if name else counts
        ax.fill_between(far, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
        ax.step(far, pd, where="post", color=colour, linewidth=1.8, label=label)
        ends = [max(e.as_run.far_interval[0], left)], [e.as_run.far_interval[1]]
        ax.errorbar(far[-1:], pd[-1:], xerr=[[far[-1]] - np.array(ends[0]), np.array(ends[1]) - far[-1]],
                    yerr=[pd[-1:] - low[-1:], high[-1:] - pd[-1:]], marker="o", markersize=5, color=colour, linewidth=0.9)
    ax.set_xscale("log")
    ax.set_xlim(left, right)
    ax.set_ylim(0.0, 1.02)
    unit = next(iter(evaluations.values())).unit
    ax.set_xlabel(f"false alarms a {'metre' if unit == 'm' else 'square metre'}")
    ax.set_ylabel("probability of detection")
    ax.grid(which="major", color="#d9dde2", linewidth=0.8)
    ax.grid(which="minor", color="#eef0f3", linewidth=0.5)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(loc="lower right", frameon=True, framealpha=0.9, edgecolor="none", fontsize=9,
              title="Clopper-Pearson band, pointwise", title_fontsize=8)
    if title:
        ax.set_title(title, loc="left", fontsize=11, fontweight="bold", color=_INK)
    return ax if figure is None else figure

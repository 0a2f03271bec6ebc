# SPDX-License-Identifier: MIT
"""The scores that are compared: built-in pipelines as they are, and each score stage after the same alignment."""

from __future__ import annotations

import re

import surefoot

ALIGN = """  { use = "gpr.time_zero", method = "cross_correlation", wave_s = 1.2e-9, median_traces = 3 },
  { use = "gpr.dewow", window_s = 3e-9 },
"""
LIVE = '  { use = "gpr.background", method = "exponential", rate = 0.01, guard_traces = 10, segment_s = 3e-9 },\n'
GAIN = '  { use = "gpr.gain", method = "power", exponent = 1.0, reference_s = 1e-9, max_gain_db = 30.0 },\n'
WHOLE = '  { use = "gpr.background", method = "median" },\n'
DEPTH = "start_s = 0.8e-9, end_s = 8e-9"
FOOTPRINT = '  { use = "gpr.stack", mode = "running", length_traces = 5 },\n'
CONTRAST = '  { use = "detect.contrast", ahead_traces = 25, window_s = 0.3e-9%s },\n'
SURVEY = """  { use = "gpr.dc", method = "median" },
  { use = "gpr.time_zero", method = "threshold", median_traces = 5, max_shift_s = 5e-9, before_zero_s = 0.5e-9 },
  { use = "detect.contrast", footprint_m = 0.1, ahead_traces = 25, window_s = 0.3e-9, end_s = 8e-9 },
"""

# Name to stages; "" is the built-in pipeline of that name.
METHODS: dict[str, str] = {
    "gpr-handheld": "",
    "gpr-survey": "",
    "gpr-vehicle": "",
    "nlms": ALIGN + LIVE + GAIN + f'  {{ use = "detect.nlms", {DEPTH} }},\n',
    "nlms, guard 8, step 0.05": ALIGN + LIVE + GAIN + f'  {{ use = "detect.nlms", guard_traces = 8, step = 0.05, {DEPTH} }},\n',
    "energy_score": ALIGN + LIVE + GAIN + f'  {{ use = "detect.energy_score", {DEPTH} }},\n',
    "rx, one-sided": ALIGN + LIVE + GAIN + f'  {{ use = "detect.rx", {DEPTH} }},\n',
    "local_contrast, ordered": ALIGN + LIVE + GAIN + f'  {{ use = "detect.local_contrast", kind = "ordered", {DEPTH} }},\n',
    "online RPCA, energy_score": ALIGN + '  { use = "gpr.online_rpca" },\n' + GAIN + f'  {{ use = "detect.energy_score", {DEPTH} }},\n',
    "RPCA of the line, energy_score": ALIGN + '  { use = "gpr.rpca_clutter" },\n' + GAIN + f'  {{ use = "detect.energy_score", {DEPTH} }},\n',
    "GoDec of the line, energy_score": ALIGN + '  { use = "gpr.rpca_clutter", method = "godec" },\n' + GAIN + f'  {{ use = "detect.energy_score", {DEPTH} }},\n',
    "hyperbola": ALIGN + LIVE + GAIN + '  { use = "detect.hyperbola" },\n',
    "image_contrast, median of the line": ALIGN + WHOLE + '  { use = "detect.image_contrast" },\n',
    "gpr-survey without the form of the echo": SURVEY,
    "contrast without footprint": ALIGN + CONTRAST % "",
    "contrast without polarity": ALIGN + FOOTPRINT + CONTRAST % ", polarity_z = 0.0",
    "contrast without prior": ALIGN + FOOTPRINT + CONTRAST % ", clutter_db = -100.0, roughness_m = 0.0",
    "contrast, nothing ahead": ALIGN + FOOTPRINT + CONTRAST.replace("= 25", "= 0") % "",
}
ALARM = 'detector = { use = "detect.peak_alarm", threshold = 1.0, release = 0.8, footprint = 0.8, suppression_m = 0.25 }\n'


def text_of(name: str) -> str:
    """The description of a method, with a threshold low enough that the curve has its right end."""
    stages = METHODS[name]
    if stages:
        return f'surefoot = 1\nmodality = "gpr"\nstage = [\n{stages}]\n{ALARM}'
    text = surefoot.to_text(name)
    stages, detector = re.split(r"^(?=\[?detector)", text, maxsplit=1, flags=re.MULTILINE)
    lowered, n = re.subn(r"\bthreshold = [0-9.]+", "threshold = 1.0", detector)
    if n != 1:
        raise ValueError(f"{name}: its detector has {n} thresholds")
    return stages + lowered

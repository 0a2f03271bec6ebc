# SPDX-License-Identifier: MIT
"""What the tests share: a line with a known target, and where recorded data lies."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import surefoot

STEP_S = 1e-10
SPACING_M = 0.02

# Written out here, so that these tests do not change with the built-in pipelines.
SCORED = """surefoot = 1
modality = "gpr"
stage = [
  { use = "gpr.dewow", window_s = 3e-9 },
  { use = "detect.energy_score" },
]
detector = { use = "detect.peak_alarm", threshold = 6.0 }
"""


def noise_with_target(n_traces: int = 300, n_samples: int = 128, at: int = 200) -> np.ndarray:
    """Seeded noise with a strong reflection round one trace."""
    samples = np.random.default_rng(7).normal(0, 1, (n_traces, n_samples))
    across = np.exp(-0.5 * ((np.arange(n_traces) - at) / 3.0) ** 2)
    along = np.exp(-0.5 * ((np.arange(n_samples) - 60) / 4.0) ** 2) * np.cos(np.arange(n_samples) - 60)
    return (samples + 40 * across[:, None] * along[None, :]).astype(np.float32)


@pytest.fixture
def samples() -> np.ndarray:
    return noise_with_target()


@pytest.fixture
def line(samples: np.ndarray) -> surefoot.Line:
    return surefoot.Line(samples, sample_interval_s=STEP_S, trace_spacing_m=SPACING_M, trace_interval_s=0.01)


@pytest.fixture(scope="session")
def recorded() -> Path:
    folder = os.environ.get("SUREFOOT_DATA")
    if not folder:
        pytest.skip("SUREFOOT_DATA is not set: no recorded data")
    return Path(folder)

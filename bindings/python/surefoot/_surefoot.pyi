# SPDX-License-Identifier: MIT
# The compiled module. tests/python/test_stubs.py compares every name here with the module itself.
import enum
import os
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

_Path = str | os.PathLike[str]
_Floats = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]
_Complexes = npt.NDArray[np.complex128]
_Kind = Literal["two_way_time", "gate_time", "frequency", "channel", "depth", "sweep", "sample_time", "gates"]
_Position = tuple[float, float, float]

class Error(Exception):
    """What all errors of surefoot derive from."""

class ConfigError(Error, ValueError):
    """A description or an option is wrong; .path says which."""

    path: str

class DataError(Error, OSError):
    """A file is missing, cut short or lies; .file and .offset (byte) say where."""

    file: str
    offset: int

class StateError(Error, ValueError):
    """A saved state does not belong to this pipeline, or is damaged."""

class Quality(enum.IntFlag):
    """What is wrong with a trace: flags that travel with it to the alarm."""

    good = 0
    saturated = 1
    non_finite = 2
    dropped = 4
    warming_up = 8
    ground_balance_lost = 16
    time_zero_lost = 32
    repaired = 64
    bad_trace = 128
    ground_lost = 256
    not_converged = 512
    uncalibrated = 1024
    out_of_order = 2048

class Axis:
    """What a row of a trace means: sample i lies at start + i * step."""

    @property
    def kind(self) -> _Kind: ...
    @property
    def start(self) -> float: ...
    @property
    def step(self) -> float: ...
    @property
    def n_samples(self) -> int: ...
    @property
    def places(self) -> _Doubles: ...
    def __len__(self) -> int: ...
    def values(self) -> _Doubles: ...

class StreamSpec:
    """The shape of a stream of traces: all that a pipeline must know beforehand."""

    def __init__(
        self,
        n_samples: int,
        *,
        sample_interval_s: float = 0.0,
        start_s: float = 0.0,
        kind: _Kind = "two_way_time",
        trace_spacing_m: float = 0.0,
        trace_interval_s: float = 0.0,
        max_traces: int = 0,
        places: Sequence[float] = ...,
        n_channels: int = 1,
    ) -> None: ...
    @property
    def axis(self) -> Axis: ...
    @property
    def n_samples(self) -> int: ...
    @property
    def n_channels(self) -> int: ...
    @property
    def trace_interval_s(self) -> float: ...
    @property
    def trace_spacing_m(self) -> float: ...
    @property
    def max_traces(self) -> int: ...
    def live(self) -> StreamSpec: ...

class Sensors(enum.IntFlag):
    """Whose scores are in an alarm."""

    none = 0
    gpr = 1
    emi = 2

class Evidence:
    """What a score rests on; NaN where not known."""

    @property
    def profile_z(self) -> _Floats: ...
    @property
    def profile_times_s(self) -> _Doubles: ...
    @property
    def profile_start_s(self) -> float: ...
    @property
    def profile_step_s(self) -> float: ...
    @property
    def background_traces(self) -> float: ...
    @property
    def hyperbola_velocity_m_per_s(self) -> float: ...
    @property
    def hyperbola_time_s(self) -> float: ...
    @property
    def hyperbola_fit(self) -> float: ...
    @property
    def probability(self) -> float: ...

class Tag:
    """Where and when a trace was taken, how good it is and, once scored, how anomalous."""

    index: int
    time_s: float
    position_m: _Position
    distance_m: float
    quality: Quality
    score: float
    score_time_s: float
    standoff_m: float
    phase_rad: float
    kept_share: float
    depth_m: float
    @property
    def evidence(self) -> Evidence: ...
    def __init__(
        self,
        index: int = 0,
        *,
        time_s: float = ...,
        position_m: _Position = ...,
        distance_m: float = ...,
        quality: Quality = ...,
        standoff_m: float = ...,
    ) -> None: ...

class Line:
    """Ordered traces with their tags; a radar line is a radargram."""

    assumptions: list[str]
    def __init__(
        self,
        samples: _Floats,
        *,
        sample_interval_s: float = 0.0,
        start_s: float = 0.0,
        kind: _Kind = "two_way_time",
        trace_spacing_m: float = 0.0,
        trace_interval_s: float = 0.0,
        places: Sequence[float] = ...,
        n_channels: int = 1,
    ) -> None: ...
    @property
    def samples(self) -> _Floats: ...
    @property
    def tags(self) -> npt.NDArray[np.void]: ...
    def tag(self, i: int) -> Tag: ...
    @property
    def quality(self) -> npt.NDArray[np.uint32]: ...
    @property
    def position_m(self) -> _Doubles: ...
    @property
    def distance_m(self) -> _Doubles: ...
    @property
    def time_s(self) -> _Doubles: ...
    @property
    def standoff_m(self) -> _Doubles: ...
    @property
    def scores(self) -> _Floats: ...
    @property
    def axis(self) -> Axis: ...
    @property
    def spec(self) -> StreamSpec: ...
    @property
    def n_traces(self) -> int: ...
    @property
    def n_samples(self) -> int: ...
    @property
    def n_channels(self) -> int: ...
    @property
    def trace_interval_s(self) -> float: ...
    @property
    def trace_spacing_m(self) -> float: ...
    @property
    def file(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def instrument(self) -> str: ...
    @property
    def origin(self) -> _Position | None: ...
    def __len__(self) -> int: ...

class Alarm:
    """The machine's claim that something is there; only a disposal expert confirms one."""

    @property
    def id(self) -> int: ...
    @property
    def trace_index(self) -> int: ...
    @property
    def first_index(self) -> int: ...
    @property
    def last_index(self) -> int: ...
    @property
    def time_s(self) -> float: ...
    @property
    def position_m(self) -> _Position: ...
    @property
    def distance_m(self) -> float: ...
    @property
    def extent_m(self) -> float: ...
    @property
    def two_way_time_s(self) -> float: ...
    @property
    def depth_m(self) -> float: ...
    @property
    def phase_rad(self) -> float: ...
    @property
    def kept_share(self) -> float: ...
    @property
    def score(self) -> float: ...
    @property
    def threshold(self) -> float: ...
    @property
    def quality(self) -> Quality: ...
    @property
    def revision(self) -> int: ...
    @property
    def active(self) -> bool: ...
    @property
    def sensors(self) -> Sensors: ...
    @property
    def gpr_z(self) -> float: ...
    @property
    def emi_z(self) -> float: ...
    @property
    def passes(self) -> int: ...
    @property
    def hits(self) -> int: ...
    @property
    def covariance_m2(self) -> _Position: ...
    @property
    def polarizability_m3(self) -> _Position: ...
    @property
    def rank(self) -> int: ...
    @property
    def conflict(self) -> float: ...
    @property
    def description_hash(self) -> int: ...
    @property
    def evidence(self) -> Evidence: ...
    def as_dict(self) -> dict[str, Any]: ...

class Identity:
    """What an alarm of a metal detector may be."""

    @property
    def state(self) -> str: ...
    @property
    def target_probability(self) -> float: ...
    @property
    def snr(self) -> float: ...
    @property
    def unexplained(self) -> float: ...
    @property
    def reason(self) -> str: ...
    @property
    def guesses(self) -> list[tuple[str, str, float]]: ...

def identify_alarms(
    line: Line,
    alarms: Sequence[Alarm],
    *,
    quiet_score: float = 3.0,
    response: str = ...,
    confidence: float = ...,
    least_snr: float = ...,
    model_error: float = ...,
    unlike: float = ...,
) -> list[Identity]: ...

class Target:
    """One known object under a line."""

    def __init__(
        self,
        *,
        line: str = "",
        x_m: float,
        depth_m: float = 0.0,
        kind: str = "",
        name: str = "",
        width_m: float = 0.0,
        height_m: float = 0.0,
        metal: str = "",
    ) -> None: ...
    @property
    def line(self) -> str: ...
    @property
    def x_m(self) -> float: ...
    @property
    def depth_m(self) -> float: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def width_m(self) -> float: ...
    @property
    def height_m(self) -> float: ...
    @property
    def metal(self) -> str: ...

class Result:
    """One finished trace of a live pipeline."""

    @property
    def samples(self) -> _Floats: ...
    @property
    def score(self) -> float: ...
    @property
    def tag(self) -> Tag: ...

class Note:
    """What a stage had to say about its work: a rank, a number of iterations, a warning."""

    @property
    def stage(self) -> int: ...
    @property
    def use(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def warning(self) -> str | None: ...

class Run:
    """What a pipeline made of a whole line."""

    @property
    def traces(self) -> Line: ...
    @property
    def scores(self) -> _Floats: ...
    @property
    def alarms(self) -> list[Alarm]: ...
    @property
    def alarm_records(self) -> list[Alarm]: ...
    @property
    def description(self) -> str: ...
    @property
    def description_hash(self) -> int: ...
    @property
    def latency(self) -> int | None: ...
    @property
    def notes(self) -> list[Note]: ...

class Pipeline:
    """A pipeline built for one stream of traces: push traces, pull finished ones and alarms."""

    def __init__(self, pipeline: _Path, spec: StreamSpec, *, queue_traces: int = 64) -> None: ...
    def push(self, traces: _Floats, tag: Tag | npt.NDArray[np.void] | np.void | None = None) -> None: ...
    def pull(self) -> Result | None: ...
    def pull_all(self) -> Line: ...
    def alarms(self) -> list[Alarm]: ...
    def notes(self) -> list[Note]: ...
    def finish(self) -> None: ...
    def reset(self) -> None: ...
    def save_state(self) -> bytes: ...
    def load_state(self, state: bytes) -> None: ...
    def to_text(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def description_hash(self) -> int: ...
    @property
    def input(self) -> StreamSpec: ...
    @property
    def output(self) -> StreamSpec: ...
    @property
    def latency(self) -> int | None: ...
    @property
    def bytes(self) -> int: ...
    @property
    def ready(self) -> int: ...
    @property
    def lost_traces(self) -> int: ...
    @property
    def lost_alarms(self) -> int: ...

def build_info() -> dict[str, Any]: ...
def stages() -> list[dict[str, Any]]: ...
def builtin_pipelines() -> dict[str, str]: ...
def to_text(pipeline: _Path) -> str: ...
def readers() -> list[dict[str, str]]: ...
def read(
    path: _Path,
    *,
    channel: int = 0,
    component: str = "",
    trace_spacing_m: float = 0.0,
    dzt_interval: Literal["n", "n_minus_1"] = "n",
) -> Line: ...
def scan(
    path: _Path,
    *,
    channel: int = 0,
    component: str = "",
    trace_spacing_m: float = 0.0,
    dzt_interval: Literal["n", "n_minus_1"] = "n",
) -> dict[str, Any]: ...
def read_truth(path: _Path) -> list[Target]: ...
def alarms_to_csv(alarms: list[Alarm], *, name: str = "line", line: Line | None = None) -> str: ...
def alarms_to_geojson(alarms: list[Alarm], *, name: str = "line", line: Line | None = None) -> str: ...
def simulate_to_folder(scene: _Path, folder: _Path) -> None: ...
def latest_alarms(records: Sequence[Alarm]) -> list[Alarm]: ...
def set_threads(n: int) -> None: ...
def threads() -> int: ...
def run(
    pipeline: _Path | Pipeline, line: Line, *, progress: Callable[[int, int], bool | None] | None = None
) -> Run: ...
def grid_of(line: Line) -> dict[str, Any] | None: ...
def volume(line: Line) -> _Floats: ...
def slice(
    line: Line, start: float, end: float, *, measure: Literal["energy", "magnitude", "mean", "peak"] = "energy"
) -> _Floats: ...
def join(lines: list[Line], *, y_m: list[float] = ...) -> Line: ...
def run_one(name: str, options: dict[str, Any], line: Line) -> Run: ...

class HyperbolaFit:
    """Place, depth and velocity of a diffraction, and how sure they are."""

    @property
    def x_m(self) -> float: ...
    @property
    def depth_m(self) -> float: ...
    @property
    def velocity_m_per_s(self) -> float: ...
    @property
    def time_zero_s(self) -> float: ...
    @property
    def covariance(self) -> _Doubles: ...
    @property
    def x_error_m(self) -> float: ...
    @property
    def depth_error_m(self) -> float: ...
    @property
    def velocity_error_m_per_s(self) -> float: ...
    @property
    def time_zero_error_s(self) -> float: ...
    @property
    def residual_s(self) -> float: ...
    @property
    def chi_square(self) -> float: ...
    @property
    def degrees_of_freedom(self) -> int: ...
    @property
    def iterations(self) -> int: ...

class FoundHyperbola:
    """A hyperbola that was found in a line, with the fit to its picks."""

    @property
    def fit(self) -> HyperbolaFit: ...
    @property
    def semblance(self) -> float: ...
    @property
    def chance(self) -> float: ...
    @property
    def amplitude(self) -> float: ...
    @property
    def n_picks(self) -> int: ...
    @property
    def trace(self) -> int: ...

def find_hyperbolas(
    line: Line,
    *,
    min_velocity_m_per_s: float = ...,
    max_velocity_m_per_s: float = ...,
    n_velocities: int = ...,
    antenna_offset_m: float = ...,
    standoff_m: float = ...,
    time_zero_s: float = ...,
    min_depth_m: float = ...,
    aperture_m: float = ...,
    window_s: float = ...,
    min_semblance: float = ...,
    max_chance: float = ...,
    separation_m: float = ...,
    max_found: int = ...,
) -> list[FoundHyperbola]: ...
def fit_hyperbola(
    x_m: npt.ArrayLike,
    time_s: npt.ArrayLike,
    *,
    sigma_s: npt.ArrayLike | None = None,
    antenna_offset_m: float = 0.0,
    standoff_m: float = 0.0,
    time_zero_s: float = 0.0,
    fit_time_zero: bool = False,
) -> HyperbolaFit: ...
def dix(
    time_s: npt.ArrayLike,
    velocity_m_per_s: npt.ArrayLike,
    *,
    time_sigma_s: npt.ArrayLike | None = None,
    velocity_sigma_m_per_s: npt.ArrayLike | None = None,
) -> dict[str, _Doubles]: ...
def topp_permittivity(water_content: npt.ArrayLike) -> Any: ...
def topp_water_content(permittivity: npt.ArrayLike) -> Any: ...
def crim_permittivity(
    water_content: npt.ArrayLike,
    porosity: npt.ArrayLike = ...,
    grain_permittivity: npt.ArrayLike = ...,
    water_permittivity: npt.ArrayLike = ...,
) -> Any: ...
def crim_water_content(
    permittivity: npt.ArrayLike,
    porosity: npt.ArrayLike = ...,
    grain_permittivity: npt.ArrayLike = ...,
    water_permittivity: npt.ArrayLike = ...,
) -> Any: ...
def water_permittivity(temperature_deg_c: npt.ArrayLike) -> Any: ...
def velocity_of_permittivity(permittivity: npt.ArrayLike) -> Any: ...
def permittivity_of_velocity(velocity_m_per_s: npt.ArrayLike) -> Any: ...
def velocity_of_soil(
    permittivity: npt.ArrayLike, conductivity_s_per_m: npt.ArrayLike, frequency_hz: npt.ArrayLike
) -> Any: ...
def attenuation_of_soil(
    permittivity: npt.ArrayLike, conductivity_s_per_m: npt.ArrayLike, frequency_hz: npt.ArrayLike
) -> Any: ...
def time_of_depth(
    depth_m: npt.ArrayLike,
    velocity_m_per_s: npt.ArrayLike,
    antenna_offset_m: npt.ArrayLike = ...,
    standoff_m: npt.ArrayLike = ...,
) -> Any: ...
def depth_of_time(
    two_way_time_s: npt.ArrayLike,
    velocity_m_per_s: npt.ArrayLike,
    antenna_offset_m: npt.ArrayLike = ...,
    standoff_m: npt.ArrayLike = ...,
) -> Any: ...
def semblance_chance(semblance: npt.ArrayLike, n_traces: npt.ArrayLike, n_samples: npt.ArrayLike) -> Any: ...
def semblance_threshold(chance: npt.ArrayLike, n_traces: npt.ArrayLike, n_samples: npt.ArrayLike) -> Any: ...

class Coil:
    """One winding: a circle or a closed polygon."""

    @staticmethod
    def circle(
        radius_m: float, *, centre_m: Sequence[float] = ..., axis: Sequence[float] = ..., turns: float = 1.0
    ) -> Coil: ...
    @staticmethod
    def polygon(corners_m: npt.ArrayLike, *, turns: float = 1.0) -> Coil: ...
    @property
    def shape(self) -> Literal["circle", "polygon"]: ...
    @property
    def centre_m(self) -> list[float]: ...
    @property
    def axis(self) -> list[float]: ...
    @property
    def radius_m(self) -> float: ...
    @property
    def corners_m(self) -> _Doubles: ...
    @property
    def turns(self) -> float: ...
    @property
    def moment_m2(self) -> list[float]: ...
    def field(self, place_m: npt.ArrayLike) -> _Doubles: ...
    def field_gradient(self, place_m: npt.ArrayLike) -> _Doubles: ...
    def vector_potential(self, place_m: npt.ArrayLike) -> _Doubles: ...

class CoilArray:
    """A metal detector as data: its windings, its channels and how it is driven."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def transmitters(self) -> list[tuple[str, list[Coil]]]: ...
    @property
    def receivers(self) -> list[tuple[str, list[Coil]]]: ...
    @property
    def channels(self) -> list[tuple[str, str]]: ...
    @property
    def n_channels(self) -> int: ...
    @property
    def tones_hz(self) -> _Doubles: ...
    @property
    def current_a(self) -> _Doubles: ...
    @property
    def waveform(self) -> _Doubles: ...
    @property
    def period_s(self) -> float: ...
    @property
    def bipolar(self) -> bool: ...
    @property
    def gate_edges_s(self) -> _Doubles: ...
    @property
    def receiver_pole_s(self) -> float: ...
    def to_text(self) -> str: ...

class InversionFlag(enum.IntFlag):
    """What is to be known beside the numbers of an inversion."""

    none = 0
    cannot_tell = 1
    no_signal = 2
    place_unknown = 4
    no_minimum = 8
    not_converged = 16
    at_bounds = 32
    poor_fit = 64
    missing_channels = 128
    missing_columns = 256
    missing_samples = 512
    saturated = 1024

def read_array(array: _Path) -> CoilArray: ...
def builtin_arrays() -> dict[str, str]: ...
def write_wav(
    line: Line,
    path: _Path,
    *,
    sample_rate_hz: int = ...,
    volume: float = ...,
    warning_volume: float = ...,
) -> None: ...
def mutual_inductance(first: Coil, second: Coil) -> float: ...
def coaxial_mutual_inductance(a_m: npt.ArrayLike, b_m: npt.ArrayLike, distance_m: npt.ArrayLike) -> Any: ...
def sensing_matrix(array: CoilArray, place_m: npt.ArrayLike) -> _Doubles: ...
def sensing_gradient(array: CoilArray, place_m: npt.ArrayLike) -> _Doubles: ...
def sphere_chi(
    frequency_hz: npt.ArrayLike,
    radius_m: npt.ArrayLike,
    conductivity_s_per_m: npt.ArrayLike,
    mu_r: npt.ArrayLike = 1.0,
) -> Any: ...
def sphere_volume(radius_m: npt.ArrayLike) -> Any: ...
def sphere_step_off(
    time_s: npt.ArrayLike,
    radius_m: npt.ArrayLike,
    conductivity_s_per_m: npt.ArrayLike,
    mu_r: npt.ArrayLike = 1.0,
) -> Any: ...
def sphere_step_off_rate(
    time_s: npt.ArrayLike,
    radius_m: npt.ArrayLike,
    conductivity_s_per_m: npt.ArrayLike,
    mu_r: npt.ArrayLike = 1.0,
) -> Any: ...
def sphere_modes(
    n: int,
    radius_m: float,
    conductivity_s_per_m: float,
    mu_r: float = 1.0,
) -> tuple[_Doubles, _Doubles]: ...
def demagnetising_factors(aspect: float) -> tuple[float, float]: ...
def spheroid_axes(
    across_m: float,
    along_m: float,
    conductivity_s_per_m: float,
    mu_r: float = 1.0,
) -> dict[str, dict[str, float]]: ...
def spheroid_polarizability(
    frequency_hz: npt.ArrayLike,
    across_m: float,
    along_m: float,
    conductivity_s_per_m: float,
    mu_r: float = 1.0,
) -> _Complexes: ...
def spheroid_modes(
    n: int,
    across_m: float,
    along_m: float,
    conductivity_s_per_m: float,
    mu_r: float = 1.0,
) -> dict[str, tuple[_Doubles, _Doubles]]: ...
def modes_response(
    frequency_hz: npt.ArrayLike,
    amplitude: npt.ArrayLike,
    tau_s: npt.ArrayLike,
    chi0: float = 0.0,
) -> _Complexes: ...
def modes_step_off(time_s: npt.ArrayLike, amplitude: npt.ArrayLike, tau_s: npt.ArrayLike) -> _Doubles: ...
def gate_voltages(
    edges_s: npt.ArrayLike,
    amplitude: npt.ArrayLike,
    tau_s: npt.ArrayLike,
    *,
    waveform: npt.ArrayLike,
    repeat: Literal["once", "same", "opposite"] = "once",
    period_s: float = 0.0,
    receiver_tau_s: float = 0.0,
    chi_inf: float = 0.0,
) -> _Doubles: ...
def viscous_chi(
    frequency_hz: npt.ArrayLike,
    chi0: npt.ArrayLike = ...,
    dchi: npt.ArrayLike = ...,
    tau1_s: npt.ArrayLike = ...,
    tau2_s: npt.ArrayLike = ...,
) -> Any: ...
def viscous_step_off(
    time_s: npt.ArrayLike,
    chi0: npt.ArrayLike = ...,
    dchi: npt.ArrayLike = ...,
    tau1_s: npt.ArrayLike = ...,
    tau2_s: npt.ArrayLike = ...,
) -> Any: ...
def viscous_step_off_rate(
    time_s: npt.ArrayLike,
    chi0: npt.ArrayLike = ...,
    dchi: npt.ArrayLike = ...,
    tau1_s: npt.ArrayLike = ...,
    tau2_s: npt.ArrayLike = ...,
) -> Any: ...
def viscous_pulse(
    time_s: npt.ArrayLike,
    pulse_s: npt.ArrayLike,
    chi0: npt.ArrayLike = ...,
    dchi: npt.ArrayLike = ...,
    tau1_s: npt.ArrayLike = ...,
    tau2_s: npt.ArrayLike = ...,
) -> Any: ...
def viscous_pulse_rate(
    time_s: npt.ArrayLike,
    pulse_s: npt.ArrayLike,
    chi0: npt.ArrayLike = ...,
    dchi: npt.ArrayLike = ...,
    tau1_s: npt.ArrayLike = ...,
    tau2_s: npt.ArrayLike = ...,
) -> Any: ...
def conductive_loop_centre(
    frequency_hz: npt.ArrayLike,
    radius_m: npt.ArrayLike,
    conductivity_s_per_m: npt.ArrayLike,
) -> Any: ...
def conductive_coplanar(
    frequency_hz: npt.ArrayLike,
    distance_m: npt.ArrayLike,
    conductivity_s_per_m: npt.ArrayLike,
) -> Any: ...
def conductive_step_off(time_s: npt.ArrayLike, radius_m: npt.ArrayLike, conductivity_s_per_m: npt.ArrayLike) -> Any: ...
def conductive_step_off_rate(
    time_s: npt.ArrayLike,
    radius_m: npt.ArrayLike,
    conductivity_s_per_m: npt.ArrayLike,
) -> Any: ...
def energy_threshold(false_alarm: npt.ArrayLike, n: npt.ArrayLike, complex: npt.ArrayLike = False) -> Any: ...
def energy_false_alarm(threshold: npt.ArrayLike, n: npt.ArrayLike, complex: npt.ArrayLike = False) -> Any: ...
def energy_ratio_threshold(
    false_alarm: npt.ArrayLike,
    n: npt.ArrayLike,
    m: npt.ArrayLike,
    complex: npt.ArrayLike = False,
) -> Any: ...
def energy_ratio_false_alarm(
    threshold: npt.ArrayLike,
    n: npt.ArrayLike,
    m: npt.ArrayLike,
    complex: npt.ArrayLike = False,
) -> Any: ...
def subspace_known_threshold(
    false_alarm: npt.ArrayLike,
    samples: npt.ArrayLike,
    target: npt.ArrayLike = 1,
    nuisance: npt.ArrayLike = 0,
    complex: npt.ArrayLike = False,
) -> Any: ...
def subspace_known_false_alarm(
    threshold: npt.ArrayLike,
    samples: npt.ArrayLike,
    target: npt.ArrayLike = 1,
    nuisance: npt.ArrayLike = 0,
    complex: npt.ArrayLike = False,
) -> Any: ...
def subspace_unknown_threshold(
    false_alarm: npt.ArrayLike,
    samples: npt.ArrayLike,
    target: npt.ArrayLike = 1,
    nuisance: npt.ArrayLike = 0,
    complex: npt.ArrayLike = False,
) -> Any: ...
def subspace_unknown_false_alarm(
    threshold: npt.ArrayLike,
    samples: npt.ArrayLike,
    target: npt.ArrayLike = 1,
    nuisance: npt.ArrayLike = 0,
    complex: npt.ArrayLike = False,
) -> Any: ...
def adaptive_threshold(
    false_alarm: npt.ArrayLike,
    test: Literal["kelly", "amf", "ace"],
    channels: npt.ArrayLike,
    training: npt.ArrayLike,
    target: npt.ArrayLike = 1,
    complex: npt.ArrayLike = False,
) -> Any: ...
def adaptive_false_alarm(
    threshold: npt.ArrayLike,
    test: Literal["kelly", "amf", "ace"],
    channels: npt.ArrayLike,
    training: npt.ArrayLike,
    target: npt.ArrayLike = 1,
    complex: npt.ArrayLike = False,
) -> Any: ...
def cosine_threshold(false_alarm: npt.ArrayLike, channels: npt.ArrayLike, training: npt.ArrayLike) -> Any: ...
def cosine_false_alarm(threshold: npt.ArrayLike, channels: npt.ArrayLike, training: npt.ArrayLike) -> Any: ...
def rx_threshold(false_alarm: npt.ArrayLike, features: npt.ArrayLike, cells: npt.ArrayLike) -> Any: ...
def rx_false_alarm(threshold: npt.ArrayLike, features: npt.ArrayLike, cells: npt.ArrayLike) -> Any: ...
def cfar_factor(
    false_alarm: npt.ArrayLike,
    kind: Literal["cell_average", "greatest", "smallest", "ordered"],
    cells: npt.ArrayLike,
    rank: npt.ArrayLike = 0,
    freedom: npt.ArrayLike = 2.0,
) -> Any: ...
def cfar_false_alarm(
    factor: npt.ArrayLike,
    kind: Literal["cell_average", "greatest", "smallest", "ordered"],
    cells: npt.ArrayLike,
    rank: npt.ArrayLike = 0,
    freedom: npt.ArrayLike = 2.0,
) -> Any: ...
def relaxation_spectrum(
    frequency_hz: npt.ArrayLike,
    response: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    decades_past: float = ...,
    grid_points: int = ...,
    most_lines: int = ...,
    any_sign: bool = ...,
    refine: bool = ...,
    known_noise: bool = ...,
) -> dict[str, Any]: ...
def decay_spectrum(
    edges_s: npt.ArrayLike,
    gates: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    offset: bool = False,
    decades_past: float = ...,
    grid_points: int = ...,
    most_lines: int = ...,
    any_sign: bool = ...,
    refine: bool = ...,
    known_noise: bool = ...,
) -> dict[str, Any]: ...
def fit_decay(
    edges_s: npt.ArrayLike,
    gates: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    least_tau_s: float = ...,
    most_tau_s: float = ...,
    offset: bool = ...,
    known_noise: bool = ...,
) -> dict[str, Any]: ...
def noise_figures(block: _Floats, rate_hz: float) -> dict[str, Any]: ...
def tone_figures(block: _Floats, rate_hz: float, frequency_hz: float, *, full_scale: float) -> dict[str, Any]: ...
def enbw_mean_hz(rate_hz: npt.ArrayLike, n: npt.ArrayLike) -> Any: ...
def enbw_exponential_hz(rate_hz: npt.ArrayLike, alpha: npt.ArrayLike) -> Any: ...
def enbw_weights_hz(rate_hz: float, weights: npt.ArrayLike) -> float: ...
def lock_in_sigma(noise_rms: npt.ArrayLike, n: npt.ArrayLike) -> Any: ...
def snr_db(signal_rms: npt.ArrayLike, noise_rms: npt.ArrayLike) -> Any: ...
def invert_dipoles(
    array: CoilArray,
    data: npt.NDArray[Any],
    sigma: npt.ArrayLike,
    *,
    n_sources: int | None = 1,
    channel_sigma: npt.ArrayLike | None = None,
    rail: float = ...,
    body: Literal["fixed_axes", "revolution"] | None = None,
    half_width_m: float = ...,
    shallowest_m: float = ...,
    deepest_m: float = ...,
    max_sources: int = ...,
    max_iterations: int = ...,
    tolerance_m: float = ...,
    significance: float = ...,
    place_limit_m: float = ...,
) -> dict[str, Any]: ...
def match_library(
    curves: npt.ArrayLike,
    sigma_log: npt.ArrayLike,
    library: list[dict[str, Any]],
    *,
    axes: Literal["one", "two", "three"] = ...,
    free_size: bool = ...,
    spread_decades: float = ...,
    accept_score: float = ...,
    confidence: float = ...,
    fewest_gates: int = ...,
) -> dict[str, Any]: ...
def identify(tensors: npt.ArrayLike, sigma: npt.ArrayLike, library: list[dict[str, Any]]) -> dict[str, Any]: ...
def part_decays(array: CoilArray) -> list[dict[str, Any]]: ...
def part_tensors(frequency_hz: npt.ArrayLike) -> list[dict[str, Any]]: ...
def read_polarizability(path: _Path) -> dict[str, Any]: ...
def read_polarizability_library(path: _Path) -> list[dict[str, Any]]: ...
def dig_list(
    score: npt.ArrayLike,
    *,
    probability: npt.ArrayLike | None = None,
    can_analyse: npt.ArrayLike | None = None,
    dug: npt.ArrayLike | None = None,
    is_target: npt.ArrayLike | None = None,
    rule: Literal["margin", "expected", "verification"] = ...,
    threshold: float = ...,
    expected_left: float = ...,
    target_rate: float = ...,
    confidence: float = ...,
) -> dict[str, Any]: ...
def digs_needed(rate: npt.ArrayLike, confidence: npt.ArrayLike = 0.95) -> Any: ...
def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]: ...
def positive_decays(
    edges_s: npt.ArrayLike,
    polarizability: npt.ArrayLike,
    axes: npt.ArrayLike,
    information: npt.ArrayLike,
    sigma: npt.ArrayLike,
    tau_s: npt.ArrayLike,
) -> _Doubles: ...
def identify_alarm(
    line: Line,
    first: int,
    last: int,
    quiet: npt.ArrayLike,
    library: list[dict[str, Any]],
    *,
    response: Literal["polarizability", "voltage"] = ...,
    confidence: float = ...,
    least_snr: float = ...,
    model_error: float = ...,
    unlike: float = ...,
) -> dict[str, Any]: ...

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/axis.hpp>
#include <surefoot/base/tag.hpp>
#include <surefoot/gpr/hyperbola_fit.hpp>

#include <span>
#include <vector>

namespace surefoot::gpr {

/// A line as the search sees it: its traces one after the other, with their tags.
struct Radargram {
  TraceAxis axis;
  Index n_samples = 0;
  std::span<const Sample> samples;  ///< n_samples a trace
  std::span<const TraceTag> tags;   ///< one a trace
};

struct HyperbolaSearchOptions {
  double min_velocity_m_per_s = 0.05e9;
  double max_velocity_m_per_s = 0.2e9;
  Index n_velocities = 41;
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  double time_zero_s = 0.0;
  double min_depth_m = 0.05;
  double aperture_m = 1.0;
  double window_s = 1e-9;
  double min_semblance = 0.5;
  double max_chance = 1e-8;
  double separation_m = 0.15;
  Index max_found = 100;
};

template <class V>
void fields(V& v, HyperbolaSearchOptions& o) {
  v(o.min_velocity_m_per_s, "min_velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Slowest velocity to try.");
  v(o.max_velocity_m_per_s, "max_velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Fastest velocity to try.");
  v(o.n_velocities, "n_velocities", Unit::none, between(2.0, 1000.0),
    "Velocities to try, evenly spaced in 1 / velocity.");
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, at_least(0.0), "Distance between transmitter and receiver.");
  v(o.standoff_m, "standoff_m", Unit::metre, at_least(0.0), "Height of the antennas over the ground; 0: on it.");
  v(o.time_zero_s, "time_zero_s", Unit::second, finite(), "When the wave left, on the clock of the traces.");
  v(o.min_depth_m, "min_depth_m", Unit::metre, above(0.0), "Shallowest point to look for.");
  v(o.aperture_m, "aperture_m", Unit::metre, above(0.0),
    "Widest stretch of line that one hyperbola is followed over; never beyond 45 degrees to either side.");
  v(o.window_s, "window_s", Unit::second, above(0.0), "Length of the wave: about one period.");
  v(o.min_semblance, "min_semblance", Unit::none, between(0.0, 1.0),
    "Least semblance of the traces along a hyperbola.");
  v(o.max_chance, "max_chance", Unit::none, above_to(0.0, 1.0),
    "Largest probability that noise alone has this semblance at one place.");
  v(o.separation_m, "separation_m", Unit::metre, at_least(0.0),
    "Apexes closer than this, and less than a window apart in time, are one.");
  v(o.max_found, "max_found", Unit::none, between(1.0, 100000.0), "Most hyperbolas to give, the strongest ones.");
}

/// One hyperbola that was found: the fit to its picks, and how well the traces agree along it.
struct FoundHyperbola {
  HyperbolaFit fit;
  double semblance = 0.0;
  double chance = 0.0;     ///< that noise alone reaches this semblance at one place
  double amplitude = 0.0;  ///< root mean square of the stacked wave, in the unit of the samples
  Index n_picks = 0;
  Index trace = 0;  ///< the trace over which it was found
};

/// Find the hyperbolas of buried points in a line, and fit each with its velocity, depth and standard errors.
///
///   1  for each trace, time and velocity: semblance over window_s of the traces within the aperture along the hyperbola
///   2  candidates: semblance at least half of min_semblance, chance at most the root of max_chance; strongest first by S times
///      the stacked amplitude; what lies near an accepted one, or on its branches, is not another
///   3  picks: from the apex outwards, the best correlation with the stacked wave within half a window of where the last pick
///      and the hyperbola say; at least 0.6
///   4  fit_hyperbola(); picks off by more than 3 robust spreads are left out once, then fitted again
///   5  3 and 4 twice more along the fitted hyperbola; there semblance S of M traces must reach min_semblance and
///      chance = (1 - S)^(M - 1), that of noise with two independent samples in the window, stay below max_chance
///
/// Times are those of the largest swing of the stacked wave, whatever its sign: time_zero_s must be counted to the same part
/// of the wave.
///
/// Shape     tags need distance_m, evenly spaced (gpr.trace_resample), rising or falling; found is sorted by place.
/// Edges     unusable traces do not count. Fewer than 5 traces, or a line of zeros, give none.
/// Units     metres, seconds; amplitudes in the unit of the samples.
/// Cost      n_traces n_samples n_velocities (traces in the aperture), about 2 ns each: half a second for 500 traces of 512
///           samples; takes memory from the heap. Threads share the traces and do not change the bits. Of the host.
/// Not       a detector of mines, nor for lines with their direct wave or horizontal layers still in: remove the background
///           before. Crossing hyperbolas disturb each other's picks; extended targets come out too fast and too deep.
/// @return   a problem with the options or the line, if any; found is then empty
/// @source   semblance: Neidell and Taner, Geophysics 36(3), 1971; the search is our own
[[nodiscard]] Problem find_hyperbolas(const Radargram& line, const HyperbolaSearchOptions& options,
                                      std::vector<FoundHyperbola>& found);

}  // namespace surefoot::gpr

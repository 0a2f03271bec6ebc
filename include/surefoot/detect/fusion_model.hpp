// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/evidence.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/spec.hpp>
#include <surefoot/detect/evidence.hpp>

namespace surefoot::detect {

enum class FusionMethod : std::uint8_t { llr, logistic, dempster_shafer };
inline constexpr std::array fusion_methods{"llr", "logistic", "dempster_shafer"};
enum class FusionPolicy : std::uint8_t { rank, label };
inline constexpr std::array fusion_policies{"rank", "label"};
enum class LeverFrame : std::uint8_t { travel, line };
inline constexpr std::array lever_frames{"travel", "line"};

struct FusionOptions {
  FusionMethod method = FusionMethod::llr;
  FusionPolicy policy = FusionPolicy::rank;
  double prior = 0.5;
  double likely_probability = 0.5;
  double gate_m = 0.15;
  double sight_m = 0.06;
  double search_m = 0.0;
  double wait_s = 3.0;
  double lag_s = 0.0;
  double speed_m_per_s = 0.5;
  LeverFrame lever_frame = LeverFrame::travel;
  NumberList emi_lever_m{};
  NumberList gpr_lever_m{};
  double emi_slope = 1.0;
  double emi_offset = -1.8;
  double gpr_slope = 1.0;
  double gpr_offset = -1.8;
  double gpr_least = -1e9;
  double gpr_phase_z = 0.0;
  double gpr_phase_rad = 1.5;
  NumberList emi_edges{};
  NumberList emi_phase_edges_rad{};
  NumberList emi_target{};
  NumberList emi_clutter{};
  NumberList gpr_edges{};
  NumberList gpr_target{};
  NumberList gpr_clutter{};
  double bias = 0.0;
  NumberList weights{};
  NumberList centres{};
  double emi_reliability = 0.9;
  double gpr_reliability = 0.9;
  Index memory_traces = 1000;
  Index capacity = 64;
};

template <class V>
void fields(V& v, FusionOptions& o) {
  v(o.method, "method", fusion_methods,
    "How evidence is put together: sum of log-likelihood ratios, logistic model, or Dempster's rule.");
  v(o.policy, "policy", fusion_policies,
    "What the result does to the score: rank by it, or only write it beside. Neither silences an alarm.");
  v(o.prior, "prior", Unit::none, {.low = 0.0, .high = 1.0, .low_open = true, .high_open = true},
    "Share of targets among alarms before any evidence.");
  v(o.likely_probability, "likely_probability", Unit::none,
    {.low = 0.0, .high = 1.0, .low_open = true, .high_open = true},
    "From this probability on an alarm counts as likely.");
  v(o.gate_m, "gate_m", Unit::metre, between(0.01, 10.0),
    "Evidence of the two sensors belongs together if it lies no farther apart.");
  v(o.sight_m, "sight_m", Unit::metre, between(0.001, 10.0),
    "The other sensor's z is the mean of its scores no farther than this from the alarm.");
  v(o.search_m, "search_m", Unit::metre, between(0.0, 10.0),
    "It is the largest such mean around the sensor's traces no farther than this from the alarm, within the gate; 0: "
    "around the alarm itself.");
  v(o.wait_s, "wait_s", Unit::second, between(0.0, 3600.0),
    "So long after an alarm its record is completed even if the other sensor has not passed.");
  v(o.lag_s, "lag_s", Unit::second, between(-3600.0, 3600.0),
    "The clock of the radar's tags is by so much ahead of that of the metal detector's.");
  v(o.speed_m_per_s, "speed_m_per_s", Unit::metre_per_second, between(0.01, 100.0),
    "Speed of the head, used only where neither place nor distance is known.");
  v(o.lever_frame, "lever_frame", lever_frames,
    "Lever arms are ahead and to the left of the direction of travel, or along x and y of the line's frame.");
  v(o.emi_lever_m, "emi_lever_m", Unit::metre, between(-100.0, 100.0),
    "Two numbers: from the place in the metal detector's tags to its coil. Empty: they are the same.");
  v(o.gpr_lever_m, "gpr_lever_m", Unit::metre, between(-100.0, 100.0),
    "Two numbers: from the place in the radar's tags to its antennas. Empty: they are the same.");
  v(o.emi_slope, "emi_slope", Unit::none, between(-1e9, 1e9),
    "Log-likelihood ratio of the metal detector without histogram: offset plus slope times ln(1 + z).");
  v(o.emi_offset, "emi_offset", Unit::none, between(-1e9, 1e9), "Its offset.");
  v(o.gpr_slope, "gpr_slope", Unit::none, between(-1e9, 1e9),
    "Log-likelihood ratio of the radar without histogram: offset plus slope times ln(1 + z).");
  v(o.gpr_offset, "gpr_offset", Unit::none, between(-1e9, 1e9), "Its offset.");
  v(o.gpr_least, "gpr_least", Unit::none, between(-1e9, 0.0),
    "No radar sees every body: its log-likelihood ratio is taken for no less than this.");
  v(o.gpr_phase_z, "gpr_phase_z", Unit::none, between(0.0, 100.0),
    "Where the radar's evidence tells an echo, what its z gains in the phase of a body that is lighter than soil, and "
    "loses in the opposite one.");
  v(o.gpr_phase_rad, "gpr_phase_rad", Unit::radian, between(-3.2, 3.2), "The phase of the echo of such a body.");
  v(o.emi_edges, "emi_edges", Unit::none, finite(),
    "Edges of histogram bins of ln(1 + z) of the metal detector, rising; empty: slope and offset are used.");
  v(o.emi_phase_edges_rad, "emi_phase_edges_rad", Unit::radian, between(-3.2, 3.2),
    "Edges, rising, of the alarm's phase, by which each of these bins is divided; empty: it is not.");
  v(o.emi_target, "emi_target", Unit::none, between(0.0, 1e9),
    "Targets seen in each bin, one bin more than edges; with edges of phase those of each bin side by side.");
  v(o.emi_clutter, "emi_clutter", Unit::none, between(0.0, 1e9), "Clutter seen in each bin.");
  v(o.gpr_edges, "gpr_edges", Unit::none, finite(),
    "Edges of histogram bins of ln(1 + z) of the radar, rising; empty: slope and offset are used.");
  v(o.gpr_target, "gpr_target", Unit::none, between(0.0, 1e9), "Targets seen in each bin, one bin more than edges.");
  v(o.gpr_clutter, "gpr_clutter", Unit::none, between(0.0, 1e9), "Clutter seen in each bin.");
  v(o.bias, "bias", Unit::none, between(-1e9, 1e9), "Logistic model: log odds where every feature is at its centre.");
  v(o.weights, "weights", Unit::none, between(-1e9, 1e9),
    "Logistic model: weights of ln(1 + z) of metal detector and radar, their product, depth gap, position gap (m), "
    "soil.");
  v(o.centres, "centres", Unit::none, between(-1e9, 1e9),
    "Logistic model: the value of each feature that adds nothing, as does one that is not known. Empty: all 0.");
  v(o.emi_reliability, "emi_reliability", Unit::none, between(0.0, 1.0),
    "Dempster's rule: share of what the metal detector says that is believed.");
  v(o.gpr_reliability, "gpr_reliability", Unit::none, between(0.0, 1.0),
    "Dempster's rule: share of what the radar says that is believed.");
  v(o.memory_traces, "memory_traces", Unit::traces, between(2, 1000000),
    "Traces of each sensor whose scores are remembered.");
  v(o.capacity, "capacity", Unit::none, between(1, 100000),
    "Alarms that are remembered; twice as many records and one can wait to be pulled.");
}

[[nodiscard]] Problem validate(const FusionOptions& options, const StreamSpec& emi) noexcept;

/// What is known of one alarm when its odds are told. NaN: not known.
struct FusionEvidence {
  double emi_z = 0.0;  ///< robust z of each sensor
  double gpr_z = 0.0;
  double depth_gap_m = 0.0;        ///< between the depths that both tell
  double position_gap_m = 0.0;     ///< between the places of both
  double soil = 0.0;               ///< 1 - kept share: what the removal of soil took of the target
  double emi_phase_rad = unknown;  ///< of an alarm of the metal detector
};

struct FusionResult {
  double log_odds = 0.0;
  double probability = 0.5;
  double conflict = 0.0;  ///< Dempster's K of both; NaN where a sensor is missing
};

/// The odds of a target from what two sensors saw.
///
///   u = ln(1 + max(0, z));   llr of a sensor = histogram_llr(u), or offset + slope u where there are no edges; that of the metal
///   detector with edges of phase = histogram_llr(u, phase); that of the radar not below gpr_least
///   llr               log odds = ln(prior / (1 - prior)) + sum over the sensors that saw something of llr
///   logistic          log odds = bias + sum_j w_j (x_j - c_j),  x = [u_emi, u_gpr, u_emi u_gpr, depth gap, position gap, soil], without
///                     the terms that are not known; where one sensor saw nothing, as llr
///   dempster_shafer   m(T) = r p, m(C) = r (1 - p), p = 1 / (1 + e^-llr), put together by combine();  probability = m(T) + m(open)/2
///   conflict          K of these masses, whatever the method
///
/// Edges     probability stays in [1e-9, 1 - 1e-9]. Without any sensor: the prior (1/2 for Dempster's rule, which has none).
/// Cost      about 0.2 us; no allocation; the same bits everywhere.
/// Not       calibrated by itself: its numbers come from examples (bench/detection/fit_fusion.py). llr takes the sensors for
///           independent given the class; where they are not, fit the logistic model on both.
/// @source   sums of log-likelihood ratios: Neyman and Pearson; masses from probabilities by discounting: Shafer (1976), 11.5;
///           probability of what is open in equal shares: Smets, the pignistic transformation
[[nodiscard]] FusionResult weigh(const FusionOptions& options, const FusionEvidence& evidence) noexcept;

}  // namespace surefoot::detect

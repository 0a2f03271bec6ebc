// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/curve_options.hpp>

namespace surefoot::detect {

struct HyperbolaFitOptions {
  CurveOptions curves;
  double start_s = 0.0;
  double end_s = 8e-9;
  double near_score_s = 1.5e-9;
  double least_score = 0.0;
};

template <class V>
void fields(V& v, HyperbolaFitOptions& o) {
  fields(v, o.curves);
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time from which apexes are looked for.");
  v(o.end_s, "end_s", Unit::second, finite(),
    "Two-way time up to which apexes are looked for; the trace's end at the latest.");
  v(o.near_score_s, "near_score_s", Unit::second, between(0.0, 1.0),
    "The apex is looked for within this time of what scored; 0, or a score without a time: everywhere.");
  v(o.least_score, "least_score", Unit::none, finite(),
    "Traces with a lower score are not looked at: their features are zero.");
}

[[nodiscard]] Problem validate(const HyperbolaFitOptions& options, const StreamSpec& in) noexcept;

/// The numbers of the hyperbola that fits best over each trace, for detect.logistic: what it is, how well it fits, and how it errs.
///
///   best: the template of dsp::HyperbolaBank (semblance times amplitude) at the best apex time, velocity between those of the bank
///   y_i(j): the traces along it, 25 times over a period of centre_frequency_hz, a_i its amplitudes (no taper, as far as a_i >= 0.1)
///   s(j) = sum_i a_i y_i(j);  d_i: the lag within a quarter period at which y_i is most like s, e_i its energy along s there
///
///   0  c / v, the index of refraction            7  correlation with the derivative of that wave, -1 to 1
///   1  apex after ground_time_s, in periods      8  ln of mean square along the curve over that between start_s and end_s
///   2  depth in metres                           9  tilt b1 of d_i = b0 + b1 u + b2 u^2, u = -1 .. 1 along the curve, in periods
///   3  width of the flat top in metres          10  bend b2: what curvature the template leaves
///   4  semblance along the curve, 0 to 1        11  root mean square of what is left of d_i then, in periods
///   5  semblance of the same traces at the      12  (right - left) / (right + left) of e_i, where both sides are there
///      apex time: of a flat layer, 0 to 1       13  ln of the outer half's amplitude over the inner half's, over the same of a_i
///   6  correlation with a Ricker wave, -1 to 1
///
///   semblance = sum_j s^2 / (sum a^2 sum y^2);  correlations of a_i w_j with y_i(j) less its mean;  9 to 11 weighted by e_i
///
/// Axis      across traces; the features belong to the trace over the apex. Shape (n_samples) in, (14) out, of the kind channel.
/// Units     as listed. A factor on all samples, but for its sign in 6 and 7, changes nothing.
/// Tag       score and depth stay those of the trace; velocity, apex time and fit go into its evidence.
/// Edges     below least_score, and where nothing is found, all features are 0. At the ends of the line the half that is there is used;
///           9 to 11 are 0 with fewer than 4 traces, 12 and 13 where a side or a half is empty; 9 and 10 are held within 1. Times
///           outside the record read zero.
/// Non-finite input: flagged, features 0; the trace takes no part in its neighbours' sums.
/// Cost      latency half the aperture in traces; a trace with a score of least_score or more costs what detect.hyperbola does with the
///           same templates, and 6 us more, any other 4 us for its way into the bank. No allocation after construction; the same
///           bits everywhere.
/// Not       a detector, and no inversion: one reflector, one velocity. Stones have hyperbolas as good as mines have. 2 and 3 are
///           blind where flanks are short against the depth; lines with unequal spacing must run through gpr.trace_resample
///           first, and the background must be gone.
/// @throws ConfigError  (from the pipeline) as detect.hyperbola, and if too few samples lie between start_s and end_s.
/// @source   semblance: Neidell and Taner, Geophysics 36(3), 1971; the choice of numbers is our own
class HyperbolaFit final : public WindowStage {
 public:
  static constexpr Index n_features = 14;

  HyperbolaFit(const HyperbolaFitOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  static constexpr Index times_a_period = 24;
  static constexpr Index window = times_a_period + 1;
  static constexpr Index half_window = window / 2;
  static constexpr Index most_lag = times_a_period / 4;
  static constexpr Index row_length = window + 2 * most_lag;

  void look(const TraceWindow& traces, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void take_in(const TraceWindow& traces, Index k) noexcept;
  [[nodiscard]] Index best_apex(const TraceTag& tag) const noexcept;
  /// The rows along the curve; the semblance of the same traces at the apex time; how far the mean square of the gate lies below.
  void gather(const TraceWindow& traces, const dsp::CurveFit& fit, double depth_m) noexcept;
  void read_row(ConstTraceRef trace, double centre_s, std::span<double> row) const noexcept;
  void stack() noexcept;
  void correlate(TraceRef out) const noexcept;
  void find_lags() noexcept;
  void fit_lags(TraceRef out) const noexcept;
  void compare_sides(TraceRef out) const noexcept;

  [[nodiscard]] std::span<double> row(Index m) const noexcept {
    return rows_.subspan(to_size((m + n_steps_) * row_length), to_size(row_length));
  }
  [[nodiscard]] bool there(Index m) const noexcept { return there_[to_size(m + n_steps_)] != 0; }
  [[nodiscard]] double weight(Index m) const noexcept { return weights_[to_size(m < 0 ? -m : m)]; }

  HyperbolaFitOptions options_;
  TraceAxis axis_;
  double spacing_m_;
  DepthSegments segments_;  // one apex time each
  dsp::HyperbolaBank bank_;
  Index half_;
  Index stride_;
  Index n_steps_;  // traces used to one side
  Index reach_ = 0;
  double period_s_;
  double gate_power_ = 0.0;  // mean square between start_s and end_s, of the traces used
  double along_power_ = 0.0;
  double flat_ = 0.0;
  double semblance_ = 0.0;
  std::span<double> rows_;
  std::span<double> weights_;
  std::span<double> lags_;      // in periods
  std::span<double> energies_;  // along the stack
  std::span<double> stack_;
  std::span<double> flat_stack_;
  std::span<double> scratch_;
  std::span<double> even_;  // waves of unit norm
  std::span<double> odd_;
  std::span<unsigned char> there_;
  bool begun_ = false;
};

}  // namespace surefoot::detect

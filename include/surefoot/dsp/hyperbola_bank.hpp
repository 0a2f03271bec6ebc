// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/axis.hpp>
#include <surefoot/base/state.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace surefoot::dsp {

/// How the traces along a curve are compared with a template.
enum class CurveMatch : std::uint8_t {
  semblance,  ///< with each other: any wave, the same on all traces up to the template's amplitudes
  ncc,        ///< with a Ricker wave of the centre frequency, either sign: normalised cross-correlation
};

/// What is made of the power A that the template explains and the power E that is there, over M traces of T samples.
enum class CurveScore : std::uint8_t {
  share,    ///< odds of the share r = A / E, times its degrees of freedom: (M-1) r/(1-r), for ncc (MT-2) r/(1-r)
  energy,   ///< A / T: the matched filter's output
  product,  ///< A / T times the share: amplitude times coherence
};

struct HyperbolaBankOptions {
  CurveMatch match = CurveMatch::semblance;
  CurveScore score = CurveScore::share;
  double centre_frequency_hz = 1e9;
  double least_velocity_m_per_s = 0.06e9;
  double most_velocity_m_per_s = 0.15e9;
  Index n_velocities = 4;
  std::span<const double> widths_m;  ///< of flat tops; 0 is a point
  double aperture_m = 0.4;
  Index most_traces = 21;  ///< of the aperture; of more each second, third ... one is taken
  double taper = 0.3;
  double amplitude_power = 2.0;
  double pattern_power = 1.0;
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  double ground_time_s = 0.0;  ///< two-way time of the surface on the axis
};

/// Where apexes are looked for: `samples` samples of traces of n_samples from sample `first` on, in segments of `segment`.
struct ApexGate {
  TraceAxis axis;
  Index n_samples = 0;
  double spacing_m = 0.0;
  Index first = 0;
  Index samples = 0;
  Index segment = 1;
};

/// The template that fits best at one place: what a person can check against the picture.
struct CurveFit {
  double time_s = 0.0;  ///< apex, on the axis
  double velocity_m_per_s = 0.0;
  double depth_m = 0.0;
  double width_m = 0.0;
  double share = 0.0;  ///< r of CurveScore: semblance, or the square of the correlation coefficient
};

/// A bank of hyperbolas slid over the traces of a line: for each trace how well the traces to both sides agree along each curve.
///
///   t(x) = T(x - s/2) + T(x + s/2),  T the ray through h of air and z of soil (Snell), x counted from the edge of the flat top:
///   |x| - w/2, 0 over it;  a(x) = (t(0)/t(x))^p (g(x)/g(0))^q taper(x), g the cosines at the antennas;  the curve is followed as far as a(x) >= 0.1
///   semblance: A = sum_t (sum_i a_i y_i(t+t_i))^2 / sum a^2,  ncc: A = (sum_ti a_i w_t y_i(t+t_i))^2 / sum a^2
///   E = sum_ti y_i(t+t_i)^2, for ncc less the square of the sum over the number;  w of zero mean and unit norm
///
/// One template belongs to four apex times (a half period), one velocity and one width; its depth is what puts the apex there.
/// Under white noise A / E is Beta(T/2, T(M-1)/2) for semblance, whatever the a_i, and for ncc that of a correlation coefficient
/// of MT pairs (thresholds.hpp).
///
/// Axis      across traces, `half()` to both sides of the one that is looked at; times are taken at least 24 a period (traces
///           that are coarser are interpolated linearly), apexes about 8 a period.
/// Shape     traces of n_samples; one value for each apex time.
/// Edges     traces that are absent are left out of A, E and M; fewer than 3 give 0. Samples outside the record are zero, traces
///           whose curve leaves it are left out. Magnitudes below 1e-18 count as zero.
/// Cost      push() about 6 T operations a sample of the gate, look() 2 (T+3) + 4 a trace of the aperture and template, halved by
///           adding the two sides first. No allocation after construction. Adds in a fixed order: the same bits everywhere.
/// Not       for traces at unequal distances, nor for layers: the curve bends at the surface only.
/// @source   semblance: Neidell and Taner, Geophysics 36(3), 1971; geometry after Fermat; the bank is our own
class HyperbolaBank {
 public:
  HyperbolaBank(const HyperbolaBankOptions& options, const ApexGate& gate, Arena& arena) noexcept;

  /// Traces to each side, whole steps of the aperture; 0 if the aperture holds none.
  [[nodiscard]] static Index half(const HyperbolaBankOptions& options, double spacing_m) noexcept;
  /// Samples from one apex time to the next.
  [[nodiscard]] static Index apex_step(const HyperbolaBankOptions& options, const ApexGate& gate) noexcept;

  [[nodiscard]] Index templates() const noexcept { return n_bins_ * n_curves_; }
  /// Traces from one that is used to the next.
  [[nodiscard]] Index stride() const noexcept { return stride_; }
  /// Samples (T) that each trace brings in at an apex time.
  [[nodiscard]] Index window() const noexcept { return window_; }

  void push(ConstTraceRef trace) noexcept;
  void push_absent() noexcept;
  /// Look at the trace that was pushed half() traces ago,
  void look() noexcept { look(half_, false); }
  /// or at that of `ahead` traces ago, at most half(): there are so many to its one side. With `aside` the trace of push_aside()
  /// takes its place.
  void look(Index ahead, bool aside) noexcept;
  /// A trace that does not enter the line.
  void push_aside(ConstTraceRef trace) noexcept;
  /// The best value of all templates at any apex time of a segment, and that time's number; -1 where there is none.
  [[nodiscard]] double best_of_segment(Index segment, Index& apex) const noexcept;
  /// Share that the template of one velocity and width (velocity times number of widths plus width) explains at an apex time.
  [[nodiscard]] double share(Index apex, Index curve) noexcept;
  /// The template and the apex, within one period of that time, with the largest product, its velocity between those of the
  /// bank by a parabola. Only after a look().
  [[nodiscard]] CurveFit fit(Index apex) noexcept;

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  static constexpr std::size_t lanes = 4;  // apex times of one template
  using Four = std::array<float, lanes>;

  struct Tap {
    std::int32_t shift = 0;  // in a row, for the first apex time of the gate
    float weight = 0.0F;
  };
  struct Curve {
    std::int32_t first_tap = 0;
    std::int32_t reach = 0;  // taps to one side
    float weights = 0.0F;    // sum of squares, both sides, all traces there
    float traces = 0.0F;
  };
  struct Power {
    Four explained{};
    Four present{};
    float traces = 0.0F;
  };

  void make_curves(const HyperbolaBankOptions& options) noexcept;
  [[nodiscard]] std::span<float> row(Index slot, Index stream) noexcept;
  [[nodiscard]] Index slot_of(Index distance) const noexcept;
  void sample(ConstTraceRef trace, std::span<float> to) const noexcept;
  void advance() noexcept;
  void take(ConstTraceRef trace, Index slot) noexcept;
  void fold(Index ahead, bool aside) noexcept;
  [[nodiscard]] Power power(Index bin, Index curve) noexcept;
  [[nodiscard]] Four value(const Power& p, CurveScore score) const noexcept;

  CurveMatch match_;
  CurveScore score_;
  ApexGate gate_;
  Index n_velocities_;
  Index n_widths_;
  Index half_;     // traces to each side
  Index stride_;   // from one that is used to the next
  Index n_steps_;  // used ones to each side
  Index step_;     // samples from one apex time to the next
  Index finer_;    // times in a sample
  Index phases_;   // times from one apex time to the next
  Index window_;
  Index n_apexes_;
  Index n_bins_;
  Index n_curves_;
  Index n_streams_;
  Index room_;  // of one phase
  double slowest_;
  double slowness_step_;
  std::span<float> wave_;
  std::span<float> slots_;  // ring of 2 half_ + 1 traces, and one aside: streams, phases, places
  std::span<unsigned char> there_;
  std::span<float> folded_;  // steps 1 to n_steps_, the two sides added
  std::span<const float*> source_;
  std::span<float> count_;  // traces in each of them: 0, 1 or 2
  std::span<float> scratch_;
  std::span<Tap> taps_;
  std::span<Curve> curves_;  // bins, then velocities, then widths
  std::span<double> depth_;  // bins, then velocities
  std::span<double> widths_;
  std::span<float> best_;
  std::span<std::int32_t> which_;
  Index newest_ = 0;
  bool whole_ = false;  // no trace of the aperture is absent
};

}  // namespace surefoot::dsp

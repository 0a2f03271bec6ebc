// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/number_list.hpp>
#include <surefoot/base/whole_line.hpp>

#include <array>
#include <span>

namespace surefoot::detect {

/// Features that detect.echo_shape takes of an echo.
inline constexpr Index echo_shape_features = 22;

struct EchoShapeOptions {
  double weight = 1.5;
  double limit = 3.0;
  double least_score = 1.0;
  double reach_m = 0.15;
  double footprint_m = 0.1;
  double background_m = 1.25;
  double window_s = 0.3e-9;
  double max_spacing_m = 0.05;
  double min_frequency_hz = 0.5e9;
  double max_frequency_hz = 2e9;
  NumberList weights{-0.116, 0.171, 0.4,   0.316,  0.08,  -1.464, -0.026, 0.326,  0.36,   1.193, 0.208,
                     -0.317, 0.019, 0.413, -0.159, 2.429, -0.329, -1.464, -1.793, -0.161, -0.04, -0.612};
  double bias = -0.31;
};

template <class V>
void fields(V& v, EchoShapeOptions& o) {
  v(o.weight, "weight", Unit::none, between(0.0, 100.0), "What one unit of log odds adds to the score.");
  v(o.limit, "limit", Unit::none, above_to(0.0, 100.0), "Log odds are held within this of zero.");
  v(o.least_score, "least_score", Unit::none, at_least(0.0), "Traces with no higher score are left as they are.");
  v(o.reach_m, "reach_m", Unit::metre, between(0.0, 100.0),
    "So far around a peak of the score its traces take the evidence of the peak.");
  v(o.footprint_m, "footprint_m", Unit::metre, between(0.0, 10.0),
    "Length of line over which traces are averaged for the echo's form in time.");
  v(o.background_m, "background_m", Unit::metre, above_to(0.0, 1e6),
    "Line to either side of a peak whose median is the background.");
  v(o.window_s, "window_s", Unit::second, above(0.0),
    "About a third of a period: the pulse is twice as long to each side.");
  v(o.max_spacing_m, "max_spacing_m", Unit::metre, above(0.0),
    "Where traces lie farther apart, or at an unknown distance, nothing is told.");
  v(o.min_frequency_hz, "min_frequency_hz", Unit::hertz, above(0.0),
    "Below this frequency of the pulse nothing is told: the model knows the size of mines against that of the pulse.");
  v(o.max_frequency_hz, "max_frequency_hz", Unit::hertz, above(0.0), "Above it neither.");
  v(o.weights, "weights", Unit::none, finite(),
    "Weight of each feature, in their order; empty: there is no model, and nothing is told.");
  v(o.bias, "bias", Unit::none, finite(), "Log odds where all features are zero.");
}

/// The problem with these options on this input, if any: one channel of a radar, and as many weights as features or none.
[[nodiscard]] Problem validate(const EchoShapeOptions& options, const StreamSpec& in) noexcept;

/// Weigh each peak of a score by the form of its echo: is it a flat body lighter than soil, or a thin, round or metal one?
///
///   log odds = bias + sum_j weights[j] f[j], held within limit;   score = max(0, score + weight * log odds)
///   r = x - B,  B = median over the traces within background_m;  s = strongest wave of B (2 window_s to each side, Hann), q = its slope, each of unit energy
///   c(n, i) = sum_j (s[j] + i q[j]) r(n, i + j);   m = sample of the largest |c| of the footprint's mean, half a period around
///   the peak's score time;   one period T = 2 pi rms(s) / rms(ds/dt)
///   f 0..5    real, then imaginary part of c at -T/2, 0, T/2 from m over |c(m)|: polarity, and that of what comes before and after
///   f 6..13   ln(|c| / |c(m)| + 0.03) at -3/4, -1/2, -1/4, 1/4, 1/2, 3/4, 1, 3/2 T: one echo, a top and a bottom, ringing
///   f 14..17  Re(c(n', m) conj c(n, m)) / |c(n, m)|^2, held within +-2, mean of both sides, 4, 8, 12, 16 cm off: width and flatness
///   f 18..21  ln(e(n') / e(n) + 0.03) there, e = rms of |c| within 3/8 T of m: extent
///
/// A peak is the highest trace that no higher peak has within reach_m; those traces keep their order: all of them take what it takes.
/// Model     logistic, fitted to random lanes of a two-dimensional FDTD (soils, depths, frequencies of 0.7 to 1.4 GHz, AP and AT
///           mines, mortar bombs; stones, roots, wood, voids, debris, refilled holes), one example an object and those of empty
///           ground above a score of 3: bench/detection/shape_lanes.py and fit_shape.py. Neither gprmax/dev nor the synthetic benchmark
///           taught it: src/decisions/0028-echo-shape.md.
/// Axis      across traces; shape (n_samples, n_traces) in, the same out: only the tags are written.
/// Units     of the score it is given, which should be about in standard deviations (detect.contrast). Input units do not matter.
/// Tag       score; evidence.probability = 1 / (1 + e^-(log odds)) on the traces of a peak that was looked at.
/// Edges     at the ends of the line the side that is there counts; with neither, coherence 0 and e 0.3. Unusable traces count for
///           nothing. No score time, silence, or a line that max_spacing_m and the frequencies leave out: scores stay.
/// Notes     peaks looked at; peaks left as they are.
/// Non-finite input: flagged, zero, as it was scored.
/// Cost      per peak a median of n_samples columns and some 200 dot products of a pulse: with traces 1 cm apart 1.6 ms for 512 samples and
///           3.3 ms for 1024 (bench_detect, 2026-11-26: shared Xeon with AVX-512, GCC 12.2, -O2, processor time); latency the whole
///           line; memory the line; no allocation after construction.
/// Not       after a gain, a background removal or a migration: it needs the strongest wave. Not proof: a wood block or a void is a
///           flat body lighter than soil too, and a mine as heavy as its soil is not.
/// @throws ConfigError  with several channels, or another number of weights than features.
/// @source   our own; logistic regression: Hastie, Tibshirani and Friedman, Elements of Statistical Learning (2009), 4.4
class EchoShape final : public WholeLine {
 public:
  EchoShape(const EchoShapeOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  struct Wave {  // against the strongest wave of the background, and against its slope
    double in_phase = 0.0;
    double quadrature = 0.0;

    [[nodiscard]] double energy() const noexcept { return in_phase * in_phase + quadrature * quadrature; }
  };

  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line) noexcept override;

  [[nodiscard]] double log_odds(const ColumnRing& line, Index peak) noexcept;
  void find_background(const ColumnRing& line, Index peak) noexcept;
  [[nodiscard]] bool find_pulse() noexcept;
  [[nodiscard]] Index find_echo(Index around) const noexcept;
  void mean_residual(const ColumnRing& line, Index from, Index to) noexcept;
  [[nodiscard]] Wave match(Index sample) const noexcept;
  [[nodiscard]] Wave match_between(double sample) const noexcept;
  [[nodiscard]] double extent(Index echo) const noexcept;
  void look_along_time(Index echo, double strongest) noexcept;
  [[nodiscard]] bool look_along_line(const ColumnRing& line, Index peak, Index echo) noexcept;

  EchoShapeOptions options_;
  StreamSpec in_;
  Index pulse_;          // samples of the pulse on each side of its centre
  Index half_;           // of the window over which energy is averaged
  Index ground_;         // traces of background on each side
  double period_ = 0.0;  // of the pulse, in samples
  Index looked_at_ = 0;
  Index left_ = 0;
  std::span<Index> order_;  // traces by falling score
  std::span<Index> owner_;  // the peak of each trace, -1: none
  std::span<double> told_;  // log odds of the peaks
  std::span<Sample> values_;
  std::span<double> background_;
  std::span<double> residual_;
  std::span<double> taper_;
  std::span<double> shape_;
  std::span<double> slope_;
  std::array<double, to_size(echo_shape_features)> features_{};
};

}  // namespace surefoot::detect

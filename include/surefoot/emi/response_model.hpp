// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/spec.hpp>

#include <array>
#include <cstdint>

namespace surefoot::emi {

/// What the samples of one channel are proportional to.
enum class Response : std::uint8_t {
  polarizability,  ///< tones: V / (i w), as emi.calibration gives it; gates: V
  voltage,         ///< tones: V
};
inline constexpr std::array response_words{"polarizability", "voltage"};

/// Which soil is expected.
enum class Soil : std::uint8_t {
  viscous,     ///< magnetic and viscous: most soils that trouble metal detectors
  conductive,  ///< the same and conducting: salt water, wet clay
};
inline constexpr std::array soil_words{"viscous", "conductive"};

/// The options that decide how soil and targets look to one channel. A stage's options struct holds one as `model`.
struct ResponseOptions {
  Response response = Response::polarizability;
  Soil soil = Soil::viscous;
  double pulse_s = 1e-3;
  double ramp_s = 0.0;
  Index target_rank = 4;
};

/// All but the number of shapes of a target, for stages that take each time constant's curve by itself.
template <class V>
void curve_fields(V& v, ResponseOptions& o) {
  v(o.response, "response", Words(response_words),
    "What tones are proportional to: the polarizability, V / (i w), or the voltage; for gates both are the voltage.");
  v(o.soil, "soil", Words(soil_words), "Which soil is removed: viscous, or viscous and conductive.");
  v(o.pulse_s, "pulse_s", Unit::second, above_to(0.0, 1.0), "Gates: time for which the field stood before switch-off.");
  v(o.ramp_s, "ramp_s", Unit::second, between(0.0, 1.0),
    "Gates: length of the ramp that switched it off and ended at 0 s; a receiver's pole takes twice its time off.");
}

template <class V>
void fields(V& v, ResponseOptions& o) {
  curve_fields(v, o);
  v(o.target_rank, "target_rank", Unit::none, between(1, 6), "Number of shapes that a target's response is made of.");
}

/// The problem with these options on this input, if any: tones or gates must be listed, and be more than soil and target need.
[[nodiscard]] Problem validate(const ResponseOptions& options, const StreamSpec& in) noexcept;

/// How soil and targets look to one channel: two sets of real vectors over its samples.
///
///   tones, on V / (i w):  soil 1  and  -(ln(w/w0) + i pi/2),  conductive also  i w;   target  -i w tau / (1 + i w tau)
///   gates:                soil 1/t - 1/(t + pulse_s),         conductive also  t^(-5/2);
///                         target (1 - e^(-pulse_s/tau)) e^(-t/tau);   1/t its mean over t .. t + ramp_s: a ramp is steps
///
/// Gates are exact means of these. voltage multiplies tones by i w / w0; w0 is the geometric mean of the tones.
/// All coefficients are real: viscous loss and dispersion are tied to each other (Kramers and Kronig), so that a soil has two
/// numbers and not one a tone. The targets' shapes are the principal components of the curves of 32 time constants over the
/// band and half a decade beyond, each curve of unit norm.
///
/// Shape     size() = samples of a channel (a tone has two); soil(k) and target(k) are vectors of that length, of unit norm.
/// Accuracy  with rank 4 the curve of any time constant in the band loses less than 1.5 % of its energy, 12 tones or 20 gates
///           over two decades; with rank 3 less than 3 %.
/// Cost      everything at construction, with our own exp and log: the same bits everywhere.
/// @source   viscous soil: Mullins and Tite, JGR 78, 1973; pulse: Pasion et al., SAGEEP 2002; conductive t^(-5/2): Nabighian and
///           Macnae, in Electromagnetic Methods II, 1991; principal components of the targets: our own
class ResponseModel {
 public:
  /// Time constants whose curves are looked at.
  static constexpr Index n_curves = 32;

  ResponseModel(const ResponseOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  [[nodiscard]] Index size() const noexcept { return size_; }
  [[nodiscard]] Index soil_rank() const noexcept { return soil_rank_; }
  [[nodiscard]] Index target_rank() const noexcept { return target_rank_; }
  [[nodiscard]] std::span<const double> soil(Index k) const noexcept { return vector(k); }
  [[nodiscard]] std::span<const double> target(Index k) const noexcept { return vector(soil_rank_ + k); }
  /// The curve of one time constant, of unit norm, from the fastest on.
  [[nodiscard]] std::span<const double> curve(Index k) const noexcept {
    return curves_.subspan(to_size(k * size_), to_size(size_));
  }
  /// Its time constant.
  [[nodiscard]] double tau_s(Index k) const noexcept { return tau_s_[to_size(k)]; }

 private:
  [[nodiscard]] std::span<double> vector(Index k) const noexcept {
    return vectors_.subspan(to_size(k * size_), to_size(size_));
  }
  void soil_of_tones(const ResponseOptions& options, const StreamSpec& in) noexcept;
  void soil_of_gates(const ResponseOptions& options, const StreamSpec& in) noexcept;

  Index size_;
  Index soil_rank_;
  Index target_rank_;
  std::span<double> vectors_;  // soil, then targets
  std::span<double> curves_;
  std::array<double, to_size(n_curves)> tau_s_{};
};

}  // namespace surefoot::emi

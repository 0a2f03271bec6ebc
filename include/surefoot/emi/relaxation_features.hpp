// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/relaxation_spectrum.hpp>
#include <surefoot/emi/response_model.hpp>

#include <complex>

namespace surefoot::emi {

struct RelaxationFeaturesOptions {
  Response response = Response::polarizability;
  Index most_lines = 4;
};

template <class V>
void fields(V& v, RelaxationFeaturesOptions& o) {
  v(o.response, "response", Words(response_words),
    "What tones are proportional to: the polarizability, V / (i w), or the voltage.");
  v(o.most_lines, "most_lines", Unit::none, between(1.0, static_cast<double>(dsp::LineSpectrum::most_lines)),
    "Room for so many relaxations in the output.");
}

[[nodiscard]] Problem validate(const RelaxationFeaturesOptions& options, const StreamSpec& in) noexcept;

/// Relaxation frequencies of each response, with their standard errors: RelaxationSpectrum of every trace and channel.
///
///   z = c0 + sum c_k / (1 + i w / zeta_k);  s z is fitted, s = -1 where the sum of the quadratures is positive, else 1, since
///   the sign of the coils' sensitivity is not known and what is passive has a negative quadrature; c0 and c_k are given back
///   times s
///
/// Axis      in listed tones, at least 3, ascending; out AxisKind::channel, 4 + 4 most_lines numbers a channel: c0, its sigma,
///           root mean square of what is left (a part of a tone), number of lines; then of each line, in ascending order,
///           zeta / (2 pi) in hertz, the sigma of its decimal logarithm, strength, its sigma. Room that is not needed is 0.
/// Units     c as the input (voltage: divided by w and times the geometric mean of the tones' w).
/// Edges     no line where the noise does not show one; sigmas of as many unknowns as data are the largest float.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      40 to 110 us a channel of 21 tones; latency 0 traces; no allocation after construction.
/// Not       for strengths of both signs, as between two axes of a target: RelaxationSpectrum has them. Not for raw tones:
///           calibrate, and take baseline and soil out before, or they come out as lines. Noise alone has a line now and then:
///           look at the sigmas and at a score.
/// @throws ConfigError  (from the pipeline) if the axis is none of listed tones, or has too few.
/// @source   RelaxationSpectrum; sign by passivity: our own
class RelaxationFeatures final : public TraceMap {
 public:
  RelaxationFeatures(const RelaxationFeaturesOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  RelaxationSpectrum spectrum_;
  Index most_lines_;
  Index n_channels_;
  std::span<std::complex<double>> response_;
  std::span<double> per_volt_;  // voltage: over w of each tone; empty otherwise
};

}  // namespace surefoot::emi

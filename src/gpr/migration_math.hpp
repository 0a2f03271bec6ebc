// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/base/spec.hpp>

#include <algorithm>
#include <cmath>

/// What the migrations in the wavenumber domain share.
namespace surefoot::gpr {

/// Most traces or samples with their padding: transforms of that length still keep float32's accuracy and memory's size.
inline constexpr double most_padded = 4194304.0;

/// The problem with a line that has no time or no spacing.
inline Problem check_line(const char* field, double value, const StreamSpec& in) noexcept {
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {field, "needs an axis of two-way time", value, finite(), Unit::metre_per_second};
  if (!(in.trace_spacing_m > 0.0) || !std::isfinite(in.trace_spacing_m))
    return {field, "from trace to trace: needs a known, equal spacing (trace_spacing_m)", in.trace_spacing_m,
            above(0.0), Unit::metre};
  return {};
}

/// Traces of the line with zeros beside it for so many metres.
inline double padded_traces(const StreamSpec& in, double padding_m) noexcept {
  return static_cast<double>(in.max_traces) + std::ceil(padding_m / in.trace_spacing_m);
}

/// 1 up to nine tenths of the largest sine, 0 from there on, smooth between.
class AngleTaper {
 public:
  explicit AngleTaper(double largest_sine) noexcept : start_(0.9 * largest_sine), slope_(1.0 / (0.1 * largest_sine)) {}
  [[nodiscard]] double at(double sine) const noexcept {
    const double x = std::clamp((sine - start_) * slope_, 0.0, 1.0);
    return 1.0 - x * x * (3.0 - 2.0 * x);
  }

 private:
  double start_;
  double slope_;
};

struct Turned {
  float cosine;
  float sine;
};

/// e^(2 pi i turns): the phase is reduced in double, and only then computed in float32, to 1e-7. |turns| < 2^50.
/// @source   Taylor's series of the sine on a quarter turn; five terms leave 6e-8
inline Turned turned(double turns) noexcept {
  constexpr double rounding = 0x1.8p52;  // adding it leaves no place for a fraction
  const double nearest = (turns + rounding) - rounding;
  const auto y = static_cast<float>(turns - nearest);
  const float a = std::abs(y);
  const auto sine_of = [](float t) noexcept {  // of t turns, |t| <= 1/4
    const float x = t * 6.2831853F;
    const float q = x * x;
    return x * (1.0F +
                q * (-1.0F / 6 + q * (1.0F / 120 + q * (-1.0F / 5040 + q * (1.0F / 362880 + q * (-1.0F / 39916800))))));
  };
  const float b = 0.25F - a;
  return {sine_of(b), std::copysign(sine_of(0.25F - std::abs(b)), y)};
}

/// What is left to say when a transform has no memory.
inline void drop(ColumnRing& line) noexcept {
  for (Index j = 0; j < line.size(); ++j) line.tag(j).quality |= Quality::dropped;
}

}  // namespace surefoot::gpr

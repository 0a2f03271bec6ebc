// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/spec.hpp>

namespace surefoot::gpr {

/// Whether the edges of a band, those that are read, lie below half the sampling rate and in order. Options has low_hz and high_hz.
template <class Options>
[[nodiscard]] Problem check_band(const Options& o, bool reads_low, bool reads_high, const StreamSpec& in) noexcept {
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"low_hz", "needs an axis of two-way time", o.low_hz, finite(), Unit::hertz};
  const double nyquist = 0.5 / in.axis.step;
  const auto below = [](double limit) { return Range{.low = 0.0, .high = limit, .low_open = true, .high_open = true}; };
  if (reads_high && !(o.high_hz < nyquist))
    return {"high_hz", "must be below half the sampling rate", o.high_hz, below(nyquist), Unit::hertz};
  const double most = reads_high ? o.high_hz : nyquist;
  if (reads_low && !(o.low_hz < most))
    return {"low_hz", reads_high ? "must be below high_hz" : "must be below half the sampling rate", o.low_hz,
            below(most), Unit::hertz};
  return {};
}

}  // namespace surefoot::gpr

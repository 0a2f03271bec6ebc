// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::dsp {

/// One operation a sample, in double, rounded once to float32; the same bits at any vector width.
///
/// Shape     the same number of samples everywhere; out may be x.
/// Cost      about 0.1 us for 512 samples.
/// @source   our own

/// out[i] = x[i] factor[i]
void multiply(ConstTraceRef x, std::span<const double> factor, TraceRef out) noexcept;
/// out[i] = x[i] - offset
void subtract(ConstTraceRef x, double offset, TraceRef out) noexcept;

}  // namespace surefoot::dsp

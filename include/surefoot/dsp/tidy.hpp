// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// Make computed samples fit to be stored: infinities become the largest float32, subnormal numbers become zero.
///
/// So a finite trace never turns infinite on its way, and subnormal numbers never slow down what comes next. NaN must not
/// come in: infinite results of finite inputs are the only non-finite ones.
///
/// Cost      one pass of integer operations that vectorises, about 0.03 us for 512 samples; a second one only where a sample
///           is subnormal or infinite.
/// @source   IEEE 754-2019, 3.4
void tidy(TraceRef samples) noexcept;

}  // namespace surefoot::dsp

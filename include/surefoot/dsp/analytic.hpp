// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// What an analytic signal z = re + j im says at each sample.
///
///   magnitudes   |z[i]|
///   phases       arg z[i], as phase_of()
///   cosines      re[i] / |z[i]|, 0 where z is 0
///   turns        scale arg(z[i+1] conj z[i] + z[i] conj z[i-1]); at both ends the one product there is; 0 for a single sample
///
/// Shape     three times the same number of samples; out overlaps neither.
/// Cost      in double, vectorised: for 512 samples 0.2 us, phases and turns about 1.5 us; the same bits at any vector width.
/// @source   Taner, Koehler, Sheriff, Geophysics 44(6), 1979
void magnitudes(ConstTraceRef re, ConstTraceRef im, TraceRef out) noexcept;
void phases(ConstTraceRef re, ConstTraceRef im, TraceRef out) noexcept;
void cosines(ConstTraceRef re, ConstTraceRef im, TraceRef out) noexcept;
void turns(ConstTraceRef re, ConstTraceRef im, double scale, TraceRef out) noexcept;

}  // namespace surefoot::dsp

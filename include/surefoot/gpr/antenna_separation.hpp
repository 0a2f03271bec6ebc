// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/gpr/time_reference.hpp>

#include <array>

namespace surefoot::gpr {

struct AntennaSeparationOptions {
  double separation_m = 0.1;
  double velocity_m_per_s = 1e8;
  double direct_velocity_m_per_s = 299792458.0;
  TimeReference time_zero = TimeReference::direct_wave;
  double max_stretch = 2.0;
};

template <class V>
void fields(V& v, AntennaSeparationOptions& o) {
  v(o.separation_m, "separation_m", Unit::metre, between(0.0, 100.0), "Distance between transmitter and receiver.");
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity on the way to the reflectors and back.");
  v(o.direct_velocity_m_per_s, "direct_velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity of the direct wave that marks t = 0; used with time_zero = direct_wave.");
  v(o.time_zero, "time_zero", Words(time_references),
    "What t = 0 of the input means: the emission, or the arrival of the direct wave.");
  v(o.max_stretch, "max_stretch", Unit::none, above(1.0),
    "Samples that would be stretched by more than this are zero.");
}

/// The problem with these options on this input, if any: the separation must leave something of the trace.
[[nodiscard]] Problem validate(const AntennaSeparationOptions& options, const StreamSpec& in) noexcept;

/// Turn the travel times of two antennas side by side into those of one antenna between them (normal moveout).
///
///   y(t') = x(t),  t' = sqrt((t + d)^2 - (s/v)^2),  d = s/u for direct_wave, 0 for emission
///   s separation_m, v velocity_m_per_s, u direct_velocity_m_per_s
///
/// For a reflector at depth z below the middle of the antennas (t + d)^2 = (s/v)^2 + (2z/v)^2, so that t' = 2z/v: two-way
/// time, as before; the depth is t' v / 2.
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out, on the same axis: t' = 0 is the surface
///           between the antennas. Kind two_way_time, seconds.
/// Reading   x between its samples by the 12 taps of dsp::FractionalDelay (band-limited, error 3e-4 up to half the Nyquist
///           frequency); the axis is only ever stretched, so nothing aliases.
/// Edges     zero for t' < 0, where t lies beyond the trace, and where the stretch (t + d)/t' is above max_stretch: that is
///           the shallowest z < s / (2 sqrt(max_stretch^2 - 1)), 0.29 s for 2. The direct wave itself goes with it.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      12 multiplications and additions a sample, about 2 us for 512 samples; latency 0; 52 bytes a sample.
/// Not       a migration, nor for heads held above the ground: with an air gap the ray is bent (gpr.ground_track takes the
///           separation into account for the bounce itself; back projection does for what lies below).
/// Order     after gpr.time_zero and before any depth axis.
/// @throws ConfigError  (from the pipeline) if nothing of the trace would be left.
/// @source   Yilmaz, Seismic Data Analysis, SEG 2001, eq. 3-2 and, for the stretch, 3-6; direct_wave with u = v is
///           t' = sqrt((t + s/v)^2 - (s/v)^2)
class AntennaSeparation final : public TraceMap {
 public:
  AntennaSeparation(const AntennaSeparationOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  static constexpr Index n_taps = 12;
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  std::span<std::array<float, n_taps>> weights_;
  std::span<Index> first_;    // of the padded trace, for each output sample; -1 for zero
  std::span<Sample> padded_;  // the trace between two margins of zeros
};

}  // namespace surefoot::gpr

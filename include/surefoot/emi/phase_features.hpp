// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/response_model.hpp>

namespace surefoot::emi {

struct PhaseFeaturesOptions {
  Response response = Response::polarizability;
};

template <class V>
void fields(V& v, PhaseFeaturesOptions& o) {
  v(o.response, "response", Words(response_words),
    "What tones are proportional to: the polarizability, V / (i w), or the voltage.");
}

[[nodiscard]] Problem validate(const PhaseFeaturesOptions& options, const StreamSpec& in) noexcept;

/// Amplitude and phase of each tone, and the phase of all as one number: what an operator hears and reads.
///
///   amplitude |z|,  phase arg(s z) in degrees, [-180, 0];  s = -1 where the quadrature is positive, else 1
///   vdi = -90 - arg(sum over tones of s z) in degrees, [-90, 90]
///
/// The sign of the coils' sensitivity is not known, but what is passive has a negative quadrature, -Im M >= 0, so that s makes
/// the phase of the polarizability: 0 is ferrite and magnetic soil, -90 thin metal, -180 a thick good conductor. vdi turns
/// that to the scale of hand-held detectors: iron low, foil in the middle, silver high. The sum is taken with one s, the one
/// of its own quadrature, and is a sum of vectors: it does not wrap.
///
/// Axis      in listed tones; out AxisKind::channel, 2 n_tones + 1 numbers a channel: amplitude and phase of each tone, vdi.
/// Units     amplitude as the input; degrees.
/// Edges     a tone of amplitude 0 has phase 0; all of amplitude 0 give vdi -90.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples), latency 0 traces.
/// Not       a classifier: phase turns with size as well as with metal.
/// @throws ConfigError  (from the pipeline) if the axis is none of listed tones.
/// @source   scale as in open detectors' firmware; sign by passivity: our own
class PhaseFeatures final : public TraceMap {
 public:
  PhaseFeatures(const PhaseFeaturesOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  Response response_;
  Index n_tones_;
  Index n_channels_;
};

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/dense.hpp>
#include <surefoot/dsp/nnls.hpp>
#include <surefoot/dsp/symmetric_eigen.hpp>
#include <surefoot/emi/response_model.hpp>

namespace surefoot::emi {

struct PolarizabilityFeaturesOptions {
  ResponseOptions model{};
  Index aperture_traces = 61;
  Index beside_traces = 8;
  double transmitter_radius_m = 0.13;
  double receiver_radius_m = 0.055;
  double least_score = 0.0;
};

template <class V>
void fields(V& v, PolarizabilityFeaturesOptions& o) {
  curve_fields(v, o.model);
  v(o.aperture_traces, "aperture_traces", Unit::traces, between(5, 401),
    "Traces that are looked at together, half of them to either side: twice as long as a target is heard.");
  v(o.beside_traces, "beside_traces", Unit::traces, between(0, 100),
    "So many traces at either end of them are ground: the line between their means is taken off; 0: nothing is.");
  v(o.transmitter_radius_m, "transmitter_radius_m", Unit::metre, above_to(0.0, 10.0),
    "Radius of the transmitter's coil, for the distance of the target.");
  v(o.receiver_radius_m, "receiver_radius_m", Unit::metre, above_to(0.0, 10.0),
    "Radius of the receiver's coil, which shares its axis and its plane.");
  v(o.least_score, "least_score", Unit::none, finite(),
    "Traces with a lower score are not looked at: their features are zero.");
}

[[nodiscard]] Problem validate(const PolarizabilityFeaturesOptions& options, const StreamSpec& in) noexcept;

/// What the metal around each trace is like, for detect.logistic: principal shape of its response, decay, distance and size.
///
///   x: each channel of the traces around, less the line between the means of the beside_traces at both ends
///   v: the unit vector with the largest sum of (v . x)^2, sum = l_1; l_2 the next one's, l all of them (principal components)
///   a(k) = (sum over channels of (v . x)^2 / tones or gates)^(1/2) of trace k;  its peak in the window is the target
///
///   0  ln a of the trace itself               5  share of v that no passive target explains, 0 to 1
///   1  l_1 / l: one shape explains so much    6  mean of log10 of the time constants in seconds that explain v, and
///   2  l_2 / l: several axes, objects, noise  7  its spread: both over their strengths (least squares, none negative)
///   3  apparent distance in metres            8  likeness to soil: length of v along the soil's shapes, 0 to 1
///   4  ln of the apparent polarizability
///
///   tones:  9, 10, 11 phase of v at the lowest, middle and highest tone, -pi to 0;  12 share of a static (magnetic)
///           moment in 5's fit, 0 to 1;  13 ln of its amplitude at the highest tone over that at the lowest
///   gates:  9, 10 slope of ln |v| over ln t in the earlier and later half of the gates;  11 their difference, the later less
///           the earlier one;  12 ln of the rms of the last third over that of the first;  13 share of v^2 of the wrong sign
///
/// Distance  that of an isotropic point under the middle of two coaxial loops whose a(k) falls to half as far away from the peak
///           as it does: half the mean of both sides, by the distances of the tags, or by the spacing where one of them is
///           not known. Apparent polarizability: a at the peak over the product of both loops' fields there.
/// Axis      tones or gates; out AxisKind::channel, 14 numbers.
/// Units     1 nepers of the input; metres and radians; polarizability in m^3 where the input is metres (F7) of single turns,
///           else up to a factor of the instrument. A factor on the input changes only 0 and 4.
/// Tag       passed on: score and depth stay those of the trace.
/// Edges     below least_score, and of a silent window, all features are 0. Where one end of the line is near, the ground of the
///           other end is taken off. A width below the least that two such loops have is told as
///           the place of that. A side that does not fall to half counts as long as it is seen: distance is then a bound from below.
///           Where neither distance nor spacing is known, 3 is 0 and 4 is ln a. Slopes of gates that are zero are 0.
/// Non-finite input: flagged, features 0; the trace takes no part in its neighbours' sums.
/// Cost      for N samples of a channel, C channels and T traces: T C N^2 / 2 + 4 N^3 operations and one non-negative fit, some 70 us for
///           12 tones, one channel, 61 traces; only where least_score is reached. Latency half of aperture_traces. No allocation
///           after construction; the same bits everywhere.
/// Not       an inversion: one place, one orientation, one distance that only holds for a round thing straight under the coils.
///           An elongated target is farther or nearer than told, and larger or smaller by the sixth power of that. Two objects
///           in the window come out as one. The shape is a mixture of the principal polarizabilities, as the field excites them.
/// @throws ConfigError  (from the pipeline) if the axis is none of listed tones or gates, they are too few, or nothing is left
///                      between the ground at both ends.
/// @source   principal components as of Pasion and Oldenburg's polarizations: our own; passive spectra: Wei, Scott and McClellan,
///           IEEE TGRS 48(4), 2010; distance from the width of the profile: our own
class PolarizabilityFeatures final : public WindowStage {
 public:
  static constexpr Index n_features = 14;

  PolarizabilityFeatures(const PolarizabilityFeaturesOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  struct Place {
    double distance_m = 0.0;
    double field = 1.0;  // product of both loops' fields on the axis, 1/m^2
  };
  static constexpr Index n_places = 64;

  void look(const TraceWindow& traces, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  void make_places(const PolarizabilityFeaturesOptions& options) noexcept;
  void find_ground(const TraceWindow& traces) noexcept;
  [[nodiscard]] Index mean_of(const TraceWindow& traces, Index first, Index end, std::span<double> mean) const noexcept;
  void read(const TraceWindow& traces, Index k, Index channel) noexcept;
  [[nodiscard]] bool find_shape(const TraceWindow& traces, TraceRef out) noexcept;
  void find_profile(const TraceWindow& traces) noexcept;
  void place(const TraceWindow& traces, TraceRef out) const noexcept;
  void explain(TraceRef out) noexcept;
  void describe_tones(TraceRef out) const noexcept;
  void describe_gates(TraceRef out) const noexcept;
  [[nodiscard]] double slope(Index first, Index end) const noexcept;
  [[nodiscard]] Place place_of(double half_width_m) const noexcept;

  PolarizabilityFeaturesOptions options_;
  TraceAxis axis_;
  double spacing_m_;
  Index half_;
  Index inner_;  // traces to either side that are not ground
  Index n_samples_;
  Index n_channels_;
  bool tones_;
  bool has_ground_ = false;
  ResponseModel model_;
  dsp::Nnls nnls_;
  dsp::SymmetricEigen eigen_;
  std::span<double> columns_;  // of nnls_: the static moment (tones), then the curves
  std::span<double> strength_;
  std::span<double> soil_;  // an orthonormal basis of its shapes
  Index soil_rank_ = 0;
  std::span<double> before_;  // mean ground
  std::span<double> after_;
  std::span<double> row_;
  std::span<double> gram_;
  std::span<double> vector_;
  std::span<double> shape_;  // v
  std::span<double> profile_;
  std::span<unsigned char> there_;
  std::span<double> width_m_;  // half widths of the places, rising
  std::span<Place> places_;
};

}  // namespace surefoot::emi

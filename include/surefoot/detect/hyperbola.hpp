// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/curve_options.hpp>

namespace surefoot::detect {

inline constexpr std::array curve_match_words{"semblance", "ncc"};
inline constexpr std::array curve_score_words{"share", "energy", "product"};

struct HyperbolaOptions {
  dsp::CurveMatch match = dsp::CurveMatch::semblance;
  dsp::CurveScore score = dsp::CurveScore::product;
  CurveOptions curves;
  DepthOptions depth{.end_s = 10e-9};
};

template <class V>
void fields(V& v, HyperbolaOptions& o) {
  v(o.match, "match", Words(curve_match_words),
    "Traces are compared with each other along a curve (semblance), or with a Ricker wave (ncc).");
  v(o.score, "score", Words(curve_score_words),
    "Odds of the share of the energy that a template explains, the energy that it explains, or energy times share.");
  fields(v, o.curves);
  fields(v, o.depth);
}

[[nodiscard]] Problem validate(const HyperbolaOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by how well the traces around it follow a hyperbola whose apex lies under it.
///
///   value of a depth segment = the best of all templates of dsp::HyperbolaBank at all apex times in it
///   score as in DepthScore, the value in place of the energy
///   best = the template behind the segment of the largest z, with velocity and apex time between those of the bank
///
/// Axis      across traces; the score belongs to the trace over the apex.
/// Shape     (n_samples) in; the same out, or (segments) with emit = "z" or "log_energy".
/// Units     the score is a robust z of the logarithm of the value: larger is more anomalous. Input units do not matter.
/// Tag       score_time_s is the time of the best apex, depth_m the depth of its template; velocity, apex time and fit (the
///           share of the energy that the template explains, 0 to 1) are in the evidence.
/// Edges     at the ends of the line the half that is there is used: a share of few traces is large by chance, which its odds
///           make up for. Unusable traces are left out of all sums. A segment that no template reaches has z = 0. Traces at
///           which nothing at all was found have no best template.
/// Standing  as in DepthScore: such a trace is looked at in the place of the last one over fresh ground, with the half that is there.
///           Where the distance is not known the first second of a stand bends the curves.
/// Null      under white noise a single template's share is Beta(T/2, T(M-1)/2) for semblance, for ncc r^2 of a correlation over MT
///           samples: thresholds in dsp/thresholds.hpp. A score is the best of many, hence the z.
/// Accuracy  of the best template over a clear point or plate on the ground, 10 cm deep, with its velocity inside the scan: velocity
///           to 5 %, depth to 1 cm, place to a trace. In the air the moveout tells the velocity badly or not at all.
/// Cost      latency half the aperture in traces; 60 templates of 21 traces 12 us a trace of 512 samples at 2.3 GHz, all 304 of the
///           default 32 us; the time grows with velocities times widths. No allocation after construction.
/// Not       for traces at unequal distances: run gpr.trace_resample first; nor before the background is removed, a flat layer is
///           a wide flat top. Rough ground bends curves; a layer above the target does too, and the velocity is then an average.
///           The velocity is blind where the flanks are short against the depth.
/// @throws ConfigError  if the spacing of the traces is not known, if the aperture holds no neighbour, if the samples are too coarse
///           for the frequency or the segments shorter than a period together; as DepthScore.
/// @source   structure: reference/detection 2.9; see dsp::HyperbolaBank
class Hyperbola final : public WindowStage {
 public:
  Hyperbola(const HyperbolaOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void take_in(const TraceWindow& window, Index k) noexcept;

  Index half_;
  DepthScore score_;
  dsp::HyperbolaBank bank_;
  Index newer_ = 0;  // traces in the bank after the one over fresh ground that was answered last
  bool begun_ = false;
};

}  // namespace surefoot::detect

// SPDX-License-Identifier: MIT
#include <surefoot/detect/fusion_model.hpp>

#include <surefoot/dsp/logistic.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>

namespace surefoot::detect {
namespace {

constexpr Index n_features = 6;

bool known(double x) noexcept { return x - x == 0.0; }

double compressed(double z) noexcept { return dsp::log(1.0 + std::max(0.0, z)); }

// What a sensor's examples say of one score.
struct Calibration {
  const NumberList& edges;
  const NumberList& target;
  const NumberList& clutter;
  double slope;
  double offset;
  const NumberList& phase_edges;

  [[nodiscard]] double llr(double z, double phase = unknown) const noexcept {
    if (!known(z)) return z - z;  // NaN
    const double u = compressed(z);
    if (edges.empty()) return offset + slope * u;
    return histogram_llr(u, phase, edges.view(), phase_edges.view(), target.view(), clutter.view());
  }
};

Problem check_histogram(const NumberList& edges, const NumberList& phase_edges, const NumberList& counts,
                        const char* field) noexcept {
  const Index expected = edges.empty() ? 0 : (edges.count + 1) * (phase_edges.count + 1);
  if (counts.count == expected) return {};
  return {field, "counts are not as many as there are bins, one bin more than edges", static_cast<double>(counts.count),
          between(static_cast<double>(expected), static_cast<double>(expected)), Unit::none};
}

Problem check_edges(const NumberList& edges, const char* field) noexcept {
  if (edges.count >= NumberList::capacity)
    return {field, "edges leave no room for the bins", static_cast<double>(edges.count),
            between(0.0, static_cast<double>(NumberList::capacity - 1)), Unit::none};
  for (Index i = 1; i < edges.count; ++i)
    if (!(edges[i] > edges[i - 1]))
      return {field, "must be above the edge before it", edges[i], above(edges[i - 1]), Unit::none};
  return {};
}

Problem check_count(const NumberList& list, Index expected, bool may_be_empty, const char* field,
                    const char* reason) noexcept {
  if (list.count == expected || (may_be_empty && list.empty())) return {};
  return {field, reason, static_cast<double>(list.count),
          between(static_cast<double>(expected), static_cast<double>(expected)), Unit::none};
}

double logistic_odds(const FusionOptions& o, const FusionEvidence& e) noexcept {
  const double emi = compressed(e.emi_z);
  const double gpr = compressed(e.gpr_z);
  const std::array<double, to_size(n_features)> features{emi, gpr, emi * gpr, e.depth_gap_m, e.position_gap_m, e.soil};
  double odds = o.bias;
  for (Index j = 0; j < n_features; ++j) {
    const double x = features[to_size(j)];
    if (known(x)) odds += o.weights[j] * (x - (o.centres.empty() ? 0.0 : o.centres[j]));
  }
  return odds;
}

Masses masses_of(double llr, double reliability) noexcept {
  const double p = dsp::logistic(llr);
  return discount({p, 1.0 - p}, reliability);
}

}  // namespace

Problem validate(const FusionOptions& o, const StreamSpec&) noexcept {
  if (const Problem p = check_ranges(o)) return p;
  constexpr const char* two = "numbers; a lever arm has two, or is left out";
  constexpr const char* six = "numbers; there are six features";
  for (const Problem& p :
       {check_count(o.emi_lever_m, 2, true, "emi_lever_m", two),
        check_count(o.gpr_lever_m, 2, true, "gpr_lever_m", two), check_edges(o.emi_edges, "emi_edges"),
        check_edges(o.emi_phase_edges_rad, "emi_phase_edges_rad"),
        check_histogram(o.emi_edges, o.emi_phase_edges_rad, o.emi_target, "emi_target"),
        check_histogram(o.emi_edges, o.emi_phase_edges_rad, o.emi_clutter, "emi_clutter"),
        check_edges(o.gpr_edges, "gpr_edges"), check_histogram(o.gpr_edges, {}, o.gpr_target, "gpr_target"),
        check_histogram(o.gpr_edges, {}, o.gpr_clutter, "gpr_clutter"),
        check_count(o.weights, n_features, o.method != FusionMethod::logistic, "weights", six),
        check_count(o.centres, n_features, true, "centres", six)})
    if (p) return p;
  if (!o.emi_phase_edges_rad.empty() && o.emi_edges.empty())
    return {"emi_phase_edges_rad", "edges divide the bins of emi_edges, of which there are none",
            static_cast<double>(o.emi_phase_edges_rad.count), between(0.0, 0.0), Unit::none};
  return {};
}

FusionResult weigh(const FusionOptions& o, const FusionEvidence& evidence) noexcept {
  constexpr double least = 1e-9;
  const NumberList whole{};
  const Calibration metal{o.emi_edges, o.emi_target, o.emi_clutter, o.emi_slope, o.emi_offset, o.emi_phase_edges_rad};
  const Calibration radar{o.gpr_edges, o.gpr_target, o.gpr_clutter, o.gpr_slope, o.gpr_offset, whole};
  const double emi = metal.llr(evidence.emi_z, evidence.emi_phase_rad);
  double gpr = radar.llr(evidence.gpr_z);
  if (gpr < o.gpr_least) gpr = o.gpr_least;
  const Masses open{};
  const Combination both = combine(known(emi) ? masses_of(emi, o.emi_reliability) : open,
                                   known(gpr) ? masses_of(gpr, o.gpr_reliability) : open);
  FusionResult result;
  result.conflict = known(emi) && known(gpr) ? both.conflict : unknown;
  if (o.method == FusionMethod::dempster_shafer) {
    const double p = both.masses.target + 0.5 * both.masses.open();
    result.probability = std::clamp(p, least, 1.0 - least);
    result.log_odds = dsp::log_odds(result.probability);
    return result;
  }
  if (o.method == FusionMethod::logistic && known(emi) && known(gpr)) {
    result.log_odds = logistic_odds(o, evidence);
  } else {
    result.log_odds = dsp::log_odds(o.prior);
    for (const double llr : {emi, gpr})
      if (known(llr)) result.log_odds += llr;
  }
  result.log_odds = std::clamp(result.log_odds, dsp::log_odds(least), -dsp::log_odds(least));
  result.probability = dsp::logistic(result.log_odds);
  return result;
}

}  // namespace surefoot::detect

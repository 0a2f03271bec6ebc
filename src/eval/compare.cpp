// SPDX-License-Identifier: MIT
#include <surefoot/eval/compare.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/sim/random.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace surefoot::eval {
namespace {

void require(const BootstrapOptions& options) {
  if (const Problem problem = validate(options)) throw ConfigError(problem.field, problem.reason);
}

std::size_t draw(sim::Random& random, std::size_t n) {
  return std::min(n - 1, static_cast<std::size_t>(random.uniform() * static_cast<double>(n)));
}

// The place between sorted values that a share of them lies below, straight between neighbours.
double percentile(std::span<const double> sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// Value and percentiles; draws without targets or ground have no value and are left out.
template <class Draw>
Drawn drawn(double value, const BootstrapOptions& options, Draw&& next) {
  sim::Random random(static_cast<std::uint64_t>(options.seed));
  std::vector<double> values;
  for (Index i = 0; i < options.draws; ++i)
    if (const double v = next(random); std::isfinite(v)) values.push_back(v);
  Drawn out;
  out.value = value;
  out.draws = static_cast<Index>(values.size());
  out.interval = {unknown, unknown};
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());
  const double half = 0.5 * (1.0 - options.confidence);
  out.interval = {percentile(values, half), percentile(values, 1.0 - half)};
  const auto count = [&](auto&& is) { return static_cast<double>(std::count_if(values.begin(), values.end(), is)); };
  const double least = std::min(count([](double v) { return v <= 0.0; }), count([](double v) { return v >= 0.0; }));
  out.p = std::min(1.0, 2.0 * (least + 1.0) / (static_cast<double>(values.size()) + 1.0));
  return out;
}

std::vector<std::string> names_of(const Matched& m) {
  std::vector<std::string> names;
  for (const Lane& lane : m.lanes) names.push_back(lane.name);
  return names;
}

}  // namespace

Problem validate(const BootstrapOptions& options) noexcept { return check_ranges(options); }

Drawn bootstrap_partial_area(const Matched& matched, double far, const BootstrapOptions& options) {
  return bootstrap_partial_area(scores_of(matched), far, options);
}

Drawn bootstrap_partial_area(const std::vector<LaneScores>& lanes, double far, const BootstrapOptions& options) {
  require(options);
  Drawn out = drawn(partial_area(pooled(lanes), far), options, [&](sim::Random& random) {
    if (lanes.empty()) return unknown;
    std::vector<LaneScores> chosen;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      chosen.push_back(lanes[draw(random, lanes.size())]);
      if (!options.targets) continue;
      const std::vector<double> targets = chosen.back().targets;
      for (double& t : chosen.back().targets) t = targets[draw(random, targets.size())];
    }
    return partial_area(pooled(chosen), far);
  });
  out.p = unknown;  // an area is not compared with zero
  return out;
}

Comparison compare(const Matched& first, const Matched& second, double far, double area_far,
                   const BootstrapOptions& options) {
  require(options);
  if (first.outcomes.size() != second.outcomes.size())
    throw ConfigError("other", "the runs are over different targets: " + std::to_string(first.outcomes.size()) +
                                   " and " + std::to_string(second.outcomes.size()));
  if (names_of(first) != names_of(second)) throw ConfigError("other", "the runs are over different lanes");
  if (first.unit != second.unit || !(first.exposure > 0.0) || !(second.exposure > 0.0))
    throw ConfigError("other", "equal false alarm rates need scanned ground that is known, in one unit, of both runs");

  // Objects that count in one run only are left out of both, in the curves and in the draws.
  std::vector<LaneScores> a = scores_of(first);
  std::vector<LaneScores> b = scores_of(second);
  for (LaneScores& lane : a) lane.targets.clear();
  for (LaneScores& lane : b) lane.targets.clear();
  Comparison out;
  out.far = far;
  out.area_far = area_far;
  out.bootstrap = options;
  std::vector<std::size_t> shared;
  for (std::size_t i = 0; i < first.outcomes.size(); ++i) {
    const Outcome& x = first.outcomes[i];
    const Outcome& y = second.outcomes[i];
    if (x.target.kind != y.target.kind || x.target.name != y.target.name)
      throw ConfigError("other",
                        "the runs are over different targets: '" + x.target.name + "' and '" + y.target.name + "'");
    if (!Matched::counts(x) || !Matched::counts(y) || x.lane < 0 || y.lane < 0) continue;
    shared.push_back(i);
    a[to_size(x.lane)].targets.push_back(x.score);
    b[to_size(y.lane)].targets.push_back(y.score);
  }
  out.n_targets = static_cast<Index>(shared.size());
  out.first = roc(pooled(a), options.confidence).at_far(far);
  out.second = roc(pooled(b), options.confidence).at_far(far);
  for (const std::size_t i : shared) {
    const bool by_first = first.outcomes[i].found(out.first.threshold);
    const bool by_second = second.outcomes[i].found(out.second.threshold);
    if (by_first && !by_second) out.only_first.push_back(static_cast<Index>(i));
    if (by_second && !by_first) out.only_second.push_back(static_cast<Index>(i));
  }
  out.mcnemar_p = mcnemar(static_cast<Index>(out.only_first.size()), static_cast<Index>(out.only_second.size()));
  const double difference = partial_area(pooled(b), area_far) - partial_area(pooled(a), area_far);
  out.area_difference = drawn(difference, options, [&](sim::Random& random) {
    std::vector<LaneScores> of_first;
    std::vector<LaneScores> of_second;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t k = draw(random, a.size());
      of_first.push_back(a[k]);
      of_second.push_back(b[k]);
    }
    return partial_area(pooled(of_second), area_far) - partial_area(pooled(of_first), area_far);
  });
  return out;
}

}  // namespace surefoot::eval

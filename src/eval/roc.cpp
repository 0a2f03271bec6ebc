// SPDX-License-Identifier: MIT
#include <surefoot/eval/roc.hpp>

#include <surefoot/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace surefoot::eval {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double real(Index n) noexcept { return to_double(std::int64_t{n}); }
double ratio(Index k, Index n) noexcept { return n > 0 ? real(k) / real(n) : unknown; }
double rate(Index k, double exposure) noexcept { return exposure > 0.0 ? real(k) / exposure : unknown; }

// Walks down all thresholds at once: f(threshold, targets at or above it, false alarms at or above it).
template <class F>
void for_each_threshold(const LaneScores& scores, F&& f) {
  std::vector<double> targets = scores.targets;
  std::vector<double> others = scores.false_alarms;
  std::sort(targets.begin(), targets.end(), std::greater<>());
  std::sort(others.begin(), others.end(), std::greater<>());
  while (!targets.empty() && targets.back() == -infinity) targets.pop_back();
  std::size_t hits = 0;
  std::size_t noise = 0;
  while (hits < targets.size() || noise < others.size()) {
    const double t =
        std::max(hits < targets.size() ? targets[hits] : -infinity, noise < others.size() ? others[noise] : -infinity);
    while (hits < targets.size() && targets[hits] >= t) ++hits;
    while (noise < others.size() && others[noise] >= t) ++noise;
    f(t, static_cast<Index>(hits), static_cast<Index>(noise));
  }
}

// Area under the steps from 0 to far: each step begins where its false alarm rate is reached.
class Area {
 public:
  explicit Area(double far) noexcept : far_(far) {}
  void step(double pd, double far) noexcept {
    if (!(far < far_)) return;
    area_ += pd_ * (far - from_);
    from_ = far;
    pd_ = pd;
  }
  [[nodiscard]] double mean() const noexcept { return (area_ + pd_ * (far_ - from_)) / far_; }

 private:
  double far_;
  double area_ = 0.0;
  double from_ = 0.0;
  double pd_ = 0.0;
};

}  // namespace

std::vector<LaneScores> scores_of(const Matched& matched) {
  std::vector<LaneScores> lanes(matched.lanes.size());
  for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i].exposure = matched.lanes[i].exposure;
  for (const Outcome& o : matched.outcomes)
    if (Matched::counts(o) && o.lane >= 0) lanes[to_size(o.lane)].targets.push_back(o.score);
  for (const FalseAlarm& f : matched.false_alarms) lanes[to_size(f.lane)].false_alarms.push_back(f.score);
  return lanes;
}

LaneScores pooled(const std::vector<LaneScores>& lanes) {
  LaneScores all;
  all.exposure = lanes.empty() ? unknown : 0.0;
  for (const LaneScores& lane : lanes) {
    all.targets.insert(all.targets.end(), lane.targets.begin(), lane.targets.end());
    all.false_alarms.insert(all.false_alarms.end(), lane.false_alarms.begin(), lane.false_alarms.end());
    all.exposure += lane.exposure;
  }
  return all;
}

OperatingPoint operating_point(double threshold, Index detected, Index false_alarms, Index n_targets, double exposure,
                               double confidence) noexcept {
  OperatingPoint p{threshold, detected, false_alarms, ratio(detected, n_targets), {}, {}, rate(false_alarms, exposure),
                   {}};
  p.pd_interval = clopper_pearson(detected, n_targets, confidence);
  p.pd_wilson = wilson(detected, n_targets, confidence);
  p.far_interval = poisson_rate(false_alarms, exposure, confidence);
  return p;
}

Roc roc(const LaneScores& scores, double confidence) {
  if (!(confidence > 0.0 && confidence < 1.0)) throw ConfigError("confidence", "must be above 0 and below 1");
  Roc out;
  out.n_targets = static_cast<Index>(scores.targets.size());
  out.exposure = scores.exposure;
  out.confidence = confidence;
  const auto add = [&](double t, Index hits, Index noise) {
    out.points.push_back(operating_point(t, hits, noise, out.n_targets, out.exposure, confidence));
  };
  add(infinity, 0, 0);
  for_each_threshold(scores, add);
  return out;
}

const OperatingPoint& Roc::at_far(double far) const noexcept {
  std::size_t best = 0;
  for (std::size_t i = 0; i < points.size() && (points[i].false_alarms == 0 || points[i].far <= far); ++i) best = i;
  return points[best];
}

const OperatingPoint* Roc::at_pd(double pd) const noexcept {
  for (const OperatingPoint& p : points)
    if (p.pd >= pd) return &p;
  return nullptr;
}

const OperatingPoint& Roc::at_threshold(double threshold) const noexcept {
  std::size_t best = 0;
  for (std::size_t i = 1; i < points.size() && points[i].threshold >= threshold; ++i) best = i;
  return points[best];
}

double Roc::partial_area(double far) const noexcept {
  if (n_targets == 0 || !(exposure > 0.0) || !(far > 0.0)) return unknown;
  Area area(far);
  for (const OperatingPoint& p : points) area.step(p.pd, p.far);
  return area.mean();
}

double partial_area(const LaneScores& scores, double far) {
  const auto n = static_cast<Index>(scores.targets.size());
  if (n == 0 || !(scores.exposure > 0.0) || !(far > 0.0)) return unknown;
  Area area(far);
  for_each_threshold(scores,
                     [&](double, Index hits, Index noise) { area.step(ratio(hits, n), rate(noise, scores.exposure)); });
  return area.mean();
}

std::vector<double> usual_halos() {
  std::vector<double> halos;
  for (int i = 1; i <= 10; ++i) halos.push_back(0.05 * i);
  return halos;
}

std::vector<HaloPoint> halo_sweep(const Trial& trial, const MatchOptions& options, const std::vector<double>& halos_m,
                                  double threshold, double far) {
  std::vector<HaloPoint> out;
  for (const double halo : halos_m) {
    MatchOptions with = options;
    with.halo_m = halo;
    const Roc curve = roc(pooled(scores_of(match(trial, with))));
    out.push_back({halo, curve.at_threshold(threshold), curve.partial_area(far)});
  }
  return out;
}

ClutterRejection clutter_rejection(const Trial& metal, const Trial& ranked, const MatchOptions& options,
                                   double radius_m, double kept, double confidence) {
  if (!(kept > 0.0 && kept <= 1.0)) throw ConfigError("kept", "must be above 0 and at most 1");
  if (!(radius_m >= 0.0)) throw ConfigError("radius_m", "must be at least 0 m");
  MatchOptions own_class = options;
  own_class.clutter = ClutterRule::own_class;
  const Matched found = match(metal, own_class);
  own_class.frame = found.frame;
  const Matched second = match(ranked, own_class);
  if (found.outcomes.size() != second.outcomes.size() || metal.lines.size() != ranked.lines.size())
    throw ConfigError("ranked", "the two runs must be over the same lines and targets");
  for (std::size_t i = 0; i < metal.lines.size(); ++i)
    if (metal.lines[i].line != ranked.lines[i].line)
      throw ConfigError("ranked", "the runs are over different lines: '" + metal.lines[i].line + "' and '" +
                                      ranked.lines[i].line + "'");

  ClutterRejection out;
  out.kept_asked = kept;
  std::vector<double> mines;
  for (std::size_t i = 0; i < found.outcomes.size(); ++i)
    if (Matched::counts(found.outcomes[i]) && found.outcomes[i].alarm) mines.push_back(second.outcomes[i].score);
  out.mines = static_cast<Index>(mines.size());
  std::sort(mines.begin(), mines.end(), std::greater<>());
  const auto needed = static_cast<std::size_t>(std::ceil(kept * real(out.mines) * (1.0 - 1e-12)));
  out.threshold = needed > 0 ? mines[needed - 1] : -infinity;
  out.mines_kept =
      static_cast<Index>(std::count_if(mines.begin(), mines.end(), [&](double s) { return s >= out.threshold; }));

  const auto place = [&](const Alarm& a) {
    return found.frame == Frame::ground ? Point{a.position_m[0], a.position_m[1]} : Point{a.distance_m, 0.0};
  };
  std::vector<std::vector<bool>> replaced;
  for (const ScoredLine& line : ranked.lines) replaced.push_back(replaced_records(line.alarms));
  const auto judge = [&](AlarmRef ref) {
    const Alarm& alarm = metal.lines[to_size(ref.line)].alarms[to_size(ref.alarm)];
    const Point p = place(alarm);
    const auto& others = ranked.lines[to_size(ref.line)].alarms;
    // What has no place cannot be looked for among the others: it is never silenced.
    const bool placed = std::isfinite(p.x_m) && std::isfinite(p.y_m);
    bool confirmed = !placed || out.threshold == -infinity;
    for (std::size_t i = 0; i < others.size() && !confirmed; ++i) {
      const Point q = place(others[i]);
      confirmed = !replaced[to_size(ref.line)][i] && static_cast<double>(others[i].score) >= out.threshold &&
                  std::hypot(p.x_m - q.x_m, p.y_m - q.y_m) <= radius_m;
    }
    ++out.clutter_alarms;
    if (!confirmed) ++out.rejected;
  };
  for (const FalseAlarm& f : found.false_alarms) judge(f.alarm);
  for (const AlarmRef ref : found.on_clutter) judge(ref);
  out.share = ratio(out.rejected, out.clutter_alarms);
  out.interval = clopper_pearson(out.rejected, out.clutter_alarms, confidence);
  out.kept_shows = clopper_pearson(out.mines_kept, out.mines, 2.0 * confidence - 1.0).low;
  return out;
}

}  // namespace surefoot::eval

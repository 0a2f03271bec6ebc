// SPDX-License-Identifier: MIT
#include <surefoot/gpr/hyperbola_search.hpp>

#include <surefoot/dsp/parallel.hpp>
#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/ray.hpp>
#include <surefoot/gpr/permittivity.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr Index fewest_traces = 5;
constexpr double least_correlation = 0.6;

// The best hyperbola with its apex at one sample of one trace.
struct Best {
  float semblance = 0.0F;
  float amplitude = 0.0F;
  float log_chance = 0.0F;
  std::int32_t velocity = -1;
};

struct Candidate {
  Index trace;
  Index sample;
  Best best;
  [[nodiscard]] double strength() const {
    return static_cast<double>(best.semblance) * static_cast<double>(best.amplitude);
  }
};

// A hyperbola in the line.
struct Course {
  double x_m;
  double depth_m;
  double velocity_m_per_s;
};

class Search {
 public:
  Search(const Radargram& line, const HyperbolaSearchOptions& options, double spacing_m)
      : line_(line),
        o_(options),
        n_traces_(static_cast<Index>(line.tags.size())),
        step_m_(spacing_m),
        spacing_m_(std::abs(spacing_m)),
        half_gate_(std::max<Index>(1, static_cast<Index>(0.5 * options.window_s / line.axis.step + 0.5))),
        reach_(traces_in(0.5 * options.aperture_m + 1e-9 * spacing_m_, n_traces_ - 1)),
        best_(to_size(n_traces_ * line.n_samples)),
        position_(to_size(line.n_samples * (reach_ + 1))),
        width_(to_size(line.n_samples)) {}

  std::vector<FoundHyperbola> run() {
    for (Index k = 0; k < o_.n_velocities; ++k) scan(k);
    std::vector<FoundHyperbola> found;
    for (const Candidate& c : candidates()) {
      if (static_cast<Index>(found.size()) >= o_.max_found) break;
      FoundHyperbola one;
      if (!follow(c, one)) continue;
      const bool again = std::any_of(found.begin(), found.end(), [&](const FoundHyperbola& other) {
        return std::abs(one.fit.x_m - other.fit.x_m) <= o_.separation_m &&
               std::abs(apex_of(one.fit) - apex_of(other.fit)) <= 1.5 * static_cast<double>(2 * half_gate_ + 1);
      });
      if (!again) found.push_back(one);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const FoundHyperbola& a, const FoundHyperbola& b) { return a.fit.x_m < b.fit.x_m; });
    return found;
  }

 private:
  // Evenly spaced in slowness, in which a step moves the branches by the same time everywhere.
  [[nodiscard]] double velocity(Index k) const {
    const double share = static_cast<double>(k) / static_cast<double>(o_.n_velocities - 1);
    const double slow = 1.0 / o_.min_velocity_m_per_s;
    return 1.0 / (slow + share * (1.0 / o_.max_velocity_m_per_s - slow));
  }
  [[nodiscard]] const Sample* trace(Index i) const { return line_.samples.data() + i * line_.n_samples; }
  [[nodiscard]] bool usable(Index i) const {
    return i >= 0 && i < n_traces_ && !unusable(line_.tags[to_size(i)].quality);
  }
  // Where the wave of a point lies in a trace at a distance, in samples.
  [[nodiscard]] double position(double distance_m, double depth_m, double v) const {
    const std::array<dsp::Slab, 2> slabs{
        dsp::Slab{.thickness_m = o_.standoff_m, .velocity_m_s = dsp::speed_of_light_m_s},
        dsp::Slab{.thickness_m = depth_m, .velocity_m_s = v}};
    const double half = 0.5 * o_.antenna_offset_m;
    const double t = dsp::trace_ray(distance_m - half, slabs).time_s + dsp::trace_ray(distance_m + half, slabs).time_s;
    return (t + o_.time_zero_s - line_.axis.start) / line_.axis.step;
  }
  [[nodiscard]] double depth_at(double sample, double v) const {
    return depth_of_time(line_.axis.start + line_.axis.step * sample - o_.time_zero_s,
                         {v, o_.antenna_offset_m, o_.standoff_m});
  }
  // Whole trace spacings in a distance: at most so many, however long it is.
  [[nodiscard]] Index traces_in(double distance_m, Index most) const {
    return static_cast<Index>(std::min(distance_m / spacing_m_, static_cast<double>(most)));
  }
  [[nodiscard]] Index width_at(double depth_m) const {
    if (!(depth_m >= o_.min_depth_m)) return -1;
    return traces_in(depth_m + o_.standoff_m, reach_);
  }

  void scan(Index k) {
    const double v = velocity(k);
    for (Index n = 0; n < line_.n_samples; ++n) {
      const double depth = depth_at(static_cast<double>(n), v);
      const Index width = width_[to_size(n)] = width_at(depth);
      for (Index j = 0; j <= width; ++j)
        position_[to_size(n * (reach_ + 1) + j)] =
            static_cast<float>(position(static_cast<double>(j) * spacing_m_, depth, v));
    }
    dsp::parallel_for(n_traces_, dsp::threads(), [&](Index begin, Index end, Index) {
      std::vector<double> sum(to_size(line_.n_samples));
      std::vector<double> energy(sum.size());
      std::vector<double> count(sum.size());
      for (Index i = begin; i < end; ++i) scan_trace(i, k, sum, energy, count);
    });
  }

  void scan_trace(Index apex, Index k, std::vector<double>& sum, std::vector<double>& energy,
                  std::vector<double>& count) {
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(energy.begin(), energy.end(), 0.0);
    std::fill(count.begin(), count.end(), 0.0);
    const auto last = static_cast<float>(line_.n_samples - 1);
    for (Index j = -reach_; j <= reach_; ++j) {
      if (!usable(apex + j)) continue;
      const Sample* x = trace(apex + j);
      const Index away = std::abs(j);
      for (Index n = 0; n < line_.n_samples; ++n) {
        if (width_[to_size(n)] < away) continue;
        const float p = position_[to_size(n * (reach_ + 1) + away)];
        if (!(p >= 0.0F && p < last)) continue;
        const auto at = static_cast<Index>(p);
        const float y = x[at] + (p - static_cast<float>(at)) * (x[at + 1] - x[at]);
        sum[to_size(n)] += static_cast<double>(y);
        energy[to_size(n)] += static_cast<double>(y) * static_cast<double>(y);
        count[to_size(n)] += 1.0;
      }
    }
    for (Index n = half_gate_; n + half_gate_ < line_.n_samples; ++n) {
      // Half of the aperture must be there: a branch may be cut by the end of the line, a point not.
      const double m = count[to_size(n)];
      if (m < static_cast<double>(std::max(fewest_traces, width_[to_size(n)] + 1))) continue;
      double top = 0.0;
      double bottom = 0.0;
      double stack = 0.0;
      for (Index g = n - half_gate_; g <= n + half_gate_; ++g) {
        const double c = count[to_size(g)];
        top += sum[to_size(g)] * sum[to_size(g)];
        bottom += c * energy[to_size(g)];
        if (c > 0.0) stack += sum[to_size(g)] * sum[to_size(g)] / (c * c);
      }
      if (!(bottom > 0.0)) continue;
      const double s = std::min(1.0, top / bottom);
      Best& best = best_[to_size(apex * line_.n_samples + n)];
      if (s <= static_cast<double>(best.semblance)) continue;
      best.semblance = static_cast<float>(s);
      best.amplitude = static_cast<float>(std::sqrt(stack / static_cast<double>(2 * half_gate_ + 1)));
      best.log_chance = static_cast<float>((m - 1.0) * std::log1p(-std::min(s, 1.0 - 1e-15)));
      best.velocity = static_cast<std::int32_t>(k);
    }
  }

  [[nodiscard]] std::vector<Candidate> candidates() const {
    std::vector<Candidate> all;
    // Half of what is asked for in the end: on the grid of the scan a hyperbola agrees less than along its own course.
    const double least = 0.5 * o_.min_semblance;
    const auto log_most = static_cast<float>(0.5 * std::log(o_.max_chance));
    for (Index i = 0; i < n_traces_; ++i)
      for (Index n = 0; n < line_.n_samples; ++n) {
        const Best& b = best_[to_size(i * line_.n_samples + n)];
        if (b.velocity >= 0 && static_cast<double>(b.semblance) >= least && b.log_chance <= log_most)
          all.push_back({i, n, b});
      }
    std::stable_sort(all.begin(), all.end(),
                     [](const Candidate& a, const Candidate& b) { return a.strength() > b.strength(); });
    std::vector<Candidate> kept;
    const double near = o_.separation_m / spacing_m_;
    for (const Candidate& c : all) {
      const bool taken = std::any_of(kept.begin(), kept.end(), [&](const Candidate& k) {
        const double v = velocity(k.best.velocity);
        const double away = std::abs(static_cast<double>(c.trace - k.trace));
        const double branch = position(away * spacing_m_, depth_at(static_cast<double>(k.sample), v), v);
        const double gate = static_cast<double>(2 * half_gate_ + 1);
        const bool close = away <= near && std::abs(static_cast<double>(c.sample - k.sample)) <= 1.5 * gate;
        const bool on_branch =
            away <= static_cast<double>(2 * reach_) && std::abs(static_cast<double>(c.sample) - branch) <= 1.5 * gate;
        return close || on_branch;
      });
      if (!taken) kept.push_back(c);
      if (static_cast<Index>(kept.size()) >= 4 * o_.max_found) break;
    }
    return kept;
  }

  [[nodiscard]] double value(Index i, double p) const {
    if (!(p >= 0.0 && p < static_cast<double>(line_.n_samples - 1))) return 0.0;
    const auto at = static_cast<Index>(p);
    const auto low = static_cast<double>(trace(i)[at]);
    const auto high = static_cast<double>(trace(i)[at + 1]);
    return low + (p - static_cast<double>(at)) * (high - low);
  }

  // Calls f(trace, position) for the usable traces within the aperture of a course.
  template <class F>
  void along(const Course& c, F&& f) const {
    const Index width = width_at(c.depth_m);
    const Index apex = trace_of(c);
    for (Index i = std::max<Index>(0, apex - width); i <= std::min(n_traces_ - 1, apex + width); ++i)
      if (usable(i)) f(i, position(line_.tags[to_size(i)].distance_m - c.x_m, c.depth_m, c.velocity_m_per_s));
  }
  [[nodiscard]] double apex_of(const HyperbolaFit& fit) const {
    return position(0.0, fit.depth_m, fit.velocity_m_per_s);
  }
  [[nodiscard]] Index trace_of(const Course& c) const {
    const double place = (c.x_m - line_.tags.front().distance_m) / step_m_;
    return static_cast<Index>(std::clamp(std::round(place), 0.0, static_cast<double>(n_traces_ - 1)));
  }

  // The traces along a course, aligned and added.
  [[nodiscard]] std::vector<double> stacked(const Course& c) const {
    std::vector<double> wave(to_size(2 * half_gate_ + 1));
    along(c, [&](Index i, double p) {
      for (Index g = -half_gate_; g <= half_gate_; ++g)
        wave[to_size(g + half_gate_)] += value(i, p + static_cast<double>(g));
    });
    return wave;
  }

  // Semblance and amplitude along a course.
  void judge(const Course& c, FoundHyperbola& out) const {
    double energy = 0.0;
    double stack = 0.0;
    double m = 0.0;
    along(c, [&](Index i, double p) {
      m += 1.0;
      for (Index g = -half_gate_; g <= half_gate_; ++g) {
        const double y = value(i, p + static_cast<double>(g));
        energy += y * y;
      }
    });
    for (const double w : stacked(c)) stack += w * w;
    out.semblance = energy > 0.0 ? std::min(1.0, stack / (m * energy)) : 0.0;
    out.chance = std::pow(1.0 - out.semblance, m - 1.0);
    out.amplitude = m > 0.0 ? std::sqrt(stack / static_cast<double>(2 * half_gate_ + 1)) / m : 0.0;
  }

  // Move a course to the largest swing of its wave. False if that has no depth.
  bool centre(Course& c) const {
    const double apex = position(0.0, c.depth_m, c.velocity_m_per_s) + extreme(stacked(c));
    c.depth_m = depth_at(apex, c.velocity_m_per_s);
    return c.depth_m >= o_.min_depth_m;
  }

  // Picks along the branches of a candidate, and the fit to them; then once more along what was fitted, so that neither the
  // steps of the scan nor the sample of the candidate show.
  bool follow(const Candidate& candidate, FoundHyperbola& out) const {
    const double v = velocity(candidate.best.velocity);
    Course course{line_.tags[to_size(candidate.trace)].distance_m, depth_at(static_cast<double>(candidate.sample), v),
                  v};
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round) {
      if (!centre(course) || !fit_along(course, out)) return false;
      course = {out.fit.x_m, out.fit.depth_m, out.fit.velocity_m_per_s};
      if (std::abs(course.x_m - line_.tags[to_size(trace_of(course))].distance_m) > spacing_m_) return false;
    }
    judge(course, out);
    out.trace = trace_of(course);
    return out.semblance >= o_.min_semblance && out.chance <= o_.max_chance;
  }

  bool fit_along(const Course& c, FoundHyperbola& out) const {
    const std::vector<double> wave = stacked(c);
    const Index width = width_at(c.depth_m);
    const Index apex = trace_of(c);
    std::vector<double> x;
    std::vector<double> t;
    for (const Index side : {Index{1}, Index{-1}}) {
      double drift = 0.0;  // of the last pick against the course, in samples
      for (Index j = side > 0 ? 0 : 1; j <= width; ++j) {
        const Index i = apex + side * j;
        if (!usable(i)) continue;
        const double at = line_.tags[to_size(i)].distance_m;
        const double expected = position(at - c.x_m, c.depth_m, c.velocity_m_per_s) + drift;
        double picked = 0.0;
        if (!pick(i, expected, wave, picked)) continue;
        drift += picked - expected;
        x.push_back(at);
        t.push_back(line_.axis.start + line_.axis.step * picked);
      }
    }
    const HyperbolaFitOptions options{
        .antenna_offset_m = o_.antenna_offset_m, .standoff_m = o_.standoff_m, .time_zero_s = o_.time_zero_s};
    out.fit = fit_hyperbola({x, t, {}}, options);
    if (out.fit.problem) return false;
    leave_out_outliers(x, t, out.fit);
    out.fit = fit_hyperbola({x, t, {}}, options);
    out.n_picks = static_cast<Index>(x.size());
    return !out.fit.problem && out.n_picks >= fewest_traces;
  }

  // Where the largest value lies, whatever its sign, counted from the middle; between samples by a parabola.
  [[nodiscard]] static double extreme(const std::vector<double>& wave) {
    const auto top = std::max_element(wave.begin() + 1, wave.end() - 1,
                                      [](double a, double b) { return std::abs(a) < std::abs(b); });
    const double bend = *(top - 1) - 2.0 * *top + *(top + 1);
    const double within = bend != 0.0 ? std::clamp(0.5 * (*(top - 1) - *(top + 1)) / bend, -0.5, 0.5) : 0.0;
    const auto middle = static_cast<Index>(wave.size() / 2);
    return static_cast<double>(top - wave.begin() - middle) + within;
  }

  // The position of best correlation within half a window of the expected one.
  bool pick(Index i, double expected, const std::vector<double>& wave, double& picked) const {
    const Index steps = 2 * half_gate_;  // of half a sample to each side
    std::vector<double> correlation(to_size(2 * steps + 1));
    double energy = 0.0;
    for (const double w : wave) energy += w * w;
    for (Index k = -steps; k <= steps; ++k) {
      double dot = 0.0;
      double own = 0.0;
      for (Index g = -half_gate_; g <= half_gate_; ++g) {
        const double y = value(i, expected + 0.5 * static_cast<double>(k) + static_cast<double>(g));
        dot += wave[to_size(g + half_gate_)] * y;
        own += y * y;
      }
      correlation[to_size(k + steps)] = own > 0.0 && energy > 0.0 ? dot / std::sqrt(own * energy) : 0.0;
    }
    const auto top = std::max_element(correlation.begin(), correlation.end());
    const Index at = top - correlation.begin();
    if (*top < least_correlation || at == 0 || at == 2 * steps) return false;
    const double before = correlation[to_size(at - 1)];
    const double after = correlation[to_size(at + 1)];
    const double bend = before - 2.0 * *top + after;
    const double shift = bend < 0.0 ? 0.5 * (before - after) / bend : 0.0;
    picked = expected + 0.5 * (static_cast<double>(at - steps) + shift);
    return true;
  }

  void leave_out_outliers(std::vector<double>& x, std::vector<double>& t, const HyperbolaFit& fit) const {
    std::vector<double> rest;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double p = position(x[i] - fit.x_m, fit.depth_m, fit.velocity_m_per_s);
      rest.push_back(std::abs(t[i] - (line_.axis.start + line_.axis.step * p)));
    }
    std::vector<double> sorted = rest;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const double most = std::max(3.0 * 1.4826 * *middle, 0.1 * line_.axis.step);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (rest[i] > most) continue;
      x[kept] = x[i];
      t[kept++] = t[i];
    }
    x.resize(kept);
    t.resize(kept);
  }

  const Radargram& line_;
  const HyperbolaSearchOptions& o_;
  Index n_traces_;
  double step_m_;     // from trace to trace, with its sign
  double spacing_m_;  // without
  Index half_gate_;
  Index reach_;                  // traces of the aperture to either side
  std::vector<Best> best_;       // of each sample of each trace
  std::vector<float> position_;  // of the hyperbola with its apex at a sample, at so many traces from it
  std::vector<Index> width_;     // traces to either side that it is followed over; -1: not looked for
};

Problem inspect(const Radargram& line, const HyperbolaSearchOptions& o) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (!(o.min_velocity_m_per_s < o.max_velocity_m_per_s)) {
    return {"min_velocity_m_per_s", "must be below max_velocity_m_per_s", o.min_velocity_m_per_s,
            Range{.low = 0.0, .high = o.max_velocity_m_per_s, .low_open = true, .high_open = true},
            Unit::metre_per_second};
  }
  if (line.axis.kind != AxisKind::two_way_time || !(line.axis.step > 0.0))
    return {"window_s", "needs an axis of two-way time", o.window_s, finite(), Unit::second};
  const double length = static_cast<double>(line.n_samples) * line.axis.step;
  if (o.window_s > length)
    return {"window_s", "must not be longer than the trace", o.window_s, above_to(0.0, length), Unit::second};
  return {};
}

// Metres from trace to trace; 0 if the places are not known or not even.
double even_spacing(std::span<const TraceTag> tags) noexcept {
  const double spacing = (tags.back().distance_m - tags.front().distance_m) / static_cast<double>(tags.size() - 1);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const double even = tags.front().distance_m + spacing * static_cast<double>(i);
    if (!(std::abs(tags[i].distance_m - even) <= 0.25 * std::abs(spacing))) return 0.0;
  }
  return spacing;
}

}  // namespace

Problem find_hyperbolas(const Radargram& line, const HyperbolaSearchOptions& options,
                        std::vector<FoundHyperbola>& found) {
  found.clear();
  if (const Problem problem = inspect(line, options)) return problem;
  if (static_cast<Index>(line.tags.size()) < fewest_traces) return {};
  const double spacing = even_spacing(line.tags);
  if (spacing == 0.0)
    return {"aperture_m", "needs traces at known, evenly spaced places: resample the line first", options.aperture_m};
  found = Search(line, options, spacing).run();
  return {};
}

}  // namespace surefoot::gpr

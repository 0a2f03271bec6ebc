// SPDX-License-Identifier: MIT
#include <surefoot/eval/report.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::eval {

Evaluation evaluate(Trial trial, const MatchOptions& options, double confidence) {
  Evaluation e;
  e.trial = std::move(trial);
  e.matched = match(e.trial, options);
  e.lanes = scores_of(e.matched);
  e.curve = roc(pooled(e.lanes), confidence);
  return e;
}

Latency latency_of(const Trial& trial) noexcept {
  Latency out;
  out.known = !trial.lines.empty();
  out.metres = 0.0;
  for (const ScoredLine& line : trial.lines) {
    out.known = out.known && (line.whole_line || line.latency_traces >= 0);
    out.whole_line = out.whole_line || line.whole_line;
    out.traces = std::max(out.traces, line.latency_traces);
    const double metres =
        line.trace_spacing_m > 0.0 ? to_double(std::int64_t{line.latency_traces}) * line.trace_spacing_m : unknown;
    out.metres = std::isnan(metres) ? metres : std::max(out.metres, metres);
  }
  if (!out.known || out.whole_line) out.metres = unknown;
  return out;
}

PlaceErrors place_errors(const Matched& matched, double threshold) noexcept {
  PlaceErrors out;
  double sum = 0.0;
  double square = 0.0;
  double depth_sum = 0.0;
  double depth_square = 0.0;
  for (const Outcome& o : matched.outcomes) {
    if (!Matched::counts(o) || !o.found(threshold)) continue;
    ++out.n;
    sum += o.offset_m;
    square += o.offset_m * o.offset_m;
    out.largest_m = std::fmax(out.largest_m, std::abs(o.offset_m));
    if (!std::isfinite(o.depth_error_m)) continue;
    ++out.n_depth;
    depth_sum += o.depth_error_m;
    depth_square += o.depth_error_m * o.depth_error_m;
  }
  const auto mean = [](double total, Index n) { return n > 0 ? total / to_double(std::int64_t{n}) : unknown; };
  out.mean_m = mean(sum, out.n);
  out.rms_m = std::sqrt(mean(square, out.n));
  out.depth_mean_m = mean(depth_sum, out.n_depth);
  out.depth_rms_m = std::sqrt(mean(depth_square, out.n_depth));
  return out;
}

std::vector<double> usual_rates(ExposureUnit unit) {
  if (unit == ExposureUnit::unknown) return {};
  if (unit == ExposureUnit::metre) return {0.1, 0.25, 0.5, 1.0};
  return {0.01, 0.1, 0.5};
}

double usual_area_rate(ExposureUnit unit) noexcept { return unit == ExposureUnit::square_metre ? 0.1 : 1.0; }

}  // namespace surefoot::eval

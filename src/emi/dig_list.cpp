// SPDX-License-Identifier: MIT
#include <surefoot/emi/dig_list.hpp>

#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

bool analysable(const Candidate& c) noexcept { return c.can_analyse && !std::isnan(c.score); }

// ln(1 - p): what 1 - p has lost, its logarithm has as well.
double log_of_rest(double p) noexcept {
  const double rest = 1.0 - p;
  return rest == 1.0 ? -p : dsp::log(rest) * (p / (1.0 - rest));
}
// 1 - e^-x for x >= 0.
double rest_of_exp(double x) noexcept {
  if (x > 0.5) return 1.0 - dsp::exp(-x);
  double term = x;
  double sum = x;
  for (double k = 2.0; k < 18.0; k += 1.0) {
    term *= -x / k;
    sum += term;
  }
  return sum;
}

// Upper confidence bound on a share when n looks found none.
double bound_after(Index n, double confidence) noexcept {
  return n > 0 ? rest_of_exp(-log_of_rest(confidence) / static_cast<double>(n)) : 1.0;
}

}  // namespace

void rank(std::span<const Candidate> candidates, std::span<Index> order) noexcept {
  const std::span<Index> list = order.first(candidates.size());
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = static_cast<Index>(i);
  std::sort(list.begin(), list.end(), [candidates](Index a, Index b) noexcept {
    const Candidate& x = candidates[to_size(a)];
    const Candidate& y = candidates[to_size(b)];
    if (analysable(x) != analysable(y)) return !analysable(x);
    if (analysable(x) && x.score != y.score) return x.score > y.score;
    return a < b;
  });
}

StopPoint stop_point(const DigOptions& options, std::span<const Candidate> candidates,
                     std::span<const Index> order) noexcept {
  StopPoint out;
  const auto n = static_cast<Index>(candidates.size());
  const auto at = [&](Index k) noexcept -> const Candidate& { return candidates[to_size(order[to_size(k)])]; };
  Index forced = 0;  // what cannot be analysed stands first
  while (forced < n && !analysable(at(forced))) ++forced;

  const auto left_after = [&](Index dug) noexcept {
    double sum = 0.0;
    for (Index k = n; k-- > dug;) {
      const double p = at(k).probability;
      if (!(p >= 0.0 && p <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
      sum += p;
    }
    return sum;
  };

  out.n_dig = n;
  switch (options.rule) {
    case StopRule::margin:
      out.n_dig = forced;
      while (out.n_dig < n && at(out.n_dig).score >= options.threshold) ++out.n_dig;
      out.reached = true;
      break;
    case StopRule::expected: {
      double sum = 0.0;
      Index dig = n;
      bool sound = !std::isnan(left_after(forced));
      while (sound && dig > forced) {
        const double more = sum + at(dig - 1).probability;
        if (!(more < options.expected_left)) break;
        sum = more;
        --dig;
      }
      out.n_dig = dig;
      out.reached = sound;
      break;
    }
    case StopRule::verification: break;
  }

  // Digs without a target, one after the other from the top, below every target that was found, wherever that was. Those that
  // were not dug for their score do not count.
  Index clean_from = forced;
  for (Index k = forced; k < n; ++k)
    if (at(k).dug && at(k).is_target) clean_from = k + 1;
  Index run = 0;
  Index first_gap = 0;
  for (; first_gap < n && at(first_gap).dug; ++first_gap) {
    if (first_gap < clean_from) continue;
    ++run;
    if (options.rule == StopRule::verification && bound_after(run, options.confidence) <= options.target_rate) {
      out.n_dig = first_gap + 1;
      out.reached = true;
      ++first_gap;
      break;
    }
  }
  if (n == 0 || (options.rule == StopRule::verification && first_gap == n)) out.reached = true;  // nothing is left
  out.verification_digs = run;
  out.target_bound = bound_after(run, options.confidence);
  out.expected_left = left_after(out.n_dig);
  return out;
}

Index digs_needed(double rate, double confidence) noexcept {
  if (!(rate > 0.0) || !(rate < 1.0) || !(confidence > 0.0) || !(confidence < 1.0)) return 0;
  auto n = static_cast<Index>(std::floor(log_of_rest(confidence) / log_of_rest(rate)));
  n = std::max<Index>(n, 1);
  while (n > 1 && bound_after(n - 1, confidence) <= rate) --n;
  while (bound_after(n, confidence) > rate) ++n;
  return n;
}

Interval clopper_pearson(Index k, Index n, double confidence) noexcept {
  Interval out;
  if (n <= 0 || k < 0 || k > n || !(confidence > 0.0) || !(confidence < 1.0)) return out;
  const double tail = 0.5 * (1.0 - confidence);
  const auto hits = static_cast<double>(k);
  const auto misses = static_cast<double>(n - k);
  if (k > 0) out.low = dsp::beta_quantile(hits, misses + 1.0, 1.0 - tail);
  if (k < n) out.high = dsp::beta_quantile(hits + 1.0, misses, tail);
  return out;
}

DigScore score_list(std::span<const Candidate> candidates, std::span<const Index> order, double confidence,
                    std::span<CurvePoint> curve) noexcept {
  DigScore out;
  CurvePoint now;
  Index clutter_at_last = 0;
  const auto n = static_cast<Index>(candidates.size());
  if (!curve.empty()) curve[0] = now;
  for (Index k = 0; k < n; ++k) {
    const Candidate& c = candidates[to_size(order[to_size(k)])];
    ++now.n_dug;
    if (!c.dug) out.all_truth = false;
    else if (c.is_target) ++now.targets_found;
    else ++now.clutter_dug;
    if (c.dug && c.is_target) {
      out.digs_for_all = now.n_dug;
      clutter_at_last = now.clutter_dug;
    }
    if (!curve.empty()) curve[to_size(k + 1)] = now;
  }
  out.n_targets = now.targets_found;
  out.n_clutter = now.clutter_dug;
  out.clutter_left = out.n_clutter - clutter_at_last;
  out.clutter_rejected = static_cast<double>(out.clutter_left) / static_cast<double>(out.n_clutter);
  out.rejected_interval = clopper_pearson(out.clutter_left, out.n_clutter, confidence);
  return out;
}

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#include <surefoot/emi/alarm_identity.hpp>

#include <algorithm>

namespace surefoot::emi {
namespace {

constexpr Quality not_quiet = Quality::saturated | Quality::non_finite | Quality::dropped | Quality::warming_up |
                              Quality::out_of_order | Quality::repaired | Quality::bad_trace;

bool fits(const ScoredTraces& line) noexcept {
  return !line.tags.empty() && line.samples.size() % line.tags.size() == 0;
}

ConstTraceRef trace(const ScoredTraces& line, std::size_t i) noexcept {
  const std::size_t n = line.samples.size() / line.tags.size();
  return line.samples.subspan(i * n, n);
}

bool beside(const Alarm& alarm, std::int64_t index) noexcept {
  const std::int64_t reach = alarm.last_index - alarm.first_index + 1;
  return index >= alarm.first_index - reach && index <= alarm.last_index + reach;
}

// Which traces are quiet.
class Quiet {
 public:
  Quiet(const ScoredTraces& line, std::span<const Alarm> alarms, double most) noexcept
      : line_(line), alarms_(alarms), most_(most) {}
  [[nodiscard]] bool operator()(std::size_t i) const noexcept {
    const TraceTag& tag = line_.tags[i];
    return !has(tag.quality, not_quiet) && static_cast<double>(tag.score) < most_ &&
           std::none_of(alarms_.begin(), alarms_.end(), [&](const Alarm& a) { return beside(a, tag.index); });
  }

 private:
  const ScoredTraces& line_;
  std::span<const Alarm> alarms_;
  double most_;
};

void learn_ground(SpectrumIdentity& identity, const ScoredTraces& line, const Quiet& quiet, std::size_t middle,
                  std::size_t lag, std::span<Sample> difference) noexcept {
  const std::size_t n = line.tags.size();
  if (lag >= n) return;
  const auto pair = [&](std::size_t i) noexcept { return quiet(i) && quiet(i + lag); };
  const std::size_t n_pairs = n - lag;
  std::size_t first = std::min(middle, n_pairs);
  std::size_t end = first;
  for (Index found = 0; found < ground_pairs && (first > 0 || end < n_pairs);) {  // a step to each side in turn
    if (first > 0 && pair(--first)) ++found;
    if (end < n_pairs && pair(end++)) ++found;
  }
  // The reference of a signal is a mean of two sides: between one and two times the variance of a single trace.
  const Sample scale = 0.8660254F;
  bool follows = false;
  for (std::size_t i = first; i < end; ++i) {
    const bool now = pair(i);
    if (now) {
      for (std::size_t k = 0; k < difference.size(); ++k)
        difference[k] = scale * (trace(line, i)[k] - trace(line, i + lag)[k]);
      identity.learn(difference, follows);
    }
    follows = now;
  }
}

// The mean of the nearest quiet traces from `from` on in one direction; the distance of their middle, 0 if there are none.
double mean_beside(const ScoredTraces& line, const Quiet& quiet, std::size_t from, bool forward,
                   std::span<Sample> mean) noexcept {
  std::fill(mean.begin(), mean.end(), 0.0F);
  double distance = 0.0;
  Index found = 0;
  const std::size_t most = forward ? line.tags.size() - from : from;
  for (std::size_t step = 1; step < most && found < beside_traces; ++step) {
    const std::size_t i = forward ? from + step : from - step;
    if (!quiet(i)) continue;
    ++found;
    distance += static_cast<double>(step);
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += trace(line, i)[k];
  }
  if (found == 0) return 0.0;
  for (Sample& m : mean) m /= static_cast<Sample>(found);
  return distance / static_cast<double>(found);
}

}  // namespace

IdentityResult identify_alarm(SpectrumIdentity& identity, const ScoredTraces& line, std::span<const Alarm> alarms,
                              const Alarm& alarm, double quiet_score, std::span<Sample> scratch,
                              std::span<double> probabilities) noexcept {
  const auto place = [&](std::int64_t index) noexcept {
    return static_cast<std::size_t>(
        std::find_if(line.tags.begin(), line.tags.end(), [&](const TraceTag& t) { return t.index >= index; }) -
        line.tags.begin());
  };
  const std::size_t n = fits(line) ? line.samples.size() / line.tags.size() : 0;
  const std::size_t first = place(alarm.first_index);
  if (n == 0 || first == line.tags.size() || scratch.size() < 3 * n) return identity.result(probabilities);
  const std::size_t last = std::max(first, std::min(place(alarm.last_index), line.tags.size() - 1));
  const Quiet quiet(line, alarms, quiet_score);
  const std::span<Sample> before = scratch.first(n);
  const std::span<Sample> after = scratch.subspan(n, n);
  const std::span<Sample> signal = scratch.subspan(2 * n, n);
  learn_ground(identity, line, quiet, first, last - first + 1, signal);
  (void)identity.prepare();  // if it could not, the result says so
  const double left = mean_beside(line, quiet, first, false, before);
  const double right = mean_beside(line, quiet, last, true, after);
  for (std::size_t i = first; i <= last; ++i) {
    const Quality quality = line.tags[i].quality;
    if (unusable(quality) || has(quality, Quality::saturated | Quality::out_of_order)) continue;
    const double from_left = left + static_cast<double>(i - first);
    const double from_right = right + static_cast<double>(last - i);
    const double share = left == 0.0 ? 1.0 : right == 0.0 ? 0.0 : from_left / (from_left + from_right);
    for (std::size_t k = 0; k < n; ++k)
      signal[k] =
          static_cast<Sample>(static_cast<double>(trace(line, i)[k]) - (1.0 - share) * static_cast<double>(before[k]) -
                              share * static_cast<double>(after[k]));
    identity.add(signal);
  }
  return identity.result(probabilities);
}

}  // namespace surefoot::emi

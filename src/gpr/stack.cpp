// SPDX-License-Identifier: MIT
#include <surefoot/gpr/stack.hpp>

#include <surefoot/dsp/lane_sort.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::gpr {
namespace {

// Robust standard deviation = 1.4826 times the median deviation of a normal distribution.
constexpr double mad_to_sigma = 1.4826;

StreamSpec decimated(const StackOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  const auto n = static_cast<double>(options.length_traces);
  out.trace_interval_s *= n;
  out.trace_spacing_m *= n;
  out.max_traces = (in.max_traces + options.length_traces - 1) / options.length_traces;
  return out;
}

}  // namespace

Problem validate(const StackOptions& options, const StreamSpec&) noexcept { return check_ranges(options); }

Stage* make_stack(const StackOptions& options, const StreamSpec& in, Arena& arena) noexcept {
  if (options.mode == StackMode::running) return arena.emplace<RunningStack>(options, in, arena);
  return arena.emplace<DecimatingStack>(options, in, arena);
}

Stacker::Stacker(const StackOptions& options, Index n_samples, Arena& arena) noexcept
    : method_(options.method),
      reject_z_(options.reject_z),
      rows_(arena.take<const Sample*>(options.length_traces)),
      sum_(arena.take<double>(options.method == StackMethod::mean ? n_samples : 0)),
      values_(arena.take<float>(options.method == StackMethod::mean ? 0 : options.length_traces * dsp::sort_lanes)),
      deviations_(
          arena.take<float>(options.method == StackMethod::robust ? options.length_traces * dsp::sort_lanes : 0)) {}

void Stacker::read(TraceRef out) noexcept {
  if (n_ == 0) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  if (method_ == StackMethod::mean) mean(out);
  else sorted(out);
  dsp::tidy(out);
}

void Stacker::mean(TraceRef out) noexcept {
  double* const sum = sum_.data();
  const std::size_t n = out.size();
  std::fill(sum_.begin(), sum_.end(), 0.0);
  const auto at = [](const Sample* x, std::size_t i) noexcept { return static_cast<double>(x[i]); };
  // Four traces a pass over the sums.
  std::size_t j = 0;
  for (; j + 4 <= to_size(n_); j += 4) {
    const Sample* const a = rows_[j];
    const Sample* const b = rows_[j + 1];
    const Sample* const c = rows_[j + 2];
    const Sample* const d = rows_[j + 3];
    for (std::size_t i = 0; i < n; ++i) sum[i] += (at(a, i) + at(b, i)) + (at(c, i) + at(d, i));
  }
  for (; j < to_size(n_); ++j) {
    const Sample* const a = rows_[j];
    for (std::size_t i = 0; i < n; ++i) sum[i] += at(a, i);
  }
  const double share = 1.0 / static_cast<double>(n_);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(sum[i] * share);
}

void Stacker::sorted(TraceRef out) noexcept {
  constexpr Index lanes = dsp::sort_lanes;
  float* const values = values_.data();
  std::array<float, to_size(lanes)> median{};
  for (Index begin = 0; begin < out.n(); begin += lanes) {
    const Index width = std::min(lanes, out.n() - begin);
    if (width < lanes) std::fill(values_.begin(), values_.end(), 0.0F);
    for (Index j = 0; j < n_; ++j) std::copy_n(rows_[to_size(j)] + begin, width, values + j * lanes);
    dsp::sort_in_lanes(values, n_);
    dsp::median_of_lanes(values, n_, median);
    if (method_ == StackMethod::robust) {
      float* const deviations = deviations_.data();
      for (Index j = 0; j < n_; ++j)
        for (Index l = 0; l < lanes; ++l)
          deviations[j * lanes + l] = std::abs(values[j * lanes + l] - median[to_size(l)]);
      dsp::sort_in_lanes(deviations, n_);
      std::array<float, to_size(lanes)> spread{};
      dsp::median_of_lanes(deviations, n_, spread);
      std::array<double, to_size(lanes)> sum{};
      std::array<double, to_size(lanes)> count{};
      for (Index j = 0; j < n_; ++j)
        for (Index l = 0; l < lanes; ++l) {
          const double x = static_cast<double>(values[j * lanes + l]);
          const double off = std::abs(x - static_cast<double>(median[to_size(l)]));
          const bool near = off <= reject_z_ * mad_to_sigma * static_cast<double>(spread[to_size(l)]);
          sum[to_size(l)] += near ? x : 0.0;
          count[to_size(l)] += near ? 1.0 : 0.0;
        }
      // With an even number nothing may lie near the median of two camps: then it is the median itself.
      for (Index l = 0; l < lanes; ++l)
        if (count[to_size(l)] > 0.0) median[to_size(l)] = static_cast<float>(sum[to_size(l)] / count[to_size(l)]);
    }
    std::copy_n(median.begin(), width, out.begin() + begin);
  }
}

DecimatingStack::DecimatingStack(const StackOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, decimated(options, in), arena),
      length_(options.length_traces),
      group_(in.n_samples, options.length_traces, arena),
      stacker_(options, in.n_samples, arena) {}

void DecimatingStack::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  const TraceRef column = group_.push(tag);
  if (trace.empty()) std::fill(column.begin(), column.end(), 0.0F);
  else std::copy(trace.begin(), trace.end(), column.begin());
  full_ = group_.full();
}

void DecimatingStack::give(TraceRef out, TraceTag& tag) noexcept {
  MergedQuality quality;
  for (Index j = 0; j < group_.size(); ++j) quality.add(group_.tag(j).quality);
  tag.time_s = tag.distance_m = tag.standoff_m = 0.0;
  tag.position_m = {};
  stacker_.clear();
  double n = 0.0;
  for (Index j = 0; j < group_.size(); ++j) {
    const TraceTag& one = group_.tag(j);
    if (quality.usable() && unusable(one.quality)) continue;
    if (quality.usable()) stacker_.add(std::as_const(group_).column(j));
    n += 1.0;
    tag.time_s += one.time_s;
    tag.distance_m += one.distance_m;
    tag.standoff_m += one.standoff_m;
    for (std::size_t k = 0; k < 3; ++k) tag.position_m[k] += one.position_m[k];
    if (one.score > tag.score) {
      tag.score = one.score;
      tag.score_time_s = one.score_time_s;
    }
  }
  tag.time_s /= n;
  tag.distance_m /= n;
  tag.standoff_m /= n;
  for (double& x : tag.position_m) x /= n;
  tag.index = given_++;
  tag.quality = quality.value();
  if (group_.size() < length_) tag.quality |= Quality::warming_up;
  stacker_.read(out);
  group_.clear();
  full_ = false;
}

void DecimatingStack::forget() noexcept {
  group_.clear();
  given_ = 0;
  full_ = false;
}

void DecimatingStack::remember(StateArchive& archive) noexcept {
  group_.state(archive);
  archive(given_);
  archive(full_);
  if (archive.loading() && full_ && group_.empty()) archive.fail();
}

RunningStack::RunningStack(const StackOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, in, (options.length_traces - 1) / 2, options.length_traces / 2, arena),
      before_((options.length_traces - 1) / 2),
      after_(options.length_traces / 2),
      stacker_(options, in.n_samples, arena) {}

void RunningStack::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  stacker_.clear();
  for (Index k = -before_; k <= after_; ++k) {
    if (!window.usable(k)) continue;
    stacker_.add(window.trace(k));
    tag.quality |= window.tag(k).quality;
  }
  if (stacker_.size() < before_ + 1 + after_) tag.quality |= Quality::warming_up;
  stacker_.read(out);
}

}  // namespace surefoot::gpr

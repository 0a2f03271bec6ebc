// SPDX-License-Identifier: MIT
#include <surefoot/emi/pulse_stack.hpp>

#include <surefoot/dsp/lane_sort.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::emi {
namespace {

constexpr double mad_to_sigma = 1.4826;
constexpr int biweight_steps = 5;
constexpr Index lanes = dsp::sort_lanes;

StreamSpec output_of(const PulseStackOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  const auto n = static_cast<double>(options.length_traces);
  out.trace_interval_s *= n;
  out.trace_spacing_m *= n;
  if (in.max_traces > 0) out.max_traces = in.max_traces / options.length_traces + 2;
  return out;
}

std::int64_t floor_of(std::int64_t n, std::int64_t by) noexcept { return n >= 0 ? n / by : -((-n + by - 1) / by); }

}  // namespace

Problem validate(const PulseStackOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::gate_time && in.axis.kind != AxisKind::gates)
    return {"length_traces", "needs decays: an axis of gate_time or gates", static_cast<double>(options.length_traces)};
  if (options.bipolar && options.length_traces % 2 != 0)
    return {"length_traces", "must be even where pulses alternate in sign", static_cast<double>(options.length_traces),
            between(2.0, 1024.0), Unit::traces};
  return {};
}

double pulse_stack_response(Index n, bool bipolar, double interval_s, double hum_hz) noexcept {
  const double cycles = hum_hz * interval_s + (bipolar ? 0.5 : 0.0);
  const double step = cycles - std::round(cycles);
  double re = 0.0;
  double im = 0.0;
  for (Index j = 0; j < n; ++j) {
    const double turns = step * static_cast<double>(j);
    const double angle = 2.0 * dsp::pi * (turns - std::round(turns));
    re += dsp::cos(angle);
    im += dsp::sin(angle);
  }
  return std::sqrt(re * re + im * im) / static_cast<double>(n);
}

PulseStack::PulseStack(const PulseStackOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, output_of(options, in), arena),
      options_(options),
      mains_gain_(
          in.trace_interval_s > 0.0 && options.mains_hz > 0.0
              ? pulse_stack_response(options.length_traces, options.bipolar, in.trace_interval_s, options.mains_hz)
              : -1.0),
      group_(in.n_samples, options.length_traces, arena),
      done_(in.n_samples, 3, arena),
      sum_(arena.take<double>(in.n_samples)),
      values_(arena.take<float>(options.rejection == StackRejection::none ? 0 : options.length_traces * lanes)),
      deviations_(arena.take<float>(options.rejection == StackRejection::none ? 0 : options.length_traces * lanes)) {}

Index PulseStack::notes(std::span<Note> out) const noexcept {
  Index n = 0;
  if (out.size() < 2) return n;
  if (options_.rejection != StackRejection::none)
    out[to_size(n++)] = {"rejected_share", n_seen_ > 0.0 ? n_rejected_ / n_seen_ : 0.0, Unit::none,
                         n_rejected_ > 0.05 * n_seen_ ? "More than 5 % of the samples were rejected." : nullptr};
  if (mains_gain_ >= 0.0)
    out[to_size(n++)] = {
        "mains_gain", 20.0 * dsp::log10(std::max(mains_gain_, 1e-15)), Unit::decibel,
        mains_gain_ > 0.01 ? "Mains hum comes through: the time between pulses should be a whole number of its cycles."
                           : nullptr};
  return n;
}

void PulseStack::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  const Place place = order_(tag.index);
  if (place != Place::next) {
    MergedQuality own;
    own.add(Quality::out_of_order);
    own.add(tag.quality);
    late_ |= own.value();
    if (place == Place::late) return;
    if (!group_.empty()) stack(false);
    begun_ = false;
  }
  const std::int64_t number = floor_of(tag.index, options_.length_traces);
  if (!begun_) first_whole_ = -floor_of(-tag.index, options_.length_traces);
  else if (number != number_ && !group_.empty()) stack(false);
  begun_ = true;
  number_ = number;
  const TraceRef column = group_.push(tag);
  if (trace.empty()) std::fill(column.begin(), column.end(), 0.0F);
  else std::copy(trace.begin(), trace.end(), column.begin());
  if (tag.index == (number + 1) * options_.length_traces - 1) stack(false);
}

void PulseStack::stack(bool last) noexcept {
  MergedQuality quality;
  Index usable = 0;
  for (Index j = 0; j < group_.size(); ++j) {
    quality.add(group_.tag(j).quality);
    usable += unusable(group_.tag(j).quality) ? 0 : 1;
  }
  TraceTag tag;
  tag.index = number_;
  tag.quality = quality.value() | late_;
  late_ = Quality::good;
  tag.time_s = tag.distance_m = tag.standoff_m = 0.0;
  tag.position_m = {};
  double n = 0.0;
  for (Index j = 0; j < group_.size(); ++j) {
    const TraceTag& one = group_.tag(j);
    if (usable > 0 && unusable(one.quality)) continue;
    n += 1.0;
    tag.time_s += one.time_s;
    tag.distance_m += one.distance_m;
    tag.standoff_m += one.standoff_m;
    for (std::size_t k = 0; k < 3; ++k) tag.position_m[k] += one.position_m[k];
  }
  // A group that tells only of late pulses has no place.
  tag.time_s = n > 0.0 ? tag.time_s / n : unknown;
  tag.distance_m = n > 0.0 ? tag.distance_m / n : unknown;
  tag.standoff_m = n > 0.0 ? tag.standoff_m / n : unknown;
  for (double& x : tag.position_m) x = n > 0.0 ? x / n : unknown;

  rejected_ = false;
  std::fill(sum_.begin(), sum_.end(), 0.0);
  const double half = options_.bipolar ? 0.5 : 1.0;
  bool whole = add_sign(false, half);
  if (options_.bipolar) whole = add_sign(true, -half) && whole;
  const auto length = static_cast<double>(options_.length_traces);
  if (!whole || static_cast<double>(usable) < options_.least_share * length) tag.quality |= Quality::dropped;
  else if (usable < options_.length_traces || rejected_) tag.quality |= Quality::repaired;
  if (group_.size() < options_.length_traces && (last || number_ < first_whole_)) tag.quality |= Quality::warming_up;
  const TraceRef out = done_.push(tag);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = unusable(tag.quality) ? 0.0F : static_cast<Sample>(sum_[i]);
  dsp::tidy(out);
  group_.clear();
}

bool PulseStack::add_sign(bool negative_sign, double factor) noexcept {
  Index n = 0;
  const auto counts = [&](Index j) noexcept {
    const TraceTag& tag = group_.tag(j);
    return !unusable(tag.quality) && negative(tag.index) == negative_sign;
  };
  for (Index j = 0; j < group_.size(); ++j) n += counts(j) ? 1 : 0;
  if (n == 0) return false;
  const bool all = options_.rejection == StackRejection::none || n < 3;
  const double share = factor / static_cast<double>(n);
  const Index n_samples = static_cast<Index>(sum_.size());
  for (Index begin = 0; begin < n_samples; begin += lanes) {
    const Index width = std::min(lanes, n_samples - begin);
    double* const to = sum_.data() + begin;
    std::array<double, 16> location{};
    if (all) {
      for (Index j = 0; j < group_.size(); ++j) {
        if (!counts(j)) continue;
        const Sample* const x = std::as_const(group_).column(j).data() + begin;
        for (Index l = 0; l < width; ++l) location[to_size(l)] += static_cast<double>(x[l]);
      }
      for (Index l = 0; l < width; ++l) to[l] += share * location[to_size(l)];
      continue;
    }
    Index row = 0;
    for (Index j = 0; j < group_.size(); ++j) {
      if (!counts(j)) continue;
      float* const v = values_.data() + lanes * row++;
      std::fill_n(v, lanes, 0.0F);
      std::copy_n(std::as_const(group_).column(j).data() + begin, width, v);
    }
    locate(n, location);
    n_seen_ += static_cast<double>(n * width);
    for (Index l = 0; l < width; ++l) to[l] += factor * location[to_size(l)];
  }
  return true;
}

void PulseStack::locate(Index n, std::array<double, 16>& location) noexcept {
  std::array<float, to_size(lanes)> median{};
  std::array<float, to_size(lanes)> spread{};
  dsp::sort_in_lanes(values_.data(), n);
  dsp::median_of_lanes(values_.data(), n, median);
  for (Index j = 0; j < n; ++j)
    for (Index l = 0; l < lanes; ++l)
      deviations_[to_size(j * lanes + l)] = std::abs(values_[to_size(j * lanes + l)] - median[to_size(l)]);
  dsp::sort_in_lanes(deviations_.data(), n);
  dsp::median_of_lanes(deviations_.data(), n, spread);
  const int steps = options_.rejection == StackRejection::biweight ? biweight_steps : 1;
  for (Index l = 0; l < lanes; ++l) {
    const double centre = static_cast<double>(median[to_size(l)]);
    const double reach = options_.reject_z * mad_to_sigma * static_cast<double>(spread[to_size(l)]);
    double now = centre;
    Index out = 0;
    for (int s = 0; s < steps; ++s) {
      double weights = 0.0;
      double sum = 0.0;
      out = 0;
      for (Index j = 0; j < n; ++j) {
        const double x = static_cast<double>(values_[to_size(j * lanes + l)]);
        const double off = std::abs(x - now);
        double w = off <= reach ? 1.0 : 0.0;
        if (steps > 1 && reach > 0.0) {
          const double u = off / reach;
          w = u < 1.0 ? (1.0 - u * u) * (1.0 - u * u) : 0.0;
        }
        if (w == 0.0) ++out;
        weights += w;
        sum += w * x;
      }
      // An even number may have nothing near the median of two camps: then it is the median itself.
      now = weights > 0.0 ? sum / weights : centre;
    }
    location[to_size(l)] = now;
    if (out == 0) continue;
    n_rejected_ += static_cast<double>(out);
    rejected_ = true;
  }
}

void PulseStack::give(TraceRef out, TraceTag& tag) noexcept {
  const ConstTraceRef column = std::as_const(done_).column(0);
  std::copy(column.begin(), column.end(), out.begin());
  tag = done_.tag(0);
  done_.pop();
}

void PulseStack::close() noexcept {
  if (group_.empty() && late_ == Quality::good) return;
  if (group_.empty()) ++number_;  // flags of pulses that came too late need a result that tells of them
  stack(true);
}

void PulseStack::forget() noexcept {
  group_.clear();
  done_.clear();
  begun_ = rejected_ = false;
  order_.clear();
  number_ = first_whole_ = 0;
  late_ = Quality::good;
  n_seen_ = n_rejected_ = 0.0;
}

void PulseStack::remember(StateArchive& archive) noexcept {
  group_.state(archive);
  done_.state_of_results(archive);
  archive(begun_);
  order_.state(archive);
  archive(number_);
  archive(first_whole_);
  archive(late_);
  archive(n_seen_);
  archive(n_rejected_);
  constexpr std::int64_t far = std::int64_t{1} << 62U;
  if (archive.loading() && (number_ < -far || number_ > far)) archive.fail();
}

}  // namespace surefoot::emi

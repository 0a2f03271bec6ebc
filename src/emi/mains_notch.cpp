// SPDX-License-Identifier: MIT
#include <surefoot/emi/mains_notch.hpp>

#include <surefoot/dsp/tidy.hpp>
#include <surefoot/dsp/turns.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::emi {
namespace {

constexpr double least_cycles = 2.0;
constexpr double most_lobes = 100.0;  // of the highest harmonic, to one side

double block_seconds(const StreamSpec& in) noexcept {
  return static_cast<double>(in.channel_samples()) / dsp::rate_of(in.axis.step);
}
Index blocks_of(const MainsNotchOptions& options, const StreamSpec& in) noexcept {
  constexpr double rounding = 1e-9;
  return static_cast<Index>(std::clamp(std::ceil(options.fit_s / block_seconds(in) - rounding), 1.0, 1e9));
}

std::int64_t floor_of(std::int64_t n, std::int64_t by) noexcept { return n >= 0 ? n / by : -((-n + by - 1) / by); }

}  // namespace

Problem validate(const MainsNotchOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::sample_time || !(in.axis.step > 0.0))
    return {"mains_hz", "needs an axis of sample_time with equal steps", in.axis.step};
  if (in.n_channels < 1 || in.channel_samples() * in.n_channels != in.n_samples)
    return {"mains_hz", "needs channels of equal length", static_cast<double>(in.n_samples)};
  const double lowest = options.mains_hz - options.search_hz;
  if (!(lowest > 0.0))
    return {"search_hz", "must be below mains_hz", options.search_hz, between(0.0, options.mains_hz), Unit::hertz};
  const double length_s = static_cast<double>(blocks_of(options, in)) * block_seconds(in);
  if (length_s * options.mains_hz < least_cycles)
    return {"fit_s", "must span two cycles of the mains", options.fit_s, at_least(least_cycles / options.mains_hz),
            Unit::second};
  const double most = 0.45 * dsp::rate_of(in.axis.step) / (options.mains_hz + options.search_hz);
  if (static_cast<double>(options.n_harmonics) > most)
    return {"n_harmonics", "must stay below 0.45 of the sampling rate", static_cast<double>(options.n_harmonics),
            between(1.0, std::floor(most))};
  const double widest = most_lobes / (static_cast<double>(options.n_harmonics) * length_s);
  if (options.search_hz > widest)
    return {"search_hz", "is too wide for so long a fit of so many harmonics", options.search_hz, between(0.0, widest),
            Unit::hertz};
  return {};
}

MainsNotch::MainsNotch(const MainsNotchOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, in, arena),
      options_(options),
      rate_hz_(dsp::rate_of(in.axis.step)),
      block_(in.channel_samples()),
      n_blocks_(blocks_of(options, in)),
      fit_(options.n_harmonics, in.n_channels, arena),
      blocks_(in.n_samples, 2 * n_blocks_, arena),
      runs_(arena.take<dsp::HarmonicRun>(n_blocks_)) {}

void MainsNotch::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  const Place place = order_(tag.index);
  if (place != Place::next) {
    MergedQuality own;
    own.add(Quality::out_of_order);
    own.add(tag.quality);
    late_ |= own.value();
    if (place == Place::late) return;
  }
  const std::int64_t group = floor_of(tag.index, n_blocks_);
  if (begun_ && (group != group_ || place == Place::anew)) clean();
  begun_ = true;
  group_ = group;
  TraceTag own = tag;
  own.quality |= late_;
  late_ = Quality::good;
  const TraceRef column = blocks_.push(own);
  if (trace.empty()) std::fill(column.begin(), column.end(), 0.0F);
  else std::copy(trace.begin(), trace.end(), column.begin());
  if (tag.index == (group + 1) * n_blocks_ - 1) clean();
}

void MainsNotch::clean() noexcept {
  const Index first = n_ready_;
  std::size_t n = 0;
  Index samples = 0;
  Quality all = Quality::good;
  for (Index j = first; j < blocks_.size(); ++j) {
    const TraceTag& tag = blocks_.tag(j);
    if (unusable(tag.quality)) continue;
    all |= tag.quality;
    samples += block_;
    runs_[n++] = {blocks_.column(j).data(), block_, static_cast<Index>(tag.index - group_ * n_blocks_) * block_,
                  block_};
  }
  n_ready_ = blocks_.size();
  const auto runs = std::span<const dsp::HarmonicRun>(runs_).first(n);
  const bool enough = static_cast<double>(samples) * options_.mains_hz >= least_cycles * rate_hz_;
  const bool fitted = enough && fit_.fit(runs, rate_hz_, options_.mains_hz, options_.search_hz);
  if (!fitted) {
    all |= Quality::warming_up;
  } else {
    const double total = fit_.explained() + fit_.left();
    frequency_hz_ = fit_.frequency_hz();
    hum_share_ = total > 0.0 ? fit_.explained() / total : 0.0;
    // Noise alone would give 2 H of the samples' degrees of freedom; its frequency means nothing.
    const double by_noise =
        fit_.left() * 2.0 * static_cast<double>(options_.n_harmonics) / static_cast<double>(samples);
    const bool at_end = std::abs(frequency_hz_ - options_.mains_hz) >= 0.999 * options_.search_hz;
    if (options_.search_hz > 0.0 && at_end && fit_.explained() > 10.0 * by_noise) all |= Quality::not_converged;
  }
  for (Index j = first; j < blocks_.size(); ++j) {
    TraceTag& tag = blocks_.tag(j);
    if (unusable(tag.quality)) continue;
    tag.quality |= all;
    if (!fitted) continue;
    const TraceRef column = blocks_.column(j);
    fit_.subtract({column.data(), block_, static_cast<Index>(tag.index - group_ * n_blocks_) * block_, block_},
                  column.data());
    dsp::tidy(column);
  }
}

void MainsNotch::give(TraceRef out, TraceTag& tag) noexcept {
  const ConstTraceRef column = std::as_const(blocks_).column(0);
  std::copy(column.begin(), column.end(), out.begin());
  tag = blocks_.tag(0);
  blocks_.pop();
  --n_ready_;
}

void MainsNotch::close() noexcept {
  if (late_ != Quality::good && blocks_.size() == n_ready_) {
    // Flags of blocks that came too late need a block that tells of them.
    TraceTag tag;
    tag.index = order_.last() + 1;
    tag.quality = Quality::dropped;
    const TraceRef column = blocks_.push(tag);
    std::fill(column.begin(), column.end(), 0.0F);
  }
  if (blocks_.size() > n_ready_) {
    blocks_.tag(blocks_.size() - 1).quality |= late_;
    late_ = Quality::good;
    clean();
  }
}

Index MainsNotch::notes(std::span<Note> out) const noexcept {
  if (out.size() < 2 || frequency_hz_ <= 0.0) return 0;
  out[0] = {"mains_frequency", frequency_hz_, Unit::hertz, nullptr};
  out[1] = {"hum_share", hum_share_, Unit::none, nullptr};
  return 2;
}

void MainsNotch::forget() noexcept {
  blocks_.clear();
  n_ready_ = 0;
  begun_ = false;
  order_.clear();
  group_ = 0;
  late_ = Quality::good;
  frequency_hz_ = hum_share_ = 0.0;
}

void MainsNotch::remember(StateArchive& archive) noexcept {
  blocks_.state(archive);
  archive.index(n_ready_, 2 * n_blocks_ + 1);
  archive(begun_);
  order_.state(archive);
  archive(group_);
  archive(late_);
  archive(frequency_hz_);
  archive(hum_share_);
  if (!archive.loading()) return;
  // A forged state must not point outside: the blocks that wait for a fit are those of its group, in order.
  constexpr std::int64_t far = std::int64_t{1} << 61U;
  if (n_ready_ > blocks_.size() || group_ < -far / n_blocks_ || group_ > far / n_blocks_) return archive.fail();
  for (Index j = n_ready_; j < blocks_.size(); ++j) {
    const std::int64_t index = blocks_.tag(j).index;
    if (floor_of(std::clamp(index, -far, far), n_blocks_) != group_ || index > order_.last() ||
        (j > n_ready_ && index <= blocks_.tag(j - 1).index))
      return archive.fail();
  }
}

}  // namespace surefoot::emi

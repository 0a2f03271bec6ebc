// SPDX-License-Identifier: MIT
#include <surefoot/detect/rx.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::detect {
namespace {

constexpr Index most_segments = 64;
constexpr double least_variance_of_z = 0.01;
constexpr double silence = 0x1.01e3b843eaa73p+4;  // 70 dB as a log energy: 7 ln 10

Index latency_of(const RxOptions& o) noexcept { return o.ahead_traces > 0 ? o.ahead_traces + o.guard_traces : 0; }

dsp::DepthNormalizerOptions statistics(const DepthOptions& o) noexcept {
  return {.alpha = o.rate, .freeze_z = o.freeze_z, .freeze_limit_traces = o.freeze_limit_traces, .limit_z = o.limit_z};
}

}  // namespace

Problem validate(const RxOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (const Problem problem = validate(options.depth, in)) return problem;
  const Index count = depth_segments(options.depth, in.axis, in.n_samples, in.n_channels).count;
  if (count > most_segments)
    return {"segment_s", "makes more than 64 segments", options.depth.segment_s,
            at_least(options.depth.segment_s * static_cast<double>(count) / most_segments), Unit::second};
  const auto n = static_cast<double>(options.background_traces + options.ahead_traces);
  const auto least = static_cast<double>(options.least_traces);
  if (least > n)
    return {"least_traces", "must not exceed the traces of the background", least, between(2.0, n), Unit::traces};
  if (options.shrinkage == dsp::Shrinkage::none && options.least_traces <= count)
    return {"least_traces", "must exceed the number of segments where nothing is shrunk", least,
            above(static_cast<double>(count)), Unit::traces};
  return {};
}

Rx::Rx(const RxOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, DepthScore::output(options.depth, in), 0, latency_of(options), arena),
      options_(options),
      segments_(depth_segments(options.depth, in.axis, in.n_samples, in.n_channels)),
      axis_(in.axis),
      after_(latency_of(options)),
      least_variance_(options.features == RxFeatures::z ? least_variance_of_z
                                                        : dsp::trigamma(0.5 * static_cast<double>(segments_.length))),
      normalizer_(segments_.count, segments_.length, statistics(options.depth), arena),
      calibrator_(1, 4 * segments_.count, statistics(options.depth), arena),
      sums_(segments_.count, arena),
      trimmed_(segments_.count, arena),
      ring_({segments_.count, options.background_traces, options.guard_traces, after_}, arena),
      watch_(in, options.depth.hover_limit_s, after_, arena),
      aside_(arena.take<std::int32_t>(segments_.count)),
      offset_(arena.take<double>(segments_.count)),
      last_(arena.take<std::int32_t>(segments_.count)),
      heard_(arena.take<std::uint8_t>(segments_.count)),
      log_energy_(arena.take<double>(segments_.count)),
      z_(arena.take<double>(segments_.count)),
      mean_(arena.take<double>(segments_.count)),
      covariance_(arena.take<double>(segments_.count * segments_.count)),
      factor_(arena.take<double>(segments_.count * segments_.count)),
      deviation_(arena.take<double>(segments_.count)),
      marginal_(arena.take<double>(segments_.count)),
      distances_(arena.take<double>(2 * (options.background_traces + options.ahead_traces))) {}

void Rx::energies(ConstTraceRef trace) noexcept {
  for (Index k = 0; k < segments_.count; ++k) {
    const ConstTraceRef segment = trace.subspan(to_size(segments_.begin(k)), to_size(segments_.length));
    log_energy_[to_size(k)] = dsp::mean_square(segment);
  }
  dsp::log_energies(log_energy_, log_energy_);
}

void Rx::features(ConstTraceRef trace, std::span<std::int32_t> cell, dsp::Lesson lesson) noexcept {
  constexpr double largest = std::numeric_limits<double>::max();
  energies(trace);
  if (options_.features == RxFeatures::z || options_.ahead_traces > 0) normalizer_.normalize(log_energy_, z_, lesson);
  const double loudest = *std::max_element(log_energy_.begin(), log_energy_.end());
  for (std::size_t k = 0; k < cell.size(); ++k) {
    const bool silent = !(std::abs(log_energy_[k]) <= largest);
    const bool of_energy = options_.features == RxFeatures::log_energy;
    if (!silent && heard_[k] == unheard) {
      const bool out_of_silence = of_energy && sums_.cells() >= options_.least_traces;
      heard_[k] = out_of_silence ? rarely : usually;
      if (out_of_silence) offset_[k] = std::min(loudest - silence, log_energy_[k]);
      else offset_[k] = of_energy ? log_energy_[k] : 0.0;
    }
    if (!silent) last_[k] = dsp::CellSums::quanta(of_energy ? log_energy_[k] - offset_[k] : z_[k]);
    cell[k] = silent && heard_[k] == rarely ? 0 : last_[k];
  }
}

Ground Rx::arrive(const TraceWindow& window, Index k) noexcept {
  if (window.usable(k)) return watch_.arrive(window.trace(k), window.tag(k), stands_out_, !calibrator_.begun());
  return watch_.arrive_unusable();
}

// Ahead of the guard a trace counts at once, unless it stands out.
void Rx::take_in(const TraceWindow& window, Index k, Ground ground) noexcept {
  if (ground == Ground::same) return;
  const Index place = ring_.place();
  std::uint8_t& mark = ring_.mark(place);
  mark = absent;
  if (!window.usable(k)) return;
  mark = fit;
  features(window.trace(k), ring_.near(place), dsp::Lesson::usual);
  if (place <= options_.guard_traces || options_.ahead_traces == 0) return;
  Index above = 0;
  for (Index i = 0; i < segments_.count; ++i) above += normalizer_.frozen(i) ? 1 : 0;
  if (above >= std::min(options_.depth.top_segments, segments_.count)) return;
  mark |= counted;
  sums_.add(ring_.near(place));
}

template <class F>
void Rx::for_each_cell(F&& f) noexcept {
  std::size_t number = 0;
  for (Index i = 0; i < ring_.behind(); ++i) f(number++, ring_.behind(i));
  for (Index k = options_.guard_traces + 1; k <= after_; ++k)
    if ((ring_.mark(k) & counted) != 0) f(number++, std::span<const std::int32_t>(ring_.near(k)));
}

double Rx::share_of(Index n) noexcept {
  const Index p = segments_.count;
  if (n < 2) return 0.0;  // what was trimmed left one trace: S is zero
  switch (options_.shrinkage) {
    case dsp::Shrinkage::none: return 0.0;
    case dsp::Shrinkage::fixed: return options_.share;
    case dsp::Shrinkage::oas: return dsp::oas_share(covariance_, p, n);
    case dsp::Shrinkage::ledoit_wolf: break;
  }
  double fourth = 0.0;
  for_each_cell([&](std::size_t i, std::span<const std::int32_t> cell) noexcept {
    if (trimming_ && distances_[i] > most_distance_) return;
    double square = 0.0;
    for (std::size_t k = 0; k < cell.size(); ++k) {
      const double d = dsp::CellSums::value(cell[k]) - mean_[k];
      square += d * d;
    }
    fourth += square * square;
  });
  // Its formula wants S divided by n: all of its terms go as the square of S but the fourth powers.
  const double to_n = static_cast<double>(n) / static_cast<double>(n - 1);
  return dsp::ledoit_wolf_share(covariance_, p, n, fourth * to_n * to_n);
}

void Rx::estimate(const dsp::CellSums& sums) noexcept {
  sums.mean(mean_);
  sums.covariance(covariance_);
  const double share = share_of(sums.cells());
  for (Index k = 0; k < segments_.count; ++k) {
    double& variance = covariance_[to_size(k * (segments_.count + 1))];
    variance = std::max(variance, least_variance_);
  }
  dsp::shrink(covariance_, segments_.count, share);
}

// False where only the mean of the diagonal could be used.
bool Rx::factorise() noexcept {
  std::copy(covariance_.begin(), covariance_.end(), factor_.begin());
  if (dsp::cholesky<double>(factor_, segments_.count)) return true;
  dsp::shrink(covariance_, segments_.count, 1.0);
  std::copy(covariance_.begin(), covariance_.end(), factor_.begin());
  (void)dsp::cholesky<double>(factor_, segments_.count);
  return false;
}

double Rx::distance(std::span<const std::int32_t> cell) noexcept {
  for (std::size_t k = 0; k < cell.size(); ++k) {
    const double d = dsp::CellSums::value(cell[k]) - mean_[k];
    deviation_[k] = options_.one_sided ? std::max(d, 0.0) : d;
  }
  dsp::solve_lower<double>(factor_, segments_.count, deviation_);
  return dsp::reduce(segments_.count, [this](Index k) noexcept {
    const double y = deviation_[to_size(k)];
    return y * y;
  });
}

// The two-pass estimate: cells above the quantile of D^2 go, ties stay.
void Rx::leave_out_the_unlike() noexcept {
  std::size_t n = 0;
  for_each_cell([&](std::size_t i, std::span<const std::int32_t> cell) noexcept {
    distances_[i] = distance(cell);
    n = i + 1;
  });
  const auto out = static_cast<std::size_t>(options_.trim * static_cast<double>(n));
  if (out == 0) return;
  const std::span<double> order = distances_.subspan(distances_.size() / 2, n);
  std::copy_n(distances_.begin(), n, order.begin());
  const auto last = order.begin() + static_cast<Index>(n - out - 1);
  std::nth_element(order.begin(), last, order.end());
  most_distance_ = *last;
  trimmed_.copy(sums_);
  for_each_cell([&](std::size_t i, std::span<const std::int32_t> cell) noexcept {
    if (distances_[i] > most_distance_) trimmed_.remove(cell);
  });
  trimming_ = true;
  estimate(trimmed_);
  trimming_ = false;
}

bool Rx::fit_background() noexcept {
  estimate(sums_);
  const bool sound = factorise();
  if (!sound || options_.trim == 0.0) return sound;
  leave_out_the_unlike();
  return factorise();
}

// The highest marginal of each depth over the channels; deviation_ holds them until the distance is asked for.
std::span<const double> Rx::of_depths() noexcept {
  const std::span<double> highest = deviation_.first(to_size(segments_.per_channel));
  std::copy_n(marginal_.begin(), highest.size(), highest.begin());
  for (std::size_t k = highest.size(); k < marginal_.size(); ++k) {
    double& h = highest[k % highest.size()];
    h = std::max(h, marginal_[k]);
  }
  return highest;
}

void Rx::score(std::span<const std::int32_t> cell, Ground ground, TraceTag& tag) noexcept {
  if (!fit_background()) tag.quality |= Quality::not_converged;
  Index strongest = 0;
  for (Index k = 0; k < segments_.count; ++k) {
    const std::size_t i = to_size(k);
    marginal_[i] =
        (dsp::CellSums::value(cell[i]) - mean_[i]) / std::sqrt(covariance_[to_size(k * (segments_.count + 1))]);
    const auto strength = [this](Index s) noexcept {
      const double z = marginal_[to_size(s)];
      return options_.one_sided ? z : std::abs(z);
    };
    if (strength(k) > strength(strongest)) strongest = k;
  }
  const double centre = axis_.at(segments_.first) + 0.5 * static_cast<double>(segments_.length - 1) * axis_.step;
  set_profile(tag.evidence, of_depths(), centre, static_cast<double>(segments_.length) * axis_.step);
  tag.evidence.background_traces = static_cast<double>(sums_.cells());
  const double mean_distance = distance(cell) / static_cast<double>(segments_.count);
  std::array<double, 1> value{dsp::log_energy(1.0 + mean_distance)};
  calibrator_.normalize(value, value, ground == Ground::same ? dsp::Lesson::none : dsp::Lesson::usual);
  if (ground == Ground::fresh && calibrator_.frozen(0)) ring_.mark(0) = suspect;
  tag.score = static_cast<float>(value[0]);
  stands_out_ = value[0] > options_.depth.freeze_z;
  watch_.flag(tag);
  tag.score_time_s =
      axis_.at(segments_.begin_in_channel(strongest)) + 0.5 * static_cast<double>(segments_.length - 1) * axis_.step;
  if (scored_ < options_.depth.warm_up_traces) {
    ++scored_;
    tag.quality |= Quality::warming_up;
  }
}

void Rx::emit(ConstTraceRef in, TraceRef out, bool scored) noexcept {
  constexpr double silent = static_cast<double>(std::numeric_limits<Sample>::lowest());
  if (options_.depth.emit == Emit::trace) std::copy(in.begin(), in.end(), out.begin());
  else if (!scored) std::fill(out.begin(), out.end(), 0.0F);
  else if (options_.depth.emit == Emit::z)
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = static_cast<Sample>(marginal_[k]);
  else {
    energies(in);
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = static_cast<Sample>(std::max(log_energy_[k], silent));
  }
}

void Rx::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  Ground ground = Ground::fresh;
  if (started_) {
    const Ground came = arrive(window, after_);
    ground = watch_.answer();
    if (ground == Ground::fresh) {
      // The trace that the guard has passed joins the background behind, if it is fit; one ahead that comes within it leaves.
      ring_.advance((ring_.mark(-options_.guard_traces) & fit) != 0,
                    [this](std::span<const std::int32_t> cell) noexcept { sums_.remove(cell); },
                    [this](std::span<const std::int32_t> cell) noexcept { sums_.add(cell); });
      const Index nearest = std::min(options_.guard_traces, after_);
      if ((ring_.mark(nearest) & counted) != 0) {
        sums_.remove(ring_.near(nearest));
        ring_.mark(nearest) = fit;
      }
    }
    take_in(window, after_, came);
  } else {
    started_ = true;
    for (Index k = 0; k <= after_; ++k) take_in(window, k, arrive(window, k));
    ground = watch_.answer();
  }
  tag.score = 0.0F;
  tag.score_time_s = unknown;
  tag.evidence = {};
  if (!window.usable(0)) return;
  const bool enough = sums_.cells() >= options_.least_traces;
  if (ground == Ground::same) features(window.trace(0), aside_, dsp::Lesson::none);
  if (enough) score(ground == Ground::same ? aside_ : ring_.near(0), ground, tag);
  else tag.quality |= Quality::warming_up;
  emit(window.trace(0), out, enough);
}

void Rx::forget() noexcept {
  normalizer_.clear();
  calibrator_.clear();
  sums_.clear();
  ring_.clear();
  std::fill(offset_.begin(), offset_.end(), 0.0);
  std::fill(last_.begin(), last_.end(), 0);
  std::fill(heard_.begin(), heard_.end(), static_cast<std::uint8_t>(0));
  scored_ = 0;
  watch_.clear();
  started_ = stands_out_ = false;
}

void Rx::remember(StateArchive& archive) noexcept {
  normalizer_.state(archive);
  calibrator_.state(archive);
  sums_.state(archive);
  ring_.state(archive);
  archive(offset_);
  archive(last_);
  archive(heard_);
  archive.index(scored_, options_.depth.warm_up_traces + 1);
  archive(started_);
  archive(stands_out_);
  watch_.state(archive);
}

}  // namespace surefoot::detect

// SPDX-License-Identifier: MIT
#include <surefoot/dsp/standstill.hpp>

#include <surefoot/dsp/depth_normalizer.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <bit>

namespace surefoot::dsp {
namespace {

constexpr double look_s = 0.1;
constexpr Index least_stride = 2;
constexpr Index most_stride = 64;
constexpr Index stride_without_time = 3;
constexpr double interval_without_time_s = 0.02;
constexpr double most_step_s = 10.0;  // from one trace to the next; a clock that does more has been set
constexpr double coarsest_s = 2.0;    // of a clock that goes

constexpr Index enough = 10;       // comparisons until M is known
constexpr double silent = -690.0;  // ln of the smallest square that counts
constexpr double most_change = 3.0;
constexpr double least_change = -6.0;
constexpr double most_for_run = 1.5;
constexpr double share_of_run = 1.0 / 3.0;
constexpr double rate = 0.1;
constexpr double rate_if_standing = 0.002;
constexpr double may_stand = -0.5;
constexpr double moves = -0.4;
constexpr std::array<double, 3> stands{-0.7, -1.2, -2.0};

Index stride_of(const StreamSpec& in) noexcept {
  if (!(in.trace_interval_s > 0.0)) return stride_without_time;
  const double n = std::min(look_s / in.trace_interval_s + 0.5, static_cast<double>(most_stride));
  return std::max(least_stride, static_cast<Index>(n));
}

// About exp(-level): the power of two next to it will do.
double inverse(double level) noexcept {
  constexpr double to_two = -0x1.71547652b82fep+0;  // -1 / ln 2
  const auto exponent = static_cast<std::int32_t>(std::clamp(level, silent, -silent) * to_two);
  return std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::uint32_t>(exponent + 1023)) << 52U);
}

// Sums of squared differences to each of the looks, one for each segment: each adds in the order of its samples, at any width.
struct Changes {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const float* x, const float* looks, Index n_looks,
                                                double* sums) noexcept {
    using V = Lanes<double, Bytes>;
    using F = Lanes<float, Bytes / 2>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    constexpr Index each = Standstill::samples / Standstill::segments;
    for (Index k = 0; k < Standstill::segments; k += lanes) {
      std::array<V, to_size(each)> now{};
      for (Index j = 0; j < each; ++j) {
        F a;
        load(a, x + j * Standstill::segments + k);
        now[to_size(j)] = __builtin_convertvector(a, V);
      }
      for (Index i = 0; i < n_looks; ++i) {
        V total{};
        for (Index j = 0; j < each; ++j) {
          F b;
          load(b, looks + i * Standstill::samples + j * Standstill::segments + k);
          const V step = now[to_size(j)] - __builtin_convertvector(b, V);
          total += step * step;
        }
        store(sums + i * Standstill::segments + k, total);
      }
    }
  }
};

}  // namespace

Standstill::Standstill(const StreamSpec& in, double limit_s, Arena& arena) noexcept
    : n_samples_(in.n_samples),
      limit_s_(limit_s),
      interval_s_(in.trace_interval_s > 0.0 ? in.trace_interval_s : interval_without_time_s),
      stride_(stride_of(in)),
      looks_(arena.take<float>(limit_s > 0.0 ? oldest * samples : 0)) {
  level_.fill(silent);
}

// Seconds since the last trace. A pause teaches nothing, so it is no part of a stand either.
double Standstill::passed(double time_s) noexcept {
  const double step = time_s - time_s_;
  time_s_ = time_s;
  if (step > 0.0 && step <= most_step_s) {
    stopped_s_ = 0.0;
    return step;
  }
  if (step == 0.0 && stopped_s_ < coarsest_s) {
    stopped_s_ += interval_s_;
    return 0.0;
  }
  return interval_s_;
}

bool Standstill::operator()(ConstTraceRef x, const TraceTag& tag, Doubt doubt) noexcept {
  if (limit_s_ <= 0.0) return false;
  const double step = passed(tag.time_s);
  if (standing_) stood_s_ += step;
  if (--since_ <= 0) {
    since_ = stride_;
    look(x, doubt);
  }
  if (standing_ && stood_s_ > limit_s_) tired_ = true;
  return told() || (doubt == Doubt::least && !standing_ && waited_ < patience);
}

void Standstill::look(ConstTraceRef x, Doubt doubt) noexcept {
  waited_ = doubt == Doubt::least ? std::min(waited_ + 1, patience) : 0;
  std::array<float, to_size(samples)> now{};
  constexpr Index each = samples / segments;
  for (Index k = 0; k < segments; ++k)
    for (Index j = 0; j < each; ++j) now[to_size(j * segments + k)] = x[to_size((k * each + j) * n_samples_ / samples)];
  Levels change{};
  if (nearest(now.data(), change)) compare(change);
  std::copy(now.begin(), now.end(), looks_.begin() + next_ * samples);
  next_ = next_ + 1 == oldest ? 0 : next_ + 1;
  kept_ = std::min(kept_ + 1, oldest);

  if (compared_ < enough || run_ > moves) {
    standing_ = tired_ = false;
    stood_s_ = 0.0;
  } else if (run_ < stands[static_cast<std::size_t>(doubt)]) {
    standing_ = true;
  }
}

// The change of each segment against the look that is most like this one; false if there is none old enough.
bool Standstill::nearest(const float* x, Levels& change) const noexcept {
  Levels weight{};
  for (std::size_t k = 0; k < weight.size(); ++k) weight[k] = level_[k] > silent ? inverse(level_[k]) : 0.0;
  if (compared_ == 0) weight.fill(1.0);
  std::array<Levels, to_size(oldest)> all{};
  dispatch<Changes, const float*, const float*, Index, double*>(x, looks_.data(), kept_, all[0].data());
  double least = -1.0;
  for (Index age = newest; age <= kept_; ++age) {
    const Levels& d = all[to_size(next_ < age ? next_ - age + oldest : next_ - age)];
    double sum = 0.0;
    for (std::size_t k = 0; k < d.size(); ++k) sum += d[k] * weight[k];
    if (least >= 0.0 && !(sum < least)) continue;
    least = sum;
    change = d;
  }
  for (double& d : change) d = std::max(log_energy(d), silent);
  return least >= 0.0;
}

void Standstill::compare(const Levels& change) noexcept {
  double sum = 0.0;
  double count = 0.0;
  const double share = compared_ < enough           ? 1.0 / static_cast<double>(compared_ + 1)
                       : tired_ || run_ > may_stand ? rate
                                                    : rate_if_standing;
  const double most = compared_ < enough ? most_change : 1.0;
  for (std::size_t k = 0; k < change.size(); ++k) {
    double& level = level_[k];
    if (!(level > silent)) {  // never a change so far
      level = std::min(change[k], 690.0);
      continue;
    }
    const double t = change[k] - level;
    sum += std::clamp(t, least_change, most_change);
    count += 1.0;
    if (change[k] > silent) level += share * std::clamp(t, -most, most);
  }
  if (compared_ < enough) ++compared_;
  const double mean = count > 0.0 ? std::min(sum / count, most_for_run) : 0.0;
  run_ += share_of_run * (mean - run_);
}

void Standstill::clear() noexcept {
  std::fill(looks_.begin(), looks_.end(), 0.0F);
  level_.fill(silent);
  run_ = stood_s_ = stopped_s_ = 0.0;
  since_ = next_ = kept_ = compared_ = waited_ = 0;
  standing_ = tired_ = false;
  time_s_ = unknown;
}

void Standstill::state(StateArchive& archive) noexcept {
  archive(looks_);
  archive(std::span<double>(level_));
  archive(run_);
  archive.index(since_, stride_ + 1);
  archive.index(next_, oldest);
  archive.index(kept_, oldest + 1);
  archive.index(compared_, enough + 1);
  archive.index(waited_, patience + 1);
  archive(standing_);
  archive(tired_);
  archive(stood_s_);
  archive.any(time_s_);
  archive(stopped_s_);
}

}  // namespace surefoot::dsp

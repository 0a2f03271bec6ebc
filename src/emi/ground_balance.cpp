// SPDX-License-Identifier: MIT
#include <surefoot/emi/ground_balance.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include "vectors.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr Index most_lessons = 1 << 20;
constexpr double least_energy = 1e-60;

double along(std::span<const double> a, ConstTraceRef x) noexcept {
  return dsp::reduce(x.n(), [&](Index i) noexcept { return a[to_size(i)] * static_cast<double>(x[to_size(i)]); });
}

}  // namespace

Problem validate(const GroundBalanceOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (const Problem problem = validate(options.model, in)) return problem;
  if (!(in.trace_interval_s > 0.0))
    return {"time_constant_s", "needs the time from trace to trace", in.trace_interval_s, above(0.0), Unit::second};
  return {};
}

GroundBalance::GroundBalance(const GroundBalanceOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      options_(options),
      model_(options.model, in, arena),
      gain_(1.0 - dsp::exp(-in.trace_interval_s / options.time_constant_s)),
      n_channels_(in.n_channels),
      rank_(options.method == BalanceMethod::learnt ? 1 : model_.soil_rank()),
      learn_(options.method == BalanceMethod::learnt ? std::max<Index>(1, traces_in(options.learn_s, in)) : 0),
      stop_(traces_in(options.hold_s, in), traces_in(options.freeze_limit_s, in)),
      basis_(arena.take<double>((options.method == BalanceMethod::learnt ? n_channels_ : rank_) * model_.size())),
      energy_(arena.take<double>(n_channels_)),
      lessons_(arena.take<Index>(n_channels_)),
      last_(arena.take<Sample>(in.n_samples)) {
  if (!arena.ok()) return;
  forget();
}

std::span<double> GroundBalance::basis(Index c) const noexcept {
  return options_.method == BalanceMethod::learnt ? basis_.subspan(to_size(c * model_.size()), to_size(model_.size()))
                                                  : basis_;
}

void GroundBalance::cut(ConstTraceRef channel, std::span<double> basis, Index rank, TraceRef out) const noexcept {
  std::array<double, 3> share{};
  for (Index k = 0; k < rank; ++k)
    share[to_size(k)] = along(basis.subspan(to_size(k * model_.size()), channel.size()), channel);
  for (std::size_t i = 0; i < channel.size(); ++i) {
    double y = static_cast<double>(channel[i]);
    for (Index k = 0; k < rank; ++k) y -= share[to_size(k)] * basis[to_size(k * model_.size()) + i];
    out[i] = static_cast<Sample>(y);
  }
}

void GroundBalance::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (order_(tag.index) != Place::next) tag.quality |= Quality::out_of_order;
  const bool unfit = has(tag.quality, Quality::saturated | Quality::out_of_order);
  const bool learning = seen_ < learn_;
  if (learning) {
    tag.quality |= Quality::warming_up;
    if (!unfit) ++seen_;
  }
  const auto n = to_size(model_.size());
  bool turned = false;
  for (Index c = 0; c < n_channels_; ++c) {
    const ConstTraceRef channel = in.subspan(to_size(c) * n, n);
    const TraceRef left = out.subspan(to_size(c) * n, n);
    cut(channel, basis(c), rank_, left);
    if (unfit || options_.method != BalanceMethod::learnt) continue;
    const double all = dsp::sum_of_squares(channel);
    if (learning || dsp::sum_of_squares(left) <= options_.admit * all) {
      learn_direction(channel, c);
      turned = true;
    }
  }
  if (turned) find_kept();
  if (!unfit && !learning) learn_level(out);
  if (level_ > options_.lost_ratio * noise_) tag.quality |= Quality::ground_balance_lost;
  const double before = tag.kept_share >= 0.0 ? tag.kept_share : 1.0;
  tag.kept_share = before * kept_mean_;
}

// The first trace that is not zero gives the direction to begin with.
void GroundBalance::learn_direction(ConstTraceRef channel, Index c) noexcept {
  const double all = dsp::sum_of_squares(channel);
  if (!(all > least_energy)) return;
  const std::span<double> g = basis(c);
  Index& lessons = lessons_[to_size(c)];
  double& energy = energy_[to_size(c)];
  if (lessons < most_lessons) ++lessons;
  const double rate = std::max(gain_, 1.0 / static_cast<double>(lessons));
  energy = settle(energy + rate * (all - energy));
  const double amount = along(g, channel);
  const double scale = rate * amount / std::max(energy, all);
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double x = static_cast<double>(channel[i]);
    g[i] = lessons == 1 ? x : g[i] + scale * (x - amount * g[i]);
  }
  const double norm = std::sqrt(dot(g, g));
  for (double& v : g) v = settle(v / norm);
}

void GroundBalance::learn_level(ConstTraceRef left) noexcept {
  const double now = dsp::sum_of_squares(left);
  double step = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double d = static_cast<double>(left[i]) - static_cast<double>(last_[i]);
    step += 0.5 * d * d;
  }
  std::copy(left.begin(), left.end(), last_.begin());
  constexpr Index least_levels = 32;  // before them the noise is not known
  if (stop_(levels_ >= least_levels && now > options_.lost_ratio * noise_)) return;
  if (levels_ < most_lessons) ++levels_;
  if (levels_ == 1) return;  // there was no trace before
  const double rate = std::max(gain_, 1.0 / static_cast<double>(levels_ - 1));
  level_ = settle(level_ + rate * (now - level_));
  noise_ = settle(noise_ + rate * (step - noise_));
}

// Of a unit vector s the share 1 - |S^T s|^2 is left.
void GroundBalance::find_kept() noexcept {
  kept_least_ = kept_mean_ = 1.0;
  const Index n_bases = options_.method == BalanceMethod::learnt ? n_channels_ : 1;
  for (Index c = 0; c < n_bases; ++c) {
    double least = 1.0;
    double mean = 0.0;
    for (Index k = 0; k < ResponseModel::n_curves; ++k) {
      double left = 1.0;
      for (Index r = 0; r < rank_; ++r) {
        const double share = dot(basis(c).subspan(to_size(r * model_.size()), to_size(model_.size())), model_.curve(k));
        left -= share * share;
      }
      left = std::max(0.0, left);
      least = std::min(least, left);
      mean += left / static_cast<double>(ResponseModel::n_curves);
    }
    kept_least_ = std::min(kept_least_, least);
    kept_mean_ = std::min(kept_mean_, mean);
  }
}

Index GroundBalance::notes(std::span<Note> out) const noexcept {
  const std::array<Note, 2> all{
      {{"kept_least", kept_least_, Unit::none,
        kept_least_ < 0.05 ? "there are targets of which this cut leaves less than a twentieth" : nullptr},
       {"kept_mean", kept_mean_, Unit::none, nullptr}}};
  const std::size_t n = std::min(out.size(), all.size());
  std::copy_n(all.begin(), n, out.begin());
  return static_cast<Index>(n);
}

void GroundBalance::forget() noexcept {
  seen_ = levels_ = 0;
  level_ = noise_ = 0.0;
  kept_least_ = kept_mean_ = 1.0;
  order_.clear();
  stop_.clear();
  std::fill(basis_.begin(), basis_.end(), 0.0);
  std::fill(energy_.begin(), energy_.end(), 0.0);
  std::fill(lessons_.begin(), lessons_.end(), Index{0});
  std::fill(last_.begin(), last_.end(), 0.0F);
  if (options_.method == BalanceMethod::learnt) return;
  for (Index k = 0; k < rank_; ++k) {  // Gram-Schmidt, twice
    const std::span<double> v = basis_.subspan(to_size(k * model_.size()), to_size(model_.size()));
    std::copy(model_.soil(k).begin(), model_.soil(k).end(), v.begin());
    for (Index pass = 0; pass < 2; ++pass) {
      for (Index j = 0; j < k; ++j) {
        const std::span<double> u = basis_.subspan(to_size(j * model_.size()), to_size(model_.size()));
        const double share = dot(u, v);
        for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * u[i];
      }
    }
    const double norm = std::sqrt(dot(v, v));
    for (double& x : v) x = norm > 0.0 ? x / norm : 0.0;
  }
  find_kept();
}

void GroundBalance::remember(StateArchive& archive) noexcept {
  archive.index(seen_, learn_ + 1);
  archive.index(levels_, most_lessons + 1);
  order_.state(archive);
  stop_.state(archive);
  archive(level_);
  archive(noise_);
  archive(kept_least_);
  archive(kept_mean_);
  archive(basis_);
  archive(energy_);
  for (Index& lessons : lessons_) archive.index(lessons, most_lessons + 1);
  archive(last_);
}

}  // namespace surefoot::emi

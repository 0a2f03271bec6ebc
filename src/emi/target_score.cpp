// SPDX-License-Identifier: MIT
#include <surefoot/emi/target_score.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include "vectors.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr Index most_updates = 1 << 20;
constexpr Index least_updates = 32;   // before them the noise is not known
constexpr double rounding = 0x1p-46;  // of the power of a sample: two float32 cannot differ by less
constexpr double most_leverage = 0.9;
constexpr double least_noise = 1e-44;  // a silent input has no weight that overflows

// A square system in place by elimination with pivots; the right-hand sides are columns n to columns of each row.
template <std::size_t rows, std::size_t columns>
void eliminate(std::array<std::array<double, columns>, rows>& a, std::size_t n, std::size_t width) noexcept {
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    std::swap(a[k], a[pivot]);
    if (a[k][k] == 0.0) continue;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < width; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t j = n; j < width; ++j) a[k][j] = a[k][k] == 0.0 ? 0.0 : a[k][j] / a[k][k];
}

Index tone_next_to(double f, const StreamSpec& in) noexcept {
  const Index n = in.axis.places.count;
  if (in.axis.kind != AxisKind::sweep) return 0;
  if (!(f > 0.0)) return n / 2;
  Index best = 0;
  for (Index k = 1; k < n; ++k)
    if (std::abs(in.axis.at(k) - f) < std::abs(in.axis.at(best) - f)) best = k;
  return best;
}

}  // namespace

Problem validate(const TargetScoreOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (const Problem problem = validate(options.model, in)) return problem;
  if (!(in.trace_interval_s > 0.0))
    return {"time_constant_s", "needs the time from trace to trace", in.trace_interval_s, above(0.0), Unit::second};
  return {};
}

TargetScore::TargetScore(const TargetScoreOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      options_(options),
      model_(options.model, in, arena),
      gain_(1.0 - dsp::exp(-in.trace_interval_s / options.time_constant_s)),
      warm_up_(traces_in(options.warm_up_s, in)),
      phase_tone_(tone_next_to(options.phase_tone_hz, in)),
      n_channels_(in.n_channels),
      stop_(traces_in(options.hold_s, in), traces_in(options.freeze_limit_s, in)),
      noise_(arena.take<double>(in.n_samples)),
      power_(arena.take<double>(in.n_samples)),
      soil_(arena.take<double>(in.n_channels * model_.soil_rank() * model_.soil_rank())),
      soil_power_(arena.take<double>(in.n_channels)),
      soil_now_(arena.take<double>(in.n_channels)),
      numbers_(arena.take<double>(in.n_channels * model_.soil_rank())),
      residual_(arena.take<double>(in.n_samples)),
      leverage_(arena.take<double>(in.n_samples)),
      last_(arena.take<double>(in.n_samples)) {
  if (!arena.ok()) return;
  forget();
}

void TargetScore::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  std::copy(in.begin(), in.end(), out.begin());
  const bool warm = seen_ < warm_up_;
  if (order_(tag.index) != Place::next) tag.quality |= Quality::out_of_order;
  const bool unfit = has(tag.quality, Quality::saturated | Quality::out_of_order);
  if (warm) {
    tag.quality |= Quality::warming_up;
    if (!unfit) ++seen_;
  }
  const auto n = to_size(model_.size());
  Fit best;
  std::fill(curve_match_.begin(), curve_match_.end(), 0.0);
  std::fill(curve_plain_.begin(), curve_plain_.end(), 0.0);
  double statistic = 0.0;
  double hard = 0.0;
  for (Index c = 0; c < n_channels_; ++c) {
    const Fit now = fit(in.subspan(to_size(c) * n, n), c);
    statistic += now.statistic;
    hard += now.hard;
    if (now.statistic > best.statistic) best = now;
  }
  const double freedom = static_cast<double>(model_.target_rank() * n_channels_);
  const auto deviate = [freedom](double q) noexcept { return std::sqrt(2.0 * q) - std::sqrt(2.0 * freedom - 1.0); };
  const double spread = std::max(1.0, std::sqrt(level_variance_));
  const bool known = updates_ >= least_updates;
  tag.evidence = {};
  tag.evidence.background_traces = std::min(static_cast<double>(updates_), 1.0 / gain_);
  const double u = known ? deviate(statistic) : 0.0;
  const double score = (u - std::max(0.0, level_mean_)) / spread;
  if (!known) tag.quality |= Quality::warming_up;
  tag.score = known && !warm ? static_cast<float>(std::clamp(score, -1e6, 1e6)) : 0.0F;
  const double before = tag.kept_share >= 0.0 ? tag.kept_share : 1.0;
  const auto likely = to_size(std::max_element(curve_match_.begin(), curve_match_.end()) - curve_match_.begin());
  tag.kept_share =
      curve_match_[likely] > 0.0 ? before * std::clamp(curve_match_[likely] / curve_plain_[likely], 0.0, 1.0) : unknown;
  tag.phase_rad = statistic > 0.0 && output().axis.kind == AxisKind::sweep ? phase(best.re, best.im) : unknown;
  if (!unfit && (warm || !known || !stop_(deviate(hard) > options_.freeze_z * spread))) {
    if (known) learn_soil();
    if (known && !warm) learn_level(u);
    learn_noise(in);
  }
  if (!unfit) {
    std::copy(residual_.begin(), residual_.end(), last_.begin());
    has_last_ = true;
  }
  if (level_mean_ > options_.lost_z) tag.quality |= Quality::ground_balance_lost;
}

// Woodbury: H^T R^-1 = H^T W - H^T W S C (1 + S^T W S C)^-1 S^T W, with W = diag(1 / v).
TargetScore::Fit TargetScore::fit(ConstTraceRef channel, Index c) noexcept {
  const auto p = to_size(model_.target_rank());
  const auto t = to_size(model_.soil_rank());
  const std::size_t width = p + t;
  const double* const v = noise_.data() + c * model_.size();
  constexpr std::size_t most = to_size(most_target + most_soil);
  using System = std::array<std::array<double, most + 1 + to_size(most_soil)>, to_size(most_soil)>;
  // Products of all shapes, and of them with the trace, under the weights.
  std::array<std::array<double, most>, most> gram{};
  std::array<double, most> along{};
  const auto shape = [&](std::size_t k) noexcept {
    return k < t ? model_.soil(static_cast<Index>(k)) : model_.target(static_cast<Index>(k - t));
  };
  for (std::size_t i = 0; i < width; ++i) {
    const std::span<const double> a = shape(i);
    along[i] = dsp::reduce(model_.size(), [&](Index k) noexcept {
      return a[to_size(k)] * static_cast<double>(channel[to_size(k)]) / v[k];
    });
    for (std::size_t j = i; j < width; ++j) {
      const std::span<const double> b = shape(j);
      gram[i][j] = gram[j][i] =
          dsp::reduce(model_.size(), [&](Index k) noexcept { return a[to_size(k)] * b[to_size(k)] / v[k]; });
    }
  }
  Fit out;
  // Soft: K = C (1 + G C)^-1 = (1 + C G)^-1 C is symmetric, so y = K b solves (1 + C G) y = C b, and R^-1 = W - W S K S^T W.
  // Hard, C infinite: G y = b.  b: products with the targets, with the trace, and 1, for K and G^-1 themselves.
  const std::span<const double> covariance = soil_.subspan(to_size(c) * t * t, t * t);
  const double power = soil_power_[to_size(c)];
  const double share = power > 0.0 ? std::max(0.0, 1.0 - static_cast<double>(t) / power) : 0.0;
  const std::size_t columns = width + 1 + t;
  System soft{};
  System hard{};
  for (std::size_t i = 0; i < t; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const auto entry = [&](std::size_t row) noexcept {
        return j < width ? gram[row][j] : j == width ? along[row] : j == width + 1 + row ? 1.0 : 0.0;
      };
      double product = i == j ? 1.0 : 0.0;
      for (std::size_t k = 0; k < t; ++k) product += share * covariance[i * t + k] * entry(k);
      soft[i][j] = product;
      hard[i][j] = entry(i);
    }
  }
  eliminate(soft, t, columns);
  eliminate(hard, t, columns);
  const auto own = [&](const System& system) noexcept {
    SoilMatrix matrix{};
    for (std::size_t i = 0; i < t; ++i)
      for (std::size_t j = 0; j < t; ++j) matrix[i][j] = system[i][width + 1 + j];
    return matrix;
  };
  soil_now_[to_size(c)] = 0.0;
  for (std::size_t i = 0; i < t; ++i) {
    numbers_[to_size(c) * t + i] = hard[i][width];
    soil_now_[to_size(c)] += hard[i][width] * along[i];
  }
  find_residual(channel, c, own(hard));

  // (H^T R^-1 H) theta = H^T R^-1 x; the statistic is theta^T H^T R^-1 x.
  const auto solve = [&](const System& system, std::array<double, to_size(most_target)>& theta) noexcept {
    std::array<std::array<double, to_size(most_target) + 1>, to_size(most_target)> normal{};
    std::array<double, to_size(most_target)> right{};
    for (std::size_t i = 0; i < p; ++i) {
      for (std::size_t j = 0; j <= p; ++j) {
        double nulled = j < p ? gram[t + i][t + j] : along[t + i];
        for (std::size_t k = 0; k < t; ++k) nulled -= gram[t + i][k] * system[k][t + j];
        normal[i][j] = nulled;
      }
      right[i] = normal[i][p];
    }
    eliminate(normal, p, p + 1);
    double statistic = 0.0;
    for (std::size_t i = 0; i < p; ++i) {
      theta[i] = normal[i][p];
      statistic += theta[i] * right[i];
    }
    return std::max(0.0, statistic);
  };
  std::array<double, to_size(most_target)> theta{};
  out.hard = solve(hard, theta);
  out.statistic = solve(soft, theta);
  // The target in this trace: what is left when the soil that remains likely beside it is taken out.
  const auto tone = to_size(2 * phase_tone_);
  if (output().axis.kind == AxisKind::sweep) {
    out.re = static_cast<double>(channel[tone]);
    out.im = static_cast<double>(channel[tone + 1]);
    for (std::size_t a = 0; a < t; ++a) {
      double number = soft[a][width];
      for (std::size_t j = 0; j < p; ++j) number -= theta[j] * soft[a][t + j];
      out.re -= number * model_.soil(static_cast<Index>(a))[tone];
      out.im -= number * model_.soil(static_cast<Index>(a))[tone + 1];
    }
  }
  match_curves(channel, c, own(soft), std::span<const double>(along).first(t));
  return out;
}

// What no soil explains, and how far each sample decides the fit by itself: s^T G^-1 s / v.
void TargetScore::find_residual(ConstTraceRef channel, Index c, const SoilMatrix& inverse) noexcept {
  const auto t = to_size(model_.soil_rank());
  const std::size_t first = to_size(c) * channel.size();
  for (std::size_t i = 0; i < channel.size(); ++i) {
    double fitted = 0.0;
    double leverage = 0.0;
    for (std::size_t a = 0; a < t; ++a) {
      const double s = model_.soil(static_cast<Index>(a))[i];
      fitted += numbers_[to_size(c) * t + a] * s;
      for (std::size_t b = 0; b < t; ++b) leverage += s * inverse[a][b] * model_.soil(static_cast<Index>(b))[i];
    }
    residual_[first + i] = static_cast<double>(channel[i]) - fitted;
    leverage_[first + i] = leverage / noise_[first + i];
  }
}

// How well each single time constant explains the channel: a^2 c^T R^-1 c, and the same without the soil's part of R.
void TargetScore::match_curves(ConstTraceRef channel, Index c, const SoilMatrix& k,
                               std::span<const double> with_trace) noexcept {
  const auto t = to_size(model_.soil_rank());
  const double* const v = noise_.data() + c * model_.size();
  const auto product = [&](auto a, auto b) noexcept {
    return dsp::reduce(model_.size(), [&](Index i) noexcept {
      return static_cast<double>(a[to_size(i)]) * static_cast<double>(b[to_size(i)]) / v[i];
    });
  };
  std::array<double, to_size(most_soil)> shares{};  // k times the products of soil and trace
  for (std::size_t a = 0; a < t; ++a)
    for (std::size_t b = 0; b < t; ++b) shares[a] += k[a][b] * with_trace[b];
  for (Index n = 0; n < ResponseModel::n_curves; ++n) {
    const std::span<const double> curve = model_.curve(n);
    const double plain = product(curve, curve);
    double nulled = plain;
    double along = product(curve, channel);
    std::array<double, to_size(most_soil)> with_soil{};
    for (std::size_t a = 0; a < t; ++a) with_soil[a] = product(curve, model_.soil(static_cast<Index>(a)));
    for (std::size_t a = 0; a < t; ++a) {
      along -= with_soil[a] * shares[a];
      for (std::size_t b = 0; b < t; ++b) nulled -= with_soil[a] * k[a][b] * with_soil[b];
    }
    if (!(nulled > 0.0)) continue;
    const double explained = along * along / nulled;
    curve_match_[to_size(n)] += explained;
    curve_plain_[to_size(n)] += explained / nulled * plain;
  }
}

double TargetScore::phase(double re, double im) const noexcept {
  // A voltage runs ahead of the polarizability by a quarter turn.
  if (options_.model.response == Response::voltage) {
    const double voltage_re = re;
    re = im;
    im = -voltage_re;
  }
  return passive_phase(re, im);
}

void TargetScore::learn_noise(ConstTraceRef trace) noexcept {
  if (!has_last_) return;
  if (updates_ < most_updates) ++updates_;
  const double rate = std::max(gain_, 1.0 / static_cast<double>(updates_));
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const double x = static_cast<double>(trace[i]);
    const double d = residual_[i] - last_[i];
    // A fit takes its leverage out of the residual.
    const double now = 0.5 * d * d / (1.0 - std::min(leverage_[i], most_leverage));
    power_[i] = settle(power_[i] + rate * (x * x - power_[i]));
    const double before = updates_ == 1 ? now : noise_[i];
    noise_[i] = std::max({before + rate * (now - before), rounding * power_[i], least_noise});
  }
}

// A soil that is new scores high for a while: that must not make the score dull for long.
void TargetScore::learn_level(double u) noexcept {
  if (levels_ < most_updates) ++levels_;
  const double rate = std::max(gain_, 1.0 / static_cast<double>(levels_));
  const double d = std::min(u, 2.0 * options_.lost_z) - level_mean_;
  level_mean_ = settle(level_mean_ + rate * d);
  level_variance_ = levels_ == 1 ? 0.0 : settle(level_variance_ + rate * (d * d - level_variance_));
}

void TargetScore::learn_soil() noexcept {
  if (lessons_ < most_updates) ++lessons_;
  const double rate = std::max(gain_, 1.0 / static_cast<double>(lessons_));
  const auto t = to_size(model_.soil_rank());
  for (std::size_t c = 0; c < to_size(n_channels_); ++c) {
    soil_power_[c] = settle(soil_power_[c] + rate * (soil_now_[c] - soil_power_[c]));
    for (std::size_t i = 0; i < t; ++i) {
      for (std::size_t j = 0; j < t; ++j) {
        double& covariance = soil_[(c * t + i) * t + j];
        const double now = numbers_[c * t + i] * numbers_[c * t + j];
        covariance = settle(covariance + rate * (now - covariance));
      }
    }
  }
}

void TargetScore::forget() noexcept {
  updates_ = lessons_ = levels_ = seen_ = 0;
  order_.clear();
  stop_.clear();
  has_last_ = false;
  level_mean_ = level_variance_ = 0.0;
  std::fill(noise_.begin(), noise_.end(), least_noise);
  for (const std::span<double> s : {power_, soil_, soil_power_, soil_now_, numbers_, residual_, leverage_, last_})
    std::fill(s.begin(), s.end(), 0.0);
}

void TargetScore::remember(StateArchive& archive) noexcept {
  archive.index(updates_, most_updates + 1);
  archive.index(lessons_, most_updates + 1);
  archive.index(levels_, most_updates + 1);
  archive.index(seen_, warm_up_ + 1);
  order_.state(archive);
  stop_.state(archive);
  archive(has_last_);
  archive(level_mean_);
  archive(level_variance_);
  archive(noise_);
  archive(power_);
  archive(soil_);
  archive(soil_power_);
  archive(soil_now_);
  archive(numbers_);
  archive(last_);
}

}  // namespace surefoot::emi

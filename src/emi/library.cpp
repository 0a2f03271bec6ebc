// SPDX-License-Identifier: MIT
#include <surefoot/emi/library.hpp>

#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace surefoot::emi {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double ln_10 = 2.302585092994045684;
constexpr std::array<double, 3> axis_weight{1.0, 0.5, 0.5};

// Sums over the gates that two sets of curves share.
class Comparison {
 public:
  Comparison(const MatchOptions& options, std::span<const Vector3> curves, std::span<const double> sigma_log) noexcept
      : n_axes_(static_cast<std::size_t>(options.axes) + 1),
        free_(options.free_size),
        curves_(curves),
        sigma_(sigma_log) {}

  [[nodiscard]] bool usable(std::size_t g, std::span<const Vector3> other) const noexcept {
    bool good = g < other.size() && g < sigma_.size() && sigma_[g] > 0.0 && std::isfinite(sigma_[g]);
    for (std::size_t i = 0; good && i < n_axes_; ++i)
      good = curves_[g][i] > 0.0 && std::isfinite(curves_[g][i]) && other[g][i] > 0.0 && std::isfinite(other[g][i]);
    return good;
  }
  [[nodiscard]] double difference(std::size_t g, std::size_t i, std::span<const Vector3> other) const noexcept {
    return dsp::log10(curves_[g][i] / other[g][i]);
  }
  // Calls f(gate, axis, w u) for all that counts.
  template <class F>
  void each(std::span<const Vector3> other, F&& f) const noexcept {
    for (std::size_t g = 0; g < curves_.size(); ++g) {
      if (!usable(g, other)) continue;
      for (std::size_t i = 0; i < n_axes_; ++i) f(g, i, axis_weight[i] / (sigma_[g] * sigma_[g]));
    }
  }
  [[nodiscard]] Match with(std::span<const Vector3> other, double spread) const noexcept {
    Match out;
    double weights = 0.0;
    double shift = 0.0;
    each(other, [&](std::size_t g, std::size_t i, double w) noexcept {
      weights += w;
      shift += w * difference(g, i, other);
      out.n_gates += i == 0 ? 1 : 0;
    });
    if (!(weights > 0.0)) {
      out.distance_decades = infinite;
      return out;
    }
    if (free_) out.size_decades = shift / weights;
    double square = 0.0;
    each(other, [&](std::size_t g, std::size_t i, double w) noexcept {
      const double d = difference(g, i, other) - out.size_decades;
      square += w * d * d;
    });
    out.distance_decades = std::sqrt(square / weights);
    const double ratio = out.distance_decades / spread;
    out.score = dsp::exp(-0.5 * ratio * ratio);
    return out;
  }
  // d that errors of sigma_log alone give: each term of d^2 then has the mean sigma^2.
  [[nodiscard]] double noise(std::span<const Vector3> other) const noexcept {
    double weights = 0.0;
    double terms = 0.0;
    each(other, [&](std::size_t g, std::size_t, double w) noexcept {
      weights += w;
      terms += w * sigma_[g] * sigma_[g];
    });
    return weights > 0.0 ? std::sqrt(terms / weights) : infinite;
  }
  // |d_a^2 - d_b^2| over its standard deviation: the difference is linear in the errors of log L.
  [[nodiscard]] double confidence(const Match& a, std::span<const Vector3> of_a, const Match& b,
                                  std::span<const Vector3> of_b) const noexcept {
    double weights = 0.0;
    double variance = 0.0;
    each(of_a, [&](std::size_t g, std::size_t i, double w) noexcept {
      weights += w;
      if (!usable(g, of_b)) return;
      const double apart = (difference(g, i, of_a) - a.size_decades) - (difference(g, i, of_b) - b.size_decades);
      variance += 4.0 * w * w * apart * apart * sigma_[g] * sigma_[g];
    });
    const double deviation = std::sqrt(variance) / weights;
    const double difference_of_squares =
        std::abs(a.distance_decades * a.distance_decades - b.distance_decades * b.distance_decades);
    return deviation > 0.0 ? difference_of_squares / deviation : 0.0;
  }

 private:
  std::size_t n_axes_;
  bool free_;
  std::span<const Vector3> curves_;
  std::span<const double> sigma_;
};

}  // namespace

double log_deviation(double value, double sigma) noexcept {
  return value > 0.0 && sigma >= 0.0 ? sigma / (value * ln_10) : infinite;
}

Match match_one(const MatchOptions& options, std::span<const Vector3> curves, std::span<const double> sigma_log,
                const LibraryEntry& entry) noexcept {
  return Comparison(options, curves, sigma_log).with(entry.curves, options.spread_decades);
}

MatchResult match(const MatchOptions& options, std::span<const Vector3> curves, std::span<const double> sigma_log,
                  std::span<const LibraryEntry> library) noexcept {
  MatchResult out;
  const Comparison comparison(options, curves, sigma_log);
  out.target.distance_decades = out.clutter.distance_decades = infinite;
  for (std::size_t e = 0; e < library.size(); ++e) {
    Match m = comparison.with(library[e].curves, options.spread_decades);
    m.entry = static_cast<Index>(e);
    Match& best = library[e].is_target ? out.target : out.clutter;
    // An entry that shares too few gates must not hide one that shares enough.
    const bool enough = m.n_gates >= options.fewest_gates;
    const bool best_enough = best.n_gates >= options.fewest_gates;
    if (m.n_gates > 0 && (enough != best_enough ? enough : m.distance_decades < best.distance_decades)) best = m;
  }
  out.margin = out.target.score - out.clutter.score;
  const bool is_target = out.target.distance_decades <= out.clutter.distance_decades;
  const Match& best = is_target ? out.target : out.clutter;
  if (best.entry < 0) {
    out.noise_decades = infinite;
    return out;
  }
  const std::span<const Vector3> of_best = library[to_size(best.entry)].curves;
  out.noise_decades = comparison.noise(of_best);
  out.confidence = infinite;
  if (out.target.entry >= 0 && out.clutter.entry >= 0) {
    const Match& other = is_target ? out.clutter : out.target;
    out.confidence = comparison.confidence(best, of_best, other, library[to_size(other.entry)].curves);
  }
  if (best.n_gates < options.fewest_gates || out.noise_decades > options.spread_decades) return out;
  if (best.score < options.accept_score) out.state = MatchState::unlisted;
  else if (out.confidence >= options.confidence) out.state = is_target ? MatchState::target : MatchState::clutter;
  return out;
}

namespace {

// R^T M R for axes in the columns of R.
Symmetric3 into(const Symmetric3& m, const Matrix3& r) noexcept {
  const Matrix3 a = full(m);
  Matrix3 half{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      half[3 * i + j] = a[3 * i] * r[j] + a[3 * i + 1] * r[3 + j] + a[3 * i + 2] * r[6 + j];
  const auto element = [&](std::size_t i, std::size_t j) noexcept {
    return r[i] * half[j] + r[3 + i] * half[3 + j] + r[6 + i] * half[6 + j];
  };
  return {element(0, 0), element(0, 1), element(0, 2), element(1, 1), element(1, 2), element(2, 2)};
}

double square_of(const Symmetric3& m) noexcept {
  return (m[0] * m[0] + m[3] * m[3] + m[5] * m[5]) + 2.0 * (m[1] * m[1] + m[2] * m[2] + m[4] * m[4]);
}
double product_of(const Symmetric3& a, const Symmetric3& b) noexcept {
  return (a[0] * b[0] + a[3] * b[3] + a[5] * b[5]) + 2.0 * (a[1] * b[1] + a[2] * b[2] + a[4] * b[4]);
}

// How R^T M R changes with a small turn about axis k: for (p, q) the other two, d/dw of the rotation of the plane (p, q).
Symmetric3 turn_rate(const Symmetric3& m, std::size_t k) noexcept {
  const auto& [xx, xy, xz, yy, yz, zz] = m;
  if (k == 2) return {2.0 * xy, yy - xx, yz, -2.0 * xy, -xz, 0.0};
  if (k == 1) return {2.0 * xz, yz, zz - xx, 0.0, -xy, -2.0 * xz};
  return {0.0, xz, -xy, 2.0 * yz, zz - yy, -2.0 * yz};
}

// Columns p and q of r turned by an angle.
void turn(Matrix3& r, std::size_t k, double angle) noexcept {
  const std::size_t p = k == 0 ? 1 : 0;
  const std::size_t q = k == 2 ? 1 : 2;
  const double c = dsp::cos(angle);
  const double s = dsp::sin(angle);
  for (std::size_t i = 0; i < 3; ++i) {
    const double x = r[3 * i + p];
    const double y = r[3 * i + q];
    r[3 * i + p] = c * x + s * y;
    r[3 * i + q] = c * y - s * x;
  }
}

// Solves the 3 x 3 system of a Gauss-Newton step; directions without information do not move.
Vector3 solve3(Matrix3 a, Vector3 b) noexcept {
  const double ridge = 1e-12 * (a[0] + a[4] + a[8]) + std::numeric_limits<double>::min();
  for (std::size_t i = 0; i < 3; ++i) a[4 * i] += ridge;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t r = i + 1; r < 3; ++r) {
      const double f = a[3 * r + i] / a[4 * i];
      for (std::size_t c = i; c < 3; ++c) a[3 * r + c] -= f * a[3 * i + c];
      b[r] -= f * b[i];
    }
  for (std::size_t i = 3; i-- > 0;) {
    for (std::size_t c = i + 1; c < 3; ++c) b[i] -= a[3 * i + c] * b[c];
    b[i] /= a[4 * i];
  }
  return b;
}

struct Measured {
  std::span<const Symmetric3> parts;
  std::span<const double> weight;
  [[nodiscard]] bool usable(std::size_t p) const noexcept {
    const bool good = weight.empty() || (weight[p] > 0.0 && std::isfinite(weight[p]));
    return good && std::all_of(parts[p].begin(), parts[p].end(), [](double x) noexcept { return std::isfinite(x); });
  }
  [[nodiscard]] double square_weight(std::size_t p) const noexcept {
    return weight.empty() ? 1.0 : weight[p] * weight[p];
  }
};

// chi2 with the measured tensor in the axes r, and the step of three angles that lowers it.
double compare(const Measured& measured, const TensorEntry& entry, const Matrix3& r, Vector3& step) noexcept {
  double chi2 = 0.0;
  Matrix3 normal{};
  Vector3 right{};
  for (std::size_t p = 0; p < measured.parts.size(); ++p) {
    if (!measured.usable(p)) continue;
    const double w = measured.square_weight(p);
    const Symmetric3 m = into(measured.parts[p], r);
    Symmetric3 d{};
    for (std::size_t i = 0; i < 6; ++i) d[i] = entry.parts[p][i] - m[i];
    chi2 += w * square_of(d);
    const std::array<Symmetric3, 3> rate{turn_rate(m, 0), turn_rate(m, 1), turn_rate(m, 2)};
    for (std::size_t i = 0; i < 3; ++i) {
      right[i] += w * product_of(rate[i], d);
      for (std::size_t j = 0; j < 3; ++j) normal[3 * i + j] += w * product_of(rate[i], rate[j]);
    }
  }
  step = solve3(normal, right);
  return chi2;
}

// Least chi2 over the directions of the object.
double chi2_of(const Measured& measured, const TensorEntry& entry, const Matrix3& axes) noexcept {
  constexpr std::array<std::array<std::size_t, 3>, 6> orders{
      {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
  constexpr int most_steps = 12;
  double best = infinite;
  for (const auto& order : orders)
    for (int signs = 0; signs < 4; ++signs) {
      Matrix3 r{};
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t k = 0; k < 3; ++k)
          r[3 * i + k] =
              axes[3 * i + order[k]] * ((k == 1 && (signs & 1) != 0) || (k == 2 && (signs & 2) != 0) ? -1.0 : 1.0);
      Vector3 step{};
      double now = compare(measured, entry, r, step);
      const double begin = now;
      for (int n = 0; n < most_steps; ++n) {
        Matrix3 trial = r;
        for (std::size_t k = 0; k < 3; ++k) turn(trial, k, std::clamp(step[k], -0.5, 0.5));
        Vector3 next{};
        const double then = compare(measured, entry, trial, next);
        if (!(then < now)) break;
        const bool done = now - then < 1e-3;
        r = trial;
        step = next;
        now = then;
        // Hopeless orders end early.
        if (done || (n == 2 && now > best + 0.5 * (begin - now) + 60.0)) break;
      }
      best = std::min(best, now);
    }
  return best;
}

Vector3 sorted_eigenvalues(const Symmetric3& m) noexcept { return eigen_of(m).values; }

}  // namespace

double principal_frame(std::span<Symmetric3> parts, std::span<const double> weight, std::span<Vector3> eigenvalues,
                       std::span<double> scratch) noexcept {
  const PrincipalCurves found = principal_curves(parts, weight, eigenvalues, scratch);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    eigenvalues[p] = sorted_eigenvalues(parts[p]);
    parts[p] = into(parts[p], found.axes);
  }
  return found.residual;
}

TensorMatch identify(std::span<const Symmetric3> parts, std::span<const double> weight,
                     std::span<const TensorEntry> library, std::span<double> scratch,
                     std::span<double> bounds) noexcept {
  constexpr double beyond = 60.0;
  const Measured measured{parts, weight};
  TensorMatch out;
  out.chi2 = out.chi2_second = infinite;
  // Axes of the measured tensor, and its distance from each entry if every part could be turned for itself.
  Index used = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (!measured.usable(p)) continue;
    const Matrix3 whole = full(parts[p]);
    for (std::size_t i = 0; i < 9; ++i)
      scratch[to_size(9 * used) + i] = whole[i] * std::sqrt(measured.square_weight(p));
    ++used;
  }
  if (used == 0 || library.empty()) return out;
  Matrix3 axes{};
  (void)dsp::joint_diagonalise(scratch.first(to_size(9 * used)), 3, axes);
  std::fill(bounds.begin(), bounds.end(), 0.0);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (!measured.usable(p)) continue;
    const Vector3 l = sorted_eigenvalues(parts[p]);
    for (std::size_t e = 0; e < library.size(); ++e) {
      const Vector3& other = library[e].eigenvalues[p];
      double sum = 0.0;
      for (std::size_t i = 0; i < 3; ++i) sum += (l[i] - other[i]) * (l[i] - other[i]);
      bounds[e] += measured.square_weight(p) * sum;
    }
  }
  // In order of the bounds; what was looked at is marked by its chi2, negative.
  for (;;) {
    std::size_t next = library.size();
    for (std::size_t e = 0; e < library.size(); ++e)
      if (bounds[e] >= 0.0 && (next == library.size() || bounds[e] < bounds[next])) next = e;
    if (next == library.size() || !(bounds[next] <= out.chi2 + beyond)) break;
    const double chi2 = chi2_of(measured, library[next], axes);
    bounds[next] = -1.0 - chi2;
    if (chi2 < out.chi2) {
      out.second = out.best;
      out.chi2_second = out.chi2;
      out.best = static_cast<Index>(next);
      out.chi2 = chi2;
    } else if (chi2 < out.chi2_second) {
      out.second = static_cast<Index>(next);
      out.chi2_second = chi2;
    }
  }
  if (out.best < 0) return out;
  double all = 0.0;
  double kind = 0.0;
  for (std::size_t e = 0; e < library.size(); ++e) {
    if (!(bounds[e] < 0.0)) continue;  // nor what has NaN
    const double p = dsp::exp(0.5 * (out.chi2 + 1.0 + bounds[e]));
    all += p;
    if (std::string_view(library[e].kind) == library[to_size(out.best)].kind) kind += p;
  }
  out.probability = 1.0 / all;
  out.kind_probability = kind / all;
  const double dof = 6.0 * static_cast<double>(used) - 3.0;
  out.tail = dof > 0.0 ? dsp::chi_square_tail(dof, out.chi2) : 0.0;
  return out;
}

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#include <surefoot/emi/response_model.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/symmetric_eigen.hpp>

#include "vectors.hpp"

#include <cmath>

namespace surefoot::emi {
namespace {

void scale(std::span<double> a, double factor) noexcept {
  for (double& x : a) x *= factor;
}

void to_unit(std::span<double> a) noexcept {
  const double norm = std::sqrt(dot(a, a));
  if (norm > 0.0) scale(a, 1.0 / norm);
}

bool is_tones(const StreamSpec& in) noexcept { return in.axis.kind == AxisKind::sweep; }

double angular(const StreamSpec& in, Index tone) noexcept { return 2.0 * dsp::pi * in.axis.at(tone); }

// Geometric mean of the tones: in the middle of what the axis spans.
double middle(const StreamSpec& in) noexcept {
  const Index n = in.channel_samples() / 2;
  double sum = 0.0;
  for (Index k = 0; k < n; ++k) sum += dsp::log(angular(in, k));
  return dsp::exp(sum / static_cast<double>(n));
}

// A complex value of a tone, as the samples are measured.
void put(std::span<double> vector, Index tone, double re, double im, Response response, double w_over_w0) noexcept {
  const bool voltage = response == Response::voltage;
  vector[to_size(2 * tone)] = voltage ? -w_over_w0 * im : re;
  vector[to_size(2 * tone + 1)] = voltage ? w_over_w0 * re : im;
}

// The mean of 1/(t + s) over t from a to b and s from 0 to a ramp's length r: differences of x ln x, in ratios.
double mean_inverse(double a, double b, double r) noexcept {
  if (r < 1e-5 * a) return dsp::log(b / a) / (b - a);
  return ((b + r) * dsp::log((b + r) / b) - (a + r) * dsp::log((a + r) / a) + r * dsp::log(b / a)) / (r * (b - a));
}

void target_at_tones(std::span<double> curve, double tau, const ResponseOptions& options,
                     const StreamSpec& in) noexcept {
  const double w0 = middle(in);
  for (Index k = 0; k < in.channel_samples() / 2; ++k) {
    const double w = angular(in, k);
    const double x = w * tau;
    const double share = x / (1.0 + x * x);  // -i x / (1 + i x) = -x (x + i) / (1 + x^2)
    put(curve, k, -x * share, -share, options.response, w / w0);
  }
}

void target_at_gates(std::span<double> curve, double tau, const ResponseOptions& options,
                     const StreamSpec& in) noexcept {
  const double pulse = 1.0 - dsp::exp(-options.pulse_s / tau);
  for (Index g = 0; g < in.channel_samples(); ++g) {
    const double a = in.axis.at(g);
    const double b = in.axis.at(g + 1);
    const double x = (b - a) / tau;
    const double mean = x < 1e-5 ? 1.0 - 0.5 * x : (1.0 - dsp::exp(-x)) / x;
    curve[to_size(g)] = pulse * dsp::exp(-a / tau) * mean;
  }
}

// The curves of all time constants, one after the other, of unit norm.
void make_curves(const ResponseOptions& options, const StreamSpec& in, std::span<double> curves,
                 std::span<double> tau_s) noexcept {
  const Index last = in.axis.places.count - 1;
  const double slow = is_tones(in) ? 3.0 / angular(in, 0) : in.axis.at(last);
  const double fast = is_tones(in) ? 0.3 / angular(in, last) : 0.5 * in.axis.at(0);
  const double ratio = dsp::exp(dsp::log(slow / fast) / static_cast<double>(ResponseModel::n_curves - 1));
  double tau = fast;
  for (Index n = 0; n < ResponseModel::n_curves; ++n, tau *= ratio) {
    tau_s[to_size(n)] = tau;
    const std::span<double> curve = curves.subspan(to_size(n * in.channel_samples()), to_size(in.channel_samples()));
    if (is_tones(in)) target_at_tones(curve, tau, options, in);
    else target_at_gates(curve, tau, options, in);
    to_unit(curve);
  }
}

}  // namespace

Problem validate(const ResponseOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const Index n = in.channel_samples();
  const bool gates = in.axis.kind == AxisKind::gates;
  if ((!is_tones(in) && !gates) || in.axis.places.empty() || n < 1 || in.n_samples % in.n_channels != 0 ||
      in.axis.places.count != (gates ? n + 1 : n / 2))
    return {"response", "needs an axis of listed tones or of gates", static_cast<double>(in.n_samples)};
  if (!(in.axis.at(0) > 0.0))
    return {"response", "needs tones above 0 Hz, or gates after 0 s", in.axis.at(0), above(0.0),
            gates ? Unit::second : Unit::hertz};
  const Index soil = (gates ? 1 : 2) + (options.soil == Soil::conductive ? 1 : 0);
  if (soil + options.target_rank >= n)
    return {"target_rank", "with the soil's shapes needs more tones or gates", static_cast<double>(options.target_rank),
            between(1.0, static_cast<double>(n - soil - 1))};
  return {};
}

ResponseModel::ResponseModel(const ResponseOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : size_(in.channel_samples()),
      soil_rank_((is_tones(in) ? 2 : 1) + (options.soil == Soil::conductive ? 1 : 0)),
      target_rank_(options.target_rank),
      vectors_(arena.take<double>((soil_rank_ + target_rank_) * size_)),
      curves_(arena.take<double>(n_curves * size_)) {
  const std::span<double> gram = arena.take<double>(size_ * dsp::padded(size_));
  const std::span<double> leading = arena.take<double>(size_ * dsp::padded(target_rank_));
  dsp::SymmetricEigen eigen(size_, arena);
  if (!arena.ok()) return;
  if (is_tones(in)) soil_of_tones(options, in);
  else soil_of_gates(options, in);
  for (Index k = 0; k < soil_rank_; ++k) to_unit(vector(k));

  const dsp::Dense products{gram.data(), size_, size_};
  make_curves(options, in, curves_, tau_s_);
  for (Index n = 0; n < n_curves; ++n)
    for (Index i = 0; i < size_; ++i)
      for (Index j = 0; j < size_; ++j) products.row(i)[j] += curve(n)[to_size(i)] * curve(n)[to_size(j)];
  if (!eigen.decompose(products)) return;  // does not happen: the matrix is finite
  const dsp::Dense shapes{leading.data(), size_, target_rank_};
  eigen.vectors(0, target_rank_, shapes);
  for (Index k = 0; k < target_rank_; ++k)
    for (Index i = 0; i < size_; ++i) vector(soil_rank_ + k)[to_size(i)] = shapes.row(i)[k];
}

void ResponseModel::soil_of_tones(const ResponseOptions& options, const StreamSpec& in) noexcept {
  const double w0 = middle(in);
  for (Index k = 0; k < size_ / 2; ++k) {
    const double ratio = angular(in, k) / w0;
    put(vector(0), k, 1.0, 0.0, options.response, ratio);
    put(vector(1), k, -dsp::log(ratio), -0.5 * dsp::pi, options.response, ratio);
    if (options.soil == Soil::conductive) put(vector(2), k, 0.0, ratio, options.response, ratio);
  }
}

void ResponseModel::soil_of_gates(const ResponseOptions& options, const StreamSpec& in) noexcept {
  const double d = options.pulse_s;
  for (Index g = 0; g < size_; ++g) {
    const double a = in.axis.at(g);
    const double b = in.axis.at(g + 1);
    vector(0)[to_size(g)] = mean_inverse(a, b, options.ramp_s) - mean_inverse(a + d, b + d, options.ramp_s);
    // The mean of (t/a)^(-5/2): in units of the first gate, so that it stays a plain number.
    const double first = in.axis.at(0);
    const auto integral = [first](double t) noexcept { return -std::sqrt(first / t) * (first / t) * first / 1.5; };
    if (options.soil == Soil::conductive) vector(1)[to_size(g)] = (integral(b) - integral(a)) / (b - a);
  }
}

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#include <surefoot/emi/gate_mean.hpp>

#include <surefoot/dsp/math.hpp>

#include <array>
#include <cstddef>

namespace surefoot::emi {

namespace {

// sum of c_n x^n
double polynomial(const std::array<double, 11>& c, double x) noexcept {
  double sum = 0.0;
  for (std::size_t n = c.size(); n-- > 0;) sum = sum * x + c[n];
  return sum;
}
// 1 / (n+1)!, and n / (n+1)! with the other sign.
constexpr std::array<std::array<double, 11>, 2> coefficients = [] {
  std::array<std::array<double, 11>, 2> out{};
  double factorial = 1.0;
  for (std::size_t n = 0; n < 11; ++n) {
    factorial *= static_cast<double>(n + 1);
    out[0][n] = 1.0 / factorial;
    out[1][n] = -static_cast<double>(n) / factorial;
  }
  return out;
}();

}  // namespace

GateMean gate_mean(double tau_s, double a_s, double b_s) noexcept {
  const double d = (b_s - a_s) / tau_s;
  const double at = dsp::exp(-a_s / tau_s);
  // (1 - e^-d) / d, and that less e^-d: where d is small, by their series.
  double mean = 0.0;
  double bend = 0.0;
  if (d < 0.125) {
    mean = polynomial(coefficients[0], -d);
    bend = polynomial(coefficients[1], -d);
  } else {
    const double left = dsp::exp(-d);
    mean = (1.0 - left) / d;
    bend = mean - left;
  }
  return {at * mean, at * (a_s / tau_s * mean + bend)};
}

}  // namespace surefoot::emi

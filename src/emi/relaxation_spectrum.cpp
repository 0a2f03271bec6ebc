// SPDX-License-Identifier: MIT
#include <surefoot/emi/relaxation_spectrum.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/emi/gate_mean.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr double ln_10 = 0x1.26bb1bbb55516p+1;

dsp::LineSpectrumOptions over(const SpectrumOptions& o, double low, double high, double past_low) noexcept {
  dsp::LineSpectrumOptions out;
  out.log_first = low - past_low * ln_10;
  out.log_last = high + o.decades_past * ln_10;
  out.grid = o.grid_points;
  out.most_lines = o.most_lines;
  out.any_sign = o.any_sign;
  out.refine = o.refine;
  out.known_noise = o.known_noise;
  return out;
}

dsp::LineSpectrumOptions over_band(const SpectrumOptions& o, std::span<const double> f) noexcept {
  if (f.empty()) return {};
  return over(o, dsp::log(2.0 * dsp::pi * f.front()), dsp::log(2.0 * dsp::pi * f.back()), o.decades_past);
}

dsp::LineSpectrumOptions over_gates(const SpectrumOptions& o, std::span<const double> edges) noexcept {
  if (edges.size() < 2) return {};
  const double first = std::max(edges[0], edges[1] - edges[0]);
  return over(o, dsp::log(first), dsp::log(edges.back()), 0.5 * o.decades_past);
}

// At least n values, each above the one before and the first above `low` (or on it).
Problem check_ascending(std::span<const double> x, std::size_t n, const char* name, Unit unit, Range first) noexcept {
  if (x.size() < n)
    return {name, "are too few", static_cast<double>(x.size()), at_least(static_cast<double>(n)), Unit::none};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Range allowed = i == 0 ? first : above(x[i - 1]);
    if (!allowed.contains(x[i])) return {name, "must be in ascending order", x[i], allowed, unit};
  }
  return {};
}

}  // namespace

Problem validate(const SpectrumOptions& options) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.any_sign && !options.refine)
    return {"any_sign", "needs refine: off the true places a line of the other sign always fits beside", 1.0};
  return {};
}

Problem validate_tones(const SpectrumOptions& options, std::span<const double> frequencies_hz) noexcept {
  if (const Problem problem = validate(options)) return problem;
  return check_ascending(frequencies_hz, 3, "frequencies_hz", Unit::hertz, above(0.0));
}

Problem validate_gates(const SpectrumOptions& options, std::span<const double> edges_s) noexcept {
  if (const Problem problem = validate(options)) return problem;
  return check_ascending(edges_s, 4, "edges_s", Unit::second, at_least(0.0));
}

RelaxationSpectrum::RelaxationSpectrum(std::span<const double> frequencies_hz, const SpectrumOptions& options,
                                       Arena& arena) noexcept
    : omega_(arena.take<double>(static_cast<Index>(frequencies_hz.size()))),
      spectrum_(2 * static_cast<Index>(frequencies_hz.size()), 1, over_band(options, frequencies_hz), arena),
      parts_(arena.take<double>(2 * static_cast<Index>(frequencies_hz.size()))),
      weights_(arena.take<double>(2 * static_cast<Index>(frequencies_hz.size()))),
      ones_(arena.take<double>(2 * static_cast<Index>(frequencies_hz.size()))) {
  if (!arena.ok()) return;
  for (std::size_t k = 0; k < omega_.size(); ++k) {
    omega_[k] = 2.0 * dsp::pi * frequencies_hz[k];
    ones_[2 * k] = 1.0;
  }
  std::fill(parts_.begin(), parts_.end(), 1.0);
  set_weights(parts_);
}

void RelaxationSpectrum::set_weights(std::span<const double> weights) noexcept {
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = weights[i / 2];
  spectrum_.prepare({&shape, this}, ones_, weights_);
}

void RelaxationSpectrum::shape(const void* self, double log_zeta, std::span<double> value,
                               std::span<double> slope) noexcept {
  const std::span<const double> omega = static_cast<const RelaxationSpectrum*>(self)->omega_;
  const double tau = dsp::exp(-log_zeta);
  for (std::size_t k = 0; k < omega.size(); ++k) {
    const double u = omega[k] * tau;
    const double q = 1.0 / (1.0 + u * u);
    value[2 * k] = q;
    value[2 * k + 1] = -u * q;
    slope[2 * k] = 2.0 * u * u * q * q;
    slope[2 * k + 1] = u * (1.0 - u * u) * q * q;
  }
}

bool RelaxationSpectrum::fit(std::span<const std::complex<double>> response) noexcept {
  for (std::size_t k = 0; k < omega_.size(); ++k) {
    parts_[2 * k] = response[k].real();
    parts_[2 * k + 1] = response[k].imag();
  }
  const bool found = spectrum_.fit(parts_);
  for (std::size_t k = 0; k < spectrum_.lines().size(); ++k) {
    const dsp::SpectrumLine& line = spectrum_.lines()[k];
    lines_[k] = {dsp::exp(line.log_place), line.strength, line.log_place_sigma / ln_10, line.strength_sigma};
  }
  return found;
}

DecaySpectrum::DecaySpectrum(std::span<const double> edges_s, bool offset, const SpectrumOptions& options,
                             Arena& arena) noexcept
    : edges_(arena.take<double>(static_cast<Index>(edges_s.size()))),
      spectrum_(std::max<Index>(static_cast<Index>(edges_s.size()) - 1, 0), offset ? 1 : 0,
                over_gates(options, edges_s), arena),
      ones_(arena.take<double>(std::max<Index>(static_cast<Index>(edges_s.size()) - 1, 0))) {
  if (!arena.ok()) return;
  std::copy(edges_s.begin(), edges_s.end(), edges_.begin());
  std::fill(ones_.begin(), ones_.end(), 1.0);
  set_weights(ones_);
}

void DecaySpectrum::set_weights(std::span<const double> weights) noexcept {
  spectrum_.prepare({&shape, this}, ones_, weights);
}

void DecaySpectrum::shape(const void* self, double log_tau, std::span<double> value, std::span<double> slope) noexcept {
  const std::span<const double> edges = static_cast<const DecaySpectrum*>(self)->edges_;
  const double tau = dsp::exp(log_tau);
  for (std::size_t g = 0; g + 1 < edges.size(); ++g) {
    const GateMean mean = gate_mean(tau, edges[g], edges[g + 1]);
    value[g] = mean.value;
    slope[g] = mean.slope;
  }
}

bool DecaySpectrum::fit(std::span<const double> gates) noexcept {
  const bool found = spectrum_.fit(gates);
  for (std::size_t k = 0; k < spectrum_.lines().size(); ++k) {
    const dsp::SpectrumLine& line = spectrum_.lines()[k];
    lines_[k] = {dsp::exp(line.log_place), line.strength, line.log_place_sigma / ln_10, line.strength_sigma};
  }
  return found;
}

}  // namespace surefoot::emi

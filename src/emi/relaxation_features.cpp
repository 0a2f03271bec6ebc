// SPDX-License-Identifier: MIT
#include <surefoot/emi/relaxation_features.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

constexpr Index head = 4;      // numbers of a channel before its lines
constexpr Index per_line = 4;  // numbers of a line

SpectrumOptions spectrum_of(const RelaxationFeaturesOptions& o) noexcept { return {.most_lines = o.most_lines}; }

StreamSpec output_of(const StreamSpec& in, const RelaxationFeaturesOptions& o) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = in.n_channels * (head + per_line * o.most_lines);
  return out;
}

Sample to_sample(double x) noexcept {
  constexpr auto most = static_cast<double>(std::numeric_limits<Sample>::max());
  return static_cast<Sample>(std::clamp(x, -most, most));
}

}  // namespace

Problem validate(const RelaxationFeaturesOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::sweep || in.axis.places.empty() || in.n_samples % in.n_channels != 0 ||
      in.channel_samples() != 2 * in.axis.places.count)
    return {"response", "needs an axis of listed tones", static_cast<double>(in.n_samples)};
  if (validate_tones(spectrum_of(options), in.axis.places.view()))
    return {"response", "needs at least 3 tones in ascending order", static_cast<double>(in.axis.places.count)};
  return {};
}

RelaxationFeatures::RelaxationFeatures(const RelaxationFeaturesOptions& options, const StreamSpec& in,
                                       Arena& arena) noexcept
    : TraceMap(in, output_of(in, options), arena),
      spectrum_(in.axis.places.view(), spectrum_of(options), arena),
      most_lines_(options.most_lines),
      n_channels_(in.n_channels),
      response_(arena.take<std::complex<double>>(in.axis.places.count)),
      per_volt_(arena.take<double>(options.response == Response::voltage ? in.axis.places.count : 0)) {
  if (!arena.ok()) return;
  double sum = 0.0;
  for (const double f : in.axis.places.view()) sum += dsp::log(f);
  const double middle = dsp::exp(sum / static_cast<double>(in.axis.places.count));
  for (std::size_t k = 0; k < per_volt_.size(); ++k) per_volt_[k] = middle / in.axis.places.view()[k];
}

void RelaxationFeatures::map(ConstTraceRef in, TraceRef out) noexcept {
  std::fill(out.begin(), out.end(), 0.0F);
  const std::size_t n_tones = response_.size();
  const std::size_t n_out = to_size(head + per_line * most_lines_);
  for (std::size_t c = 0; c < to_size(n_channels_); ++c) {
    double quadrature = 0.0;
    for (std::size_t k = 0; k < n_tones; ++k) {
      const auto re = static_cast<double>(in[2 * (c * n_tones + k)]);
      const auto im = static_cast<double>(in[2 * (c * n_tones + k) + 1]);
      response_[k] = per_volt_.empty() ? std::complex<double>(re, im)
                                       : std::complex<double>(im * per_volt_[k], -re * per_volt_[k]);
      quadrature += response_[k].imag();
    }
    const double sign = quadrature > 0.0 ? -1.0 : 1.0;
    for (std::complex<double>& z : response_) z = {sign * z.real(), sign * z.imag()};
    if (!spectrum_.fit(response_)) continue;
    const TraceRef to(out.subspan(c * n_out, n_out));
    to[0] = to_sample(sign * spectrum_.constant());
    to[1] = to_sample(spectrum_.constant_sigma());
    to[2] = to_sample(std::sqrt(spectrum_.rest() / static_cast<double>(2 * n_tones)));
    to[3] = static_cast<Sample>(spectrum_.lines().size());
    std::size_t i = to_size(head);
    for (const RelaxationLine& line : spectrum_.lines()) {
      to[i++] = to_sample(line.zeta_rad_s / (2.0 * dsp::pi));
      to[i++] = to_sample(line.log10_zeta_sigma);
      to[i++] = to_sample(sign * line.strength);
      to[i++] = to_sample(line.strength_sigma);
    }
  }
  dsp::tidy(out);
}

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#include <surefoot/emi/decay_features.hpp>

#include <surefoot/dsp/tidy.hpp>
#include <surefoot/emi/decay_fit.hpp>

#include <algorithm>

namespace surefoot::emi {
namespace {

constexpr Index least_gates = 4;  // amplitude, constant, and two to tell how sure

StreamSpec output_of(const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = 3 * in.n_channels;
  return out;
}

}  // namespace

Problem validate(const DecayFeaturesOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (!(options.most_tau_s > options.least_tau_s))
    return {"most_tau_s", "must be above least_tau_s", options.most_tau_s, above_to(options.least_tau_s, 10.0),
            Unit::second};
  if (in.axis.kind != AxisKind::gates || in.axis.places.empty() || in.n_samples % in.n_channels != 0 ||
      in.channel_samples() + 1 != in.axis.places.count || !(in.axis.at(0) > 0.0))
    return {"first_gate", "needs an axis of gates after 0 s", static_cast<double>(in.n_samples)};
  if (in.channel_samples() - options.first_gate < least_gates)
    return {"first_gate", "leaves fewer than 4 gates", static_cast<double>(options.first_gate),
            between(0.0, static_cast<double>(std::max<Index>(0, in.channel_samples() - least_gates))), Unit::samples};
  return {};
}

DecayFeatures::DecayFeatures(const DecayFeaturesOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, output_of(in), arena),
      options_(options),
      n_gates_(in.channel_samples()),
      n_channels_(in.n_channels),
      edges_(arena.take<double>(n_gates_ + 1)),
      gates_(arena.take<double>(n_gates_)) {
  if (!arena.ok()) return;
  for (Index g = 0; g <= n_gates_; ++g) edges_[to_size(g)] = in.axis.at(g);
}

void DecayFeatures::map(ConstTraceRef in, TraceRef out) noexcept {
  const auto first = to_size(options_.first_gate);
  const DecayFitOptions options{.least_tau_s = options_.least_tau_s, .most_tau_s = options_.most_tau_s};
  for (Index c = 0; c < n_channels_; ++c) {
    const ConstTraceRef channel = in.subspan(to_size(c * n_gates_), to_size(n_gates_));
    std::copy(channel.begin(), channel.end(), gates_.begin());
    const DecayFit fit = fit_decay(edges_.subspan(first), gates_.subspan(first), {}, options);
    const TraceRef of_channel = out.subspan(to_size(3 * c), 3);
    of_channel[0] = fit.usable ? static_cast<Sample>(fit.amplitude) : 0.0F;
    of_channel[1] = fit.usable ? static_cast<Sample>(fit.tau_s) : 0.0F;
    of_channel[2] = fit.usable ? static_cast<Sample>(fit.tau_sigma_s) : 0.0F;
  }
  dsp::tidy(out);
}

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#include <surefoot/gpr/sfcw.hpp>

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

// Longer outputs have no use and would need transforms beyond what the back ends are asked for.
constexpr double most_samples = 4194304.0;

Index n_frequencies(const StreamSpec& in) noexcept { return in.n_samples / 2; }
double highest_hz(const StreamSpec& in) noexcept { return in.axis.at(n_frequencies(in) - 1); }

// Samples in 1 / step if the interval is left open.
double samples_per_range(const SfcwOptions& options, const StreamSpec& in) noexcept {
  return std::ceil(2.0 * options.oversampling * highest_hz(in) / in.axis.step - 1e-9);
}

double interval_s(const SfcwOptions& options, const StreamSpec& in) noexcept {
  if (options.sample_interval_s > 0.0) return options.sample_interval_s;
  const Index n = dsp::fastest_fft_size(static_cast<Index>(std::min(samples_per_range(options, in), most_samples)));
  return 1.0 / (static_cast<double>(n) * in.axis.step);
}

double n_out(const SfcwOptions& options, const StreamSpec& in) noexcept {
  const double length = options.length_s > 0.0 ? options.length_s : 1.0 / in.axis.step;
  return std::floor(length / interval_s(options, in) + 1e-9);
}

StreamSpec output_of(const SfcwOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::two_way_time, options.start_s, interval_s(options, in)};
  out.n_samples = static_cast<Index>(n_out(options, in));
  return out;
}

double weight(const SfcwOptions& options, const StreamSpec& in, Index k) noexcept {
  const double mirror = in.axis.at(k) == 0.0 ? 0.5 : 1.0;
  return mirror * dsp::window_weight(options.window, k, n_frequencies(in), options.kaiser_beta);
}

double total_weight(const SfcwOptions& options, const StreamSpec& in) noexcept {
  double sum = 0.0;
  for (Index k = 0; k < n_frequencies(in); ++k) sum += weight(options, in, k);
  return sum;
}

std::complex<double> phasor(double cycles) noexcept {
  const double turn = 2.0 * dsp::pi * (cycles - std::floor(cycles));
  return {dsp::cos(turn), dsp::sin(turn)};
}

}  // namespace

Problem validate(const SfcwOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::sweep || !(in.axis.step > 0.0) || !(in.axis.start >= 0.0))
    return {"window", "needs an axis of sweeps that start at 0 Hz or above and step upwards", in.axis.start};
  if (in.n_samples % 2 != 0 || n_frequencies(in) < 2) {
    return {"window", "needs sweeps of at least 2 pairs of real and imaginary part", static_cast<double>(in.n_samples),
            at_least(4.0), Unit::samples};
  }
  if (!(total_weight(options, in) > 0.0)) {
    return {"window", "leaves nothing of a sweep so short", static_cast<double>(n_frequencies(in)), at_least(3.0),
            Unit::none};
  }
  const double coarsest = 0.5 / highest_hz(in);
  if (options.sample_interval_s > coarsest * (1.0 + 1e-9)) {
    return {"sample_interval_s", "must be at most 1 / (2 highest frequency)", options.sample_interval_s,
            above_to(0.0, coarsest), Unit::second};
  }
  const double range = 1.0 / in.axis.step;
  if (options.length_s > range * (1.0 + 1e-9)) {
    return {"length_s", "must be at most 1 / step, after which the signal repeats", options.length_s,
            above_to(0.0, range), Unit::second};
  }
  const double finest = range / most_samples;
  if (options.sample_interval_s == 0.0 && samples_per_range(options, in) > most_samples) {
    return {"oversampling", "asks for too many samples", options.oversampling,
            between(1.0, 0.5 * most_samples * in.axis.step / highest_hz(in)), Unit::none};
  }
  if (options.sample_interval_s > 0.0 && options.sample_interval_s < finest) {
    return {"sample_interval_s", "asks for too many samples", options.sample_interval_s, between(finest, coarsest),
            Unit::second};
  }
  const double dt = interval_s(options, in);
  if (n_out(options, in) < 1.0)
    return {"length_s", "must span at least one sample", options.length_s, between(dt, range), Unit::second};
  return {};
}

Sfcw::Sfcw(const SfcwOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, output_of(options, in), arena),
      output_(options.output),
      transform_(n_frequencies(in), output().n_samples, in.axis.step * output().axis.step, arena) {
  if (!arena.ok() || !transform_.ok()) return;
  const double scale = options.scale == SfcwScale::unit_echo ? 1.0 / total_weight(options, in) : 2.0 * in.axis.step;
  const TraceAxis& time = output().axis;
  // f_k t_n = f_0 t_n + k step t_0 + k n (step dt): the weights carry the first two, the transform does the third.
  for (Index k = 0; k < n_frequencies(in); ++k)
    transform_.weigh_input(k,
                           scale * weight(options, in, k) * phasor(static_cast<double>(k) * in.axis.step * time.start));
  for (Index n = 0; n < output().n_samples; ++n) transform_.weigh_output(n, phasor(in.axis.start * time.at(n)));
}

void Sfcw::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (!transform_.ok()) {  // no memory for the plan
    std::fill(out.begin(), out.end(), 0.0F);
    tag.quality |= Quality::dropped;
    return;
  }
  transform_.run(in);
  if (output_ == SfcwOutput::real) transform_.real_part(out);
  else transform_.magnitude(out);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr

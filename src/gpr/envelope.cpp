// SPDX-License-Identifier: MIT
#include <surefoot/gpr/envelope.hpp>

#include <surefoot/dsp/phase.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <cmath>

namespace surefoot::gpr {

Problem validate(const EnvelopeOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"output", "needs an axis of two-way time", static_cast<double>(options.output), finite(), Unit::none};
  return {};
}

Envelope::Envelope(const EnvelopeOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      output_(options.output),
      hertz_(0.5 / (dsp::pi * in.axis.step)),
      hilbert_(in.n_samples, arena),
      quadrature_(arena.take<Sample>(in.n_samples)) {}

void Envelope::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (!hilbert_.ok()) {
    tag.quality |= Quality::dropped;
    return;
  }
  hilbert_.run(in, quadrature_);
  const std::size_t n = in.size();
  const Sample* re = in.data();
  const Sample* im = quadrature_.data();
  Sample* y = out.data();
  const auto r = [re](std::size_t i) noexcept { return static_cast<double>(re[i]); };
  const auto q = [im](std::size_t i) noexcept { return static_cast<double>(im[i]); };
  const auto magnitude = [&](std::size_t i) noexcept { return std::sqrt(r(i) * r(i) + q(i) * q(i)); };
  switch (output_) {
    case Attribute::envelope:
      for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(magnitude(i));
      break;
    case Attribute::phase:
      for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(dsp::phase_of(q(i), r(i)));
      break;
    case Attribute::frequency: {
      // z[i+1] conj z[i]
      const auto turn_re = [&](std::size_t i) noexcept { return r(i + 1) * r(i) + q(i + 1) * q(i); };
      const auto turn_im = [&](std::size_t i) noexcept { return q(i + 1) * r(i) - r(i + 1) * q(i); };
      const auto hertz = [&](double a, double b) noexcept { return static_cast<Sample>(dsp::phase_of(a, b) * hertz_); };
      if (n < 2) {
        std::fill(out.begin(), out.end(), 0.0F);
        break;
      }
      y[0] = hertz(turn_im(0), turn_re(0));
      for (std::size_t i = 1; i + 1 < n; ++i) y[i] = hertz(turn_im(i) + turn_im(i - 1), turn_re(i) + turn_re(i - 1));
      y[n - 1] = hertz(turn_im(n - 2), turn_re(n - 2));
      break;
    }
    case Attribute::cosine_phase:
      for (std::size_t i = 0; i < n; ++i) {
        const double m = magnitude(i);
        y[i] = static_cast<Sample>(r(i) / (m > 0.0 ? m : 1.0));
      }
      break;
  }
  dsp::tidy(out);
}

}  // namespace surefoot::gpr

// SPDX-License-Identifier: MIT
#include <surefoot/gpr/envelope.hpp>

#include <surefoot/dsp/analytic.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

namespace surefoot::gpr {

Problem validate(const EnvelopeOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const bool time = in.axis.kind == AxisKind::two_way_time;
  const bool depth = in.axis.kind == AxisKind::depth && options.output != Attribute::frequency;
  if (!(time || depth) || !(in.axis.step > 0.0))
    return {"output", "needs an axis of two-way time (but for frequency, depth will do)",
            static_cast<double>(options.output), finite(), Unit::none};
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
  switch (output_) {
    case Attribute::envelope: dsp::magnitudes(in, quadrature_, out); break;
    case Attribute::phase: dsp::phases(in, quadrature_, out); break;
    case Attribute::frequency: dsp::turns(in, quadrature_, hertz_, out); break;
    case Attribute::cosine_phase: dsp::cosines(in, quadrature_, out); break;
  }
  dsp::tidy(out);
}

}  // namespace surefoot::gpr

// SPDX-License-Identifier: MIT
#include <surefoot/detect/energy_score.hpp>
#include <surefoot/dsp/reduce.hpp>

namespace surefoot::detect {

Problem validate(const EnergyScoreOptions& options, const StreamSpec& in) noexcept {
  return validate(options.depth, in);
}

EnergyScore::EnergyScore(const EnergyScoreOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, DepthScore::output(options.depth, in), arena), score_(options.depth, in, arena) {}

void EnergyScore::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const DepthSegments& s = score_.segments();
  for (Index k = 0; k < s.count; ++k) {
    const ConstTraceRef segment = in.subspan(to_size(s.begin(k)), to_size(s.length));
    score_.set_energy(k, dsp::mean_square(segment));
  }
  score_.arrive(in, tag);
  score_.answer();
  score_.finish_trace(in, out, tag);
}

void EnergyScore::forget() noexcept { score_.clear(); }
void EnergyScore::remember(StateArchive& archive) noexcept { score_.state(archive); }

}  // namespace surefoot::detect

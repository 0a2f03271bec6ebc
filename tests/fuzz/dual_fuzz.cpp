// SPDX-License-Identifier: MIT
// Any text is a description of two sensors or a ConfigError; a description is written and read again to the same bytes, and
// builds or says why it does not.
#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/dual_pipeline.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const surefoot::DualDescription description = surefoot::parse_dual_description(text, "fuzz");
    const std::string canonical = to_text(description);
    if (to_text(surefoot::parse_dual_description(canonical, "canonical")) != canonical) std::abort();
    surefoot::DualSpec spec;
    spec.gpr.n_samples = 64;
    spec.gpr.axis.step = 1e-10;
    spec.gpr.trace_spacing_m = spec.emi.trace_spacing_m = 0.02;
    spec.gpr.trace_interval_s = spec.emi.trace_interval_s = 0.01;
    spec.emi.axis.kind = surefoot::AxisKind::sweep;
    for (double f = 1e3; spec.emi.axis.places.count < 8; f *= 2.0)
      spec.emi.axis.places.values[surefoot::to_size(spec.emi.axis.places.count++)] = f;
    spec.emi.n_samples = 16;
    constexpr std::size_t most = std::size_t{64} << 20U;
    if (surefoot::DualPipeline::bytes(description, spec) < most) surefoot::DualPipeline(description, spec).finish();
  } catch (const surefoot::Error&) {
    return 0;
  }
  return 0;
}

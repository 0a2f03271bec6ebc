// SPDX-License-Identifier: MIT
// Any text is a description or a ConfigError; a description is written and read again to the same bytes, and builds or says
// why it does not.
#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const surefoot::Description description = surefoot::parse_description(text, "fuzz");
    const std::string canonical = to_text(description);
    if (to_text(surefoot::parse_description(canonical, "canonical")) != canonical) std::abort();
    surefoot::StreamSpec spec;
    spec.n_samples = 64;
    spec.axis.step = 1e-10;
    spec.trace_spacing_m = 0.02;
    constexpr std::size_t most = std::size_t{64} << 20U;
    if (surefoot::Pipeline::bytes(description, spec) < most) surefoot::Pipeline(description, spec).finish();
  } catch (const surefoot::Error&) {
    return 0;
  }
  return 0;
}

// SPDX-License-Identifier: MIT
// Any bytes offered as a saved state are taken or refused with a sentence; the pipeline then still runs. The header and the
// hash are written first, so that the fuzzer gets past them.
#include <surefoot/pipeline/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  surefoot::StreamSpec spec;
  spec.n_samples = 64;
  spec.axis.step = 1e-10;
  spec.trace_interval_s = 0.01;
  spec.trace_spacing_m = 0.02;
  static surefoot::Pipeline pipeline(surefoot::load_description("gpr-handheld"), spec);
  static const std::vector<std::byte> fresh = [] {
    pipeline.reset();
    return pipeline.save_state();
  }();

  std::vector<std::byte> state = fresh;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  if (size > 0 && data[0] % 2 == 0) {  // raw bytes
    state.assign(bytes, bytes + size);
  } else {  // patches: three bytes each, position and value
    for (std::size_t i = 1; i + 3 <= size; i += 3)
      state[(data[i] * std::size_t{256} + data[i + 1]) % state.size()] = bytes[i + 2];
  }
  pipeline.reset();
  (void)pipeline.try_load_state(state);

  std::array<float, 64> trace{};
  std::vector<float> out(surefoot::to_size(pipeline.output().n_samples));
  surefoot::TraceTag tag;
  surefoot::Alarm alarm;
  for (int i = 0; i < 8; ++i) {
    std::fill(trace.begin(), trace.end(), static_cast<float>(i));
    tag.index = i;
    (void)pipeline.push(trace, tag);
    while (pipeline.pull(out, tag)) {
    }
    while (pipeline.pull_alarm(alarm)) {
    }
  }
  return 0;
}

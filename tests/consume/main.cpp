// SPDX-License-Identifier: MIT
// What a C++ host does first: a pipeline from text, one trace through it, one number that is known in closed form.
#include <surefoot/pipeline/apply.hpp>
#include <surefoot/version.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

int main() {
  const surefoot::Description description = surefoot::load_description(R"(
surefoot = 1
modality = "gpr"
stage = [ { use = "gpr.dewow", window_s = 3e-9 } ]
)");
  surefoot::StreamSpec spec;
  spec.axis = {surefoot::AxisKind::two_way_time, 0.0, 0.1e-9};
  spec.n_samples = 128;
  surefoot::Pipeline pipeline(description, spec);
  std::vector<float> trace(128, 0.0F);
  trace[60] = 1.0F;
  surefoot::TraceTag tag;
  pipeline.push(trace, tag);
  if (!pipeline.pull(trace, tag)) return 1;
  // A window of 3 ns spans 31 samples of 0.1 ns: the pulse loses its share of the mean.
  const double expected = 1.0 - 1.0 / 31.0;
  std::printf("surefoot %s: %.9f, expected %.9f\n", surefoot::build_info().version, static_cast<double>(trace[60]),
              expected);
  if (!(std::abs(static_cast<double>(trace[60]) - expected) < 1e-7)) return 1;

  surefoot::Line line;
  line.axis = spec.axis;
  line.samples = surefoot::TraceMatrix::Random(512, 20);
  line.tags.resize(20);
  return surefoot::run("gpr-handheld", line).scores.size() == 20 ? 0 : 1;
}

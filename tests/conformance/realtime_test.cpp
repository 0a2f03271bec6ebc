// SPDX-License-Identifier: MIT
// After construction nothing allocates, locks, waits, reads a clock or touches a file: counted over 100,000 traces (10,000 of
// a slow stage) for every line of the registry and every built-in pipeline, the bad traces included.
#include <surefoot/dsp/complex_fft.hpp>
#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/real_fft.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include "support/lines.hpp"
#include "support/realtime_guard.hpp"
#include "support/suited_pipeline.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cfenv>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

namespace surefoot {
namespace {

constexpr Index n_samples = 512;
constexpr Index n_whole_line = 200;

struct Case {
  std::string label;
  Description description;
};

std::string label_of(std::string name) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const StageEntry& e : stages()) out.push_back({label_of(e.name), description_of({&e, e.defaults(), {}})});
  // A detector is nothing without a score.
  const StageEntry* score = find_stage("detect.energy_score");
  for (const DetectorEntry& e : detectors()) {
    Description d;
    d.stages.push_back({score, score->defaults(), {}});
    d.detector = Step<DetectorEntry>{&e, e.defaults(), {}};
    out.push_back({label_of(e.name), d});
  }
  for (const Builtin& b : builtins()) out.push_back({"builtin_" + label_of(b.name), load_description(b.name)});
  return out;
}

// A bank of traces with everything that a live stream brings, and a target now and then.
Line bank() {
  Line line = test::rough_line(256, n_samples);
  for (Index j = 0; j < line.n_traces(); ++j) {
    TraceTag& tag = line.tags[to_size(j)];
    if (j % 37 == 5) {
      line.samples.col(j).setConstant(32767.0F);
      tag.quality |= Quality::saturated;
    }
    if (j % 41 == 7) line.samples(j % n_samples, j) = -std::numeric_limits<float>::infinity();
    if (j % 43 == 9) line.samples.col(j).setConstant(1e-42F);  // denormal
    if (j % 97 == 11) line.samples.col(j) *= 50.0F;
  }
  return line;
}

class Realtime : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!test::RealtimeGuard::available()) GTEST_SKIP() << "the sanitizer replaces the functions that are counted";
  }
};

TEST_P(Realtime, NothingAllocatesLocksOrWaits) {
  const Line line = bank();
  StreamSpec spec = test::radar_spec(n_samples, n_whole_line);
  bool one_to_one = true;
  const Step<StageEntry>& first = GetParam().description.stages[0];
  spec = test::suited_to(GetParam().description, spec);
  if (!spec.axis.places.empty()) {  // tones and gates: as many channels as a hand-held head has
    spec.n_samples = 2 * spec.channel_samples();
    spec.n_channels = 2;
  }
  const auto n_in_trace = to_size(spec.n_samples);
  if (GetParam().description.stages.size() == 1) one_to_one = plan(*first.entry, first.options, spec).one_to_one;
  const bool whole = Pipeline(GetParam().description, spec).latency() == whole_line;
  if (!whole) spec.max_traces = 0;
  Pipeline p(GetParam().description, spec);

  std::vector<Sample> out(to_size(p.output().n_samples));
  std::vector<std::byte> state(p.state_size());
  Index n_out = 0;
  Index n_alarms = 0;
  const auto drain = [&] {
    TraceTag tag;
    while (p.pull(std::span<Sample>(out), tag)) ++n_out;
    Alarm alarm;
    while (p.pull_alarm(alarm)) ++n_alarms;
  };
  const auto push_some = [&](Index n) {
    for (Index i = 0; i < n; ++i) {
      const Index j = i % line.n_traces();
      TraceTag tag = line.tags[to_size(j)];
      tag.index = i;
      if (i % 1009 == 13) p.push(line.trace(j).first(100), tag);
      else if (i % 1013 == 17) p.push(ConstTraceRef{}, tag);
      else p.push(line.trace(j).first(n_in_trace), tag);
      if (i % 3 != 0) drain();
    }
    p.finish();
    drain();
  };

  // A stage that fits a model to each trace would take minutes under a sanitizer: it gets 10,000 traces.
  constexpr auto slow = std::chrono::microseconds(100);
  constexpr Index n_tried = 100;
  const auto start = std::chrono::steady_clock::now();
  if (!whole) push_some(n_tried);
  const bool is_slow = std::chrono::steady_clock::now() - start > n_tried * slow;
  p.reset();
  n_out = 0;

  const Index n = whole ? 10 * n_whole_line : is_slow ? 10000 : 100000;
  std::int64_t calls = 0;
  std::string last;
  {
    const test::RealtimeGuard guard;
    if (whole) {
      for (Index k = 0; k < n / n_whole_line; ++k) {
        push_some(n_whole_line);
        p.reset();
      }
    } else {
      push_some(n);
    }
    p.reset();
    push_some(whole ? n_whole_line : 300);
    p.reset();
    (void)p.save_state(std::span<std::byte>(state));
    EXPECT_EQ(p.try_load_state(state), nullptr);
    state[state.size() - 1] ^= std::byte{1};
    EXPECT_NE(p.try_load_state(state), nullptr);
    calls = guard.calls();
    if (calls != 0) last = guard.last();
  }
  EXPECT_EQ(calls, 0) << "the last one was " << last;
  const Index n_in = n + (whole ? n_whole_line : 300);
  EXPECT_TRUE(one_to_one ? n_out == n_in : n_out > 0) << n_out << " traces came out of " << n_in;
  EXPECT_EQ(std::fegetround(), FE_TONEAREST) << "the host's rounding mode stays";
}

// Back ends differ in which lengths and which placements of buffers take memory while they transform.
TEST(RealtimeCheck, FourierTransformsOfFastLengthsTakeNoMemory) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP();
  for (Index n = 2; n <= 20000; n = dsp::fft_size(n + 2)) {
    dsp::RealFft real(n);
    dsp::ComplexFft complex(n);
    ASSERT_TRUE(real.ok() && complex.ok()) << n;
    std::vector<float> trace(to_size(n), 1.0F);
    std::vector<std::complex<float>> spectrum(to_size(n) + 1);
    const test::RealtimeGuard guard;
    real.forward(trace, std::span(spectrum).first(to_size(real.n_frequencies())));
    real.inverse(std::span(spectrum).first(to_size(real.n_frequencies())), std::span<float>(trace));
    complex.forward(std::span(spectrum).first(to_size(n)));
    complex.inverse(std::span(spectrum).first(to_size(n)));
    EXPECT_EQ(guard.calls(), 0) << n << " " << guard.last();
  }
}

// The tests above could only be trusted if their own frame counted what it should.
TEST(RealtimeCheck, AGrowingVectorUnderTheSameGuardIsSeen) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP();
  std::vector<int> v;
  const test::RealtimeGuard guard;
  v.push_back(1);
  EXPECT_GT(guard.calls(), 0);
}

INSTANTIATE_TEST_SUITE_P(Registry, Realtime, testing::ValuesIn(cases()),
                         [](const auto& param_info) { return param_info.param.label; });

}  // namespace
}  // namespace surefoot

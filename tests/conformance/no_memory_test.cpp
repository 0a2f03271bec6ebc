// SPDX-License-Identifier: MIT
// What needs memory beside its arena, as the plans of Fourier transforms do, and gets none is not built: it must not look as
// if it worked.
#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/pipeline.hpp>
#include <surefoot/pipeline/registry.hpp>

#include "support/lines.hpp"
#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace surefoot {
namespace {

TEST(NoMemory, StagesThatGetNoneSaySo) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP() << "the sanitizer replaces the same functions";
  constexpr Index n_traces = 150;
  std::string refused;
  for (const StageEntry& e : stages()) {
    const AnyOptions options = e.defaults();
    const StreamSpec in = test::suited(e, options, test::radar_spec(1024, n_traces));
    ASSERT_FALSE(e.validate(options, in)) << e.name;
    const StagePlan plan = surefoot::plan(e, options, in);
    std::vector<std::byte> block(plan.bytes);
    Arena arena(block);
    Stage* stage = nullptr;
    std::int64_t n_refused = 0;
    {
      const test::NoMemory none(256);  // a plan has buffers of at least that
      stage = e.make(options, in, arena);
      n_refused = none.refused();
    }
    ASSERT_NE(stage, nullptr) << e.name;
    EXPECT_EQ(arena.failed(), n_refused > 0) << e.name;
    EXPECT_EQ(arena.ok(), n_refused == 0) << e.name;
    if (arena.failed()) {
      refused += std::string(e.name) + " ";
      // Who builds a stage by hand and does not look gets nothing that could pass for a result.
      const std::vector<Sample> x(to_size(in.n_samples), 1.0F);
      std::vector<Sample> y(to_size(plan.output.n_samples), 7.0F);
      TraceTag tag;
      Index pulled = 0;
      const auto expect_nothing = [&] {
        for (; stage->pull(std::span<Sample>(y), tag); ++pulled) {
          EXPECT_TRUE(has(tag.quality, Quality::dropped)) << e.name;
          EXPECT_EQ(y, std::vector<Sample>(y.size(), 0.0F)) << e.name;
        }
      };
      for (int k = 0; k < 3; ++k) {
        tag = TraceTag{};
        tag.index = k;
        stage->push(x, tag);
        expect_nothing();
      }
      stage->finish();
      expect_nothing();
      EXPECT_GT(pulled, 0) << e.name;
    }
    stage->~Stage();
  }
  EXPECT_EQ(refused,
            "gpr.whiten gpr.envelope gpr.sfcw gpr.fk_filter gpr.stolt gpr.phase_shift gpr.kirchhoff "
            "gpr.back_projection gpr.volume ");
}

TEST(NoMemory, NoPipelineIsBuiltAndTheErrorNamesTheStage) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP() << "the sanitizer replaces the same functions";
  const StreamSpec spec = test::radar_spec(65536);
  for (const char* name : {"gpr.envelope", "gpr.whiten"}) {
    const Description d = parse_description("surefoot = 1\nstage = [ { use = \"" + std::string(name) + "\" } ]\n");
    std::vector<std::byte> memory(Pipeline::bytes(d, spec));
    EXPECT_NO_THROW((Pipeline(d, spec, {.memory = memory})));
    std::string message = "no error";
    {
      const test::NoMemory none(65536);
      try {
        const Pipeline p(d, spec, {.memory = memory});
      } catch (const Error& e) {
        message = e.what();
      }
    }
    EXPECT_EQ(message, std::string(name) + " needs memory for its Fourier transforms, which could not be had");
  }
}

}  // namespace
}  // namespace surefoot

// SPDX-License-Identifier: MIT
#include <surefoot/emi/alarm_identity.hpp>

#include <surefoot/emi/parts.hpp>
#include <surefoot/sim/random.hpp>

#include "support/tones.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr Index n_tones = 8;

StreamSpec tones() { return test::tone_spec(test::log_spaced(n_tones, 1e3, 6e4)); }

class AlarmIdentity : public testing::Test {
 protected:
  void SetUp() override {
    const StreamSpec spec = tones();
    tensors_.resize(parts.size());
    for (std::size_t e = 0; e < parts.size(); ++e) {
      tensors_[e].resize(2 * n_tones);
      part_tensor(parts[e].shape, spec.axis.places.view(), tensors_[e]);
      entries_.push_back({parts[e].name, parts[e].kind, parts[e].is_target, tensors_[e]});
    }
    sim::Random random(3);
    tags_.resize(n_traces_);
    for (std::size_t i = 0; i < n_traces_; ++i) {
      tags_[i].index = static_cast<std::int64_t>(i);
      for (Index k = 0; k < 2 * n_tones; ++k) samples_.push_back(static_cast<Sample>(random.normal()));
    }
    // A nail, seen along its axis, at trace 300.
    double largest = 0.0;
    for (std::size_t k = 0; k < 2 * n_tones; ++k) largest = std::max(largest, std::abs(tensors_[nail_][k][5]));
    for (std::size_t i = 280; i <= 320; ++i) {
      const double u = (static_cast<double>(i) - 300.0) / 8.0;
      for (std::size_t k = 0; k < 2 * n_tones; ++k)
        samples_[i * 2 * n_tones + k] +=
            static_cast<Sample>(300.0 * std::exp(-u * u) * tensors_[nail_][k][5] / largest);
      tags_[i].score = 50.0F;
    }
    alarm_.trace_index = 300;
    alarm_.first_index = 285;
    alarm_.last_index = 315;
  }
  IdentityResult ask(const ScoredTraces& line, std::span<double> probabilities) {
    Arena arena(memory_);
    SpectrumIdentity identity(SpectrumIdentityOptions{}, tones(), entries_, arena);
    std::vector<Sample> scratch(3 * 2 * n_tones);
    return identify_alarm(identity, line, std::span(&alarm_, 1), alarm_, 3.0, scratch, probabilities);
  }
  [[nodiscard]] ScoredTraces line() const { return {samples_, tags_}; }

  std::size_t nail_ = 11;
  std::size_t n_traces_ = 600;
  std::vector<std::vector<Symmetric3>> tensors_;
  std::vector<IdentityEntry> entries_;
  std::vector<Sample> samples_;
  std::vector<TraceTag> tags_;
  Alarm alarm_;
  std::vector<std::byte> memory_ = std::vector<std::byte>(1 << 20);
};

TEST_F(AlarmIdentity, TellsTheNailOfTheFootprint) {
  std::vector<double> p(entries_.size());
  const IdentityResult r = ask(line(), p);
  EXPECT_STREQ(entries_[to_size(r.best)].name, "nail-40");
  EXPECT_GT(r.snr, 100.0);
  EXPECT_GT(p[to_size(r.best)], 0.3);
}

// A drift that is large over the line and small within a footprint does not matter.
TEST_F(AlarmIdentity, SlowDriftDoesNotCount) {
  const IdentityResult still = ask(line(), {});
  std::vector<Sample> drifting = samples_;
  for (std::size_t i = 0; i < n_traces_; ++i)
    for (std::size_t k = 0; k < 2 * n_tones; ++k)
      drifting[i * 2 * n_tones + k] +=
          static_cast<Sample>(0.01 * static_cast<double>(i) * static_cast<double>(1 + k % 5));
  const IdentityResult r = ask({drifting, tags_}, {});
  EXPECT_EQ(r.best, still.best);
  EXPECT_GT(r.snr, 0.5 * still.snr);
}

TEST_F(AlarmIdentity, FlaggedTracesNeitherTeachNorCount) {
  std::vector<Sample> spoilt = samples_;
  for (std::size_t i = 0; i < 100; ++i) {
    tags_[i].quality |= i % 2 == 0 ? Quality::saturated : Quality::warming_up;
    for (std::size_t k = 0; k < 2 * n_tones; ++k) spoilt[i * 2 * n_tones + k] = 1e6F;
  }
  tags_[300].quality |= Quality::saturated;
  for (std::size_t k = 0; k < 2 * n_tones; ++k) spoilt[300 * 2 * n_tones + k] = -1e6F;
  const IdentityResult r = ask({spoilt, tags_}, {});
  EXPECT_STREQ(entries_[to_size(r.best)].name, "nail-40");
}

TEST_F(AlarmIdentity, WithoutQuietTracesItSaysSo) {
  const ScoredTraces torn{std::span<const Sample>(samples_).first(samples_.size() - 1), tags_};
  EXPECT_STRNE(ask(torn, {}).reason, "");
  for (TraceTag& tag : tags_) tag.score = 10.0F;
  const IdentityResult r = ask(line(), {});
  EXPECT_EQ(r.state, MatchState::cannot_tell);
  EXPECT_STRNE(r.reason, "");
  alarm_.first_index = alarm_.last_index = alarm_.trace_index = 100000;
  EXPECT_EQ(ask(line(), {}).state, MatchState::cannot_tell);
}

}  // namespace
}  // namespace surefoot::emi

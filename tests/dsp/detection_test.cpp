// SPDX-License-Identifier: MIT
#include <surefoot/dsp/detection.hpp>

#include <surefoot/sim/random.hpp>

#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace surefoot::dsp {
namespace {

using Complex = std::complex<double>;
constexpr std::uint64_t seed = 20261126;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A sample of noise with E|x|^2 = 1.
template <class T>
T noise(sim::Random& random) {
  if constexpr (std::is_same_v<T, double>) return random.normal();
  else {
    const double re = random.normal() * std::sqrt(0.5);
    return {re, random.normal() * std::sqrt(0.5)};
  }
}
template <class T>
constexpr Field field_of = std::is_same_v<T, double> ? Field::real : Field::complex;
template <class T>
constexpr const char* name_of = std::is_same_v<T, double> ? "real" : "complex";

// Counts how often a statistic is above its thresholds for 1e-1 to 1e-4, and compares with what was asked.
class Alarms {
 public:
  template <class F>
  Alarms(std::string name, F&& threshold_of) : name_(std::move(name)) {
    for (std::size_t i = 0; i < rates.size(); ++i) thresholds_[i] = threshold_of(rates[i]);
  }
  void add(double score) {
    ++trials_;
    for (std::size_t i = 0; i < rates.size(); ++i) counts_[i] += score > thresholds_[i] ? 1 : 0;
  }
  ~Alarms() {
    const auto n = static_cast<double>(trials_);
    std::printf("%-34s", name_.c_str());
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const double deviation =
          (static_cast<double>(counts_[i]) / n - rates[i]) / std::sqrt(rates[i] * (1.0 - rates[i]) / n);
      std::printf(" %9.3e (%+.1f s)", static_cast<double>(counts_[i]) / n, deviation);
      EXPECT_LE(std::abs(deviation), 3.0) << name_ << " at " << rates[i] << ", seed " << seed << ", trials " << trials_;
    }
    std::printf("\n");
  }
  Alarms(const Alarms&) = delete;
  Alarms& operator=(const Alarms&) = delete;

 private:
  static constexpr std::array<double, 4> rates{1e-1, 1e-2, 1e-3, 1e-4};
  std::string name_;
  std::array<double, 4> thresholds_{};
  std::array<long, 4> counts_{};
  long trials_ = 0;
};

template <class T>
std::vector<T> noises(sim::Random& random, Index n) {
  std::vector<T> x(to_size(n));
  for (T& v : x) v = noise<T>(random);
  return x;
}

template <class T>
void energies_alarm_as_asked() {
  constexpr Index n = 3;
  constexpr Index m = 8;
  sim::Random random(seed, 1);
  const std::string name = name_of<T>;
  Alarms known("energy, known noise, " + name, [](double p) { return energy_threshold(field_of<T>, n, p); });
  Alarms estimated("energy, estimated noise, " + name,
                   [](double p) { return energy_ratio_threshold(field_of<T>, n, m, p); });
  for (int i = 0; i < 400000; ++i) {
    const std::vector<T> x = noises<T>(random, n);
    const std::vector<T> other = noises<T>(random, m);
    const double e = energy(x);
    known.add(e);
    estimated.add((e / static_cast<double>(n)) / (energy(other) / static_cast<double>(m)));
  }
}
TEST(Detection, EnergyAlarmsAsAsked) {
  energies_alarm_as_asked<double>();
  energies_alarm_as_asked<Complex>();
}

template <class T>
void subspaces_alarm_as_asked() {
  constexpr Index n = 8;
  sim::Random random(seed, 2);
  std::array<std::byte, 4096> memory{};
  Arena arena(memory);
  MatchedSubspace<T> detector(n, 2, 2, arena);
  ASSERT_TRUE(arena.ok());
  const std::vector<T> target = noises<T>(random, 2 * n);
  const std::vector<T> nuisance = noises<T>(random, 2 * n);
  ASSERT_TRUE(detector.set(target, nuisance));
  const SubspaceShape shape = detector.shape();
  EXPECT_EQ(shape.target, 2);
  EXPECT_EQ(shape.nuisance, 2);
  const std::string name = name_of<T>;
  Alarms known("matched subspace, known, " + name, [&](double p) { return subspace_known_threshold(shape, p); });
  Alarms unknown("matched subspace, unknown, " + name, [&](double p) { return subspace_unknown_threshold(shape, p); });
  for (int i = 0; i < 400000; ++i) {
    std::vector<T> x = noises<T>(random, n);
    const double soil = 1e3 * random.normal();  // nuisance, far above the noise, must not be seen
    for (Index k = 0; k < n; ++k) {
      x[to_size(k)] *= 0.01;
      x[to_size(k)] += soil * nuisance[to_size(k)];
    }
    known.add(detector.known(x, 0.01));
    unknown.add(detector.unknown(x));
  }
}
TEST(Detection, MatchedSubspaceAlarmsAsAsked) {
  subspaces_alarm_as_asked<double>();
  subspaces_alarm_as_asked<Complex>();
}

// Noise that is correlated between channels, and training vectors that are new in each trial.
template <class T>
void adaptive_alarm_as_asked(Index n, Index k, Index p, int trials) {
  sim::Random random(seed, static_cast<std::uint64_t>(10 * n + p));
  std::vector<std::byte> memory(65536);
  Arena arena(memory);
  AdaptiveDetector<T> detector(n, p, arena);
  ASSERT_TRUE(arena.ok());
  const std::vector<T> mix = noises<T>(random, n * n);
  const std::vector<T> target = noises<T>(random, n * p);
  const AdaptiveShape shape{field_of<T>, n, k, p};
  const std::string name = std::string(name_of<T>) + (p > 1 ? ", span" : "");
  const auto of = [&](AdaptiveTest test) { return [&, test](double q) { return adaptive_threshold(test, shape, q); }; };
  Alarms kelly("Kelly, " + name, of(AdaptiveTest::kelly));
  Alarms amf("AMF, " + name, of(AdaptiveTest::amf));
  Alarms ace("ACE, " + name, of(AdaptiveTest::ace));
  std::optional<Alarms> cosine;
  if (field_of<T> == Field::real && p == 1)
    cosine.emplace("signed cosine, " + name, [&](double q) { return cosine_threshold(shape, q); });
  std::vector<T> x(to_size(n));
  const auto fill = [&] {
    const std::vector<T> w = noises<T>(random, n);
    for (Index i = 0; i < n; ++i) {
      x[to_size(i)] = T{};
      for (Index j = 0; j < n; ++j) x[to_size(i)] += mix[to_size(i * n + j)] * w[to_size(j)];
    }
  };
  for (int trial = 0; trial < trials; ++trial) {
    detector.clear();
    for (Index i = 0; i < k; ++i) {
      fill();
      detector.train(x);
    }
    ASSERT_TRUE(detector.factor(target));
    fill();
    const AdaptiveScores s = detector.score(x);
    kelly.add(s.kelly);
    amf.add(s.amf);
    ace.add(s.ace);
    if (cosine) cosine->add(s.cosine);
  }
  EXPECT_EQ(detector.shape().training, k);
  EXPECT_EQ(detector.shape().target, p);
}
TEST(Detection, AdaptiveDetectorsAlarmAsAsked) {
  adaptive_alarm_as_asked<double>(3, 7, 1, 400000);
  adaptive_alarm_as_asked<Complex>(3, 7, 1, 400000);
  adaptive_alarm_as_asked<double>(4, 8, 2, 200000);
  adaptive_alarm_as_asked<Complex>(4, 8, 2, 200000);
}

TEST(Detection, CfarFamiliesAlarmAsAsked) {
  constexpr Index cells = 12;
  for (const double freedom : {2.0, 3.0}) {
    const auto of = [&](Cfar kind) { return [=](double p) { return cfar_factor({kind, cells, 9, freedom}, p); }; };
    sim::Random random(seed, 4);
    const std::string name = freedom == 2.0 ? "exponential cells" : "energies of 3 samples";
    Alarms average("CA-CFAR, " + name, of(Cfar::cell_average));
    Alarms greatest("GO-CFAR, " + name, of(Cfar::greatest));
    Alarms smallest("SO-CFAR, " + name, of(Cfar::smallest));
    Alarms ordered("OS-CFAR, " + name, of(Cfar::ordered));
    std::array<double, cells> around{};
    std::array<double, cells> work{};
    for (int i = 0; i < 400000; ++i) {
      const auto cell = [&] {
        double sum = 0.0;
        for (int k = 0; k < static_cast<int>(freedom); ++k) {
          const double v = random.normal();
          sum += v * v;
        }
        return sum;
      };
      for (double& v : around) v = cell();
      const double tested = cell();
      const auto score = [&](Cfar kind) { return tested / cfar_level({kind, cells, 9, freedom}, around, work); };
      average.add(score(Cfar::cell_average));
      greatest.add(score(Cfar::greatest));
      smallest.add(score(Cfar::smallest));
      ordered.add(score(Cfar::ordered));
    }
  }
}

// Against the definitions with an explicit inverse, 2 x 2.
TEST(Detection, AdaptiveScoresAreTheirDefinitions) {
  std::array<std::byte, 4096> memory{};
  Arena arena(memory);
  AdaptiveDetector<Complex> detector(2, 1, arena);
  sim::Random random(3);
  Complex s00{};
  Complex s01{};
  Complex s11{};
  for (int i = 0; i < 5; ++i) {
    const std::vector<Complex> x = noises<Complex>(random, 2);
    detector.train(x);
    s00 += x[0] * std::conj(x[0]);
    s01 += x[0] * std::conj(x[1]);
    s11 += x[1] * std::conj(x[1]);
  }
  const std::vector<Complex> bad{nan, 1.0};
  detector.train(bad);
  EXPECT_EQ(detector.training(), 5);
  const std::vector<Complex> s = noises<Complex>(random, 2);
  const std::vector<Complex> x = noises<Complex>(random, 2);
  ASSERT_TRUE(detector.factor(s));
  const Complex det = s00 * s11 - s01 * std::conj(s01);
  const auto form = [&](const std::vector<Complex>& a, const std::vector<Complex>& b) {  // a^H S^-1 b
    return (std::conj(a[0]) * (s11 * b[0] - s01 * b[1]) + std::conj(a[1]) * (s00 * b[1] - std::conj(s01) * b[0])) / det;
  };
  const double kappa = std::norm(form(s, x)) / form(s, s).real();
  const double q = form(x, x).real();
  const AdaptiveScores scores = detector.score(x);
  EXPECT_NEAR(scores.amf / kappa, 1.0, 1e-12);
  EXPECT_NEAR(scores.kelly / (kappa / (1.0 + q)), 1.0, 1e-12);
  EXPECT_NEAR(scores.ace / (kappa / q), 1.0, 1e-12);
  EXPECT_NEAR(scores.cosine, form(s, x).real() / std::sqrt(form(s, s).real() * q), 1e-12);
  // The target itself: all of it, whatever its size.
  EXPECT_NEAR(detector.score(s).ace, 1.0, 1e-14);
  EXPECT_NEAR(detector.score(s).cosine, 1.0, 1e-14);
}

TEST(Detection, MatchedSubspaceIsItsDefinition) {
  std::array<std::byte, 4096> memory{};
  Arena arena(memory);
  MatchedSubspace<double> detector(4, 2, 2, arena);
  // Nuisance: the mean. Target: a step, of which the part beside the mean is (-1, -1, 1, 1) / 2.
  const std::vector<double> mean{1.0, 1.0, 1.0, 1.0};
  const std::vector<double> step{0.0, 0.0, 1.0, 1.0};
  ASSERT_TRUE(detector.set(step, mean));
  const std::vector<double> x{1.0, 2.0, 5.0, 3.0};  // without its mean: -1.75 -0.75 2.25 0.25
  const double inside = 0.25 * 25.0;
  const double whole = 1.75 * 1.75 + 0.75 * 0.75 + 2.25 * 2.25 + 0.25 * 0.25;
  EXPECT_NEAR(detector.known(x, 0.5), inside / 0.25, 1e-12);
  EXPECT_NEAR(detector.unknown(x), 2.0 * inside / (whole - inside), 1e-12);
  EXPECT_NEAR(detector.kept_share(step), 0.5, 1e-14);
  EXPECT_NEAR(detector.kept_share(mean), 0.0, 1e-14);
  // Repeated vectors count once; a target inside the nuisance is none.
  const std::vector<double> twice{0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 2.0, 2.0};
  ASSERT_TRUE(detector.set(twice, mean));
  EXPECT_EQ(detector.target_dimensions(), 1);
  EXPECT_FALSE(detector.set(mean, mean));
  EXPECT_EQ(detector.unknown(x), 0.0);
  EXPECT_EQ(detector.known(x, 1.0), 0.0);
}

TEST(Detection, EdgesAreDefined) {
  std::array<std::byte, 8192> memory{};
  Arena arena(memory);
  MatchedSubspace<double> subspace(3, 1, 1, arena);
  AdaptiveDetector<double> adaptive(2, 1, arena);
  const std::vector<double> one{1.0, 0.0, 0.0};
  ASSERT_TRUE(subspace.set(one, {}));
  const std::vector<double> zero(3);
  EXPECT_EQ(subspace.unknown(zero), 0.0);
  EXPECT_EQ(subspace.known(zero, 0.0), 0.0);
  EXPECT_EQ(subspace.unknown(one), std::numeric_limits<double>::infinity());
  const std::vector<double> bad{1.0, nan, 0.0};
  EXPECT_TRUE(std::isnan(subspace.unknown(bad)));

  const std::vector<double> target{1.0, 1.0};
  EXPECT_FALSE(adaptive.factor(target));  // nothing trained
  EXPECT_EQ(adaptive.score(target).amf, 0.0);
  adaptive.train(target);
  adaptive.train(target);
  EXPECT_FALSE(adaptive.factor(target));  // two equal vectors: singular
  adaptive.train(std::vector<double>{1.0, -1.0});
  ASSERT_TRUE(adaptive.factor(target));
  EXPECT_EQ(adaptive.score(std::vector<double>{0.0, 0.0}).ace, 0.0);
  EXPECT_TRUE(std::isnan(adaptive.score(std::vector<double>{nan, 0.0}).amf));
  EXPECT_TRUE(std::isnan(adaptive.score(std::vector<double>{nan, 0.0}).kelly));

  std::array<double, 4> work{};
  EXPECT_TRUE(std::isnan(cfar_level({Cfar::ordered, 4, 2}, std::vector<double>{1.0, nan, 2.0, 3.0}, work)));
  EXPECT_EQ(cfar_level({Cfar::ordered, 4, 2}, std::vector<double>{4.0, 1.0, 2.0, 3.0}, work), 2.0);
  EXPECT_EQ(cfar_level({Cfar::greatest, 4}, std::vector<double>{4.0, 1.0, 2.0, 3.0}, work), 2.5);
  EXPECT_EQ(cfar_level({Cfar::smallest, 4}, std::vector<double>{4.0, 1.0, 2.0, 2.0}, work), 2.0);
  EXPECT_EQ(cfar_level({Cfar::cell_average, 4}, std::vector<double>{4.0, 1.0, 2.0, 3.0}, work), 2.5);
}

TEST(Detection, CfarRatiosTakeTheOtherSideAtTheEnds) {
  const std::vector<double> scores{10.0, 1.0, 2.0, 3.0, 40.0, 5.0, 6.0, 7.0, 80.0};
  std::vector<double> out(9, -1.0);
  std::array<double, 8> work{};
  cfar_ratios({Cfar::cell_average, 4}, 1, scores, out, work);
  EXPECT_DOUBLE_EQ(out[4], 40.0 / ((1.0 + 2.0 + 6.0 + 7.0) / 4.0));
  EXPECT_DOUBLE_EQ(out[0], 10.0 / ((2.0 + 3.0 + 40.0 + 5.0) / 4.0));
  EXPECT_DOUBLE_EQ(out[2], 2.0 / ((10.0 + 40.0 + 5.0 + 6.0) / 4.0));
  EXPECT_DOUBLE_EQ(out[8], 80.0 / ((3.0 + 40.0 + 5.0 + 6.0) / 4.0));
  cfar_ratios({Cfar::cell_average, 4}, 1, std::vector<double>(6, 1.0), std::span<double>(out).first(6), work);
  EXPECT_EQ(out[3], 0.0);  // too short
}

TEST(Detection, NothingAllocates) {
  std::vector<std::byte> memory(65536);
  Arena arena(memory);
  AdaptiveDetector<Complex> adaptive(4, 1, arena);
  MatchedSubspace<Complex> subspace(4, 1, 1, arena);
  sim::Random random(5);
  std::vector<std::vector<Complex>> vectors;
  for (int i = 0; i < 12; ++i) vectors.push_back(noises<Complex>(random, 4));
  bool fine = true;
  double sum = 0.0;
  std::int64_t calls = 0;
  {
    const test::RealtimeGuard guard;
    for (const auto& x : vectors) adaptive.train(x);
    fine = adaptive.factor(vectors[0]) && subspace.set(vectors[1], vectors[2]);
    sum = adaptive.score(vectors[3]).amf + subspace.unknown(vectors[4]) + subspace.known(vectors[5], 1.0);
    calls = guard.calls();
  }
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(fine);
  EXPECT_GT(sum, 0.0);
}

}  // namespace
}  // namespace surefoot::dsp

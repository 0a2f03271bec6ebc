// SPDX-License-Identifier: MIT
#include <surefoot/emi/library.hpp>
#include <surefoot/emi/parts.hpp>
#include <surefoot/sim/random.hpp>

#include "support/metal_array.hpp"
#include "support/mpt_library.hpp"
#include "support/realtime_guard.hpp"
#include "support/tones.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> edges() {
  std::vector<double> e;
  for (int g = 0; g <= 20; ++g) e.push_back(2e-5 * std::pow(100.0, g / 20.0));
  return e;
}
using test::usual_tones;

// The library of parts at the gates of edges(), after a step-off.
struct PartCurves {
  std::vector<std::vector<Vector3>> curves;
  std::vector<LibraryEntry> entries;
  PartCurves() {
    const std::vector<physics::Knot> knots{{-1.0, 1.0}, {0.0, 1.0}, {0.0, 0.0}};
    const physics::Sounding sounding{.knots = knots};
    for (const Part& part : parts) {
      std::vector<Vector3> c(20);
      part_decays(part.shape, sounding, edges(), c);
      curves.push_back(c);
    }
    for (std::size_t i = 0; i < parts.size(); ++i)
      entries.push_back({parts[i].name, parts[i].kind, parts[i].is_target, curves[i]});
  }
};

TEST(LibraryMatch, IsItsFormula) {
  const std::vector<Vector3> a{{1.0, 0.5, 0.2}, {0.5, 0.2, 0.1}, {0.2, 0.1, 0.05}};
  const std::vector<Vector3> b{{2.0, 0.4, 0.2}, {0.6, 0.3, 0.2}, {0.1, 0.1, 0.02}};
  const std::vector<double> sigma{0.01, 0.02, 0.05};
  const double u[] = {1.0, 0.5, 0.5};
  for (const std::size_t axes : {1U, 2U, 3U})
    for (const bool free : {false, true}) {
      double weights = 0.0;
      double mean = 0.0;
      double square = 0.0;
      for (std::size_t g = 0; g < 3; ++g)
        for (std::size_t i = 0; i < axes; ++i) {
          const double w = u[i] / (sigma[g] * sigma[g]);
          const double d = std::log10(a[g][i]) - std::log10(b[g][i]);
          weights += w;
          mean += w * d;
          square += w * d * d;
        }
      mean /= weights;
      const double d2 = square / weights - (free ? mean * mean : 0.0);
      MatchOptions options{.axes = static_cast<MatchAxes>(axes - 1), .free_size = free, .spread_decades = 0.3};
      const Match m = match_one(options, a, sigma, {"b", "x", true, b});
      EXPECT_NEAR(m.distance_decades, std::sqrt(d2), 1e-13);
      EXPECT_NEAR(m.score, std::exp(-d2 / (2.0 * 0.09)), 1e-13);
      EXPECT_NEAR(m.size_decades, free ? mean : 0.0, 1e-14);
      EXPECT_EQ(m.n_gates, 3);
    }
  EXPECT_NEAR(log_deviation(2.0, 0.1), 0.1 / 2.0 / std::log(10.0), 1e-16);
  EXPECT_EQ(log_deviation(-2.0, 0.1), std::numeric_limits<double>::infinity());
}

TEST(LibraryMatch, RefusesOptionsOutOfRange) {
  EXPECT_FALSE(validate(MatchOptions{}));
  EXPECT_STREQ(validate(MatchOptions{.spread_decades = 0.0}).field, "spread_decades");
  EXPECT_STREQ(validate(MatchOptions{.accept_score = nan}).field, "accept_score");
  EXPECT_STREQ(validate(MatchOptions{.fewest_gates = 0}).field, "fewest_gates");
}

TEST(LibraryMatch, SizeCountsOrDoesNot) {
  std::vector<Vector3> a, twice;
  std::vector<double> sigma;
  for (int g = 0; g < 10; ++g) {
    const double x = std::exp(-0.3 * g);
    a.push_back({x, 0.4 * x, 0.3 * x});
    twice.push_back({2.0 * x, 0.8 * x, 0.6 * x});
    sigma.push_back(0.01);
  }
  const LibraryEntry entry{"a", "x", true, a};
  EXPECT_NEAR(match_one({}, twice, sigma, entry).distance_decades, std::log10(2.0), 1e-14);
  const Match free = match_one({.free_size = true}, twice, sigma, entry);
  EXPECT_LT(free.distance_decades, 1e-7);
  EXPECT_NEAR(free.size_decades, std::log10(2.0), 1e-14);
  EXPECT_NEAR(free.score, 1.0, 1e-12);
}

TEST(LibraryMatch, LeavesGatesOutAndSaysWhenItCannotTell) {
  std::vector<Vector3> a, b;
  std::vector<double> sigma(8, 0.01);
  for (int g = 0; g < 8; ++g) {
    const double x = std::exp(-0.3 * g);
    a.push_back({x, 0.4 * x, 0.3 * x});
    b.push_back({x, 0.4 * x, 0.35 * x});
  }
  const std::vector<LibraryEntry> library{{"a", "mine", true, a}, {"b", "tin", false, b}};
  const MatchResult exact = match({}, a, sigma, library);
  EXPECT_EQ(exact.state, MatchState::target);
  EXPECT_EQ(exact.target.score, 1.0);
  EXPECT_GT(exact.margin, 0.0);
  EXPECT_NEAR(exact.noise_decades, 0.01, 1e-12);  // w u sigma^2 / (w u)
  EXPECT_EQ(match({}, b, sigma, library).state, MatchState::clutter);
  // Noise as large as what tells them apart.
  EXPECT_EQ(match({}, a, std::vector<double>(8, 0.049), library).state, MatchState::cannot_tell);
  EXPECT_EQ(match({}, a, std::vector<double>(8, 0.2), library).state, MatchState::cannot_tell);
  // Gates with NaN, negative values or no noise figure are out; too few are left.
  std::vector<Vector3> holes = a;
  for (std::size_t g = 0; g < 5; ++g) holes[g][g % 3] = g % 2 == 0 ? nan : -1.0;
  EXPECT_EQ(match({}, holes, sigma, library).target.n_gates, 3);
  EXPECT_EQ(match({}, holes, sigma, library).state, MatchState::cannot_tell);
  // Like nothing: not forced into the list.
  std::vector<Vector3> strange = a;
  for (Vector3& v : strange) v[0] *= 5.0;
  EXPECT_EQ(match({}, strange, sigma, library).state, MatchState::unlisted);
  // Nothing at all.
  const std::vector<Vector3> none(8, Vector3{nan, nan, nan});
  EXPECT_EQ(match({}, none, sigma, library).state, MatchState::cannot_tell);
  EXPECT_EQ(match({}, none, sigma, library).target.entry, -1);
  EXPECT_EQ(match({}, a, sigma, {}).state, MatchState::cannot_tell);
}

TEST(LibraryMatch, AnEntryOfFewGatesDoesNotHideOneOfMany) {
  std::vector<Vector3> a;
  std::vector<double> sigma(8, 0.01);
  for (int g = 0; g < 8; ++g) {
    const double x = std::exp(-0.3 * g);
    a.push_back({x, 0.4 * x, 0.3 * x});
  }
  std::vector<Vector3> mine = a;
  for (Vector3& v : mine) v[0] *= 1.01;
  // Two gates of the same curves, the rest not known: nearer, but nothing that a decision can rest on.
  std::vector<Vector3> part = a;
  for (std::size_t g = 2; g < 8; ++g) part[g].fill(nan);
  const std::vector<LibraryEntry> library{{"part", "mine", true, part}, {"mine", "mine", true, mine}};
  const MatchResult m = match({}, a, sigma, library);
  EXPECT_EQ(m.target.entry, 1);
  EXPECT_EQ(m.target.n_gates, 8);
  EXPECT_EQ(m.state, MatchState::target);
  // Alone it is still named, and cannot tell.
  const MatchResult alone = match({}, a, sigma, std::span(library).first(1));
  EXPECT_EQ(alone.target.entry, 0);
  EXPECT_EQ(alone.state, MatchState::cannot_tell);
}

TEST(LibraryMatch, ConfidenceIsThatOfTheDecision) {
  // Two entries 0.02 decades apart, noise 0.02 a gate: the share of wrong decisions is that of a normal error beyond the
  // confidence at the truth.
  constexpr std::uint64_t seed = 51;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  sim::Random random(seed);
  constexpr std::size_t gates = 12;
  std::vector<Vector3> a(gates), b(gates);
  for (std::size_t g = 0; g < gates; ++g) {
    a[g] = {1.0, 0.5, 0.5};
    for (std::size_t i = 0; i < 3; ++i) b[g][i] = a[g][i] * std::pow(10.0, 0.012);
  }
  const std::vector<double> sigma(gates, 0.02);
  const std::vector<LibraryEntry> library{{"a", "x", true, a}, {"b", "y", false, b}};
  // d_b^2 - d_a^2 has the mean D and the deviation that confidence divides by: at the truth confidence = D / deviation.
  const double expected = match({}, a, sigma, library).confidence;
  int wrong = 0;
  constexpr int trials = 4000;
  for (int n = 0; n < trials; ++n) {
    std::vector<Vector3> noisy = a;
    for (Vector3& v : noisy)
      for (double& x : v) x *= std::pow(10.0, 0.02 * random.normal());
    const MatchResult r = match({}, noisy, sigma, library);
    wrong += r.target.distance_decades > r.clutter.distance_decades ? 1 : 0;
  }
  const double chance = 0.5 * std::erfc(expected / std::sqrt(2.0));
  EXPECT_NEAR(wrong, trials * chance, 3.0 * std::sqrt(trials * chance));
  EXPECT_GT(wrong, 5);
}

TEST(Parts, CurvesAreThoseOfTheirSpheroid) {
  // The steel ball: a sphere's modes summed here, means over the gates.
  const auto ball =
      std::find_if(parts.begin(), parts.end(), [](const Part& p) { return std::string_view(p.name) == "steel-ball"; });
  ASSERT_NE(ball, parts.end());
  const PartCurves library;
  const auto& curves = library.curves[static_cast<std::size_t>(ball - parts.begin())];
  const double a = ball->shape.across_m;
  const double mu = ball->shape.mu_r;
  const double time = 4e-7 * 3.14159265358979 * mu * ball->shape.conductivity_s_per_m * a * a;
  const double volume = 4.0 / 3.0 * 3.14159265358979 * a * a * a;
  for (const std::size_t g : {8U, 14U, 19U}) {
    double sum = 0.0;
    for (int n = 1; n < 3000; ++n) {
      double x = n * 3.14159265358979;
      for (int turn = 0; turn < 60; ++turn) x = n * 3.14159265358979 + std::atan((mu - 1.0) * x / (mu - 1.0 + x * x));
      const double tau = time / (x * x);
      const double amplitude = 9.0 * mu / ((mu + 2.0) * (mu - 1.0) + x * x);
      sum += amplitude * (std::exp(-edges()[g] / tau) - std::exp(-edges()[g + 1] / tau));
    }
    EXPECT_NEAR(curves[g][0], volume * sum / (edges()[g + 1] - edges()[g]), 1e-6 * curves[g][0]);
    EXPECT_NEAR(curves[g][1], curves[g][0], 1e-9 * curves[g][0]);
  }
  // A tensor: across twice, along once; passive (Im <= 0 for e^{+i w t}).
  std::vector<Symmetric3> tensor(42);
  part_tensor(parts[0].shape, usual_tones(), tensor);
  for (std::size_t k = 0; k < 21; ++k) {
    EXPECT_EQ(tensor[2 * k][0], tensor[2 * k][3]);
    EXPECT_EQ(tensor[2 * k][1], 0.0);
    EXPECT_LT(tensor[2 * k + 1][5], 0.0);
    EXPECT_LT(tensor[2 * k + 1][0], 0.0);
  }
  EXPECT_GT(tensor[0][5], 3.0 * tensor[0][0]);  // a steel pin is a needle
}

TEST(Parts, EachIsRecognisedAtThirtyDecibels) {
  constexpr std::uint64_t seed = 52;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  sim::Random random(seed);
  const PartCurves library;
  int right = 0;
  int certain_and_wrong = 0;
  int count = 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (int n = 0; n < 20; ++n) {
      std::vector<Vector3> noisy = library.curves[i];
      std::vector<double> sigma;
      for (Vector3& v : noisy) {
        for (double& x : v) x *= 1.0 + 0.03 * random.normal();
        sigma.push_back(log_deviation(1.0, 0.03));
      }
      const MatchResult r = match({}, noisy, sigma, library.entries);
      const Match& best = r.margin > 0.0 ? r.target : r.clutter;
      right += best.entry == static_cast<Index>(i) ? 1 : 0;
      const MatchState truth = parts[i].is_target ? MatchState::target : MatchState::clutter;
      const bool decided = r.state == MatchState::target || r.state == MatchState::clutter;
      certain_and_wrong += decided && r.state != truth ? 1 : 0;
      ++count;
    }
  EXPECT_GE(right, count * 98 / 100);
  EXPECT_EQ(certain_and_wrong, 0);
}

// A library of tensors in its principal axes.
struct Tensors {
  std::vector<std::vector<Symmetric3>> parts_of;
  std::vector<std::vector<Vector3>> eigenvalues;
  std::vector<std::string> names, kinds;
  std::vector<TensorEntry> entries;
  double worst_residual = 0.0;

  void add(std::string name, std::string kind, std::vector<Symmetric3> tensor) {
    std::vector<Vector3> e(tensor.size());
    std::vector<double> scratch(9 * tensor.size());
    worst_residual = std::max(worst_residual, principal_frame(tensor, {}, e, scratch));
    parts_of.push_back(std::move(tensor));
    eigenvalues.push_back(std::move(e));
    names.push_back(std::move(name));
    kinds.push_back(std::move(kind));
  }
  void finish() {
    for (std::size_t i = 0; i < names.size(); ++i)
      entries.push_back({names[i].c_str(), kinds[i].c_str(), parts_of[i], eigenvalues[i]});
  }
};

struct Rates {
  double exact = 0.0;
  double kind = 0.0;
  int count = 0;
};
// Each object so many times: turned at random, noise of sigma on all six elements of real and imaginary parts. SNR: the rms over
// tones of |M|_F / sqrt 3 over sigma sqrt 2, the deviation of a complex element.
Rates identify_all(const Tensors& library, double snr_db, int times, std::uint64_t seed) {
  sim::Random random(seed, static_cast<std::uint64_t>(snr_db));
  Rates rates;
  std::vector<double> scratch(9 * 42 + 9), bounds(library.entries.size());
  for (std::size_t o = 0; o < library.entries.size(); ++o)
    for (int n = 0; n < times; ++n) {
      const double u = random.uniform();
      const double v = random.uniform();
      const physics::Matrix3 r = test::rotation_of(u, v, random.uniform());
      std::vector<Symmetric3> m;
      double square = 0.0;
      for (const Symmetric3& p : library.parts_of[o]) {
        m.push_back(physics::rotated(p, r));
        square += p[0] * p[0] + p[3] * p[3] + p[5] * p[5] + 2.0 * (p[1] * p[1] + p[2] * p[2] + p[4] * p[4]);
      }
      const double tones_n = static_cast<double>(m.size()) / 2.0;
      const double sigma = std::sqrt(square / tones_n / 3.0) * std::pow(10.0, -snr_db / 20.0) / std::sqrt(2.0);
      for (Symmetric3& q : m)
        for (double& x : q) x += sigma * random.normal();
      const std::vector<double> weight(m.size(), 1.0 / sigma);
      const TensorMatch found = identify(m, weight, library.entries, scratch, bounds);
      ++rates.count;
      if (found.best < 0) continue;
      rates.exact += found.best == static_cast<Index>(o) ? 1.0 : 0.0;
      rates.kind += library.kinds[to_size(found.best)] == library.kinds[o] ? 1.0 : 0.0;
    }
  rates.exact /= rates.count;
  rates.kind /= rates.count;
  return rates;
}

TEST(Identify, TheLeastDistanceOverAllDirections) {
  // Against a search: the best of many random directions, refined by nothing, is never better.
  sim::Random random(53);
  Tensors library;
  for (int i = 0; i < 3; ++i) {
    std::vector<Symmetric3> t;
    for (int p = 0; p < 8; ++p) {
      Symmetric3 m{};
      for (double& x : m) x = random.normal();
      t.push_back(m);
    }
    library.add("o" + std::to_string(i), "k", t);
  }
  library.finish();
  std::vector<Symmetric3> measured;
  for (int p = 0; p < 8; ++p) {
    Symmetric3 m{};
    for (double& x : m) x = random.normal();
    measured.push_back(m);
  }
  std::vector<double> scratch(9 * 8 + 9), bounds(3);
  const TensorMatch found = identify(measured, {}, library.entries, scratch, bounds);
  ASSERT_GE(found.best, 0);
  double least = std::numeric_limits<double>::infinity();
  Index which = -1;
  for (int n = 0; n < 60000; ++n) {
    const double u = random.uniform();
    const double v = random.uniform();
    const physics::Matrix3 r = test::rotation_of(u, v, random.uniform());
    for (std::size_t o = 0; o < 3; ++o) {
      double sum = 0.0;
      for (std::size_t p = 0; p < 8; ++p) {
        const Symmetric3 e = physics::rotated(library.parts_of[o][p], r);
        for (std::size_t i = 0; i < 6; ++i)
          sum += (i == 0 || i == 3 || i == 5 ? 1.0 : 2.0) * (e[i] - measured[p][i]) * (e[i] - measured[p][i]);
      }
      if (sum < least) {
        least = sum;
        which = static_cast<Index>(o);
      }
    }
  }
  EXPECT_LE(found.chi2, least + 1e-9);
  EXPECT_GE(found.chi2, 0.95 * least);
  EXPECT_EQ(found.best, which);
}

TEST(Identify, AnEntryWithoutNumbersIsImpossible) {
  const std::vector<Symmetric3> parts(4, Symmetric3{1.0, 0.0, 0.0, 2.0, 0.0, 3.0});
  const std::vector<Vector3> values(4, Vector3{3.0, 2.0, 1.0});
  std::vector<Symmetric3> broken = parts;
  std::vector<Vector3> broken_values = values;
  broken[1][0] = broken_values[1][0] = nan;
  const std::vector<TensorEntry> library{{"broken", "tin", broken, broken_values}, {"whole", "tin", parts, values}};
  std::vector<double> scratch(9 * 4 + 9), bounds(2);
  const TensorMatch m = identify(parts, {}, library, scratch, bounds);
  EXPECT_EQ(m.best, 1);
  EXPECT_EQ(m.probability, 1.0);
  EXPECT_EQ(m.kind_probability, 1.0);
  const TensorMatch none = identify(parts, {}, std::span(library).first(1), scratch, std::span(bounds).first(1));
  EXPECT_EQ(none.best, -1);
}

TEST(Identify, PartsOfOurOwnAndWhatIsNotAmongThem) {
  Tensors library;
  for (const Part& part : parts) {
    std::vector<Symmetric3> t(42);
    part_tensor(part.shape, usual_tones(), t);
    library.add(part.name, part.kind, t);
  }
  library.finish();
  EXPECT_LT(library.worst_residual, 1e-14);
  for (const double snr : {40.0, 30.0}) {
    const Rates r = identify_all(library, snr, 10, 54);
    EXPECT_GE(r.exact, 0.99) << snr;
    EXPECT_GE(r.kind, 0.99) << snr;
  }
  // An object of no library: the tail says so.
  std::vector<Symmetric3> stranger(42);
  part_tensor({.across_m = 4e-3, .along_m = 9e-3, .conductivity_s_per_m = 3e6, .mu_r = 10.0}, usual_tones(), stranger);
  std::vector<double> scratch(9 * 42 + 9), bounds(library.entries.size());
  double square = 0.0;
  for (const Symmetric3& p : stranger) square += p[0] * p[0] + p[3] * p[3] + p[5] * p[5];
  const std::vector<double> weight(42, 100.0 / std::sqrt(square / 42.0));
  TensorMatch found;
  {
    const test::RealtimeGuard guard;
    found = identify(stranger, weight, library.entries, scratch, bounds);
    if (test::RealtimeGuard::available()) {
      EXPECT_EQ(guard.calls(), 0) << guard.last();
    }
  }
  EXPECT_LT(found.tail, 1e-6);
  // Nothing usable.
  for (Symmetric3& p : stranger) p[1] = nan;
  EXPECT_EQ(identify(stranger, weight, library.entries, scratch, bounds).best, -1);
  EXPECT_EQ(identify({}, {}, library.entries, scratch, bounds).best, -1);
}

TEST(Identify, AllObjectsOfTheOpenLibrary) {
  const char* const folder = std::getenv("SUREFOOT_DATA");
  if (folder == nullptr) GTEST_SKIP() << "SUREFOOT_DATA is not set";
  Tensors library;
  for (const test::MptObject& o : test::read_mpt_library(std::string(folder) + "/emi/mpt_library"))
    library.add(o.folder, o.kind, o.at(usual_tones()));
  library.finish();
  ASSERT_EQ(library.entries.size(), 185U);
  EXPECT_LT(library.worst_residual, 2e-2);  // 1.5e-2 over all their frequencies
  constexpr std::uint64_t seed = 55;
  constexpr int times = 10;
  std::printf("seed %llu, each of 185 objects %d times, in random directions, 21 tones\n",
              static_cast<unsigned long long>(seed), times);
  const struct {
    double snr_db, exact, kind;
  } bars[] = {{60, 0.999, 1.0}, {40, 0.986, 1.0}, {30, 0.975, 1.0}, {20, 0.928, 0.993}};
  for (const auto& bar : bars) {
    const Rates r = identify_all(library, bar.snr_db, times, seed);
    std::printf("%g dB: exact %.2f %% (bar %.1f), class %.2f %% (bar %.1f)\n", bar.snr_db, 100.0 * r.exact,
                100.0 * bar.exact, 100.0 * r.kind, 100.0 * bar.kind);
    // Within 3 sigma of so many trials. What is left at 30 to 40 dB are three pairs of rings that are alike within the noise.
    const auto sigma = [&](double p) { return std::sqrt(p * (1.0 - p) / r.count); };
    EXPECT_GE(r.exact, bar.exact - 3.0 * sigma(bar.exact));
    EXPECT_GE(r.kind, bar.kind - 3.0 * sigma(0.998));
    if (bar.snr_db <= 30) {
      EXPECT_GE(r.exact, bar.exact);
    }
  }
}

}  // namespace
}  // namespace surefoot::emi

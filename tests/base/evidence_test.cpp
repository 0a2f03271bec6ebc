// SPDX-License-Identifier: MIT
#include <surefoot/base/alarm.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace surefoot {
namespace {

TEST(Evidence, KeepsAShortProfileAsItIs) {
  Evidence e;
  const double z[] = {1.0, -2.5, 3.0};
  set_profile(e, z, 2e-9, 4e-10);
  ASSERT_EQ(e.profile_count, 3);
  EXPECT_EQ(e.profile_start_s, 2e-9);
  EXPECT_EQ(e.profile_step_s, 4e-10);
  for (std::size_t i = 0; i < e.profile_z.size(); ++i)
    EXPECT_EQ(e.profile_z[i], i < 3 ? static_cast<float>(z[i]) : 0.0F);
}

TEST(Evidence, OfALongProfileTheHighestOfEachFewStay) {
  std::vector<double> z(97);  // 4 in a slice, the last slice has one
  for (std::size_t k = 0; k < z.size(); ++k) z[k] = k % 4 == 1 ? static_cast<double>(k) : -1.0;
  z[96] = -7.0;
  Evidence e;
  set_profile(e, z, 0.0, 1.0);
  ASSERT_EQ(e.profile_count, 25);
  EXPECT_EQ(e.profile_start_s, 1.5) << "the middle of segments 0 to 3";
  EXPECT_EQ(e.profile_step_s, 4.0);
  for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(e.profile_z[i], static_cast<float>(4 * i + 1));
  EXPECT_EQ(e.profile_z[24], -7.0F);
  EXPECT_EQ(e.profile_z[25], 0.0F);
}

TEST(Evidence, ANewProfileLeavesNothingOfALongerOne) {
  Evidence e;
  const std::vector<double> many(40, 5.0);
  set_profile(e, many, 0.0, 1.0);
  set_profile(e, {}, 0.0, 1.0);
  EXPECT_EQ(e.profile_count, 0);
  for (const float z : e.profile_z) EXPECT_EQ(z, 0.0F);
}

TEST(Alarm, NothingIsKnownOfAFreshOne) {
  const Alarm a;
  for (const double x :
       {a.gpr_z, a.emi_z, a.conflict, a.covariance_m2[0], a.polarizability_m3[2], a.evidence.profile_start_s,
        a.evidence.hyperbola_fit, a.evidence.probability, a.evidence.echo_z, a.evidence.echo_phase_rad})
    EXPECT_TRUE(std::isnan(x));
  EXPECT_EQ(a.sensors, Sensors::none);
  EXPECT_EQ(a.revision, 0);
  EXPECT_EQ(a.passes, 1U);
}

}  // namespace
}  // namespace surefoot

// SPDX-License-Identifier: MIT
#include <surefoot/io/gex.hpp>

#include "io/support/files.hpp"

#include <random>

using namespace surefoot;
using namespace surefoot::test;

namespace {

const std::string small_gex =
    "/A system\r\n\r\n[General]\r\nDescription= two gates\r\nRxCoilPosition1= -13.25 0.00 "
    "-2.00\r\nFrontGateDelay=2.5E-06\r\n"
    "LoopType=72\r\nTxLoopArea=337.041\r\nTxLoopPoint1= -12.64 -2.13 \r\nTxLoopPoint2= -6.15 -8.59\r\nTxLoopPoint3= "
    "5.74 8.59\r\n"
    "NumberOfTurnsLM=2\r\nNumberOfTurnsHM=12\r\nWaveformLMPoint01= -4.0E-003 0.0\r\nWaveformLMPoint02=0 1\r\n"
    "WaveformLMPoint03=1.28E-05 0\r\nRxCoilLPFilter1= 0.99 210E+3\r\nGateTime01=7.150E-07 4.300E-07 1.000E-06\r\n"
    "GateTime02=2.215E-06 1.430E-06 3.000E-06\r\n\r\n[Channel1]\r\nRxCoilNumber=1\r\nGateTimeShift=-2.0E-07\r\n"
    "MeaTimeDelay=1E-07\r\nGateFactor=0.94\r\nRemoveInitialGates=1\r\nNoGates=2\r\nRepFreq=210\r\nTransmitterMoment="
    "LM\r\n"
    "TiBLowPassFilter=1 3.00E+5\r\nReceiverPolarizationXYZ=Z";

std::string refusal(const std::string& text) {
  try {
    (void)io::parse_gex(text);
  } catch (const DataError& error) {
    return error.what();
  }
  ADD_FAILURE() << "it was read";
  return {};
}

std::string with(const std::string& what, const std::string& instead) {
  std::string s = small_gex;
  s.replace(s.find(what), what.size(), instead);
  return s;
}

TEST(Gex, EveryKey) {
  const io::TemSystem s = io::parse_gex(small_gex);
  EXPECT_EQ(s.description, "two gates");
  ASSERT_EQ(s.places.size(), 1U);
  EXPECT_EQ(s.places[0].place_m, (std::array<double, 3>{-13.25, 0.0, -2.0}));
  EXPECT_DOUBLE_EQ(s.front_gate_delay_s, 2.5e-6);
  ASSERT_EQ(s.loop_m.size(), 3U);
  EXPECT_EQ(s.loop_m[1], (io::TemPair{-6.15, -8.59}));
  ASSERT_EQ(s.moments.size(), 2U);
  EXPECT_EQ(s.moments[0].name, "LM");
  EXPECT_DOUBLE_EQ(s.moments[1].turns, 12.0);
  ASSERT_EQ(s.moments[0].waveform.size(), 3U);
  EXPECT_EQ(s.moments[0].waveform[0], (io::TemPair{-4e-3, 0.0}));
  EXPECT_EQ(s.low_pass, (std::vector<io::TemPair>{{0.99, 210e3}}));
  ASSERT_EQ(s.channels.size(), 1U);
  EXPECT_EQ(s.channels[0].moment, "LM");
  EXPECT_EQ(s.channels[0].polarization, "Z");
  EXPECT_EQ(s.channels[0].n_initial_gates_removed, 1);
  EXPECT_EQ(s.channels[0].others,
            (std::vector<std::pair<std::string, std::string>>{{"TiBLowPassFilter", "1 3.00E+5"}}));
  EXPECT_EQ(s.others, (std::vector<std::pair<std::string, std::string>>{{"LoopType", "72"}}));
  const auto gates = s.gates_of(s.channels[0]);
  ASSERT_EQ(gates.size(), 2U);
  EXPECT_NEAR(gates[1].open_s, 1.33e-6, 1e-18);
  EXPECT_TRUE(s.assumptions.empty());
}

void expect_same(const io::TemSystem& a, const io::TemSystem& b) {
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.places, b.places);
  EXPECT_EQ(a.loop_m, b.loop_m);
  EXPECT_EQ(a.low_pass, b.low_pass);
  EXPECT_EQ(a.loop_area_m2, b.loop_area_m2);
  EXPECT_EQ(a.front_gate_delay_s, b.front_gate_delay_s);
  EXPECT_EQ(a.moments, b.moments);
  EXPECT_EQ(a.gates, b.gates);
  EXPECT_EQ(a.channels, b.channels);
  EXPECT_EQ(a.others, b.others);
}

TEST(Gex, WrittenAndReadAgainIsTheSame) {
  const io::TemSystem s = io::parse_gex(small_gex);
  expect_same(io::parse_gex(io::to_gex(s)), s);
}

TEST(Gex, WhatIsWrongIsRefusedWithItsPlace) {
  EXPECT_NE(refusal(with("GateTime02", "GateTime03")).find("number 2 was expected next"), std::string::npos);
  EXPECT_NE(refusal(with("2.215E-06 1.430E-06 3.000E-06", "2.215E-06 1.430E-06")).find("3 numbers"), std::string::npos);
  EXPECT_NE(refusal(with("2.215E-06 1.430E-06 3.000E-06", "2.2E-06 3.4E-06 3.0E-06")).find("open <= centre"),
            std::string::npos);
  EXPECT_NE(refusal(with("WaveformLMPoint03=1.28E-05", "WaveformLMPoint03=-1.0")).find("ascend"), std::string::npos);
  EXPECT_NE(refusal(with("NoGates=2", "NoGates=3")).find("from 1 to the 2 gates"), std::string::npos);
  EXPECT_NE(refusal(with("NoGates=2", "")).find("NoGates"), std::string::npos);
  EXPECT_NE(refusal(with("RemoveInitialGates=1", "RemoveInitialGates=2")).find("leaves none"), std::string::npos);
  EXPECT_NE(refusal(with("[Channel1]", "[Chanel1]")).find("section [General] or [ChannelN]"), std::string::npos);
  EXPECT_NE(refusal(small_gex + "\n[Channel1]\n").find("comes twice"), std::string::npos);
  EXPECT_NE(refusal(small_gex.substr(0, small_gex.find("[Channel1]"))).find("there is none"), std::string::npos);
  EXPECT_NE(refusal(with("TxLoopArea=337.041", "TxLoopArea=wide")).find("found 'wide'"), std::string::npos);
  EXPECT_TRUE(mentions(io::parse_gex(with("LoopType=72", "no key here")).assumptions, "line 7 is no key = value"));
}

TEST(Gex, DamagedTextsAreReadOrRefused) {
  std::mt19937 random(10);
  const auto attempt = [](const std::string& text) {
    try {
      const io::TemSystem s = io::parse_gex(text);
      ASSERT_FALSE(s.channels.empty());
      ASSERT_FALSE(s.gates_of(s.channels[0]).empty());
    } catch (const DataError& error) {
      ASSERT_FALSE(error.file().empty());
    }
  };
  for (std::size_t n = 0; n < small_gex.size(); ++n) attempt(small_gex.substr(0, n));
  for (int i = 0; i < 10000; ++i) {
    std::string bad = small_gex;
    for (int k = 0; k < 1 + i % 4; ++k) bad[random() % bad.size()] = static_cast<char>(random() % 256);
    attempt(bad);
  }
}

TEST(Gex, FilesOfInstruments) {
  if (data_folder().empty()) GTEST_SKIP() << "SUREFOOT_DATA is not set: recorded files are not at hand";
  const fs::path folder = data_folder() / "emi/tem_formats";
  std::size_t n = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".gex") continue;
    ++n;
    SCOPED_TRACE(entry.path().string());
    const io::TemSystem s = io::read_gex(entry.path());
    expect_same(io::parse_gex(io::to_gex(s)), s);
    EXPECT_NE(data_error(entry.path()).find("system description"), std::string::npos);
  }
  EXPECT_EQ(n, 3U);
  const io::TemSystem s = io::read_gex(folder / "aarhus_workbench.6.2.1.0/test.gex");
  EXPECT_EQ(s.loop_m.size(), 8U);
  EXPECT_EQ(s.gates.size(), 37U);
  ASSERT_EQ(s.channels.size(), 4U);
  EXPECT_EQ(s.moments.size(), 2U);
  EXPECT_NEAR(s.gates_of(s.channels[1])[10].open_s, 2.543e-5 - 1.8e-6 + 3.5e-4, 1e-15);
  EXPECT_EQ(s.channels[3].polarization, "X");
}

}  // namespace

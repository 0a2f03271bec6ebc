// SPDX-License-Identifier: MIT
// The text form: canonical, round trip, and errors that say where and what was meant.
#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace surefoot {
namespace {

std::string error_of(std::string_view text) {
  try {
    (void)parse_description(text);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "no error";
}

::testing::AssertionResult says(const std::string& message, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    if (message.find(part) == std::string::npos)
      return ::testing::AssertionFailure() << "'" << part << "' is not in: " << message;
  return ::testing::AssertionSuccess();
}

TEST(Description, CanonicalTextRoundTrips) {
  const std::string loose =
      "# a comment\nmodality='gpr'\nsurefoot=1\ntitle = \"with \\\"quotes\\\", \\t and \xC3\xA9\"\n"
      "stage=[{window_s=3.0e-9,use=\"gpr.dewow\"},\n {use='detect.energy_score'}]\n"
      "[detector]\nthreshold = 7\nuse = \"detect.peak_alarm\"\n";
  const Description once = parse_description(loose);
  const std::string text = to_text(once);
  const Description twice = parse_description(text);
  EXPECT_EQ(to_text(twice), text);
  EXPECT_EQ(hash_of(twice), hash_of(once));
  EXPECT_EQ(twice.title, "with \"quotes\", \t and \xC3\xA9");
  ASSERT_EQ(twice.stages.size(), 2U);
  EXPECT_STREQ(twice.stages[0].entry->name, "gpr.dewow");
  ASSERT_TRUE(twice.detector.has_value());
  EXPECT_TRUE(says(text, {"surefoot = 1\n", "window_s = 3e-09\n", "threshold = 7.0\n"})) << text;
}

// As many weights as a model may have: the text has lines that the reader takes.
TEST(Description, ALongListRoundTrips) {
  std::string weights = "[\n0.0625";
  for (int i = 1; i < LongList::capacity; ++i) weights += (i % 10 == 0 ? ",\n" : ", ") + std::to_string(i) + ".5";
  const std::string text = "surefoot = 1\nstage = [ { use = \"detect.logistic\", weights = " + weights + "] } ]\n";
  const Description once = parse_description(text);
  const std::string canonical = to_text(once);
  const Description twice = parse_description(canonical);
  EXPECT_EQ(to_text(twice), canonical);
  EXPECT_TRUE(says(canonical, {"weights = [0.0625, 1.5,", "479.5]\n"}));
  EXPECT_TRUE(says(error_of(text.substr(0, text.find("] }")) + ", 1.0] } ]"), {"at most 480 numbers"}));
}

TEST(Description, EveryRegistryEntryWritesAllItsOptions) {
  std::string all;
  for (const char* modality : {"gpr", "emi"}) {
    Description d;
    d.modality = modality;
    const std::string other = d.modality == "gpr" ? "emi." : "gpr.";
    for (const StageEntry& e : stages())
      if (!std::string(e.name).starts_with(other)) d.stages.push_back({&e, e.defaults(), {}});
    const std::string text = to_text(d);
    EXPECT_EQ(to_text(parse_description(text)), text);
    all += text;
  }
  for (const StageEntry& e : stages())
    EXPECT_NE(all.find("use = \"" + std::string(e.name) + "\"\n"), std::string::npos);
}

TEST(Description, OptionsChangeTheHashAndOrderDoesNot) {
  const auto h = [](const char* text) { return hash_of(parse_description(text)); };
  const std::uint64_t base = h("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 } ]\n");
  EXPECT_EQ(base, h("stage = [ { window_s = 0.000000003, use = \"gpr.dewow\" } ]\nsurefoot = 1\n"));
  EXPECT_NE(base, h("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3.0000000000000004e-9 } ]\n"));
  EXPECT_NE(base, h("surefoot = 1\nstage = []\n"));
}

TEST(Description, ErrorsNamePathPlaceAndTheNearestWord) {
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = [\n  { use = \"gpr.dewow\", windw_s = 3e-9 },\n]\n"),
                   {"stage[0].gpr.dewow.windw_s", "line 3", "column 24", "did you mean 'window_s'"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = [ { use = \"gpr.dewov\" } ]\n"),
                   {"stage[0].use", "line 2", "gpr.dewov", "did you mean 'gpr.dewow'"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = [ { } ]\n"), {"stage[0].use", "required"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstages = []\n"), {"stages", "line 2", "did you mean 'stage'"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\ndetector = { use = \"detect.peak_alam\" }\n"),
                   {"detector.use", "did you mean 'detect.peak_alarm'"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nmodality = \"gps\"\n"), {"modality (line 2", "did you mean 'gpr'"}));
  EXPECT_TRUE(says(error_of("surefoot = 2\n"), {"surefoot (line 1", "version 1"}));
  EXPECT_TRUE(says(error_of("stage = []\n"), {"surefoot", "required"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = 3\n"), {"stage (line 2", "array of tables", "an integer"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = [ 3 ]\n"), {"stage[0]", "line 2", "a table", "an integer"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = \"3\" } ]\n"),
                   {"stage[0].gpr.dewow.window_s (line 2", "expected a number", "a string"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nstage = [ { use = \"gpr.dewow\"\n"), {"pipeline (line"}));
  EXPECT_TRUE(says(error_of("surefoot = 1\nsurefoot = 1\n"), {"line 2"}));
}

TEST(Description, RangesAreCheckedWithPlaceValueAndUnitWhenBuilt) {
  const StreamSpec spec = test::radar_spec();
  const auto built = [&](const char* text) -> std::string {
    try {
      (void)Pipeline(parse_description(text), spec);
    } catch (const ConfigError& e) {
      return e.path() + "|" + e.what();
    }
    return "no error";
  };
  EXPECT_TRUE(says(built("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = -3e-9 } ]\n"),
                   {"stage[0].gpr.dewow.window_s (line 2, column 32)|", "-3e-09 s", "above 0 s"}));
  EXPECT_TRUE(
      says(built("surefoot = 1\nstage = [ { use = \"gpr.dewow\" }, { use = \"gpr.dewow\", window_s = 1e-12 } ]\n"),
           {"stage[1].gpr.dewow.window_s (line 2", "two samples"}));
  EXPECT_TRUE(says(built("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = nan } ]\n"), {"window_s", "nan"}));
}

TEST(Description, HostileTextsAreErrorsAndNothingElse) {
  EXPECT_NE(error_of(""), "no error");
  EXPECT_NE(error_of(std::string(2U << 20U, ' ')), "no error") << "longer than 1 MiB";
  EXPECT_NE(error_of("surefoot = 1\nx = " + std::string(100000, '[')), "no error");
  EXPECT_NE(error_of("surefoot = 1\nx = " + std::string(20000, '[') + std::string(20000, ']')), "no error");
  std::string tables = "surefoot = 1\nx = ";
  for (int i = 0; i < 20000; ++i) tables += "{a=";
  EXPECT_NE(error_of(tables), "no error");
  std::string dotted = "surefoot = 1\n[a";
  for (int i = 0; i < 100000; ++i) dotted += ".a";
  EXPECT_NE(error_of(dotted + "]\n"), "no error");
  EXPECT_NE(error_of("surefoot = 1\ntitle = \"\xFF\xFE\"\n"), "no error");
  EXPECT_NE(error_of(std::string("surefoot = 1\n\0", 14)), "no error");
  EXPECT_NE(error_of("surefoot = 99999999999999999999\n"), "no error");
  EXPECT_NE(error_of("surefoot = 1979-05-27\n"), "no error");
  EXPECT_NE(error_of("surefoot = 1.0\n"), "no error");
}

// Every prefix and many single changes of a good text: a ConfigError or a description, never anything else.
TEST(Description, TruncatedAndFlippedTextsNeverCrash) {
  const std::string good = to_text(load_description("gpr-handheld"));
  const auto survives = [](const std::string& text) {
    try {
      const Description d = parse_description(text);
      EXPECT_EQ(to_text(parse_description(to_text(d))), to_text(d));
    } catch (const ConfigError&) {
    }
  };
  for (std::size_t n = 0; n <= good.size(); ++n) survives(good.substr(0, n));
  test::Random random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string bad = good;
    bad[random.below(bad.size())] = static_cast<char>(random.below(256));
    survives(bad);
  }
}

TEST(Description, LoadsBuiltinsFilesAndTexts) {
  for (const Builtin& b : builtins()) EXPECT_FALSE(to_text(load_description(b.name)).empty()) << b.name;
  const std::string text = "surefoot = 1\nstage = [ { use = \"gpr.dewow\" } ]\n";
  EXPECT_EQ(load_description(text).stages.size(), 1U);

  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "surefoot_description_test.toml";
  std::ofstream(file) << text;
  EXPECT_EQ(hash_of(load_description(file.string())), hash_of(load_description(text)));
  std::ofstream(file) << "surefoot = 1\nstagee = 1\n";
  try {
    (void)load_description(file.string());
    FAIL() << "the file is wrong";
  } catch (const ConfigError& e) {
    EXPECT_TRUE(says(e.what(), {"stagee", "line 2"}));
  }
  std::filesystem::remove(file);
  try {
    (void)load_description("gpr-handhold");
    FAIL() << "there is no such pipeline";
  } catch (const ConfigError& e) {
    EXPECT_TRUE(says(e.what(), {"gpr-handhold", "did you mean 'gpr-handheld'"}));
  }
  EXPECT_THROW((void)load_description(""), ConfigError);
  EXPECT_THROW((void)load_description(::testing::TempDir()), ConfigError) << "a folder";
}

TEST(Registry, NamesAreUniqueAndSayTheirModality) {
  std::vector<std::string> names;
  for (const StageEntry& e : stages()) names.emplace_back(e.name);
  for (const DetectorEntry& e : detectors()) names.emplace_back(e.name);
  for (const std::string& n : names) {
    EXPECT_EQ(std::count(names.begin(), names.end(), n), 1) << n;
    EXPECT_TRUE(n.starts_with("gpr.") || n.starts_with("emi.") || n.starts_with("detect.")) << n;
  }
  for (const StageEntry& e : stages()) EXPECT_EQ(find_stage(e.name), &e);
  for (const DetectorEntry& e : detectors()) EXPECT_EQ(find_detector(e.name), &e);
  EXPECT_EQ(find_stage("gpr.nothing"), nullptr);
  EXPECT_EQ(find_detector("gpr.dewow"), nullptr);
}

}  // namespace
}  // namespace surefoot

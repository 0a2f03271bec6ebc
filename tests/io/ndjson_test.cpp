// SPDX-License-Identifier: MIT
#include <surefoot/io/ndjson.hpp>

#include "io/support/files.hpp"

using namespace surefoot;
using namespace surefoot::test;

namespace {

const std::string hello =
    R"({"type":"hello","schema_version":"1.0.0","profile":{"id":"g4","title":"Spectral-G4","harmonics":[{"id":"f1","freq_hz":7812.5},)"
    R"({"id":"f2","freq_hz":23437.5}],"raw":{"fullscale_lsb":2047}}})"
    "\n";

std::string raw(int seq, const std::string& samples, const std::string& more = "") {
  return R"({"type":"raw","seq":)" + std::to_string(seq) + ",\"t\":" + std::to_string(0.01 * seq) +
         ",\"sample_rate_hz\":250000,\"samples\":" + samples + more + "}\n";
}

TEST(Ndjson, RawBlocks) {
  const TempFolder folder;
  const auto path =
      folder.write("a.ndjson", hello + raw(5, "[1,-2.5,3e0]") + raw(6, "[4,2047,-6]") + raw(7, "[7,null,9]"));
  const Line line = io::read(path);
  expect_usable(line);
  expect_scan_equals_read(io::scan(path), line);
  ASSERT_EQ(line.n_traces(), 3);
  EXPECT_EQ(line.axis.kind, AxisKind::sample_time);
  EXPECT_DOUBLE_EQ(line.axis.step, 4e-6);
  EXPECT_EQ(line.samples(1, 0), -2.5F);
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::saturated);
  EXPECT_EQ(line.tags[2].quality, Quality::non_finite);
  EXPECT_NEAR(line.tags[2].time_s, 0.02, 1e-12);
  EXPECT_NEAR(line.trace_interval_s, 0.01, 1e-12);
  EXPECT_EQ(line.provenance.instrument, "Spectral-G4");
}

TEST(Ndjson, FeaturesAreASweep) {
  const TempFolder folder;
  const auto feature = [](int seq, double i) {
    return R"({"type":"feature","seq":)" + std::to_string(seq) +
           R"(,"t":1.5,"harmonics":{"f2":{"i":3,"q":4,"mag":5},"f1":{"i":)" + std::to_string(i) +
           R"(,"q":2}},"phase_diffs":{},"extras":{"temp_c":21.5}})" + "\n";
  };
  const Line line = io::read(folder.write("a.ndjson", hello + feature(1, 1.0) + feature(2, 9.0)));
  ASSERT_EQ(line.axis.kind, AxisKind::sweep);
  ASSERT_EQ(line.axis.places.count, 2);
  EXPECT_EQ(line.axis.places[1], 23437.5);
  ASSERT_EQ(line.n_samples(), 4);
  EXPECT_EQ(line.samples(0, 1), 9.0F);
  EXPECT_EQ(line.samples(3, 1), 4.0F);
  const Line bare = io::read(folder.write("b.ndjson", feature(1, 1.0)));
  EXPECT_EQ(bare.axis.kind, AxisKind::channel);
  EXPECT_EQ(bare.samples(0, 0), 3.0F) << "without a profile in the order of the packet";
}

TEST(Ndjson, InPhaseAndQuadratureBlocksAndKinds) {
  const TempFolder folder;
  const auto path =
      folder.write("a.ndjson", R"({"type":"config","key":"gain","value":3})"
                               "\n"
                               R"({"type":"raw_iq","seq":1,"t":0,"sample_rate_hz":1000,"i":[1,2],"q":[3,4]})"
                               "\n" +
                                   raw(1, "[5,6,7]") +
                                   R"({"type":"adc_raw","seq":1,"t":0,"sample_rate_hz":22000,"samples":[131070,-4]})" +
                                   "\n{\"type\":\"news\"}\n");
  const Line line = io::read(path);
  EXPECT_EQ(line.n_channels, 2);
  EXPECT_EQ(line.samples(2, 0), 3.0F);
  EXPECT_TRUE(mentions(line.assumptions, "2 packets of other kinds"));
  EXPECT_TRUE(mentions(line.assumptions, "1 packets of unknown types"));
  io::ReadOptions options;
  options.component = "adc_raw";
  EXPECT_EQ(io::read(path, options).samples(0, 0), 131070.0F);
  options.component = "feature";
  EXPECT_THROW((void)io::read(path, options), DataError);
  options.component = "voice";
  EXPECT_THROW((void)io::read(path, options), ConfigError);
}

TEST(Ndjson, MissingLateAndDoublePacketsGiveFlags) {
  const TempFolder folder;
  const Line line = io::read(folder.write("a.ndjson", raw(1, "[1,1]") + raw(2, "[2,2]") + raw(5, "[5,5]") +
                                                          raw(4, "[4,4]") + raw(5, "[5,5]") + raw(6, "[6,6]")));
  expect_usable(line);
  ASSERT_EQ(line.n_traces(), 7);
  const std::vector<float> values{1, 2, 0, 5, 4, 5, 6};
  const std::vector<Quality> flags{Quality::good,         Quality::good,         Quality::dropped, Quality::good,
                                   Quality::out_of_order, Quality::out_of_order, Quality::good};
  for (std::size_t k = 0; k < 7; ++k) {
    EXPECT_EQ(line.samples(0, static_cast<Index>(k)), values[k]) << k;
    EXPECT_EQ(line.tags[k].quality, flags[k]) << k;
  }
  EXPECT_TRUE(mentions(line.assumptions, "2 packets are missing by their numbers"));
  EXPECT_TRUE(mentions(line.assumptions, "2 packets came again or late"));
}

TEST(Ndjson, NumbersWrapAndBeginAnew) {
  const TempFolder folder;
  const std::string high = R"({"type":"raw","seq":4294967295,"t":0,"sample_rate_hz":1,"samples":[1,1]})"
                           "\n";
  const std::string zero = R"({"type":"raw","seq":0,"t":1,"sample_rate_hz":1,"samples":[2,2]})"
                           "\n";
  const Line wrap = io::read(folder.write("a.ndjson", high + zero));
  ASSERT_EQ(wrap.n_traces(), 2);
  EXPECT_EQ(wrap.tags[1].quality, Quality::good);
  const Line anew = io::read(folder.write("b.ndjson", hello + raw(700, "[1,1]") + hello + raw(1, "[2,2]")));
  ASSERT_EQ(anew.n_traces(), 2);
  EXPECT_EQ(anew.tags[1].quality, Quality::good);
  EXPECT_TRUE(mentions(anew.assumptions, "began anew 1 times"));
}

TEST(Ndjson, WithoutNumbersTheTimesTell) {
  const TempFolder folder;
  const auto packet = [](double t) {
    return R"({"type":"raw","t":)" + std::to_string(t) + R"(,"sample_rate_hz":10,"samples":[1,2]})" + "\n";
  };
  const Line line = io::read(folder.write("a.ndjson", packet(1.0) + packet(3.0) + packet(2.0)));
  EXPECT_EQ(line.tags[2].quality, Quality::out_of_order);
  EXPECT_TRUE(mentions(line.assumptions, "3 packets have no number"));
}

TEST(Ndjson, LinesThatAreNoPacketsLeaveATrace) {
  const TempFolder folder;
  const std::string whole = raw(1, "[1,1]") + raw(2, "[2,2]") + raw(3, "[3,3]");
  std::string bad = whole;
  bad[bad.find("[2,2]")] = '{';
  const Line line = io::read(folder.write("a.ndjson", bad));
  ASSERT_EQ(line.n_traces(), 3);
  EXPECT_EQ(line.tags[1].quality, Quality::dropped);
  EXPECT_EQ(line.samples(0, 2), 3.0F);
  EXPECT_TRUE(mentions(line.assumptions, "the first in line 2"));
  const Line cut = io::read(folder.write("b.ndjson", whole.substr(0, whole.size() - 5)));
  ASSERT_EQ(cut.n_traces(), 3);
  EXPECT_EQ(cut.tags[2].quality, Quality::dropped);
  // Another length or another rate is no trace of this line.
  const Line other = io::read(folder.write("c.ndjson", raw(1, "[1,1]") + raw(2, "[2,2,2]") + raw(3, "[3,3]")));
  EXPECT_EQ(other.tags[1].quality, Quality::dropped);
  EXPECT_FALSE(mentions(other.assumptions, "missing by their numbers"));
  for (const char* samples :
       {"[]", "[\"1\"]", "5", "[1,[2]]", "[1,]", "[01,2]", "[1 2]", "[NaN]", "[.5]", "[1e999]", "[+1]"})
    EXPECT_NE(data_error(folder.write("d.ndjson", raw(1, samples))).find("there is none"), std::string::npos)
        << samples;
  EXPECT_NE(data_error(folder.write("e.ndjson", hello)).find("there is none"), std::string::npos);
}

TEST(Ndjson, AByteOrderMarkAndLinesOfCarriageReturnsAreNoMatter) {
  const TempFolder folder;
  std::string text = "\xEF\xBB\xBF" + hello + raw(5, "[1,2]") + raw(6, "[2047,3]");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, 1, '\r');
  const Line line = io::read(folder.write("a.ndjson", text));
  expect_usable(line);
  ASSERT_EQ(line.n_traces(), 2);
  EXPECT_EQ(line.samples(1, 1), 3.0F);
  EXPECT_EQ(line.tags[1].quality, Quality::saturated) << "the profile in the first line counts";
  EXPECT_FALSE(mentions(line.assumptions, "lines are no packets"));
}

TEST(Ndjson, OfALineBeyondAllMeasureATraceIsLeft) {
  const TempFolder folder;
  std::string zeros = "[0";
  while (zeros.size() < (std::size_t{32} << 20U)) zeros += ",0";
  const Line line = io::read(folder.write("a.ndjson", raw(1, "[1,1]") + raw(2, zeros + "]") + raw(3, "[3,3]")));
  ASSERT_EQ(line.n_traces(), 3);
  EXPECT_EQ(line.tags[1].quality, Quality::dropped);
  EXPECT_EQ(line.samples(0, 2), 3.0F);
  EXPECT_TRUE(mentions(line.assumptions, "at most 33554432 bytes"));
}

TEST(Ndjson, ANumberTooLargeIsNotTakenForZero) {
  const TempFolder folder;
  const std::string large = "1" + std::string(400, '0');
  for (const std::string& number : {large, large + "e-10", large + ".5", "-" + large + "E-01"}) {
    const Line line = io::read(folder.write("a.ndjson", raw(1, "[1,1]") + raw(2, "[2," + number + "]")));
    ASSERT_EQ(line.n_traces(), 2);
    EXPECT_EQ(line.tags[1].quality, Quality::dropped) << number.substr(number.size() - 6);
  }
  for (const std::string& number : {std::string("1e-400"), "0." + std::string(400, '0') + "1", std::string("-0.0e-999"),
                                    "0." + std::string(400, '0') + "1E-3"}) {
    const Line line = io::read(folder.write("a.ndjson", raw(1, "[1,1]") + raw(2, "[2," + number + "]")));
    EXPECT_EQ(line.tags[1].quality, Quality::good) << number.substr(number.size() - 4);
    EXPECT_EQ(line.samples(1, 1), 0.0F);
  }
}

TEST(Ndjson, TheParserIsStrict) {
  const TempFolder folder;
  const auto refused = [&](const std::string& more) {
    return data_error(folder.write("a.ndjson", raw(1, "[1]", more))).find("there is none; the first in line 1: ") !=
           std::string::npos;
  };
  EXPECT_TRUE(refused(R"(,"x":1,"x":2)"));
  EXPECT_TRUE(refused(R"(,"x":)" + std::string(40, '[') + std::string(40, ']')));
  EXPECT_TRUE(refused(R"(,"x":"\x")"));
  EXPECT_TRUE(refused(R"(,"x":"\ud800")"));
  EXPECT_TRUE(refused(R"(,"x":tru)"));
  EXPECT_TRUE(refused(R"(,x:1)"));
  EXPECT_TRUE(refused(",\"x\":\"\t\""));
  EXPECT_TRUE(refused("} {"));
  EXPECT_EQ(io::read(folder.write("b.ndjson", raw(1, "[1]", R"(,"x":"\ud83d\ude00\n\"\/","y":[true,false,null,{}])")))
                .n_traces(),
            1);
}

TEST(Ndjson, Base64) {
  const TempFolder folder;
  const auto packet = [](const char* dtype, const char* text) {
    return std::string(R"({"type":"raw","seq":1,"sample_rate_hz":10,"dtype":")") + dtype + R"(","samples_b64":")" +
           text + "\"}\n";
  };
  // 1, -2, 32767 as little-endian int16 by Python's base64: b64encode(struct.pack("<3h", 1, -2, 32767)).
  const Line line = io::read(folder.write("a.ndjson", packet("<i2", "AQD+//9/")));
  ASSERT_EQ(line.n_samples(), 3);
  EXPECT_EQ(line.samples(1, 0), -2.0F);
  EXPECT_EQ(line.samples(2, 0), 32767.0F);
  EXPECT_EQ(line.tags[0].quality, Quality::saturated);
  EXPECT_EQ(io::read(folder.write("b.ndjson", packet("<f4", "AAAAPw=="))).samples(0, 0), 0.5F);
  for (const char* text : {"AAAAPx==", "AAAAPw=", "AAAA*w==", "AAAA", "", "=AAAPw=="})
    EXPECT_NE(data_error(folder.write("c.ndjson", packet("<f4", text))).find("base64"), std::string::npos) << text;
  EXPECT_NE(data_error(folder.write("d.ndjson", packet(">f4", "AAAAPw=="))).find("dtype"), std::string::npos);
}

Line small_line(TraceAxis axis, Index n_samples, Index n_channels) {
  Line line;
  line.axis = axis;
  line.n_channels = n_channels;
  line.samples = TraceMatrix(n_samples, 3);
  line.tags.resize(3);
  line.trace_interval_s = 1.0 / 3.0;
  line.origin = GeoOrigin{47.1, 8.3, 400.0};
  line.provenance.instrument = "a \"head\"";
  for (Index k = 0; k < 3; ++k) {
    for (Index i = 0; i < n_samples; ++i)
      line.samples(i, k) = 0.1F * static_cast<float>(i + 1) / static_cast<float>(k + 3);
    TraceTag& tag = line.tags[to_size(k)];
    tag.index = k;
    tag.time_s = 0.7 + static_cast<double>(k) / 3.0;
    tag.position_m = {0.1 * static_cast<double>(k), unknown, 2.0};
  }
  line.tags[1].quality = Quality::dropped | Quality::saturated;
  line.samples.col(1).setZero();
  line.samples(0, 2) = std::numeric_limits<float>::quiet_NaN();
  line.tags[2].quality = Quality::non_finite;
  return line;
}

TEST(Ndjson, ALineIsWrittenAndReadBitForBit) {
  const TempFolder folder;
  const NumberList tones{1000.0, 3000.0, 1e5 / 3.0};
  const std::vector<std::pair<Line, const char*>> lines{
      {small_line({AxisKind::sweep, 0, 0, tones}, 6, 1), "feature"},
      {small_line({AxisKind::sweep, 0, 0, tones}, 12, 2), "raw"},
      {small_line({AxisKind::gates, 0, 0, tones}, 4, 2), "raw"},
      {small_line({AxisKind::sample_time, 0.0, 1.0 / 3e5}, 6, 3), "raw"},
      {small_line({AxisKind::channel, 0.0, 1.0}, 5, 1), "raw"}};
  for (const auto& [line, kind] : lines) {
    const auto path = folder.write("a.ndjson", io::ndjson::to_ndjson(line, "V"));
    const Line back = io::read(path);
    EXPECT_EQ(io::scan(path).component, kind);
    EXPECT_EQ(io::scan(path).unit, "V");
    EXPECT_EQ(back.axis, line.axis);
    EXPECT_EQ(back.n_channels, line.n_channels);
    EXPECT_EQ(back.trace_interval_s, line.trace_interval_s);
    ASSERT_EQ(back.samples.rows(), line.samples.rows());
    ASSERT_EQ(back.samples.cols(), line.samples.cols());
    for (Index k = 0; k < 3; ++k) {
      for (Index i = 0; i < line.n_samples(); ++i) EXPECT_TRUE(same(back.samples(i, k), line.samples(i, k)));
      EXPECT_EQ(back.tags[to_size(k)].quality, line.tags[to_size(k)].quality);
      EXPECT_EQ(back.tags[to_size(k)].time_s, line.tags[to_size(k)].time_s);
      for (std::size_t j = 0; j < 3; ++j)
        EXPECT_TRUE(same(back.tags[to_size(k)].position_m[j], line.tags[to_size(k)].position_m[j]));
    }
    ASSERT_TRUE(back.origin.has_value());
    EXPECT_EQ(back.origin->longitude_deg, 8.3);
    EXPECT_EQ(back.provenance.instrument, "a \"head\"");
  }
}

}  // namespace

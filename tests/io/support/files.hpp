// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/io/reader.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

/// Small files of every format, written here byte by byte from the format descriptions and from nothing of the library.
namespace surefoot::test {

namespace fs = std::filesystem;

/// A folder of its own for one test, removed at its end.
class TempFolder {
 public:
  TempFolder() {
    static int count = 0;
    // In memory where the system offers it: the robustness tests write some 10^5 small files.
    std::error_code ignored;
    const fs::path memory = "/dev/shm";
    const bool in_memory = fs::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0;
    path_ = (in_memory ? memory : fs::temp_directory_path()) /
            ("surefoot-io-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    fs::create_directories(path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream out(path_ / name, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path_ / name;
  }

 private:
  fs::path path_;
};

/// Bytes of T in little-endian order (this runs on little-endian machines; big() turns them round).
template <class T>
std::string little(T x) {
  std::string s(sizeof(T), '\0');
  std::memcpy(s.data(), &x, sizeof(T));
  return s;
}
template <class T>
std::string big(T x) {
  const std::string s = little(x);
  return {s.rbegin(), s.rend()};
}
template <class T>
void put(std::string& s, std::size_t at, T x) {
  s.replace(at, sizeof(T), little(x));
}

/// A DZT header of 1024 bytes.
inline std::string dzt_header(std::uint16_t n_samples, std::uint16_t bits, std::uint16_t n_channels,
                              std::uint16_t rh_data) {
  std::string h(1024, '\0');
  put<std::uint16_t>(h, 0, 0x00ff);
  put<std::uint16_t>(h, 2, rh_data);
  put<std::uint16_t>(h, 4, n_samples);
  put<std::uint16_t>(h, 6, bits);
  put<float>(h, 10, 50.0F);  // scans a second
  put<float>(h, 14, 20.0F);  // scans a metre
  put<float>(h, 22, -2.0F);  // position, ns
  put<float>(h, 26, 40.0F);  // range, ns
  put<std::uint16_t>(h, 52, n_channels);
  put<float>(h, 54, 6.0F);
  h.replace(98, 7, "400MHz\n");
  h[113] = static_cast<char>(3 << 3 | 1);
  return h;
}

/// A Sensors & Software header with the blank-blank line ends of the instrument.
inline std::string hd_text(int n_traces, int n_points, double window_ns, const std::string& units = "m") {
  return "1234\r\r\nData Collected with pE PRO \r\r\n2017-04-10 \r\r\nNUMBER OF TRACES   = " +
         std::to_string(n_traces) + " \r\r\nNUMBER OF PTS/TRC  = " + std::to_string(n_points) +
         " \r\r\nTIMEZERO AT POINT  = 2.5 \r\r\n" + "TOTAL TIME WINDOW  = " + std::to_string(window_ns) +
         " \r\r\nSTARTING POSITION  = 0.0 \r\r\n" + "STEP SIZE USED     = 0.5 \r\r\nPOSITION UNITS     = " + units +
         " \r\r\nNOMINAL FREQUENCY  = 100.00 \r\r\n" + "SURVEY MODE        = Reflection \r\r\n";
}

inline std::string dt1_trace_header(int k, int n_points, int bytes_a_point, float seconds) {
  std::string h(128, '\0');
  put<float>(h, 0, static_cast<float>(k + 1));
  put<float>(h, 4, 0.5F * static_cast<float>(k));
  put<float>(h, 8, static_cast<float>(n_points));
  put<float>(h, 20, static_cast<float>(bytes_a_point));
  put<float>(h, 24, 800.0F);
  put<float>(h, 28, 8.0F);
  put<float>(h, 92, seconds);
  return h;
}

inline std::string rad_text(int n_samples, int last_trace, double mhz, double window_ns) {
  return "SAMPLES:" + std::to_string(n_samples) + "\r\nFREQUENCY:" + std::to_string(mhz) +
         "\r\nFREQUENCY STEPS:1\r\nSIGNAL POSITION:1.000000\r\nTIME FLAG:1\r\nTIME INTERVAL: 0.100000\r\n" +
         "DISTANCE INTERVAL: 0.020000\r\nANTENNAS:500 shielded\r\nANTENNA SEPARATION: 0.180000\r\nTIMEWINDOW:" +
         std::to_string(window_ns) + "\r\nLAST TRACE:" + std::to_string(last_trace) + "\r\n";
}

/// An npy file of version 1.0 with its usual padding.
inline std::string npy_file(const std::string& descr, bool fortran, const std::string& shape, const std::string& data) {
  std::string d =
      "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
  while ((10 + d.size() + 1) % 64 != 0) d += ' ';
  d += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + little(static_cast<std::uint16_t>(d.size())) + d + data;
}

inline std::string card_text(const std::string& file, const std::string& more = "") {
  return "surefoot_card = 1\nfile = \"" + file + "\"\naxis_step = 1e-10\n" + more;
}

/// A GGA sentence with its checksum.
inline std::string gga(const std::string& body) {
  unsigned sum = 0;
  for (const char c : body) sum ^= static_cast<unsigned char>(c);
  constexpr const char* hex = "0123456789ABCDEF";
  return "$" + body + "*" + hex[sum >> 4U & 15U] + hex[sum & 15U];
}

/// One record of an N38 log: 25 bytes and a line feed.
inline std::string n38_record(std::string text) {
  text.resize(25, ' ');
  return text + '\n';
}
/// Text at the left, the ms timer at the right.
inline std::string n38_timed(const std::string& text, long ms) {
  const std::string number = std::to_string(ms);
  return n38_record(text + std::string(25 - text.size() - number.size(), ' ') + number);
}
inline std::string n38_header() { return n38_record("EM38MK2 W207GPS00002    3") + n38_record("H test       0.200"); }
inline std::string n38_line_header() {
  std::string s = n38_record("L1") + n38_record("B       1.00") + n38_record("AW            1.000") +
                  n38_record("Z16032018 12:57:52");
  for (const char* offset : {"1    -6.107", "2   -18.373", "3     0.742", "4     0.067", "5     0.363", "6     0.210"})
    s += n38_record("O" + std::string(offset) + "      0.000");
  return s + n38_timed("*12:57:52.000", 515866);
}
inline std::string n38_reading(const std::vector<std::uint16_t>& counts, long ms, char marks = '\x06') {
  std::string s = std::string("T") + marks;
  for (const std::uint16_t count : counts) s += big(count);
  return n38_timed(s, ms);
}
/// A sentence split over records as the logger does it.
inline std::string n38_sentence(const std::string& sentence, long ms) {
  std::string s;
  for (std::size_t at = 0; at < sentence.size(); at += 24)
    s += n38_record((at == 0 ? "@" : "#") + sentence.substr(at, 24));
  return s + n38_timed("!", ms);
}

/// Compares doubles that may both be unknown.
inline bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// scan() must tell what read() gives.
inline void expect_scan_equals_read(const io::Scan& scan, const Line& line) {
  EXPECT_EQ(scan.n_samples, line.n_samples());
  EXPECT_EQ(scan.n_traces, line.n_traces());
  EXPECT_EQ(scan.axis, line.axis);
  EXPECT_EQ(scan.trace_interval_s, line.trace_interval_s);
  EXPECT_EQ(scan.trace_spacing_m, line.trace_spacing_m);
  EXPECT_EQ(scan.assumptions, line.assumptions);
  EXPECT_EQ(scan.provenance.file, line.provenance.file);
  EXPECT_EQ(scan.provenance.format, line.provenance.format);
  EXPECT_EQ(scan.provenance.instrument, line.provenance.instrument);
  ASSERT_EQ(scan.origin.has_value(), line.origin.has_value());
  if (scan.origin) {
    EXPECT_EQ(scan.origin->latitude_deg, line.origin->latitude_deg);
    EXPECT_EQ(scan.origin->longitude_deg, line.origin->longitude_deg);
    EXPECT_EQ(scan.origin->height_m, line.origin->height_m);
  }
}

/// A line that may be used: shapes agree, the axis runs forward, indices count, non-finite samples are flagged.
inline void expect_usable(const Line& line) {
  ASSERT_GT(line.n_samples(), 0);
  ASSERT_GT(line.n_traces(), 0);
  ASSERT_EQ(line.tags.size(), static_cast<std::size_t>(line.n_traces()));
  ASSERT_TRUE(std::isfinite(line.axis.start));
  ASSERT_TRUE(std::isfinite(line.axis.step) && (line.axis.step > 0.0 || !line.axis.places.empty()));
  for (Index i = 0; i < line.axis.places.count; ++i) {
    ASSERT_TRUE(std::isfinite(line.axis.places[i]));
    ASSERT_TRUE(i == 0 || line.axis.places[i] > line.axis.places[i - 1]);
  }
  ASSERT_TRUE(std::isfinite(line.trace_interval_s) && line.trace_interval_s >= 0.0);
  ASSERT_TRUE(std::isfinite(line.trace_spacing_m) && line.trace_spacing_m >= 0.0);
  for (Index i = 0; i < line.n_traces(); ++i) {
    const TraceTag& tag = line.tags[static_cast<std::size_t>(i)];
    ASSERT_EQ(tag.index, i);
    ASSERT_TRUE(line.samples.col(i).allFinite() || has(tag.quality, Quality::non_finite));
  }
}

/// The message of the DataError that reading must give; fails the test if it gives none.
inline std::string data_error(const fs::path& path, const io::ReadOptions& options = {}) {
  try {
    (void)io::read(path, options);
  } catch (const DataError& error) {
    return error.what();
  }
  ADD_FAILURE() << path << " was read without a DataError";
  return {};
}

inline bool mentions(const std::vector<std::string>& sentences, const std::string& part) {
  for (const std::string& s : sentences)
    if (s.find(part) != std::string::npos) return true;
  return false;
}

/// SUREFOOT_DATA, or an empty path.
inline fs::path data_folder() {
  const char* folder = std::getenv("SUREFOOT_DATA");
  return folder == nullptr ? fs::path() : fs::path(folder);
}

}  // namespace surefoot::test

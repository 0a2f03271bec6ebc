// SPDX-License-Identifier: MIT
// Every reader on damaged files: cut at every byte and flipped at random. Only a DataError or a usable line may come out,
// and no allocation may be out of proportion to the file.
#include "io/support/files.hpp"
#if SUREFOOT_TEST_HDF5
#include "io/support/hdf5_files.hpp"
#endif

#include <atomic>
#include <new>
#include <random>

namespace {
std::atomic<std::size_t> largest_request{0};

[[maybe_unused]] void* counted(std::size_t n) {
  if (n > largest_request) largest_request = n;
  if (void* p = std::malloc(n == 0 ? 1 : n)) return p;
  throw std::bad_alloc();
}
}  // namespace

// Where a sanitizer watches the heap, its own operators stay: they check more.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SUREFOOT_TEST_SANITIZED 1
#endif
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(SUREFOOT_TEST_SANITIZED)
void* operator new(std::size_t n) { return counted(n); }
void* operator new[](std::size_t n) { return counted(n); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  if (n > largest_request) largest_request = n;
  return std::malloc(n == 0 ? 1 : n);
}
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
#endif

using namespace surefoot;
using namespace surefoot::test;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  // name and bytes; the first one is read

std::size_t n_flips() {
  const char* text = std::getenv("SUREFOOT_FLIPS");
  return text == nullptr ? 10000 : static_cast<std::size_t>(std::strtoul(text, nullptr, 10));
}

/// Read what is there now; false if it was refused.
bool attempt(const fs::path& path, std::size_t n_bytes) {
  largest_request = 0;
  bool read = false;
  try {
    const Line line = io::read(path);
    expect_usable(line);
    // A sample takes at least a byte of the file; a trace cut off may stand for one more.
    EXPECT_LE(static_cast<std::size_t>(line.samples.size()), 2 * n_bytes);
    expect_scan_equals_read(io::scan(path), line);
    read = true;
  } catch (const DataError& error) {
    EXPECT_FALSE(error.file().empty());
  }
  EXPECT_LE(largest_request, 200 * n_bytes + 65536) << "an allocation out of proportion";
  return read;
}

void damage(const Files& files, std::uint32_t seed, std::size_t every = 1) {
  const TempFolder folder;
  std::size_t n_bytes = 0;
  for (const auto& [name, bytes] : files) {
    folder.write(name, bytes);
    n_bytes += bytes.size();
  }
  const fs::path path = folder / files.front().first;
  ASSERT_TRUE(attempt(path, n_bytes)) << "the sound file must be read";
  for (const auto& [name, bytes] : files) {
    for (std::size_t n = 0; n < bytes.size(); n += every) {
      folder.write(name, bytes.substr(0, n));
      attempt(path, n_bytes);
      if (::testing::Test::HasFailure()) FAIL() << name << " cut at byte " << n;
    }
    folder.write(name, bytes);
  }
  std::mt19937 random(seed);
  std::size_t n_read = 0;
  for (std::size_t i = 0; i < n_flips(); ++i) {
    const auto& [name, bytes] = files[random() % files.size()];
    std::string bad = bytes;
    const std::size_t n = 1 + random() % 4;
    for (std::size_t k = 0; k < n; ++k) bad[random() % bad.size()] = static_cast<char>(random() % 256);
    folder.write(name, bad);
    n_read += attempt(path, n_bytes) ? 1 : 0;
    if (::testing::Test::HasFailure()) {
      folder.write(name, bytes);
      FAIL() << name << ", flip " << i;
    }
    folder.write(name, bytes);
  }
  ::testing::Test::RecordProperty("flipped_files_still_read", static_cast<int>(n_read));
}

TEST(Damaged, Dzt) {
  std::string s = dzt_header(6, 16, 2, 1024) + dzt_header(6, 16, 2, 1024);
  put<std::uint16_t>(s, 40, 256);
  put<std::uint16_t>(s, 42, 10);
  put<std::uint16_t>(s, 256, 2);
  for (int k = 0; k < 36; ++k) s += little(static_cast<std::uint16_t>(32768 + k));
  const std::string fix = gga("GPGGA,120000,4700.0000,N,00800.0000,E,1,08,1.0,400.0,M,50.0,M,,");
  damage({{"a.dzt", s}, {"a.dzg", "$GSSIS,0,-1\n" + fix + "\n$GSSIS,2,-1\n" + fix + "\n"}}, 1);
}

TEST(Damaged, Dt1) {
  std::string s;
  for (int k = 0; k < 3; ++k) {
    s += dt1_trace_header(k, 4, 2, 100.0F + static_cast<float>(k));
    for (int i = 0; i < 4; ++i) s += little(static_cast<std::int16_t>(i - k));
  }
  const std::string fix = gga("GPGGA,082014.00,4611.975493,N,01258.204215,E,1,07,1.2,142.43,M,46.25,M,,");
  damage({{"a.dt1", s}, {"a.hd", hd_text(3, 4, 3.2)}, {"a.gps", "Trace #1 at position 0.0\n" + fix + "\n"}}, 2);
}

TEST(Damaged, Dt1WithFloats) {
  std::string s;
  for (int k = 0; k < 2; ++k) {
    s += dt1_trace_header(k, 3, 4, 100.0F + static_cast<float>(k));
    for (int i = 0; i < 3; ++i) s += little(0.5F * static_cast<float>(i + 1));
  }
  damage({{"a.dt1", s}, {"a.hd", hd_text(2, 3, 2.4)}}, 3);
}

TEST(Damaged, Mala) {
  std::string s;
  for (int k = 0; k < 20; ++k) s += little(static_cast<std::int16_t>(k * 100));
  damage({{"a.rd3", s},
          {"a.rad", rad_text(5, 4, 1000.0, 5.0)},
          {"a.cor", "1\t2019-07-26\t16:58:43\t75.5\tN\t35.5\tW\t2663.65\tM\t0.8\n"}},
         4);
}

TEST(Damaged, N38) {
  std::string s = n38_header() + n38_line_header();
  const char* minutes[]{"5000", "5010"};
  for (int k = 0; k < 2; ++k) {
    s += n38_sentence(gga(std::string("GPGGA,01590") + static_cast<char>('5' + k) + ".00,2726." + minutes[k] +
                          ",S,15126.0500,E,1,07,1.2,366.3,M,39.5,M,,"),
                      660000 + 1000 * k);
    s += n38_reading({36999, 34026, 38157, 33995, 263, 262}, 660100 + 1000 * k);
  }
  damage({{"a.n38", s}}, 8);
}

TEST(Damaged, Xyz) {
  damage({{"a.xyz",
           "/DUMMY\n/9999\n/GATE TIMES\n/1e-6 2e-6\n/ UTMX UTMY DATETIME DBDT_Ch1GT1 DBDT_Ch1GT2\nLINE 1\n"
           "1 2 42000.1 1.5 2.5\n2 2 42000.2 * 3.5\n3 2 42000.3 9999 9999\n"},
          {"a.alc", "Version= 2\nUTMX= 1\nUTMY= 2\nGate_Ch01_01= 4\nGate_Ch01_02= 5\n"},
          {"a.gex", "[General]\nGateTime01=1.5e-6 1e-6 2e-6\nGateTime02=3e-6 2e-6 4e-6\n[Channel1]\nNoGates=2\n"}},
         11);
}

TEST(Damaged, Ndjson) {
  damage({{"a.ndjson",
           "{\"type\":\"hello\",\"profile\":{\"title\":\"x\",\"raw\":{\"fullscale_lsb\":99}},\"surefoot\":{\"axis\":"
           "\"gates\",\"places\":[1,2,3],\"n_channels\":1}}\n"
           "{\"type\":\"raw\",\"seq\":1,\"t\":0.5,\"sample_rate_hz\":100,\"samples\":[1,2]}\n"
           "{\"type\":\"raw\",\"seq\":3,\"t\":1.5,\"sample_rate_hz\":100,\"samples_b64\":\"AQD+/w==\",\"dtype\":"
           "\"<i2\",\"quality\":[\"saturated\"]}\n"}},
         12);
}

TEST(Damaged, Npy) {
  std::string s;
  for (int k = 0; k < 12; ++k) s += little(0.5F * static_cast<float>(k));
  damage({{"a.npy", npy_file("<f4", false, "(3, 4)", s)},
          {"card.toml", card_text("a.npy",
                                  "order = \"traces_first\"\nscale = 2.0\ntrace_spacing_m = 0.5\nsaturated_low = -3\n"
                                  "[origin]\nlatitude_deg = 47.0\nlongitude_deg = 8.0\nazimuth_deg = 90.0\n")}},
         5);
}

#if SUREFOOT_TEST_HDF5
std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Damaged, GprMax) {
  const TempFolder folder;
  write_merged((folder / "a.out").string(), 5, 4);
  damage({{"a.out", bytes_of(folder / "a.out")}}, 6);
}

TEST(Damaged, MetalMapper) {
  const TempFolder folder;
  for (const bool compound : {false, true}) {
    {
      const Hdf5File file((folder / "a.h5").string());
      write_measurement(file, "/M1", 1, 2, compound);
    }
    damage({{"a.h5", bytes_of(folder / "a.h5")}}, compound ? 14 : 13, 29);
  }
}

TEST(Damaged, GprMaxInChunks) {
  const TempFolder folder;
  write_merged((folder / "a.out").string(), 9, 5, {4, 2});
  damage({{"a.out", bytes_of(folder / "a.out")}}, 7, 7);
}
#endif

}  // namespace

// SPDX-License-Identifier: MIT
// Any file is read, or refused with an Error; scan() and read() agree about its size. The first byte of the input says how
// the file is named, so that every reader is reached.
#include <surefoot/base/error.hpp>
#include <surefoot/io/reader.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {
constexpr std::array names{"lane.dzt",  "lane.dt1", "lane.hd",  "lane.rd3", "lane.rd7", "lane.rad",    "lane.npy",
                           "card.toml", "lane.n38", "lane.xyz", "lane.gex", "lane.alc", "lane.ndjson", "lane.h5"};

void write(const std::filesystem::path& path, const std::uint8_t* data, std::size_t size) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
}
}  // namespace

// Input: which, then the length of the first file (two bytes), the first file, the second file (its partner).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t head = 3;
  if (size < head) return 0;
  static const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("surefoot_reader_fuzz_" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);

  const std::size_t which = data[0] % names.size();
  const std::size_t first = std::min<std::size_t>(size - head, data[1] * std::size_t{256} + data[2]);
  const std::filesystem::path path = folder / names[which];
  write(path, data + head, first);
  constexpr std::array<std::size_t, names.size()> partner{0, 2, 1, 5, 5, 3, 7, 6, 8, 10, 9, 9, 12, 13};
  if (partner[which] != which) write(folder / names[partner[which]], data + head + first, size - head - first);

  try {
    const surefoot::io::Scan scan = surefoot::io::scan(path);
    const surefoot::Line line = surefoot::io::read(path);
    if (scan.n_samples != line.n_samples() || scan.n_traces != line.n_traces()) std::abort();
    if (line.tags.size() != surefoot::to_size(line.n_traces())) std::abort();
  } catch (const surefoot::Error&) {
    return 0;
  }
  return 0;
}

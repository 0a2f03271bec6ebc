// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace surefoot::io {

/// Write a whole file or nothing: under another name in the same folder first, then renamed over what was there.
/// @throws DataError  if the folder is missing or the disk full; the old file is then untouched
void write_file(const std::filesystem::path& file, std::string_view bytes);

/// What a data card says beyond what the line itself knows.
struct CardOptions {
  std::string modality = "gpr";
  double count_value = 0.0;  ///< the line's samples are whole multiples of it: stored as int16; 0: stored as float32
  std::string unit = "1";
  std::optional<std::int64_t> saturated_low{};  ///< counts at or beyond which a sample stood at a rail
  std::optional<std::int64_t> saturated_high{};
  std::string licence{};
  std::string source{};
  double azimuth_deg = 0.0;  ///< direction of the line from north over east; written if the line has an origin
};

/// Write a line as NAME.npy, (n_traces, n_samples) in C order, with card.toml beside it: what io::npy reads.
///
/// Units     the card names them; samples = count_value * counts.
/// Edges     counts are rounded to the nearest and held within int16; tags are not written but for their regular spacing.
/// @throws DataError  if a sample is not finite and counts are asked for, or a file cannot be written
/// @source   layout of the card: io/npy.hpp; NumPy enhancement proposal 1
void write_card_line(const std::filesystem::path& folder, std::string_view name, const Line& line,
                     const CardOptions& options);

}  // namespace surefoot::io

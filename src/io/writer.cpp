// SPDX-License-Identifier: MIT
#include <surefoot/io/writer.hpp>

#include <surefoot/base/error.hpp>

#include "../text/fields_text.hpp"
#include "sha256.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <fstream>
#include <system_error>

namespace surefoot::io {
namespace {

void append(std::string& out, std::uint32_t bits, unsigned n_bytes) {  // little-endian
  for (unsigned i = 0; i < n_bytes; ++i) out += static_cast<char>(static_cast<unsigned char>(bits >> (8U * i)));
}

// Version 1.0: magic, version, length of the dictionary, dictionary; the samples begin on a multiple of 64 bytes.
std::string npy_header(const char* type, const Line& line) {
  std::string dictionary = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (" +
                           std::to_string(line.n_traces()) + ", " + std::to_string(line.n_samples()) + "), }";
  constexpr std::size_t fixed_part = 10;
  constexpr std::size_t boundary = 64;
  while ((fixed_part + dictionary.size() + 1) % boundary != 0) dictionary += ' ';
  dictionary += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  append(out, static_cast<std::uint32_t>(dictionary.size()), 2);
  return out + dictionary;
}

std::string npy(const Line& line, double count_value, const std::string& name) {
  const bool counts = count_value != 0.0;
  std::string out = npy_header(counts ? "<i2" : "<f4", line);
  out.reserve(out.size() + static_cast<std::size_t>(line.samples.size()) * (counts ? 2 : 4));
  for (Index k = 0; k < line.n_traces(); ++k) {
    for (const Sample sample : line.trace(k)) {
      if (!counts) {
        append(out, std::bit_cast<std::uint32_t>(sample), 4);
        continue;
      }
      const double n = std::floor(static_cast<double>(sample) / count_value + 0.5);
      if (!std::isfinite(n))
        throw DataError(name, out.size(), "a sample is not finite and cannot be stored as a count");
      const auto count = static_cast<std::int32_t>(std::clamp(n, -32768.0, 32767.0));
      append(out, static_cast<std::uint32_t>(count), 2);
    }
  }
  return out;
}

}  // namespace

void write_file(const std::filesystem::path& file, std::string_view bytes) {
  // A name of its own for each writer, so that two of them never mix their bytes.
  std::filesystem::path part = file;
  part += ".part" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
  std::error_code ignored;
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (!out) throw DataError(file.string(), 0, "cannot be created; is the folder there and writable?");
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) {
      out.close();
      std::filesystem::remove(part, ignored);
      throw DataError(file.string(), 0, "could not be written whole; is the disk full?");
    }
  }
  std::error_code error;
  std::filesystem::rename(part, file, error);
  if (error) {
    std::filesystem::remove(part, ignored);
    throw DataError(file.string(), 0, "could not be put in its place: " + error.message());
  }
}

void write_card_line(const std::filesystem::path& folder, std::string_view name, const Line& line,
                     const CardOptions& options) {
  const std::string file = std::string(name) + ".npy";
  const std::string samples = npy(line, options.count_value, (folder / file).string());

  std::string card = "# What " + file + " holds: see io/npy.hpp of surefoot for the keys.\n";
  card += "surefoot_card = 1\n";
  card += "name = " + text::quoted(name) + "\n";
  card += "file = " + text::quoted(file) + "\n";
  card += "modality = " + text::quoted(options.modality) + "\n";
  card += "axis = " + text::quoted(name_of(line.axis.kind)) + "\n";
  if (line.axis.places.empty()) {
    card += "axis_start = " + text::number(line.axis.start) + "\n";
    card += "axis_step = " + text::number(line.axis.step) + "\n";
  } else {
    card += "axis_places = [";
    for (const double place : line.axis.places.view()) card += (card.back() == '[' ? "" : ", ") + text::number(place);
    card += "]\n";
  }
  if (line.n_channels != 1) card += "n_channels = " + std::to_string(line.n_channels) + "\n";
  card += "order = \"traces_first\"\n";
  card += "scale = " + text::number(options.count_value == 0.0 ? 1.0 : options.count_value) + "\n";
  card += "unit = " + text::quoted(options.unit) + "\n";
  card += "trace_spacing_m = " + text::number(line.trace_spacing_m) + "\n";
  card += "trace_interval_s = " + text::number(line.trace_interval_s) + "\n";
  if (options.saturated_low) card += "saturated_low = " + std::to_string(*options.saturated_low) + "\n";
  if (options.saturated_high) card += "saturated_high = " + std::to_string(*options.saturated_high) + "\n";
  card += "instrument = " + text::quoted(line.provenance.instrument) + "\n";
  card += "licence = " + text::quoted(options.licence) + "\n";
  card += "source = " + text::quoted(options.source) + "\n";
  card += "sha256 = " + text::quoted(detail::sha256(samples)) + "\n";
  if (line.origin) {
    card += "\n[origin]\n";
    card += "latitude_deg = " + text::number(line.origin->latitude_deg) + "\n";
    card += "longitude_deg = " + text::number(line.origin->longitude_deg) + "\n";
    card += "height_m = " + text::number(line.origin->height_m) + "\n";
    card += "azimuth_deg = " + text::number(options.azimuth_deg) + "\n";
  }
  write_file(folder / file, samples);
  write_file(folder / "card.toml", card);
}

}  // namespace surefoot::io

// SPDX-License-Identifier: MIT
#include <surefoot/io/npy.hpp>

#include "../text/document.hpp"
#include "assemble.hpp"
#include "sha256.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace surefoot::io::npy {

namespace {

constexpr std::uint64_t most_card_bytes = 1U << 20U;
constexpr std::uint64_t most_header_bytes = 1U << 16U;
constexpr std::uint64_t block_bytes = 1U << 20U;

/// The header of an .npy file.
struct Header {
  StoredType type;
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
  std::uint64_t start = 0;  // of the data
};

bool is_npy(std::span<const std::byte> head) {
  constexpr std::array<unsigned char, 6> magic{0x93, 'N', 'U', 'M', 'P', 'Y'};
  return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
}

bool is_card(std::string_view text) {
  const std::size_t at = text.find("surefoot_card");
  return at != std::string_view::npos && (at == 0 || text[at - 1] == '\n');
}

/// What follows 'key': in the Python dictionary of the header, without leading blanks.
std::string_view value_of(const File& file, std::string_view dictionary, const char* key) {
  const std::string quoted = std::string("'") + key + "'";
  const std::size_t at = dictionary.find(quoted);
  if (at == std::string_view::npos) file.fail(10, "a key " + quoted + " was expected in the npy header; there is none");
  std::string_view rest = trimmed(dictionary.substr(at + quoted.size()));
  if (!rest.starts_with(':')) file.fail(10, "a colon after " + quoted + " was expected in the npy header");
  return trimmed(rest.substr(1));
}

StoredType type_of(const File& file, std::string_view text) {
  struct Known {
    std::string_view name;
    StoredKind kind;
  };
  constexpr std::array<Known, 8> known{{{"i1", StoredKind::i1},
                                        {"u1", StoredKind::u1},
                                        {"i2", StoredKind::i2},
                                        {"u2", StoredKind::u2},
                                        {"i4", StoredKind::i4},
                                        {"u4", StoredKind::u4},
                                        {"f4", StoredKind::f4},
                                        {"f8", StoredKind::f8}}};
  if (text.size() >= 5 && text[0] == '\'' && text[4] == '\'')
    for (const Known& k : known) {
      if (text.substr(2, 2) != k.name) continue;
      if (text[1] == '<' || (text[1] == '|' && StoredType{k.kind}.size() == 1)) return {k.kind, std::endian::little};
      if (text[1] == '>') return {k.kind, std::endian::big};
    }
  file.fail(10, "one of the types i1 u1 i2 u2 i4 u4 f4 f8 with < or > was expected in the npy header, found " +
                    printable(text.substr(0, 12)));
}

Header parse_header(const File& file) {
  const auto head = file.bytes(0, std::min<std::uint64_t>(file.size(), 12), "npy header");
  if (!is_npy(head)) file.fail(0, "the signature of an npy file was expected");
  Cursor c(head, file.name());
  c.skip(6, "signature");
  const auto version = c.little<std::uint8_t>("npy version");
  c.skip(1, "npy version");
  if (version < 1 || version > 3) file.fail(6, "npy version 1 to 3 was expected, found " + std::to_string(version));
  const std::uint64_t length = c.little_unsigned(version == 1 ? 2 : 4, "npy header length");
  if (length > most_header_bytes) file.fail(8, "an npy header of at most 65536 bytes was expected");
  Header h;
  h.start = c.offset() + length;
  const auto bytes = file.bytes(c.offset(), length, "npy header");
  const std::string_view dictionary(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  h.type = type_of(file, value_of(file, dictionary, "descr"));
  const std::string_view order = value_of(file, dictionary, "fortran_order");
  h.fortran_order = order.starts_with("True");
  if (!h.fortran_order && !order.starts_with("False"))
    file.fail(10, "True or False was expected for fortran_order in the npy header");
  std::string_view shape = value_of(file, dictionary, "shape");
  const std::size_t close = shape.find(')');
  if (!shape.starts_with('(') || close == std::string_view::npos)
    file.fail(10, "a shape in parentheses was expected in the npy header");
  shape = shape.substr(1, close - 1);
  while (!trimmed(shape).empty()) {
    const std::size_t comma = std::min(shape.find(','), shape.size());
    const auto n = to_number(shape.substr(0, comma));
    if (!n || !(*n >= 1.0) || *n > 1e15 || *n != std::floor(*n))
      file.fail(10, "a shape of whole numbers above 0 was expected in the npy header, found '" +
                        printable(shape.substr(0, comma)) + "'");
    h.shape.push_back(static_cast<std::uint64_t>(*n));
    shape.remove_prefix(std::min(comma + 1, shape.size()));
  }
  if (h.shape.empty() || h.shape.size() > 2)
    file.fail(10, "one or two dimensions were expected, found " + std::to_string(h.shape.size()));
  return h;
}

struct Card {
  std::filesystem::path data;
  AxisKind axis = AxisKind::two_way_time;
  NumberList places;
  Index n_channels = 1;
  double axis_start = 0.0, axis_step = 0.0, scale = 1.0, spacing_m = 0.0, interval_s = 0.0, azimuth_deg = unknown;
  bool samples_first = false;
  std::optional<double> rail_low, rail_high;
  std::string unit, instrument, sha256;
  std::optional<GeoOrigin> origin;
  std::vector<std::pair<std::string, std::string>> details;
};

double real_in(text::TableReader& table, const char* key, double fallback, double low, double high, const char* range) {
  const double x = table.real(key, fallback);
  if (!(std::isfinite(x) && x >= low && x <= high))
    throw ConfigError(table.path_of(key), plain(x) + " is out of its range; allowed is " + range);
  return x;
}

void read_origin(const text::Node& node, const std::string& path, Card& card) {
  text::TableReader table(node, path);
  (void)table.require("latitude_deg");
  (void)table.require("longitude_deg");
  GeoOrigin origin;
  origin.latitude_deg = real_in(table, "latitude_deg", 0.0, -90.0, 90.0, "-90 to 90 degrees");
  origin.longitude_deg = real_in(table, "longitude_deg", 0.0, -180.0, 180.0, "-180 to 180 degrees");
  origin.height_m = real_in(table, "height_m", 0.0, -1e5, 1e5, "-1e5 to 1e5 m");
  if (table.find("azimuth_deg") != nullptr)
    card.azimuth_deg = real_in(table, "azimuth_deg", 0.0, -360.0, 360.0, "-360 to 360 degrees");
  table.finish();
  card.origin = origin;
}

Card parse_card_text(const std::filesystem::path& path) {
  const text::Node node = text::parse(File(path).text(most_card_bytes), path.string());
  text::TableReader table(node, path.string());
  constexpr double most = 1e300;
  Card card;
  (void)table.require("surefoot_card");
  if (const auto version = table.integer("surefoot_card", 1); version != 1)
    throw ConfigError(table.path_of("surefoot_card"), "card version 1 was expected, found " + std::to_string(version));
  (void)table.require("file");
  const std::filesystem::path name = table.string("file", "");
  if (name.empty() || name != name.filename() || name == "." || name == "..")
    throw ConfigError(table.path_of("file"), "the name of a file in the card's own folder was expected, found '" +
                                                 printable(name.string()) + "'");
  card.data = path.parent_path() / name;
  const std::string axis = table.string("axis", "two_way_time");
  bool known = false;
  std::string allowed;
  for (const AxisKind kind : axis_kinds) {
    (allowed += allowed.empty() ? "" : ", ") += name_of(kind);
    if (axis == name_of(kind)) {
      card.axis = kind;
      known = true;
    }
  }
  if (!known) throw ConfigError(table.path_of("axis"), "'" + axis + "' is no axis; allowed are " + allowed);
  card.axis_start = real_in(table, "axis_start", 0.0, -most, most, "any finite number");
  if (table.find("axis_places") != nullptr) {
    for (const double place : table.reals("axis_places", {}, to_size(NumberList::capacity)))
      card.places.values[to_size(card.places.count++)] = place;
  }
  if (card.places.empty()) {
    (void)table.require("axis_step");
    card.axis_step = real_in(table, "axis_step", 0.0, 1e-300, most, "any finite number above 0");
  }
  card.n_channels = static_cast<Index>(table.integer("n_channels", 1));
  if (card.n_channels < 1 || card.n_channels > 4096)
    throw ConfigError(table.path_of("n_channels"),
                      std::to_string(card.n_channels) + " is out of its range; allowed is 1 to 4096");
  const std::string order = table.string("order", "traces_first");
  if (order != "traces_first" && order != "samples_first")
    throw ConfigError(table.path_of("order"), "'" + order + "' is no order; allowed are traces_first, samples_first");
  card.samples_first = order == "samples_first";
  card.scale = real_in(table, "scale", 1.0, -most, most, "any finite number but 0");
  if (card.scale == 0.0)
    throw ConfigError(table.path_of("scale"), "0 is out of its range; allowed is any finite number but 0");
  card.unit = table.string("unit", "");
  card.spacing_m = real_in(table, "trace_spacing_m", 0.0, 0.0, most, "0 (unknown) or above");
  card.interval_s = real_in(table, "trace_interval_s", 0.0, 0.0, most, "0 (unknown) or above");
  if (table.find("saturated_low") != nullptr)
    card.rail_low = real_in(table, "saturated_low", 0.0, -most, most, "any finite number");
  if (table.find("saturated_high") != nullptr)
    card.rail_high = real_in(table, "saturated_high", 0.0, -most, most, "any finite number");
  card.instrument = printable(table.string("instrument", ""));
  card.sha256 = lower(table.string("sha256", ""));
  if (!card.sha256.empty()) card.details.emplace_back("sha256", card.sha256);
  for (const char* key : {"name", "modality", "licence", "source"})
    if (std::string text = table.string(key, ""); !text.empty()) card.details.emplace_back(key, std::move(text));
  if (const text::Node* origin = table.find("origin")) read_origin(*origin, table.path_of("origin"), card);
  table.finish();
  return card;
}

/// A card is the header of a data file: what is wrong with it is told as of any other header.
Card parse_card(const std::filesystem::path& path) {
  try {
    return parse_card_text(path);
  } catch (const ConfigError& error) {
    throw DataError(path.string(), 0, error.what());
  }
}

/// The card of a data file: card.toml, or NAME.card.toml, that names it.
Card card_of(const std::filesystem::path& data) {
  const std::filesystem::path folder = data.parent_path();
  std::filesystem::path own = data.stem();
  own += ".card.toml";
  std::error_code error;
  std::string other;
  for (const std::filesystem::path& candidate : {folder / own, folder / "card.toml"}) {
    if (!std::filesystem::is_regular_file(candidate, error)) continue;
    Card card = parse_card(candidate);
    if (card.data.filename() == data.filename()) return card;
    other = "; " + candidate.filename().string() + " is the card of " + card.data.filename().string();
  }
  throw DataError((folder / "card.toml").string(), 0,
                  "a data card of " + data.filename().string() + " was expected here or in " + own.string() + other);
}

struct Opened {
  Scan scan;
  Header header;
  Card card;
  Conversion conversion;
  bool samples_are_columns = false;  // a trace is contiguous in the file
};

Card find_card(const std::filesystem::path& path) {
  const File file(path);
  return is_npy(file.bytes(0, std::min<std::uint64_t>(file.size(), 6), "head")) || extension_of(path) == "npy"
             ? card_of(path)
             : parse_card(path);
}

Opened open(const File& file, Card card, const ReadOptions& options) {
  Opened o;
  o.header = parse_header(file);
  const Header& h = o.header;
  Scan& scan = o.scan;
  const bool line = h.shape.size() == 2;
  const std::uint64_t first = h.shape[0];
  const std::uint64_t n_samples = !line ? first : card.samples_first ? first : h.shape[1];
  const std::uint64_t n_traces = !line ? 1 : card.samples_first ? h.shape[1] : first;
  const std::uint64_t needed = saturating_product(saturating_product(n_samples, n_traces), h.type.size());
  const std::uint64_t present = file.size() - h.start;
  if (needed > present)
    file.fail(file.size(), std::to_string(needed) + " bytes of samples were expected as the shape says, the file has " +
                               std::to_string(present));
  check_size(file.name(), 0, n_samples, n_traces, options);
  if (needed < present)
    scan.assumptions.push_back(std::to_string(present - needed) + " bytes after the samples were ignored");
  // Row-major with a trace a row, or column-major with a trace a column.
  o.samples_are_columns = !line || (card.samples_first == h.fortran_order);
  scan.n_samples = static_cast<Index>(n_samples);
  scan.n_traces = static_cast<Index>(n_traces);
  scan.axis = {card.axis, card.axis_start, card.axis_step, card.places};
  scan.trace_channels = card.n_channels;
  if (scan.n_samples % card.n_channels != 0)
    throw DataError(file.name(), 0,
                    std::to_string(scan.n_samples) + " samples a trace are not " + std::to_string(card.n_channels) +
                        " channels of equal length as the card says");
  scan.trace_spacing_m = card.spacing_m;
  scan.trace_interval_s = card.interval_s;
  const auto [low, high] = h.type.rails();
  o.conversion = {h.type, 0.0, card.scale, card.rail_low.value_or(low), card.rail_high.value_or(high)};
  if (h.type.is_integer() && !card.rail_low && !card.rail_high)
    scan.assumptions.emplace_back("the converter's rails are taken to be those of the integer type");
  if (h.type.kind == StoredKind::f8 || h.type.kind == StoredKind::i4 || h.type.kind == StoredKind::u4)
    scan.assumptions.emplace_back("samples were rounded to float32");
  if (card.unit.empty()) scan.assumptions.emplace_back("the card gives no unit: samples are taken as counts");
  scan.unit = card.unit.empty() ? "counts" : card.unit;
  scan.origin = card.origin;
  override_spacing(scan, options);
  if (card.origin && (std::isnan(card.azimuth_deg) || !(scan.trace_spacing_m > 0.0)))
    scan.assumptions.emplace_back(
        "positions are unknown: the card's origin has no azimuth, or there is no trace spacing");
  scan.provenance = provenance(card.data, "npy", card.instrument);
  scan.details = card.details;
  o.card = std::move(card);
  return o;
}

/// Samples of one trace are apart in the file: read rows of all traces, a block at a time.
void read_rows(const File& file, const Opened& o, Line& line) {
  const std::size_t width = o.header.type.size();
  const std::size_t row = width * line.tags.size();
  const auto n = static_cast<std::size_t>(o.scan.n_samples);
  const std::size_t rows = std::clamp<std::size_t>(static_cast<std::size_t>(block_bytes) / row, 1, n);
  std::vector<std::byte> block(rows * row);
  for (std::size_t i = 0; i < n; i += rows) {
    const std::size_t now = std::min(rows, n - i);
    file.read(o.header.start + i * row, std::span(block).first(now * row), "samples");
    for (std::size_t k = 0; k < line.tags.size(); ++k) {
      TraceRef trace(line.samples.col(static_cast<Index>(k)));
      const auto raw = std::span<const std::byte>(block).first(now * row).subspan(k * width);
      if (convert(raw, row, o.conversion, trace.subspan(i, now))) line.tags[k].quality |= Quality::saturated;
    }
  }
}

}  // namespace

bool sniff(const Probe& probe) {
  return is_npy(probe.head) || is_card({reinterpret_cast<const char*>(probe.head.data()), probe.head.size()});
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  Card card = find_card(path);
  const File file(card.data);
  return open(file, std::move(card), options).scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  Card card = find_card(path);
  const File file(card.data);
  const Opened o = open(file, std::move(card), options);
  if (!o.card.sha256.empty()) {
    const std::string found = detail::sha256(file.text(file.size()));
    if (found != o.card.sha256)
      file.fail(
          0, "bytes with the SHA-256 " + printable(o.card.sha256) + " were expected as the card says, found " + found);
  }
  Line line = begin_line(o.scan);
  const std::size_t width = o.header.type.size();
  if (o.samples_are_columns) {
    std::vector<std::byte> raw(width * static_cast<std::size_t>(o.scan.n_samples));
    for (std::size_t k = 0; k < line.tags.size(); ++k) {
      file.read(o.header.start + k * raw.size(), raw, "samples");
      TraceRef trace(line.samples.col(static_cast<Index>(k)));
      if (convert(raw, width, o.conversion, trace)) line.tags[k].quality |= Quality::saturated;
    }
  } else {
    read_rows(file, o, line);
  }
  flag_non_finite(line);
  if (o.card.origin && !std::isnan(o.card.azimuth_deg) && line.trace_spacing_m > 0.0) {
    const double azimuth = o.card.azimuth_deg * std::numbers::pi / 180.0;
    for (TraceTag& tag : line.tags)
      tag.position_m = {tag.distance_m * std::sin(azimuth), tag.distance_m * std::cos(azimuth), 0.0};
  }
  return line;
}

}  // namespace surefoot::io::npy

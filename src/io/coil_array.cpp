// SPDX-License-Identifier: MIT
#include <surefoot/io/coil_array.hpp>

#include <surefoot/base/error.hpp>

#include "../text/fields_text.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace surefoot::io {
namespace {

using text::Node;
using text::TableReader;

constexpr std::size_t most_numbers = 4097;
const std::vector<std::string> shape_words{"circle", "polygon", "rectangle"};
const std::vector<std::string> axis_words{"x", "y", "z"};

const Node::Array& array_of(const Node& node, const std::string& path) {
  const auto* list = std::get_if<Node::Array>(&node.value);
  if (list == nullptr) throw ConfigError(path, std::string("expected an array, found ") + node.type_name());
  return *list;
}

double number_of(const Node& node, const std::string& path) {
  if (const auto* x = std::get_if<double>(&node.value)) return *x;
  if (const auto* n = std::get_if<std::int64_t>(&node.value)) return static_cast<double>(*n);
  throw ConfigError(path, std::string("expected a number, found ") + node.type_name());
}

// Exactly n numbers of an array.
std::vector<double> numbers_of(const Node& node, std::size_t n, const std::string& path) {
  const Node::Array& list = array_of(node, path);
  if (list.size() != n) throw ConfigError(path, "expected " + std::to_string(n) + " numbers");
  std::vector<double> out;
  for (const Node& x : list) out.push_back(number_of(x, path));
  return out;
}

Vector3 vector_of(TableReader& table, const char* key, const Vector3& fallback) {
  const Node* node = table.find(key);
  if (node == nullptr) return fallback;
  const std::vector<double> x = numbers_of(*node, 3, table.path_of(key));
  return {x[0], x[1], x[2]};
}

// Where a word stands in a list of the valid ones.
std::size_t word_of(TableReader& table, const char* key, const std::vector<std::string>& words) {
  (void)table.require(key);
  const std::string word = table.string(key, {});
  const auto it = std::find(words.begin(), words.end(), word);
  if (it == words.end()) text::unknown_word(table.path_of(key), "word", word, words);
  return static_cast<std::size_t>(it - words.begin());
}

void add_corner(Coil& coil, const Vector3& place, const std::string& path) {
  if (coil.n_corners == Coil::max_corners)
    throw ConfigError(path, "a polygon has at most " + std::to_string(Coil::max_corners) + " corners");
  coil.corners_m[to_size(coil.n_corners++)] = place;
}

Coil read_coil(const Node& node, const std::string& path) {
  TableReader table(node, path);
  Coil coil;
  coil.turns = table.real("turns", 1.0);
  switch (word_of(table, "shape", shape_words)) {
    case 0:
      coil.centre_m = vector_of(table, "centre_m", coil.centre_m);
      coil.axis = vector_of(table, "axis", coil.axis);
      (void)table.require("radius_m");
      coil.radius_m = table.real("radius_m", 0.0);
      break;
    case 1: {
      coil.shape = CoilShape::polygon;
      for (const Node& corner : array_of(table.require("corners_m"), table.path_of("corners_m"))) {
        const std::vector<double> x = numbers_of(corner, 3, table.path_of("corners_m"));
        add_corner(coil, {x[0], x[1], x[2]}, table.path_of("corners_m"));
      }
      break;
    }
    default: {
      coil.shape = CoilShape::polygon;
      const Vector3 centre = vector_of(table, "centre_m", {});
      const std::size_t axis = word_of(table, "axis", axis_words);
      const std::vector<double> sides = numbers_of(table.require("sides_m"), 2, table.path_of("sides_m"));
      constexpr std::array<std::array<double, 2>, 4> corners{{{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}}};
      for (const auto& [u, v] : corners) {
        Vector3 place = centre;
        place[(axis + 1) % 3] += u * sides[0];
        place[(axis + 2) % 3] += v * sides[1];
        add_corner(coil, place, path);
      }
    }
  }
  table.finish();
  return coil;
}

std::vector<Winding> read_windings(TableReader& top, const char* key) {
  std::vector<Winding> out;
  const Node::Array& list = array_of(top.require(key), top.path_of(key));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = std::string(key) + "[" + std::to_string(i) + "]";
    TableReader table(list[i], path);
    (void)table.require("name");
    Winding& winding = out.emplace_back();
    winding.name = table.string("name", {});
    const Node::Array& coils = array_of(table.require("coil"), table.path_of("coil"));
    for (std::size_t k = 0; k < coils.size(); ++k)
      winding.coils.push_back(read_coil(coils[k], path + ".coil[" + std::to_string(k) + "]"));
    table.finish();
  }
  return out;
}

Index index_of(const std::vector<Winding>& windings, const Node& node, const std::string& path) {
  const auto* name = std::get_if<std::string>(&node.value);
  if (name == nullptr) throw ConfigError(path, std::string("expected a name, found ") + node.type_name());
  std::vector<std::string> known;
  known.reserve(windings.size());
  for (const Winding& w : windings) known.push_back(w.name);
  const auto it = std::find(known.begin(), known.end(), *name);
  if (it == known.end()) text::unknown_word(path, "winding", *name, known);
  return static_cast<Index>(it - known.begin());
}

void read_channels(TableReader& top, CoilArray& array) {
  const Node* node = top.find("channel");
  if (node == nullptr) return;
  const Node::Array& list = array_of(*node, top.path_of("channel"));
  if (list.empty()) throw ConfigError(top.path_of("channel"), "must not be empty: leave it out for all pairs");
  for (const Node& pair : list) {
    const Node::Array& names = array_of(pair, top.path_of("channel"));
    if (names.size() != 2) throw ConfigError(top.path_of("channel"), "expected pairs of transmitter and receiver");
    array.channels.push_back({index_of(array.transmitters, names[0], top.path_of("channel")),
                              index_of(array.receivers, names[1], top.path_of("channel"))});
  }
}

void read_drives(TableReader& top, CoilArray& array) {
  if (const Node* node = top.find("frequency")) {
    TableReader table(*node, "frequency");
    array.frequency.tones_hz = table.reals("tones_hz", {}, most_numbers);
    array.frequency.current_a = table.reals("current_a", {}, most_numbers);
    table.finish();
  }
  if (const Node* node = top.find("time")) {
    TableReader table(*node, "time");
    const Node& waveform = table.require("waveform");
    for (const Node& point : array_of(waveform, table.path_of("waveform"))) {
      const std::vector<double> x = numbers_of(point, 2, table.path_of("waveform"));
      array.time.waveform.push_back({x[0], x[1]});
    }
    array.time.period_s = table.real("period_s", 0.0);
    array.time.bipolar = table.boolean("bipolar", false);
    (void)table.require("gate_edges_s");
    array.time.gate_edges_s = table.reals("gate_edges_s", {}, most_numbers);
    array.time.receiver_pole_s = table.real("receiver_pole_s", 0.0);
    table.finish();
  }
}

std::string list_of(std::span<const double> x) {
  std::string out = "[";
  for (const double v : x) (out += out.size() > 1 ? ", " : "") += text::number(v);
  return out + "]";
}

std::string text_of(const Coil& coil) {
  std::string out = "  { shape = " + text::quoted(coil_shape_words[static_cast<std::size_t>(coil.shape)]);
  if (coil.shape == CoilShape::circle) {
    out += ", centre_m = " + list_of(coil.centre_m) + ", axis = " + list_of(coil.axis) +
           ", radius_m = " + text::number(coil.radius_m);
  } else {
    out += ", corners_m = [";
    for (Index i = 0; i < coil.n_corners; ++i) (out += i > 0 ? ", " : "") += list_of(coil.corners_m[to_size(i)]);
    out += "]";
  }
  return out + ", turns = " + text::number(coil.turns) + " },\n";
}

std::string text_of(const std::vector<Winding>& windings, const char* key) {
  std::string out;
  for (const Winding& w : windings) {
    out += std::string("\n[[") + key + "]]\nname = " + text::quoted(w.name) + "\ncoil = [\n";
    for (const Coil& coil : w.coils) out += text_of(coil);
    out += "]\n";
  }
  return out;
}

}  // namespace

CoilArray parse_coil_array(std::string_view toml, std::string_view source) {
  const Node root = text::parse(toml, source);
  TableReader top(root, "");
  (void)top.require("surefoot_coil_array");
  if (top.integer("surefoot_coil_array", 0) != 1)
    throw ConfigError(top.path_of("surefoot_coil_array"), "this version of the library reads version 1 only");
  CoilArray array;
  (void)top.require("name");
  array.name = top.string("name", {});
  array.title = top.string("title", {});
  array.source = top.string("source", {});
  array.transmitters = read_windings(top, "transmitter");
  array.receivers = read_windings(top, "receiver");
  read_channels(top, array);
  read_drives(top, array);
  top.finish();
  validate(array);
  return array;
}

std::string to_text(const CoilArray& array) {
  std::string out = "surefoot_coil_array = 1\nname = " + text::quoted(array.name) + "\n";
  if (!array.title.empty()) out += "title = " + text::quoted(array.title) + "\n";
  if (!array.source.empty()) out += "source = " + text::quoted(array.source) + "\n";
  if (!array.channels.empty()) {
    out += "channel = [\n";
    for (const CoilChannel& c : array.channels)
      out += "  [" + text::quoted(array.transmitters.at(to_size(c.transmitter)).name) + ", " +
             text::quoted(array.receivers.at(to_size(c.receiver)).name) + "],\n";
    out += "]\n";
  }
  out += text_of(array.transmitters, "transmitter") + text_of(array.receivers, "receiver");
  if (!array.frequency.tones_hz.empty()) {
    out += "\n[frequency]\ntones_hz = " + list_of(array.frequency.tones_hz) + "\n";
    if (!array.frequency.current_a.empty()) out += "current_a = " + list_of(array.frequency.current_a) + "\n";
  }
  if (!array.time.gate_edges_s.empty()) {
    out += "\n[time]\nwaveform = [";
    for (std::size_t i = 0; i < array.time.waveform.size(); ++i) {
      const WaveformPoint& p = array.time.waveform[i];
      (out += i > 0 ? ", " : "") += "[" + text::number(p.time_s) + ", " + text::number(p.current_a) + "]";
    }
    out += "]\nperiod_s = " + text::number(array.time.period_s) +
           "\nbipolar = " + (array.time.bipolar ? "true" : "false") +
           "\ngate_edges_s = " + list_of(array.time.gate_edges_s) +
           "\nreceiver_pole_s = " + text::number(array.time.receiver_pole_s) + "\n";
  }
  return out;
}

CoilArray load_coil_array(std::string_view source) {
  for (const BuiltinCoilArray& b : builtin_coil_arrays())
    if (source == b.name) return parse_coil_array(b.text, b.name);
  if (source.find_first_of("\n=") != std::string_view::npos) return parse_coil_array(source);
  const std::filesystem::path path{std::string(source)};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    std::vector<std::string> known;
    for (const BuiltinCoilArray& b : builtin_coil_arrays()) known.emplace_back(b.name);
    text::unknown_word("coil array", "coil array, and no file", std::string(source), known);
  }
  std::ifstream file(path, std::ios::binary);
  const std::string toml{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw ConfigError(path.string(), "could not be read");
  return parse_coil_array(toml, path.string());
}

}  // namespace surefoot::io

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil_array.hpp>

#include <span>
#include <string>
#include <string_view>

namespace surefoot::io {

/// Read a metal detector's array from its text form, TOML:
///
///   surefoot_coil_array = 1
///   name = "two-coils"
///   [[transmitter]]
///   name = "T"
///   coil = [ { shape = "circle", centre_m = [0, 0, 0], axis = [0, 0, 1], radius_m = 0.13, turns = 24 } ]
///   [[receiver]]
///   name = "R"
///   coil = [ { shape = "rectangle", centre_m = [0, 0, 0], axis = "x", sides_m = [0.08, 0.08] } ]
///   channel = [ ["T", "R"] ]                      # absent: all pairs, transmitter by transmitter
///   [frequency]
///   tones_hz = [1000, 90000]
///   [time]
///   waveform = [ [-1e-3, 0], [-5e-6, 2], [0, 0] ]  # seconds, amperes
///   gate_edges_s = [1e-5, 2e-5, 4e-5]
///
/// Shapes    circle; polygon with corners_m = [[x, y, z], ...]; rectangle, whose axis is "x", "y" or "z" and whose sides_m lie
///           along the next two axes in cyclic order; it is kept as a polygon. turns is 1 where absent.
/// @throws ConfigError  with path, line and column: unknown keys, wrong types, all that validate() refuses.
/// @source   our own
[[nodiscard]] CoilArray parse_coil_array(std::string_view toml, std::string_view source = "coil array");

/// The canonical text: parse_coil_array() gives the same array, bit for bit.
[[nodiscard]] std::string to_text(const CoilArray& array);

/// An array that is compiled in.
struct BuiltinCoilArray {
  const char* name;
  const char* text;
};
/// `handheld-coaxial`, `handheld-double-d`, `metalmapper-2x2`, `temtads-2x2`.
[[nodiscard]] std::span<const BuiltinCoilArray> builtin_coil_arrays() noexcept;

/// A built-in name, the path of a .toml file, or the text itself (recognised by a line break or an equals sign).
/// @throws ConfigError if it is none of them, naming the built-ins; or if the text is wrong.
[[nodiscard]] CoilArray load_coil_array(std::string_view name_path_or_text);

}  // namespace surefoot::io

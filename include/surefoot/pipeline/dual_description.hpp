// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/pipeline/description.hpp>

namespace surefoot {

/// A pipeline for a metal detector and a radar together, as it is written.
///
///   surefoot = 1
///   modality = "dual"
///   emi = { use = "md-cw" }                       # a built-in pipeline, or stage = [...] and detector = {...}
///   [gpr]
///   stage = [ { use = "gpr.dewow", window_s = 3e-9 }, ... ]
///   detector = { use = "detect.peak_alarm" }
///   [fusion]                                      # use = "detect.fusion"
///   method = "llr"
struct DualDescription {
  std::string title;
  Description emi;
  Description gpr;
  Step<FuserEntry> fusion;
};

/// Parse the text form. The metal detector must have a detector; a radar without one is only evidence.
/// @throws ConfigError as parse_description()
[[nodiscard]] DualDescription parse_dual_description(std::string_view text, std::string_view source = "pipeline");

/// The canonical text: both pipelines in full, every option. It round-trips.
[[nodiscard]] std::string to_text(const DualDescription& description);
[[nodiscard]] std::uint64_t hash_of(const DualDescription& description);

/// The pipelines for two sensors that come with the library.
[[nodiscard]] std::span<const Builtin> dual_builtins() noexcept;

/// True for what describes two sensors. @throws ConfigError if it is no built-in pipeline, no file and no text that can be read
[[nodiscard]] bool describes_two_sensors(std::string_view name_path_or_text);

/// A name of dual_builtins(), the path of a .toml file, or the text itself. @throws ConfigError as load_description()
[[nodiscard]] DualDescription load_dual_description(std::string_view name_path_or_text);

}  // namespace surefoot

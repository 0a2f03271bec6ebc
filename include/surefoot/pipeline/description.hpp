// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/pipeline/registry.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace surefoot {

/// One stage or detector of a description: which, with which options, and where the text said so.
template <class Entry>
struct Step {
  /// Where an option stood in the text.
  struct FieldPlace {
    std::string name;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
  };

  const Entry* entry = nullptr;
  AnyOptions options;
  std::vector<FieldPlace> places;
};

/// A pipeline as it is written: the value behind the text form.
///
///   surefoot = 1
///   modality = "gpr"
///   stage = [ { use = "gpr.dewow", window_s = 3e-9 }, ... ]
///   detector = { use = "detect.peak_alarm", threshold = 6.0 }
struct Description {
  /// The only version of the text form so far.
  static constexpr std::int64_t version = 1;

  std::string title;
  std::string modality = "gpr";
  std::vector<Step<StageEntry>> stages;
  std::optional<Step<DetectorEntry>> detector;
};

/// The description of one stage alone, of the modality that its name says.
[[nodiscard]] Description description_of(const Step<StageEntry>& stage);

/// Parse the text form.
/// @throws ConfigError naming path, line, column, and for an unknown word the nearest valid one.
[[nodiscard]] Description parse_description(std::string_view text, std::string_view source = "pipeline");

/// The canonical text: every option, one a line, in the order of its fields(). It round-trips: parsing it and writing it
/// again gives the same bytes, and two descriptions with the same text give the same bits.
[[nodiscard]] std::string to_text(const Description& description);

/// A problem in words: value, unit, what is wrong, and the range that is allowed if there is one.
[[nodiscard]] std::string to_text(const Problem& problem);

/// FNV-1a over the canonical text: ties a saved state to its pipeline. Not cryptographic.
[[nodiscard]] std::uint64_t hash_of(const Description& description);

/// A pipeline that comes with the library.
struct Builtin {
  const char* name;
  const char* text;
};
[[nodiscard]] std::span<const Builtin> builtins() noexcept;

/// A built-in name, the path of a .toml file, or the text itself (recognised by a line break or an equals sign).
/// @throws ConfigError if it is none of them, naming the built-ins; or if the text is wrong.
[[nodiscard]] Description load_description(std::string_view name_path_or_text);

}  // namespace surefoot

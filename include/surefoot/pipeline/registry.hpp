// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/detector.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/fuser.hpp>
#include <surefoot/base/stage.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace surefoot {

/// The options of any stage by value: a plain aggregate kept in place, without the heap.
class AnyOptions {
 public:
  static constexpr std::size_t capacity = 4096;

  template <class Options>
  static AnyOptions of(const Options& options) noexcept {
    static_assert(std::is_trivially_copyable_v<Options> && sizeof(Options) <= capacity);
    AnyOptions any;
    ::new (static_cast<void*>(any.bytes_.data())) Options(options);
    return any;
  }
  template <class Options>
  [[nodiscard]] Options& as() noexcept {
    return *std::launder(reinterpret_cast<Options*>(bytes_.data()));
  }
  template <class Options>
  [[nodiscard]] const Options& as() const noexcept {
    return *std::launder(reinterpret_cast<const Options*>(bytes_.data()));
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, capacity> bytes_{};
};

/// Room in which an object is built while its plan is made; its buffers are only counted.
inline constexpr std::size_t plan_scratch_bytes = 16384;

/// One line of the table: a name, a sentence, and how to treat the options of what it names.
template <class Product>
struct RegistryEntry {
  const char* name;
  const char* summary;
  AnyOptions (*defaults)() noexcept;
  void (*visit)(AnyOptions&, FieldVisitor&);
  Problem (*validate)(const AnyOptions&, const StreamSpec&) noexcept;
  Product* (*make)(const AnyOptions&, const StreamSpec&, Arena&) noexcept;
};
using StageEntry = RegistryEntry<Stage>;
using DetectorEntry = RegistryEntry<Detector>;
using FuserEntry = RegistryEntry<Fuser>;

/// An entry for a type that is constructed from (options, spec, arena).
/// Where the type depends on the options, `make` is a function (options, spec, arena) -> Product*.
template <class Product, class Options, auto make>
[[nodiscard]] constexpr RegistryEntry<Product> entry_made_by(const char* name, const char* summary) noexcept {
  return {name,
          summary,
          []() noexcept { return AnyOptions::of(Options{}); },
          [](AnyOptions& o, FieldVisitor& v) { fields(v, o.as<Options>()); },
          [](const AnyOptions& o, const StreamSpec& in) noexcept { return validate(o.as<Options>(), in); },
          [](const AnyOptions& o, const StreamSpec& in, Arena& arena) noexcept -> Product* {
            return make(o.as<Options>(), in, arena);
          }};
}
template <class Type, class Options>
[[nodiscard]] constexpr auto entry(const char* name, const char* summary) noexcept {
  using Product = std::conditional_t<std::is_base_of_v<Stage, Type>, Stage,
                                     std::conditional_t<std::is_base_of_v<Detector, Type>, Detector, Fuser>>;
  static_assert(sizeof(Type) <= plan_scratch_bytes / 2, "buffers belong into the arena, not into the object");
  constexpr auto make = [](const Options& o, const StreamSpec& in, Arena& arena) noexcept -> Product* {
    return arena.emplace<Type>(o, in, arena);
  };
  return entry_made_by<Product, Options, make>(name, summary);
}

/// All stages, all detectors and all that joins two sensors, in the order of the tables in src/pipeline/registry.cpp.
[[nodiscard]] std::span<const StageEntry> stages() noexcept;
[[nodiscard]] std::span<const DetectorEntry> detectors() noexcept;
[[nodiscard]] std::span<const FuserEntry> fusers() noexcept;
/// nullptr if there is none of that name.
[[nodiscard]] const StageEntry* find_stage(std::string_view name) noexcept;
[[nodiscard]] const DetectorEntry* find_detector(std::string_view name) noexcept;
[[nodiscard]] const FuserEntry* find_fuser(std::string_view name) noexcept;

/// What building a stage on a given input comes to.
struct StagePlan {
  StreamSpec output;
  Index latency = 0;
  std::size_t bytes = 0;
  bool one_to_one = true;
  Index most_at_once = 1;
};
/// Output, latency and bytes without building; the options must have passed validate().
[[nodiscard]] StagePlan plan(const StageEntry& entry, const AnyOptions& options, const StreamSpec& in) noexcept;
/// Bytes that a detector or a fuser takes.
[[nodiscard]] std::size_t plan(const DetectorEntry& entry, const AnyOptions& options, const StreamSpec& in) noexcept;
[[nodiscard]] std::size_t plan(const FuserEntry& entry, const AnyOptions& options, const StreamSpec& in) noexcept;

}  // namespace surefoot

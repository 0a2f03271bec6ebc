// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/number_list.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <type_traits>

/// The contract of options. Beside each options struct stands one plain function
///
///   template <class V> void fields(V& v, DewowOptions& o) {
///     v(o.window_s, "window_s", Unit::second, above(0.0), "Length of the running mean along time.");
///   }
///
/// Visitors of it give text in, text out, validation, Python keywords, docstrings, `surefoot describe` and the tables.
/// A visitor has five calls: (double&, name, unit, range, sentence), (Index&, name, unit, range, sentence),
/// (a list&, name, unit, range of each number, sentence), (bool&, name, sentence) and (Enum&, name, words, sentence),
/// where words[i] is the word for the enumerator i.
namespace surefoot {

enum class Unit : std::uint8_t {
  none,
  second,
  hertz,
  metre,
  metre_per_second,
  volt,
  per_second,
  decibel,
  traces,
  samples,
  segments,
  degree,
  per_metre,
  decibel_per_metre,
  siemens_per_metre,
  radian,
  ampere,
  cubic_metre
};

/// The unit as people write it; "1" for a plain number.
[[nodiscard]] constexpr const char* symbol(Unit unit) noexcept {
  switch (unit) {
    case Unit::none: return "1";
    case Unit::second: return "s";
    case Unit::hertz: return "Hz";
    case Unit::metre: return "m";
    case Unit::metre_per_second: return "m/s";
    case Unit::volt: return "V";
    case Unit::per_second: return "1/s";
    case Unit::decibel: return "dB";
    case Unit::traces: return "traces";
    case Unit::samples: return "samples";
    case Unit::segments: return "segments";
    case Unit::degree: return "deg";
    case Unit::per_metre: return "1/m";
    case Unit::decibel_per_metre: return "dB/m";
    case Unit::siemens_per_metre: return "S/m";
    case Unit::radian: return "rad";
    case Unit::ampere: return "A";
    case Unit::cubic_metre: return "m3";
  }
  return "1";
}

/// What a number may be. NaN is never inside.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;

  [[nodiscard]] constexpr bool contains(double x) const noexcept {
    return (low_open ? x > low : x >= low) && (high_open ? x < high : x <= high);
  }
};
/// Finite numbers above (at_least: or equal to) a bound.
[[nodiscard]] constexpr Range above(double low) noexcept { return {.low = low, .low_open = true, .high_open = true}; }
[[nodiscard]] constexpr Range at_least(double low) noexcept { return {.low = low, .high_open = true}; }
[[nodiscard]] constexpr Range between(double low, double high) noexcept { return {.low = low, .high = high}; }
[[nodiscard]] constexpr Range above_to(double low, double high) noexcept {
  return {.low = low, .high = high, .low_open = true};
}
[[nodiscard]] constexpr Range finite() noexcept { return {.low_open = true, .high_open = true}; }

using Words = std::span<const char* const>;

/// What is wrong with an option, as a value: the core never throws. No problem converts to false.
struct Problem {
  const char* field = nullptr;   ///< name of the option
  const char* reason = nullptr;  ///< "must be ..."
  double value = 0.0;
  Range allowed{};
  Unit unit = Unit::none;

  [[nodiscard]] explicit constexpr operator bool() const noexcept { return field != nullptr; }
};

/// The visitor that checks every number against its range and keeps the first that fails.
class RangeCheck {
 public:
  void operator()(double& x, const char* name, Unit unit, Range range, const char*) noexcept {
    check(x, name, unit, range);
  }
  void operator()(Index& n, const char* name, Unit unit, Range range, const char*) noexcept {
    check(static_cast<double>(n), name, unit, range);
  }
  template <Index most>
  void operator()(ListOf<most>& list, const char* name, Unit unit, Range range, const char*) noexcept {
    if (list.count < 0 || list.count > most) {
      if (!problem_)
        problem_ = {name, "numbers are not a list that fits", static_cast<double>(list.count),
                    between(0.0, static_cast<double>(most)), Unit::none};
      return;
    }
    for (const double x : list.view()) check(x, name, unit, range);
  }
  void operator()(bool&, const char*, const char*) noexcept {}
  template <class E>
  requires std::is_enum_v<E>
  void operator()(E& e, const char* name, Words words, const char*) noexcept {
    check(static_cast<double>(e), name, Unit::none, {0.0, static_cast<double>(words.size()) - 1.0});
  }
  [[nodiscard]] const Problem& problem() const noexcept { return problem_; }

 private:
  void check(double x, const char* name, Unit unit, Range range) noexcept {
    if (!problem_ && !range.contains(x)) problem_ = {name, "is out of its range", x, range, unit};
  }
  Problem problem_;
};

/// The first option that lies outside its declared range, if any.
template <class Options>
[[nodiscard]] Problem check_ranges(const Options& options) noexcept {
  Options copy = options;
  RangeCheck check;
  fields(check, copy);
  return check.problem();
}

/// The same five calls behind virtual functions, for code that does not know the options' type.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void real(double& value, const char* name, Unit unit, Range range, const char* sentence) = 0;
  virtual void count(Index& value, const char* name, Unit unit, Range range, const char* sentence) = 0;
  virtual void list(NumberList& value, const char* name, Unit unit, Range range, const char* sentence) = 0;
  /// A list that may be long. One who has nothing to do with such lists need not say so.
  virtual void long_list(LongList& value, const char* name, Unit unit, Range range, const char* sentence) {
    (void)value, (void)name, (void)unit, (void)range, (void)sentence;
  }
  virtual void flag(bool& value, const char* name, const char* sentence) = 0;
  virtual void choice(std::size_t& value, const char* name, Words words, const char* sentence) = 0;

  void operator()(double& x, const char* name, Unit u, Range r, const char* s) { real(x, name, u, r, s); }
  void operator()(Index& n, const char* name, Unit u, Range r, const char* s) { count(n, name, u, r, s); }
  void operator()(NumberList& l, const char* name, Unit u, Range r, const char* s) { list(l, name, u, r, s); }
  void operator()(LongList& l, const char* name, Unit u, Range r, const char* s) { long_list(l, name, u, r, s); }
  void operator()(bool& b, const char* name, const char* s) { flag(b, name, s); }
  template <class E>
  requires std::is_enum_v<E>
  void operator()(E& e, const char* name, Words words, const char* s) {
    auto i = static_cast<std::size_t>(e);
    choice(i, name, words, s);
    e = static_cast<E>(i);
  }
};

}  // namespace surefoot

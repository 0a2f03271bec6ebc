// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/pipeline/registry.hpp>

#include "support/lines.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The settings of a stage's options under which the contract is tested: the defaults, a covering array of the choices,
/// and both ends of each number.
///
/// Choices are options with words, and flags. Each two of them meet in each combination of their values that `validate`
/// lets through (all pairs, greedily: after each case the one is made that brings most pairs that were not there yet, as in
/// @source Cohen, Dalal, Fredman, Patton, "The AETG system", IEEE Trans. Softw. Eng. 23(7), 1997). Each number stands
/// once at the least and once at the greatest value that `validate` and the bounds below let through, one number a case, so
/// that a finding has a name; these are spread over the combinations of the choices.
namespace surefoot::test {

/// The greatest stage of a case, where the defaults do not ask for more: a window of 1e9 traces is valid and tells nothing
/// that one of 1,000 does not.
inline constexpr std::size_t n_most_bytes = std::size_t{4} << 20U;
inline constexpr Index n_most_samples = 2048;
inline constexpr Index n_most_traces = 500;

/// One option, as a number whatever its kind.
struct Factor {
  std::string name;
  bool is_number = false;
  bool is_count = false;
  double start = 0.0;              ///< the default
  Range range{};                   ///< of a number
  std::vector<std::string> words;  ///< of a choice; a flag's are "false" and "true"
};

/// Reads the options of a stage, and changes those that `set` names.
class Factors final : public FieldVisitor {
 public:
  std::vector<Factor> found;
  std::map<std::string, double> set;

  void real(double& value, const char* name, Unit, Range range, const char*) override {
    found.push_back({name, true, false, value, range, {}});
    if (const auto s = set.find(name); s != set.end()) value = s->second;
  }
  void count(Index& value, const char* name, Unit, Range range, const char*) override {
    found.push_back({name, true, true, static_cast<double>(value), range, {}});
    if (const auto s = set.find(name); s != set.end()) value = static_cast<Index>(s->second);
  }
  void list(NumberList&, const char*, Unit, Range, const char*) override {}
  void flag(bool& value, const char* name, const char*) override {
    found.push_back({name, false, false, value ? 1.0 : 0.0, {}, {"false", "true"}});
    if (const auto s = set.find(name); s != set.end()) value = s->second != 0.0;
  }
  void choice(std::size_t& value, const char* name, Words words, const char*) override {
    found.push_back({name, false, false, static_cast<double>(value), {}, {words.begin(), words.end()}});
    if (const auto s = set.find(name); s != set.end()) value = static_cast<std::size_t>(s->second);
  }
};

class OptionCases {
 public:
  /// What differs from the defaults, by name.
  using Settings = std::map<std::string, double>;
  /// Two settings of two choices, those of the option that is declared first in front.
  using Pair = std::pair<std::pair<std::size_t, std::size_t>, std::pair<std::size_t, std::size_t>>;

  OptionCases(const StageEntry& entry, const StreamSpec& spec) : entry_(&entry), spec_(spec) {
    AnyOptions defaults = entry.defaults();
    Factors factors;
    entry.visit(defaults, factors);
    const StagePlan least = plan(entry, defaults, suited(entry, defaults, spec));
    most_.bytes = std::max(least.bytes, n_most_bytes);
    most_.output.n_samples = std::max(least.output.n_samples, n_most_samples);
    most_.output.max_traces = std::max(least.output.max_traces, n_most_traces);
    most_.most_at_once = std::max(least.most_at_once, Index{100});
    for (Factor& f : factors.found) (f.is_number ? numbers_ : choices_).push_back(f);
    cover();
    add_ends();
  }

  [[nodiscard]] const StageEntry& entry() const { return *entry_; }
  /// The defaults first.
  [[nodiscard]] const std::vector<Settings>& cases() const { return cases_; }
  [[nodiscard]] const std::vector<Factor>& choices() const { return choices_; }
  [[nodiscard]] const std::vector<Factor>& numbers() const { return numbers_; }

  [[nodiscard]] bool is_number(const std::string& name) const {
    return std::ranges::any_of(numbers_, [&](const Factor& f) { return f.name == name; });
  }
  [[nodiscard]] bool has_number(const Settings& settings) const {
    return std::ranges::any_of(settings, [&](const auto& s) { return is_number(s.first); });
  }

  [[nodiscard]] AnyOptions options(const Settings& settings) const {
    AnyOptions o = entry_->defaults();
    Factors factors;
    factors.set = settings;
    entry_->visit(o, factors);
    return o;
  }
  /// True if a stage can be made of it that is small enough to be run.
  [[nodiscard]] bool fits(const Settings& settings) const {
    const AnyOptions o = options(settings);
    const StreamSpec in = suited(*entry_, o, spec_);
    if (entry_->validate(o, in)) return false;
    const StagePlan p = plan(*entry_, o, in);
    return p.bytes <= most_.bytes && p.output.n_samples <= most_.output.n_samples &&
           p.output.max_traces <= most_.output.max_traces && p.most_at_once <= most_.most_at_once;
  }
  /// "gpr_background__method_median__window_traces_high": letters, digits and underscores.
  [[nodiscard]] std::string label(const Settings& settings) const {
    std::string out = entry_->name;
    for (const Factor& f : choices_)
      if (const auto s = settings.find(f.name); s != settings.end())
        out += "__" + f.name + "_" + f.words[static_cast<std::size_t>(s->second)];
    for (const Factor& f : numbers_)
      if (const auto s = settings.find(f.name); s != settings.end())
        out += "__" + f.name + (s->second < f.start ? "_low" : "_high");
    for (char& c : out)
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return out;
  }
  /// The pairs of two settings of choices that a case holds.
  [[nodiscard]] std::set<Pair> pairs(const Settings& settings) const {
    std::set<Pair> out;
    for (std::size_t b = 1; b < choices_.size(); ++b)
      for (std::size_t a = 0; a < b; ++a) out.insert({{a, word(settings, a)}, {b, word(settings, b)}});
    return out;
  }
  /// All pairs that can be had, the other options at their defaults.
  [[nodiscard]] std::set<Pair> all_pairs() const {
    std::set<Pair> out;
    for (std::size_t b = 1; b < choices_.size(); ++b)
      for (std::size_t a = 0; a < b; ++a)
        for (std::size_t i = 0; i < choices_[a].words.size(); ++i)
          for (std::size_t j = 0; j < choices_[b].words.size(); ++j)
            if (fits(with(with({}, a, i), b, j))) out.insert({{a, i}, {b, j}});
    return out;
  }

 private:
  [[nodiscard]] std::size_t word(const Settings& settings, std::size_t choice) const {
    const auto s = settings.find(choices_[choice].name);
    return static_cast<std::size_t>(s != settings.end() ? s->second : choices_[choice].start);
  }
  /// What stands at its default is not a setting.
  [[nodiscard]] Settings with(Settings settings, std::size_t choice, std::size_t word) const {
    const Factor& f = choices_[choice];
    if (static_cast<double>(word) == f.start) settings.erase(f.name);
    else settings[f.name] = static_cast<double>(word);
    return settings;
  }

  void cover() {
    cases_.push_back({});
    if (choices_.size() == 1) {  // no pairs
      for (std::size_t w = 0; w < choices_[0].words.size(); ++w)
        if (const Settings s = with({}, 0, w); !s.empty() && fits(s)) cases_.push_back(s);
      return;
    }
    std::set<Pair> missing = all_pairs();
    for (const Pair& p : pairs({})) missing.erase(p);
    while (!missing.empty()) {
      // Begin with a missing pair, then give each other choice the word that brings most missing pairs with what is there.
      const auto [first, second] = *missing.begin();
      Settings best = with(with({}, first.first, first.second), second.first, second.second);
      std::set<std::size_t> fixed{first.first, second.first};
      for (std::size_t c = 0; c < choices_.size(); ++c) {
        if (!fixed.insert(c).second) continue;
        std::size_t most = gain(best, missing);
        const Settings before = best;
        for (std::size_t w = 0; w < choices_[c].words.size(); ++w) {
          const Settings tried = with(before, c, w);
          if (const std::size_t n = gain(tried, missing); n > most && fits(tried)) {
            most = n;
            best = tried;
          }
        }
      }
      for (const Pair& p : pairs(best)) missing.erase(p);
      cases_.push_back(best);
    }
  }
  [[nodiscard]] std::size_t gain(const Settings& settings, const std::set<Pair>& missing) const {
    std::size_t n = 0;
    for (const Pair& p : pairs(settings)) n += missing.count(p);
    return n;
  }

  void add_ends() {
    const std::size_t n_choices = cases_.size();
    std::size_t next = 1;  // the defaults stay what they are
    for (const Factor& f : numbers_)
      for (const double end : {f.range.low, f.range.high}) {
        Settings base = n_choices > 1 ? cases_[1 + (next++ % (n_choices - 1))] : Settings{};
        const double value = furthest(base, f, end);
        if (value == f.start) continue;  // the default is the end
        base[f.name] = value;
        cases_.push_back(base);
      }
  }
  /// The value nearest to an end of the range that fits, by halving. A number without an end is taken to a million times its
  /// default (1e12 where that is 0).
  [[nodiscard]] double furthest(Settings base, const Factor& f, double end) const {
    const auto fits_at = [&](double x) {
      base[f.name] = x;
      return f.range.contains(x) && fits(base);
    };
    const double far = f.start != 0.0 ? 1e6 * std::abs(f.start) : 1e12;
    end = std::clamp(end, -far, far);
    if (fits_at(end)) return end;
    double good = f.start;
    double bad = end;
    for (int i = 0; i < 200; ++i) {
      const double middle = f.is_count ? std::trunc(0.5 * (good + bad)) : 0.5 * (good + bad);
      if (middle == good || middle == bad) break;
      (fits_at(middle) ? good : bad) = middle;
    }
    return good;
  }

  const StageEntry* entry_;
  StreamSpec spec_;
  StagePlan most_;
  std::vector<Factor> choices_;
  std::vector<Factor> numbers_;
  std::vector<Settings> cases_;
};

}  // namespace surefoot::test

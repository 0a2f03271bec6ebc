// SPDX-License-Identifier: MIT
#include <surefoot/eval/strata.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace surefoot::eval {
namespace {

constexpr const char* not_said = "not said";

bool little_metal(const std::string& metal) { return metal == "none" || metal == "minimum"; }

std::string said(const std::string& word) { return word.empty() ? not_said : word; }

using NameOf = std::string (*)(const Target&);

// Divisions in the order of the tables, with the names that have an order of their own.
struct Division {
  const char* by;
  NameOf name_of;
  std::vector<std::string> order;
};

std::vector<Division> divisions() {
  return {
      {"class", &class_of, {"AP minimum-metal", "AP metal", "AP", "AT plastic", "AT metal", "AT", "other ordnance"}},
      {"depth", &depth_class_of, {"0-5 cm", "5-10 cm", "10-15 cm", "15-20 cm", "over 20 cm"}},
      {"soil", [](const Target& t) { return said(t.soil); }, {}},
      {"surface", [](const Target& t) { return said(t.surface); }, {}},
      {"operator", [](const Target& t) { return said(t.user); }, {}},
  };
}

}  // namespace

std::string class_of(const Target& target) {
  const std::string& metal = target.metal;
  if (target.kind == "mine-AP") return metal.empty() ? "AP" : little_metal(metal) ? "AP minimum-metal" : "AP metal";
  if (target.kind == "mine-AT") return metal.empty() ? "AT" : metal == "high" ? "AT metal" : "AT plastic";
  if (target.kind == "ordnance") return "other ordnance";
  return said(target.kind);
}

std::string depth_class_of(const Target& target) {
  constexpr double rounding_m = 1e-9;
  if (std::isnan(target.depth_m)) return not_said;
  constexpr std::array<std::pair<double, const char*>, 4> classes{
      {{0.05, "0-5 cm"}, {0.10, "5-10 cm"}, {0.15, "10-15 cm"}, {0.20, "15-20 cm"}}};
  for (const auto& [high, name] : classes)
    if (target.depth_m <= high + rounding_m) return name;
  return "over 20 cm";
}

std::vector<Stratum> strata(const Matched& matched, double threshold, double confidence) {
  std::vector<Stratum> out;
  const auto add = [&](const char* by, const std::string& name, const std::map<std::size_t, bool>& objects) {
    Stratum s{by, name, static_cast<Index>(objects.size()), 0, unknown, {}, {}};
    for (const auto& [object, found] : objects) s.detected += found ? 1 : 0;
    s.pd = to_double(std::int64_t{s.detected}) / to_double(std::int64_t{s.n});
    s.pd_interval = clopper_pearson(s.detected, s.n, confidence);
    s.pd_wilson = wilson(s.detected, s.n, confidence);
    out.push_back(std::move(s));
  };
  const auto sounded = [&](const Pass& p) { return p.score >= threshold && p.alarmed; };
  for (const Division& division : divisions()) {
    std::map<std::string, std::map<std::size_t, bool>> groups;
    for (const Pass& p : matched.passes) {
      if (p.coverage != Coverage::covered || !Matched::counts(matched.outcomes[p.outcome])) continue;
      bool& found = groups[division.name_of(p.target)][p.outcome];
      found = found || sounded(p);
    }
    if (groups.empty() || (groups.size() == 1 && groups.begin()->first == not_said)) continue;
    for (const std::string& name : division.order)
      if (const auto it = groups.find(name); it != groups.end()) {
        add(division.by, name, it->second);
        groups.erase(it);
      }
    for (const auto& [name, objects] : groups) add(division.by, name, objects);
  }
  std::map<std::string, std::map<std::size_t, bool>> clutter;
  for (const Pass& p : matched.passes) {
    const Outcome& o = matched.outcomes[p.outcome];
    if (!o.clutter || p.coverage != Coverage::covered) continue;
    const std::string name = o.target.metal.empty() ? not_said : o.target.metal == "none" ? "without metal" : "metal";
    bool& found = clutter[name][p.outcome];
    found = found || sounded(p);
  }
  for (const auto& [name, objects] : clutter) add("clutter", name, objects);
  return out;
}

}  // namespace surefoot::eval

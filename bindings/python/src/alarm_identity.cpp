// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/emi/alarm_identity.hpp>
#include <surefoot/emi/parts.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <numeric>

namespace surefoot::python {
namespace {

using emi::IdentityEntry;
using emi::SpectrumIdentityOptions;

// A result that owns its words.
struct Identity {
  std::string state;
  double target_probability = 0.0;
  double snr = 0.0;
  double unexplained = 1.0;
  std::string reason;
  std::vector<std::tuple<std::string, std::string, double>> guesses;  // name, kind, probability: the likeliest first
};

// The parts of our own at the tones of a line.
struct PartLibrary {
  std::vector<std::vector<emi::Symmetric3>> tensors;
  std::vector<IdentityEntry> entries;

  explicit PartLibrary(const TraceAxis& axis) : tensors(emi::parts.size()) {
    for (std::size_t i = 0; i < emi::parts.size(); ++i) {
      tensors[i].resize(2 * to_size(axis.places.count));
      emi::part_tensor(emi::parts[i].shape, axis.places.view(), tensors[i]);
      entries.push_back({emi::parts[i].name, emi::parts[i].kind, emi::parts[i].is_target, tensors[i]});
    }
  }
};

Identity with_words(const emi::IdentityResult& result, std::span<const IdentityEntry> entries,
                    std::span<const double> probabilities) {
  Identity out{emi::match_state_words[static_cast<std::size_t>(result.state)],
               result.target_probability,
               result.snr,
               result.unexplained,
               result.reason,
               {}};
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  for (const std::size_t e : order) out.guesses.emplace_back(entries[e].name, entries[e].kind, probabilities[e]);
  return out;
}

std::vector<Identity> identify(const Line& line, const std::vector<Alarm>& alarms, double quiet_score,
                               const py::kwargs& given) {
  SpectrumIdentityOptions options;
  read_options("identify_alarms", given, [&](FieldVisitor& v) { fields(v, options); });
  if (const Problem problem = check_ranges(options))
    throw ConfigError(std::string("identify_alarms.") + problem.field, to_text(problem));
  const StreamSpec spec = line.spec();
  if (spec.axis.kind != AxisKind::sweep || spec.axis.places.empty())
    throw ConfigError("identify_alarms.line",
                      std::string("needs listed tones, not an axis of ") + name_of(spec.axis.kind));
  if (const Problem problem = validate(emi::ResponseOptions{.response = options.response}, spec))
    throw ConfigError(std::string("identify_alarms.") + problem.field, to_text(problem));
  const PartLibrary library(spec.axis);
  const py::gil_scoped_release released;
  const emi::ScoredTraces traces{{line.samples.data(), static_cast<std::size_t>(line.samples.size())}, line.tags};
  std::vector<Identity> out;
  std::vector<double> probabilities(library.entries.size());
  std::vector<Sample> scratch(3 * to_size(line.n_samples()));
  for (const Alarm& alarm : alarms) {
    const InArena<emi::SpectrumIdentity> identity(options, spec, std::span<const IdentityEntry>(library.entries));
    const emi::IdentityResult result =
        emi::identify_alarm(*identity, traces, alarms, alarm, quiet_score, scratch, probabilities);
    out.push_back(with_words(result, library.entries, probabilities));
  }
  return out;
}

}  // namespace

void bind_alarm_identity(py::module_& m) {
  py::class_<Identity>(m, "Identity",
                       "What an alarm of a metal detector may be. Never a statement that there is or is no mine.")
      .def_readonly("state", &Identity::state,
                    "target, clutter, unlisted (like no single entry of the library) or cannot_tell")
      .def_readonly("target_probability", &Identity::target_probability,
                    "Of all targets of the library together, if it is one of its entries.")
      .def_readonly("snr", &Identity::snr, "Signal to noise as amplitude, all traces and tones.")
      .def_readonly("unexplained", &Identity::unexplained,
                    "Share of the signal's energy that the likeliest entry leaves unexplained.")
      .def_readonly("reason", &Identity::reason, "Why it is unlisted or cannot be told; else empty.")
      .def_readonly("guesses", &Identity::guesses, "(name, kind, probability) of each entry, the likeliest first.")
      .def("__repr__", [](const Identity& i) {
        return "Identity(" + i.state + ", target_probability=" + std::to_string(i.target_probability) +
               (i.guesses.empty() ? "" : ", best='" + std::get<0>(i.guesses.front()) + "'") + ")";
      });
  SpectrumIdentityOptions defaults;
  m.def("identify_alarms", &identify, py::arg("line"), py::arg("alarms"), py::kw_only(), py::arg("quiet_score") = 3.0,
        ("Identity of each alarm of a metal detector's scored line (run.traces, run.alarms of md-cw), from the tones "
         "alone,\nagainst the parts of mines and clutter that surefoot has simulated: a demonstration, no library for "
         "the field.\n\nquiet_score: traces that score less, away from alarms, teach what the ground "
         "around an alarm is like.\n\n" +
         options_text([&](FieldVisitor& v) {
           fields(v, defaults);
         })).c_str());
}

}  // namespace surefoot::python

// SPDX-License-Identifier: MIT
// What an object is, and in which order to dig: thin faces of the library match, the identification and the dig list.
#include "arguments.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/coil_array.hpp>
#include <surefoot/base/line.hpp>
#include <surefoot/emi/dig_list.hpp>
#include <surefoot/emi/library.hpp>
#include <surefoot/emi/parts.hpp>
#include <surefoot/emi/spectrum_identity.hpp>
#include <surefoot/io/mpt.hpp>

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

namespace surefoot::python {
namespace {

using emi::Symmetric3;
using std::complex;
using Flags = py::array_t<bool, py::array::c_style | py::array::forcecast>;

// Rows of three curves.
std::vector<Vector3> curves_of(const py::object& given, const std::string& name) {
  const Doubles a = Doubles::ensure(given);
  if (!a) throw py::error_already_set();
  if (a.ndim() != 2 || a.shape(1) != 3) throw ConfigError(name, "must have the shape (n_gates, 3)");
  std::vector<Vector3> out(to_size(a.shape(0)));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = place_of(a.data(static_cast<py::ssize_t>(i), 0));
  return out;
}

// Real and imaginary part of each tone, one after the other.
std::vector<Symmetric3> parts_of(const py::object& given, const std::string& name) {
  const Complexes a = Complexes::ensure(given);
  if (!a) throw py::error_already_set();
  if (a.ndim() != 3 || a.shape(1) != 3 || a.shape(2) != 3)
    throw ConfigError(name, "must have the shape (n_tones, 3, 3)");
  std::vector<Symmetric3> out(2 * to_size(a.shape(0)));
  constexpr std::array<std::array<py::ssize_t, 2>, 6> places{{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}};
  for (std::size_t t = 0; t < out.size() / 2; ++t) {
    for (std::size_t e = 0; e < 6; ++e) {
      const auto [i, j] = places[e];
      const complex<double> value = a.at(static_cast<py::ssize_t>(t), i, j);
      if (value != a.at(static_cast<py::ssize_t>(t), j, i) && std::isfinite(std::abs(value)))
        throw ConfigError(name, "must be symmetric, as every polarizability tensor is");
      out[2 * t][e] = value.real();
      out[2 * t + 1][e] = value.imag();
    }
  }
  return out;
}

// One entry of a library that came as a dict.
struct Given {
  std::string name;
  std::string kind;
  bool is_target = false;
};
Given entry_of(const py::dict& entry, const std::string& where, const char* data) {
  for (const char* key : {"name", data})
    if (!entry.contains(key)) throw ConfigError(where, std::string("has no '") + key + "'");
  Given out{entry["name"].cast<std::string>(), "", false};
  if (entry.contains("kind")) out.kind = entry["kind"].cast<std::string>();
  if (entry.contains("is_target")) out.is_target = entry["is_target"].cast<bool>();
  return out;
}
std::string at(std::size_t i) { return "library[" + std::to_string(i) + "]"; }

py::object match_dict(const emi::Match& match, const std::vector<Given>& library) {
  if (match.entry < 0) return py::none();
  py::dict out;
  out["entry"] = match.entry;
  out["name"] = library[to_size(match.entry)].name;
  out["kind"] = library[to_size(match.entry)].kind;
  out["distance_decades"] = match.distance_decades;
  out["score"] = match.score;
  out["size_decades"] = match.size_decades;
  out["n_gates"] = match.n_gates;
  return out;
}

py::dict match_library(const py::object& curves, const Doubles& sigma_log, const std::vector<py::dict>& library,
                       const py::kwargs& given) {
  emi::MatchOptions options;
  read_options("match_library", given, [&](FieldVisitor& v) { fields(v, options); });
  require(check_ranges(options));
  const std::vector<Vector3> measured = curves_of(curves, "curves");
  const auto sigma = span_of(sigma_log, "sigma_log");
  require(sigma.size() == measured.size(), "sigma_log", "needs one value for each gate of curves");
  std::vector<Given> names;
  std::vector<std::vector<Vector3>> known;
  for (std::size_t i = 0; i < library.size(); ++i) {
    names.push_back(entry_of(library[i], at(i), "curves"));
    known.push_back(curves_of(library[i]["curves"], at(i) + ".curves"));
    if (known[i].size() != measured.size()) throw ConfigError(at(i) + ".curves", "needs the gates of curves");
  }
  std::vector<emi::LibraryEntry> entries;
  for (std::size_t i = 0; i < names.size(); ++i)
    entries.push_back({names[i].name.c_str(), names[i].kind.c_str(), names[i].is_target, known[i]});
  const emi::MatchResult result = emi::match(options, measured, sigma, entries);
  py::dict out;
  out["state"] = emi::match_state_words[static_cast<std::size_t>(result.state)];
  out["target"] = match_dict(result.target, names);
  out["clutter"] = match_dict(result.clutter, names);
  out["margin"] = result.margin;
  out["confidence"] = result.confidence;
  out["noise_decades"] = result.noise_decades;
  return out;
}

py::dict identify(const py::object& tensors, const Doubles& sigma, const std::vector<py::dict>& library) {
  const std::vector<Symmetric3> measured = parts_of(tensors, "tensors");
  const auto per_tone = span_of(sigma, "sigma");
  require(2 * per_tone.size() == measured.size(), "sigma", "needs one value for each tone of tensors");
  std::vector<double> weight;
  for (const double s : per_tone) weight.insert(weight.end(), {s > 0.0 ? 1.0 / s : 0.0, s > 0.0 ? 1.0 / s : 0.0});
  std::vector<double> scratch(9 * measured.size() + 9);
  std::vector<Given> names;
  std::vector<std::vector<Symmetric3>> known;
  std::vector<std::vector<Vector3>> eigenvalues;
  for (std::size_t i = 0; i < library.size(); ++i) {
    names.push_back(entry_of(library[i], at(i), "tensors"));
    known.push_back(parts_of(library[i]["tensors"], at(i) + ".tensors"));
    if (known[i].size() != measured.size()) throw ConfigError(at(i) + ".tensors", "needs the tones of tensors");
    eigenvalues.emplace_back(measured.size());
    (void)emi::principal_frame(known[i], {}, eigenvalues[i], scratch);
  }
  std::vector<emi::TensorEntry> entries;
  for (std::size_t i = 0; i < names.size(); ++i)
    entries.push_back({names[i].name.c_str(), names[i].kind.c_str(), known[i], eigenvalues[i]});
  std::vector<double> bounds(entries.size());
  emi::TensorMatch result;
  {
    const py::gil_scoped_release released;
    result = emi::identify(measured, weight, entries, scratch, bounds);
  }
  const auto name_of = [&](Index entry) {
    return entry < 0 ? py::object(py::none()) : py::object(py::str(names[to_size(entry)].name));
  };
  py::dict out;
  out["best"] = result.best;
  out["name"] = name_of(result.best);
  out["kind"] = result.best < 0 ? py::object(py::none()) : py::object(py::str(names[to_size(result.best)].kind));
  out["second"] = result.second;
  out["second_name"] = name_of(result.second);
  out["chi2"] = result.chi2;
  out["chi2_second"] = result.chi2_second;
  out["probability"] = result.probability;
  out["kind_probability"] = result.kind_probability;
  out["tail"] = result.tail;
  return out;
}

py::dict identify_alarm(const Line& line, Index first, Index last, const Flags& quiet,
                        const std::vector<py::dict>& library, const py::kwargs& given) {
  emi::SpectrumIdentityOptions options;
  read_options("identify_alarm", given, [&](FieldVisitor& v) { fields(v, options); });
  require(check_ranges(options));
  require(line.axis.kind == AxisKind::sweep && !line.axis.places.empty() &&
              line.n_samples() == 2 * line.axis.places.count * line.n_channels,
          "line", "needs in-phase and quadrature at listed tones: what emi.lock_in gives");
  require(first >= 0 && first <= last && last < line.n_traces(), "last",
          "must be a trace of line, and not before first");
  const auto learnt = span_of(quiet, "quiet");
  require(static_cast<Index>(learnt.size()) == line.n_traces(), "quiet", "needs one value for each trace");
  std::vector<Given> names;
  std::vector<std::vector<Symmetric3>> known;
  for (std::size_t i = 0; i < library.size(); ++i) {
    names.push_back(entry_of(library[i], at(i), "tensors"));
    known.push_back(parts_of(library[i]["tensors"], at(i) + ".tensors"));
    if (static_cast<Index>(known[i].size()) != 2 * line.axis.places.count)
      throw ConfigError(at(i) + ".tensors", "needs the tones of line");
    std::vector<Vector3> eigenvalues(known[i].size());
    std::vector<double> scratch(9 * known[i].size());
    (void)emi::principal_frame(known[i], {}, eigenvalues, scratch);
  }
  std::vector<emi::IdentityEntry> entries;
  for (std::size_t i = 0; i < names.size(); ++i)
    entries.push_back({names[i].name.c_str(), names[i].kind.c_str(), names[i].is_target, known[i]});
  std::vector<double> probabilities(entries.size());
  emi::IdentityResult result;
  {
    const py::gil_scoped_release released;
    const InArena<emi::SpectrumIdentity> identity(options, line.spec(), std::span<const emi::IdentityEntry>(entries));
    for (Index i = 0; i < line.n_traces(); ++i)
      if (learnt[to_size(i)] && !unusable(line.tags[to_size(i)].quality)) identity->learn(line.trace(i));
    (void)identity->prepare();  // result() says where it was not
    identity->begin();
    for (Index i = first; i <= last; ++i)
      if (!unusable(line.tags[to_size(i)].quality)) identity->add(line.trace(i));
    result = identity->result(probabilities);
  }
  py::dict out;
  out["state"] = emi::match_state_words[static_cast<std::size_t>(result.state)];
  out["best"] = result.best;
  out["name"] = result.best < 0 ? py::object(py::none()) : py::object(py::str(names[to_size(result.best)].name));
  out["probability"] = result.probability;
  out["target_probability"] = result.target_probability;
  out["snr"] = result.snr;
  out["unexplained"] = result.unexplained;
  out["reason"] = result.reason;
  out["probabilities"] = array_of(std::move(probabilities));
  return out;
}

py::dict part_dict(const emi::Part& part) {
  py::dict out;
  out["name"] = part.name;
  out["kind"] = part.kind;
  out["is_target"] = part.is_target;
  out["across_m"] = part.shape.across_m;
  out["along_m"] = part.shape.along_m;
  out["conductivity_s_per_m"] = part.shape.conductivity_s_per_m;
  out["mu_r"] = part.shape.mu_r;
  return out;
}

py::list part_decays(const CoilArray& array) {
  const PulseDrive& drive = array.time;
  require(drive.gate_edges_s.size() >= 2, "array", "has no gates");
  std::vector<physics::Knot> knots;
  for (const WaveformPoint& p : drive.waveform) knots.push_back({p.time_s, p.current_a});
  physics::Sounding sounding{knots, physics::Repeat::once, drive.period_s, drive.receiver_pole_s};
  if (drive.period_s > 0.0) sounding.repeat = drive.bipolar ? physics::Repeat::opposite : physics::Repeat::same;
  if (drive.bipolar) sounding.period_s *= 0.5;
  const std::size_t n = drive.gate_edges_s.size() - 1;
  py::list out;
  for (const emi::Part& part : emi::parts) {
    std::vector<Vector3> curves(n);
    emi::part_decays(part.shape, sounding, drive.gate_edges_s, curves);
    py::array_t<double> rows(std::vector<py::ssize_t>{static_cast<py::ssize_t>(n), 3});
    for (std::size_t g = 0; g < n; ++g) std::ranges::copy(curves[g], rows.mutable_data(static_cast<py::ssize_t>(g), 0));
    py::dict entry = part_dict(part);
    entry["curves"] = rows;
    out.append(entry);
  }
  return out;
}

py::array_t<complex<double>> tensors_of(const std::vector<Symmetric3>& parts) {
  py::array_t<complex<double>> out(std::vector<py::ssize_t>{static_cast<py::ssize_t>(parts.size() / 2), 3, 3});
  complex<double>* to = out.mutable_data();
  for (std::size_t t = 0; t < parts.size(); t += 2) {
    const auto re = emi::full(parts[t]);
    const auto im = emi::full(parts[t + 1]);
    for (std::size_t e = 0; e < 9; ++e) *to++ = {re[e], im[e]};
  }
  return out;
}

py::list part_tensors(const Doubles& frequency_hz) {
  const auto tones = span_of(frequency_hz, "frequency_hz");
  for (const double f : tones) require(f >= 0.0 && std::isfinite(f), "frequency_hz", "must be at least 0 and finite");
  py::list out;
  for (const emi::Part& part : emi::parts) {
    std::vector<Symmetric3> tensor(2 * tones.size());
    emi::part_tensor(part.shape, tones, tensor);
    py::dict entry = part_dict(part);
    entry["tensors"] = tensors_of(tensor);
    out.append(entry);
  }
  return out;
}

py::dict table_dict(PolarizabilityTable&& table) {
  py::array_t<complex<double>> tensors(std::vector<py::ssize_t>{static_cast<py::ssize_t>(table.tensors.size()), 3, 3});
  for (std::size_t t = 0; t < table.tensors.size(); ++t)
    std::ranges::copy(table.tensors[t], tensors.mutable_data(static_cast<py::ssize_t>(t), 0, 0));
  py::dict out;
  out["name"] = table.name;
  out["kind"] = std::filesystem::path(table.name).parent_path().string();
  out["angular_frequency_rad_s"] = array_of(std::move(table.angular_frequency));
  out["tensors"] = tensors;
  out["static_tensor"] = py::array_t<double>(std::vector<py::ssize_t>{3, 3}, table.static_tensor.data());
  out["assumptions"] = table.assumptions;
  return out;
}

void bind_libraries(py::module_& m) {
  emi::MatchOptions usual;
  m.def("match_library", &match_library, py::arg("curves"), py::arg("sigma_log"), py::arg("library"),
        ("Principal curves (n_gates, 3), axis 1 the strongest, against a library: a list of dicts with name, kind, "
         "is_target and curves at the same gates. sigma_log: standard deviation of log10 of the first curve at "
         "each gate.\n\n"
         "A dict: state (target, clutter, unlisted or cannot_tell), target and clutter (the best of each: entry, "
         "name, kind, distance_decades, score, size_decades, n_gates; None without), margin, confidence, "
         "noise_decades. A score is no probability.\n\n"
         "Options\n" +
         options_text([&](FieldVisitor& v) {
           fields(v, usual);
         })).c_str());
  m.def("identify", &identify, py::arg("tensors"), py::arg("sigma"), py::arg("library"),
        "The object whose polarizability tensor, in whatever direction it lies, is most likely to have given "
        "tensors (n_tones, 3, 3), complex, e^(+i w t). sigma: standard deviation of a diagonal element at each "
        "tone. library: dicts with name, kind and tensors at the same tones.\n\n"
        "A dict: best and second (numbers in the library, -1: none), name, kind, second_name, chi2, chi2_second, "
        "probability, kind_probability, and tail, the chance of a greater chi2: small for what is in no library.");
  emi::SpectrumIdentityOptions alarm;
  m.def("identify_alarm", &identify_alarm, py::arg("line"), py::arg("first"), py::arg("last"), py::arg("quiet"),
        py::arg("library"),
        ("What one pass of a head over an alarm found, from its tones alone: place and depth need not be known. line: "
         "tones, as "
         "emi.lock_in or emi.calibration gives them; first and last: its traces of the alarm; quiet: a flag for "
         "each trace, True where there is ground alone, from which noise and soil are learnt; library: as for "
         "identify(). For one coil or coaxial coils.\n\n"
         "A dict: state (target, clutter, unlisted or cannot_tell) and reason, best and name, probability, "
         "target_probability, snr, unexplained, probabilities of all entries.\n\n"
         "Options\n" +
         options_text([&](FieldVisitor& v) {
           fields(v, alarm);
         })).c_str());
  m.def("part_decays", &part_decays, py::arg("array"),
        "Curves of the metal parts that come with the library at the gates of an array, under the current of its "
        "waveform: a list of dicts for match_library(). All simulated, none measured: for tests of the chain, not "
        "for the field.");
  m.def("part_tensors", &part_tensors, py::arg("frequency_hz"),
        "Their tensors in m^3 at tones, for identify(); axis z along each part.");
  m.def(
      "read_polarizability",
      [](const std::filesystem::path& path) { return table_dict(io::read_polarizability(path)); }, py::arg("path"),
      "An object of an MPT library (a folder with Frequencies.csv, Tensors.csv, N0.csv): a dict of name, kind, "
      "angular_frequency_rad_s, tensors (n, 3, 3) in m^3, e^(+i w t), static_tensor and assumptions.");
  m.def(
      "read_polarizability_library",
      [](const std::filesystem::path& path) {
        py::list out;
        for (PolarizabilityTable& table : io::read_polarizability_library(path))
          out.append(table_dict(std::move(table)));
        return out;
      },
      py::arg("path"), "All objects under a folder, sorted by their path; kind is the folder that one lies in.");
}

// Columns of a table of candidates that may be absent.
template <class T, class Member>
void fill(std::vector<emi::Candidate>& candidates,
          const std::optional<py::array_t<T, py::array::c_style | py::array::forcecast>>& given, const char* name,
          Member emi::Candidate::*member) {
  if (!given) return;
  const auto values = span_of(*given, name);
  require(values.size() == candidates.size(), name, "needs one value for each score");
  for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].*member = values[i];
}

py::dict dig_list(const Doubles& score, const std::optional<Doubles>& probability,
                  const std::optional<Flags>& can_analyse, const std::optional<Flags>& dug,
                  const std::optional<Flags>& is_target, const py::kwargs& given) {
  emi::DigOptions options;
  read_options("dig_list", given, [&](FieldVisitor& v) { fields(v, options); });
  require(check_ranges(options));
  const auto scores = span_of(score, "score");
  std::vector<emi::Candidate> candidates(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    candidates[i].score = scores[i];
    // Without a probability the rule `expected` can never be reached.
    candidates[i].probability = unknown;
  }
  fill<double>(candidates, probability, "probability", &emi::Candidate::probability);
  fill<bool>(candidates, can_analyse, "can_analyse", &emi::Candidate::can_analyse);
  fill<bool>(candidates, dug, "dug", &emi::Candidate::dug);
  fill<bool>(candidates, is_target, "is_target", &emi::Candidate::is_target);
  require(!is_target || dug, "is_target", "goes with dug: what a dig showed");
  std::vector<Index> order(candidates.size());
  emi::rank(candidates, order);
  const emi::StopPoint stop = emi::stop_point(options, candidates, order);
  py::dict out;
  out["n_dig"] = stop.n_dig;
  out["expected_left"] = stop.expected_left;
  out["verification_digs"] = stop.verification_digs;
  out["target_bound"] = stop.target_bound;
  out["reached"] = stop.reached;
  if (dug) {
    std::vector<emi::CurvePoint> curve(candidates.size() + 1);
    const emi::DigScore worth = emi::score_list(candidates, order, options.confidence, curve);
    py::array_t<Index> points(std::vector<py::ssize_t>{static_cast<py::ssize_t>(curve.size()), 3});
    Index* to = points.mutable_data();
    for (const emi::CurvePoint& p : curve)
      for (const Index value : {p.n_dug, p.targets_found, p.clutter_dug}) *to++ = value;
    out["curve"] = points;
    out["n_targets"] = worth.n_targets;
    out["n_clutter"] = worth.n_clutter;
    out["digs_for_all"] = worth.digs_for_all;
    out["clutter_left"] = worth.clutter_left;
    out["clutter_rejected"] = worth.clutter_rejected;
    out["rejected_interval"] = py::make_tuple(worth.rejected_interval.low, worth.rejected_interval.high);
    out["all_truth"] = worth.all_truth;
  }
  out["order"] = array_of(std::move(order));
  return out;
}

void bind_digging(py::module_& m) {
  emi::DigOptions usual;
  m.def(
      "dig_list", &dig_list, py::arg("score"), py::kw_only(), py::arg("probability") = py::none(),
      py::arg("can_analyse") = py::none(), py::arg("dug") = py::none(), py::arg("is_target") = py::none(),
      ("The order in which to dig, and where to stop: what cannot be analysed (or has NaN for a score) first, then by "
       "falling score. probability: calibrated chance of each to be a target, for the rule expected. dug and "
       "is_target: what digs showed.\n\n"
       "A dict: order, n_dig (the first so many are dug), reached (False: dig everything), expected_left, "
       "verification_digs, target_bound (Clopper and Pearson 1934); with dug also curve (n + 1, 3) of (dug, "
       "targets found, clutter dug), n_targets, n_clutter, digs_for_all, clutter_left, clutter_rejected, "
       "rejected_interval, all_truth. It is no proof of clearance.\n\n"
       "Options\n" +
       options_text([&](FieldVisitor& v) {
         fields(v, usual);
       })).c_str());
  m.def("digs_needed", py::vectorize(emi::digs_needed), py::arg("rate"), py::arg("confidence") = 0.95,
        "Digs without a target that bound their share by rate: about 3 / rate at 95 %.");
  m.def(
      "clopper_pearson",
      [](Index k, Index n, double confidence) {
        require(confidence > 0.0 && confidence < 1.0, "confidence", "must be between 0 and 1");
        const emi::Interval i = emi::clopper_pearson(k, n, confidence);
        return py::make_tuple(i.low, i.high);
      },
      py::arg("k"), py::arg("n"), py::arg("confidence") = 0.95,
      "The exact interval (low, high) of a share of which k of n were seen.");
}

}  // namespace

void bind_identity(py::module_& m) {
  bind_libraries(m);
  bind_digging(m);
}

}  // namespace surefoot::python

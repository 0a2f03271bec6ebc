// SPDX-License-Identifier: MIT
// The scorer: thin faces of eval/.
#include "evaluation.hpp"
#include "module.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/eval/report.hpp>
#include <surefoot/io/alarm_reader.hpp>

#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <cmath>
#include <optional>

namespace surefoot::python {

namespace {

using eval::Evaluation;
using eval::Interval;
using eval::OperatingPoint;

std::vector<Interval> intervals_of(const std::vector<Pair>& pairs) {
  std::vector<Interval> out;
  for (const auto& [low, high] : pairs) out.push_back({low, high});
  return out;
}
std::vector<Pair> pairs_of(const std::vector<Interval>& intervals) {
  std::vector<Pair> out;
  for (const Interval& i : intervals) out.push_back(pair_of(i));
  return out;
}
eval::Path path_of(const std::vector<Pair>& pairs) {
  eval::Path out;
  for (const auto& [x, y] : pairs) out.push_back({x, y});
  return out;
}

const eval::ScoredLine& line_of(const Evaluation& e, const eval::AlarmRef& ref) {
  return e.trial.lines[to_size(ref.line)];
}
const Alarm& alarm_of(const Evaluation& e, const eval::AlarmRef& ref) {
  return line_of(e, ref).alarms[to_size(ref.alarm)];
}

std::unique_ptr<Evaluation> make_evaluation(std::vector<eval::ScoredLine> lines, Truth truth,
                                            const std::vector<std::vector<Pair>>& ignored, double area_m2,
                                            double length_m, double confidence, const py::kwargs& given) {
  eval::MatchOptions options;
  read_options("evaluate", given, [&](FieldVisitor& v) { fields(v, options); });
  eval::Trial trial{std::move(lines), std::move(truth), {}, area_m2, length_m};
  for (const auto& zone : ignored) trial.ignored.push_back(path_of(zone));
  const py::gil_scoped_release released;
  return std::make_unique<Evaluation>(eval::evaluate(std::move(trial), options, confidence));
}

eval::ScoredLine make_line(std::string name, std::vector<Alarm> alarms, const Line* scan, double max_gap_m,
                           const std::vector<Pair>& along, const std::vector<std::vector<Pair>>& paths, double area_m2,
                           double length_m, const std::vector<Pair>& ignored, std::string lane,
                           std::optional<Index> latency_traces, bool whole_line, double trace_spacing_m,
                           double start_m) {
  eval::ScoredLine line;
  line.line = std::move(name);
  line.alarms = std::move(alarms);
  if (scan != nullptr) line.scan = eval::scan_of(*scan, max_gap_m);
  for (const Interval& piece : intervals_of(along)) line.scan.along.push_back(piece);
  for (const auto& path : paths)
    if (!path.empty()) line.scan.paths.push_back(path_of(path));
  line.area_m2 = area_m2;
  line.length_m = length_m;
  line.ignored = intervals_of(ignored);
  line.lane = std::move(lane);
  line.latency_traces = latency_traces.value_or(-1);
  line.whole_line = whole_line;
  line.start_m = start_m;
  line.trace_spacing_m = scan != nullptr && trace_spacing_m == 0.0 ? scan->trace_spacing_m : trace_spacing_m;
  return line;
}

template <class Get>
py::array column_of(const eval::Roc& roc, Get get) {
  py::array_t<double> out(static_cast<py::ssize_t>(roc.points.size()));
  double* p = out.mutable_data();
  for (const OperatingPoint& point : roc.points) *p++ = get(point);
  return out;
}

py::dict curve_of(const Evaluation& e) {
  py::dict d;
  d["threshold"] = column_of(e.curve, [](const OperatingPoint& p) { return p.threshold; });
  d["detected"] = column_of(e.curve, [](const OperatingPoint& p) { return static_cast<double>(p.detected); });
  d["false_alarms"] = column_of(e.curve, [](const OperatingPoint& p) { return static_cast<double>(p.false_alarms); });
  d["pd"] = column_of(e.curve, [](const OperatingPoint& p) { return p.pd; });
  d["pd_low"] = column_of(e.curve, [](const OperatingPoint& p) { return p.pd_interval.low; });
  d["pd_high"] = column_of(e.curve, [](const OperatingPoint& p) { return p.pd_interval.high; });
  d["far"] = column_of(e.curve, [](const OperatingPoint& p) { return p.far; });
  d["far_low"] = column_of(e.curve, [](const OperatingPoint& p) { return p.far_interval.low; });
  d["far_high"] = column_of(e.curve, [](const OperatingPoint& p) { return p.far_interval.high; });
  return d;
}

const char* unit_of(const Evaluation& e) {
  switch (e.matched.unit) {
    case eval::ExposureUnit::metre: return "m";
    case eval::ExposureUnit::square_metre: return "m2";
    case eval::ExposureUnit::unknown: break;
  }
  return "";
}

void bind_point(py::module_& m) {
  py::class_<OperatingPoint>(m, "OperatingPoint", "What a threshold gives: alarms with this score or more are sounded.")
      .def_readonly("threshold", &OperatingPoint::threshold)
      .def_readonly("detected", &OperatingPoint::detected)
      .def_readonly("false_alarms", &OperatingPoint::false_alarms)
      .def_readonly("pd", &OperatingPoint::pd, "Probability of detection; NaN without targets.")
      .def_property_readonly(
          "pd_interval", [](const OperatingPoint& p) { return pair_of(p.pd_interval); }, "Clopper-Pearson.")
      .def_property_readonly("pd_wilson", [](const OperatingPoint& p) { return pair_of(p.pd_wilson); })
      .def_readonly("far", &OperatingPoint::far, "False alarms for each m or m2; NaN where the ground is not known.")
      .def_property_readonly(
          "far_interval", [](const OperatingPoint& p) { return pair_of(p.far_interval); }, "Exact Poisson.")
      .def("__repr__", [](const OperatingPoint& p) {
        return "OperatingPoint(threshold=" + text_of(p.threshold) + ", pd=" + text_of(p.pd) +
               ", far=" + text_of(p.far) + ")";
      });
}

void bind_outcome(py::module_& m) {
  py::class_<Outcome>(m, "Outcome", "What became of one object, over all lines that passed over it.")
      .def_property_readonly("target", [](const Outcome& o) { return o.outcome.target; })
      .def_readonly("alarm", &Outcome::alarm, "The highest in its halo; None: missed.")
      .def_readonly("line", &Outcome::line, "Of that alarm, or of the target.")
      .def_readonly("lane", &Outcome::lane)
      .def_property_readonly("clutter", [](const Outcome& o) { return o.outcome.clutter; })
      .def_property_readonly(
          "coverage",
          [](const Outcome& o) { return eval::coverage_words[static_cast<std::size_t>(o.outcome.coverage)]; },
          "covered, uncovered (not scanned) or ignored (where nothing is scored)")
      .def_property_readonly(
          "score", [](const Outcome& o) { return o.outcome.score; }, "-inf without an alarm.")
      .def_property_readonly(
          "offset_m", [](const Outcome& o) { return o.outcome.offset_m; },
          "Of the alarm from the centre: signed along the line, a distance on the ground.")
      .def_property_readonly("depth_error_m", [](const Outcome& o) { return o.outcome.depth_error_m; })
      .def_property_readonly(
          "extra", [](const Outcome& o) { return o.outcome.extra; },
          "Further alarms in the halo: neither found nor false.")
      .def_property_readonly("passes", [](const Outcome& o) { return o.outcome.passes; })
      .def_property_readonly("detected_passes", [](const Outcome& o) { return o.outcome.detected_passes; });
}

void bind_line(py::module_& m) {
  py::class_<eval::ScoredLine>(m, "ScoredLine", "What a run gave on one line, and where it looked.")
      .def(
          py::init(&make_line), py::arg("line"), py::arg("alarms"), py::kw_only(), py::arg("scan") = py::none(),
          py::arg("max_gap_m") = eval::MatchOptions{}.max_gap_m, py::arg("along") = std::vector<Pair>{},
          py::arg("paths") = std::vector<std::vector<Pair>>{}, py::arg("area_m2") = unknown,
          py::arg("length_m") = unknown, py::arg("ignored") = std::vector<Pair>{}, py::arg("lane") = "",
          py::arg("latency_traces") = py::none(), py::arg("whole_line") = false, py::arg("trace_spacing_m") = 0.0,
          py::arg("start_m") = 0.0,
          "scan: the Line that was run; along: pieces (from, to) in metres along the line; paths: of the head, (x, y); "
          "with neither, every target counts as covered. area_m2, length_m: of scanned ground, where it is known "
          "better. ignored: pieces along the line that are not scored. lane: shared by lines over the same ground. "
          "latency_traces, whole_line, trace_spacing_m: of the pipeline, for the report. "
          "start_m: where distance 0 of the line lies in the truth's x_m.")
      .def_readonly("line", &eval::ScoredLine::line)
      .def_readonly("alarms", &eval::ScoredLine::alarms)
      .def_readonly("trace_spacing_m", &eval::ScoredLine::trace_spacing_m)
      .def_property(
          "along", [](const eval::ScoredLine& l) { return pairs_of(l.scan.along); },
          [](eval::ScoredLine& l, const std::vector<Pair>& pieces) { l.scan.along = intervals_of(pieces); },
          "Pieces (from, to) that were scanned.")
      .def_readwrite("start_m", &eval::ScoredLine::start_m)
      .def_property(
          "ignored", [](const eval::ScoredLine& l) { return pairs_of(l.ignored); },
          [](eval::ScoredLine& l, const std::vector<Pair>& pieces) { l.ignored = intervals_of(pieces); },
          "Pieces that are not scored.")
      .def("__copy__", [](const eval::ScoredLine& l) { return l; })
      .def_property_readonly("paths", [](const eval::ScoredLine& l) {
        std::vector<std::vector<Pair>> out;
        for (const eval::Path& path : l.scan.paths) {
          out.emplace_back();
          for (const eval::Point& p : path) out.back().emplace_back(p.x_m, p.y_m);
        }
        return out;
      });
  m.def(
      "read_alarms",
      [](const std::filesystem::path& path) {
        py::dict out;
        for (io::NamedAlarms& a : io::read_alarms(path)) out[py::str(a.line)] = py::cast(std::move(a.alarms));
        return out;
      },
      py::arg("path"), "The alarms of a table, CSV or GeoJSON, by the name of their line.");
}

std::vector<Alarm> alarms_of(const Evaluation& e, const std::vector<eval::AlarmRef>& refs) {
  std::vector<Alarm> out;
  for (const eval::AlarmRef& ref : refs) out.push_back(alarm_of(e, ref));
  return out;
}

py::dict hold_out(const Evaluation& e, std::optional<double> far, std::optional<double> pd,
                  const std::optional<std::vector<std::string>>& groups) {
  const eval::Criterion criterion = criterion_of(far, pd);
  const eval::HoldOut h = groups ? eval::leave_one_group_out(e.matched, *groups, criterion, e.curve.confidence)
                                 : eval::leave_one_lane_out(e.matched, criterion, e.curve.confidence);
  py::dict out = held_out_dict(h);
  py::list missed;
  for (const Index i : h.missed) missed.append(outcome_of(e, e.matched.outcomes[to_size(i)]));
  out["missed"] = missed;
  return out;
}

py::list strata_of(const Evaluation& e, double threshold) {
  py::list out;
  for (const eval::Stratum& s : eval::strata(e.matched, threshold, e.curve.confidence)) {
    py::dict d;
    d["by"] = s.by;
    d["name"] = s.name;
    d["n"] = s.n;
    d["detected"] = s.detected;
    d["pd"] = s.pd;
    d["pd_interval"] = pair_of(s.pd_interval);
    d["pd_wilson"] = pair_of(s.pd_wilson);
    out.append(d);
  }
  return out;
}

py::list halo_sweep(const Evaluation& e, const std::vector<double>& halos_m, double threshold, double far) {
  py::list out;
  for (const eval::HaloPoint& p :
       eval::halo_sweep(e.trial, e.matched.options, halos_m.empty() ? eval::usual_halos() : halos_m, threshold, far)) {
    py::dict d;
    d["halo_m"] = p.halo_m;
    d["point"] = p.point;
    d["partial_area"] = p.partial_area;
    out.append(d);
  }
  return out;
}

eval::ReportOptions report_options(const Evaluation& e, double threshold, std::vector<double> rates, double area_rate,
                                   Index draws, Index seed) {
  return {.threshold = threshold,
          .rates = std::move(rates),
          .area_rate = area_rate,
          .bootstrap = {.draws = draws, .seed = seed, .confidence = e.curve.confidence}};
}

void bind_evaluation(py::module_& m) {
  eval::MatchOptions usual;
  const auto everything = py::arg("threshold") = -std::numeric_limits<double>::infinity();
  const std::string doc = "Alarms against known targets, by the halo rule.\n\nOptions\n" +
                          options_text([&](FieldVisitor& v) { fields(v, usual); });
  py::class_<Evaluation>(m, "Evaluation", "Alarms against known targets: what was found, missed and false.")
      .def(py::init(&make_evaluation), py::arg("lines"), py::arg("truth"), py::kw_only(),
           py::arg("ignored") = std::vector<std::vector<Pair>>{}, py::arg("area_m2") = unknown,
           py::arg("length_m") = unknown, py::arg("confidence") = 0.95, doc.c_str())
      .def_property_readonly(
          "outcomes",
          [](const Evaluation& e) {
            std::vector<Outcome> out;
            for (const eval::Outcome& o : e.matched.outcomes) out.push_back(outcome_of(e, o));
            return out;
          },
          "All objects in the order of the truth, clutter and what was not scanned among them.")
      .def_property_readonly("false_alarms",
                             [](const Evaluation& e) {
                               std::vector<Alarm> out;
                               for (const eval::FalseAlarm& f : e.matched.false_alarms)
                                 out.push_back(alarm_of(e, f.alarm));
                               return out;
                             })
      .def_property_readonly(
          "false_lines",
          [](const Evaluation& e) {
            std::vector<std::string> out;
            for (const eval::FalseAlarm& f : e.matched.false_alarms) out.push_back(line_of(e, f.alarm).line);
            return out;
          },
          "The line of each false alarm.")
      .def_property_readonly(
          "clutter_alarms", [](const Evaluation& e) { return alarms_of(e, e.matched.on_clutter); },
          "Alarms on emplaced clutter, where it is a class of its own.")
      .def_property_readonly(
          "ignored_alarms", [](const Evaluation& e) { return alarms_of(e, e.matched.ignored); },
          "In zones and at ends that are not scored.")
      .def_property_readonly(
          "lane_scores",
          [](const Evaluation& e) {
            const std::vector<eval::LaneScores> scores = eval::scores_of(e.matched);
            py::dict d;
            for (std::size_t i = 0; i < scores.size(); ++i) d[py::str(e.matched.lanes[i].name)] = scores[i];
            return d;
          },
          "By lane what its curve is made of.")
      .def_property_readonly("n_alarms", [](const Evaluation& e) { return e.matched.n_alarms; })
      .def_property_readonly(
          "n_targets", [](const Evaluation& e) { return e.curve.n_targets; },
          "That count: no clutter, covered, not ignored.")
      .def_property_readonly(
          "exposure", [](const Evaluation& e) { return e.matched.exposure; },
          "Ground where a false alarm could be, in `unit`; NaN where it is not known.")
      .def_property_readonly("unit", &unit_of, "Of the exposure: m, m2, or empty where it is not known.")
      .def_property_readonly(
          "lanes",
          [](const Evaluation& e) {
            py::dict d;
            for (const eval::Lane& lane : e.matched.lanes) d[py::str(lane.name)] = lane.exposure;
            return d;
          },
          "Exposure of each lane.")
      .def_property_readonly(
          "notes", [](const Evaluation& e) { return e.matched.notes; }, "What a reader of the numbers must know.")
      .def_property_readonly(
          "as_run", [](const Evaluation& e) { return e.curve.points.back(); }, "With every alarm that the run sounded.")
      .def_property_readonly("roc", &curve_of,
                             "The curve by falling threshold: a dict of arrays, with pointwise bands.")
      .def(
          "at_far", [](const Evaluation& e, double far) { return e.curve.at_far(far); }, py::arg("far"),
          "With the lowest threshold whose false alarm rate is at most far.")
      .def(
          "at_pd",
          [](const Evaluation& e, double pd) {
            const OperatingPoint* p = e.curve.at_pd(pd);
            return p == nullptr ? std::nullopt : std::optional(*p);
          },
          py::arg("pd"), "With the highest threshold that detects at least pd; None if none does.")
      .def(
          "at_threshold", [](const Evaluation& e, double t) { return e.curve.at_threshold(t); }, py::arg("threshold"))
      .def(
          "partial_area", [](const Evaluation& e, double far) { return e.curve.partial_area(far); }, py::arg("far"),
          "Mean probability of detection over false alarm rates from 0 to far: from 0 to 1.")
      .def("strata", &strata_of, everything, "By class, depth, soil, surface, operator; each with n and intervals.")
      .def("halo_sweep", &halo_sweep, py::arg("halos_m") = std::vector<double>{}, everything, py::arg("far") = 1.0,
           "The same against halos of 0.05 to 0.5 m, or those given.")
      .def("hold_out", &hold_out, py::arg("far") = py::none(), py::kw_only(), py::arg("pd") = py::none(),
           py::arg("groups") = py::none(),
           "Leave one lane out: the threshold is fixed on the others, at a false alarm rate or a probability of "
           "detection. groups: a name for each lane, to leave out a soil or a site.")
      .def(
          "bootstrap_partial_area",
          [](const Evaluation& e, double far, Index draws, Index seed) {
            return drawn_dict(eval::bootstrap_partial_area(
                e.matched, far, {.draws = draws, .seed = seed, .confidence = e.curve.confidence}));
          },
          py::arg("far"), py::kw_only(), py::arg("draws") = 1000, py::arg("seed") = 1,
          "The partial area with the interval of its draws of lanes and, in them, targets.")
      .def(
          "to_json",
          [](const Evaluation& e, double threshold, std::vector<double> rates, double area_far, Index draws,
             Index seed) {
            return eval::to_json(e, report_options(e, threshold, std::move(rates), area_far, draws, seed));
          },
          everything, py::kw_only(), py::arg("rates") = std::vector<double>{}, py::arg("area_far") = 0.0,
          py::arg("draws") = 1000, py::arg("seed") = 1,
          "All of it as one JSON object. rates: false alarm rates to give Pd at; area_far: end of the partial area.")
      .def(
          "table",
          [](const Evaluation& e, double threshold, std::vector<double> rates, double area_far, Index draws,
             Index seed) {
            return eval::to_text(e, report_options(e, threshold, std::move(rates), area_far, draws, seed));
          },
          everything, py::kw_only(), py::arg("rates") = std::vector<double>{}, py::arg("area_far") = 0.0,
          py::arg("draws") = 1000, py::arg("seed") = 1, "The same for people.");
}

}  // namespace

Outcome outcome_of(const Evaluation& e, const eval::Outcome& o) {
  Outcome out{o, std::nullopt, o.target.line, o.lane < 0 ? "" : e.matched.lanes[to_size(o.lane)].name};
  if (o.alarm) {
    out.alarm = alarm_of(e, o.alarm);
    out.line = line_of(e, o.alarm).line;
  }
  return out;
}

void bind_scoring(py::module_& m) {
  bind_intervals(m);
  bind_point(m);
  bind_lane_scores(m);
  bind_outcome(m);
  bind_line(m);
  bind_evaluation(m);
  bind_comparison(m);
  m.def(
      "scanned",
      [](const Line& line, double max_gap_m) {
        eval::ScoredLine scored;
        scored.scan = eval::scan_of(line, max_gap_m);
        scored.trace_spacing_m = line.trace_spacing_m;
        return scored;
      },
      py::arg("line"), py::arg("max_gap_m") = eval::MatchOptions{}.max_gap_m,
      "Where the usable traces of a line were: a ScoredLine without alarms.");
  m.attr("EVALUATION_MEANING") = eval::first_factor;
}

}  // namespace surefoot::python

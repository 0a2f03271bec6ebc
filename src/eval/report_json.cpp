// SPDX-License-Identifier: MIT
#include <surefoot/eval/report.hpp>

#include "../io/file.hpp"
#include "../io/plain_text.hpp"

#include <cmath>
#include <initializer_list>
#include <utility>

namespace surefoot::eval {
namespace {

std::string json(double x) { return std::isfinite(x) ? io::plain(x) : "null"; }
std::string json(Index n) { return std::to_string(n); }
std::string json(const std::string& text) { return io::detail::json_string(text); }
std::string json(const char* text) { return io::detail::json_string(text); }
std::string json(const Interval& i) { return "[" + json(i.low) + ", " + json(i.high) + "]"; }
std::string yes_or_no(bool x) { return x ? "true" : "false"; }

/// Values are JSON already.
std::string object(std::initializer_list<std::pair<const char*, std::string>> members) {
  std::string out = "{";
  for (const auto& [key, value] : members) out += (out.size() > 1 ? ", \"" : "\"") + std::string(key) + "\": " + value;
  return out + "}";
}

template <class List, class Text>
std::string array(const List& list, Text&& text_of) {
  std::string out = "[";
  for (const auto& item : list) out += (out.size() > 1 ? ", " : "") + text_of(item);
  return out + "]";
}

std::string json(const OperatingPoint& p) {
  return object({{"threshold", json(p.threshold)},
                 {"detected", json(p.detected)},
                 {"false_alarms", json(p.false_alarms)},
                 {"pd", json(p.pd)},
                 {"pd_interval", json(p.pd_interval)},
                 {"pd_wilson", json(p.pd_wilson)},
                 {"far", json(p.far)},
                 {"far_interval", json(p.far_interval)}});
}

std::string json(const Drawn& d, const BootstrapOptions& options) {
  return object({{"value", json(d.value)},
                 {"interval", json(d.interval)},
                 {"draws", json(d.draws)},
                 {"seed", json(options.seed)},
                 {"p", json(d.p)}});
}

std::string unit_name(ExposureUnit unit) {
  return unit == ExposureUnit::unknown ? "null" : unit == ExposureUnit::metre ? "\"m\"" : "\"m2\"";
}

std::string alarm_json(const Evaluation& e, AlarmRef ref) {
  if (!ref) return "null";
  const ScoredLine& line = e.trial.lines[to_size(ref.line)];
  const Alarm& a = line.alarms[to_size(ref.alarm)];
  return object({{"line", json(line.line)},
                 {"id", std::to_string(a.id)},
                 {"score", json(static_cast<double>(a.score))},
                 {"distance_m", json(a.distance_m)},
                 {"x_m", json(a.position_m[0])},
                 {"y_m", json(a.position_m[1])},
                 {"depth_m", json(a.depth_m)}});
}

std::string outcome_json(const Evaluation& e, const Outcome& o, double threshold) {
  const Target& t = o.target;
  return object({{"line", json(t.line)},
                 {"id", json(t.id)},
                 {"name", json(t.name)},
                 {"kind", json(t.kind)},
                 {"x_m", json(t.x_m)},
                 {"y_m", json(t.y_m)},
                 {"depth_m", json(t.depth_m)},
                 {"width_m", json(t.width_m)},
                 {"coverage", json(coverage_words[static_cast<std::size_t>(o.coverage)])},
                 {"found", o.coverage == Coverage::covered ? yes_or_no(o.found(threshold)) : "null"},
                 {"alarm", alarm_json(e, o.alarm)},
                 {"offset_m", json(o.offset_m)},
                 {"depth_error_m", json(o.depth_error_m)},
                 {"extra_alarms", json(o.extra)},
                 {"passes", json(o.passes)},
                 {"detected_passes", json(o.detected_passes)}});
}

std::string hold_out_json(const Evaluation& e, double rate) {
  const HoldOut h = leave_one_lane_out(e.matched, {Criterion::Kind::far, rate}, e.curve.confidence);
  return object({{"far", json(rate)},
                 {"achieved", json(h.achieved)},
                 {"n_targets", json(h.n_targets)},
                 {"exposure", json(h.exposure)},
                 {"missed", array(h.missed, [&](Index i) { return json(e.matched.outcomes[to_size(i)].target.name); })},
                 {"lanes", array(h.parts, [](const HeldOut& part) {
                    return object({{"lane", json(part.name)},
                                   {"training", json(part.training)},
                                   {"test", json(part.test)},
                                   {"n_targets", json(part.n_targets)},
                                   {"exposure", json(part.exposure)}});
                  })}});
}

std::string zero_miss_json(const Evaluation& e, const OperatingPoint& p) {
  if (e.curve.n_targets == 0 || p.detected < e.curve.n_targets) return "null";
  return object({{"shows", json(zero_miss_shows(e.curve.n_targets, e.curve.confidence))},
                 {"needed", array(std::array{0.90, 0.95, 0.99, 0.996}, [&](double pd) {
                    return object({{"pd", json(pd)}, {"n", json(zero_miss_sample_size(pd, e.curve.confidence))}});
                  })}});
}

}  // namespace

std::string to_json(const Evaluation& e, const ReportOptions& options) {
  const Matched& m = e.matched;
  const std::vector<double> rates = options.rates.empty() ? usual_rates(m.unit) : options.rates;
  const double area_rate = options.area_rate > 0.0 ? options.area_rate : usual_area_rate(m.unit);
  const OperatingPoint& point = e.curve.at_threshold(options.threshold);
  const Latency latency = latency_of(e.trial);
  const PlaceErrors errors = place_errors(m, options.threshold);
  const bool ground_known = m.exposure > 0.0;
  const auto ref_json = [&](AlarmRef r) { return alarm_json(e, r); };
  return object(
      {{"surefoot_evaluation", "1"},
       {"meaning", json(first_factor)},
       {"options", object({{"halo_m", json(m.options.halo_m)},
                           {"clutter", json(clutter_rule_words[static_cast<std::size_t>(m.options.clutter)])},
                           {"exposure", json(exposure_rule_words[static_cast<std::size_t>(m.options.exposure)])},
                           {"frame", json(frame_words[static_cast<std::size_t>(m.frame)])},
                           {"footprint_m", json(m.options.footprint_m)},
                           {"max_gap_m", json(m.options.max_gap_m)},
                           {"edge_m", json(m.options.edge_m)},
                           {"confidence", json(e.curve.confidence)},
                           {"threshold", json(options.threshold)}})},
       {"latency", object({{"known", yes_or_no(latency.known)},
                           {"needs_whole_line", yes_or_no(latency.whole_line)},
                           {"traces", latency.known && !latency.whole_line ? json(latency.traces) : "null"},
                           {"metres", json(latency.metres)}})},
       {"n_targets", json(e.curve.n_targets)},
       {"n_alarms", json(m.n_alarms)},
       {"n_ignored_alarms", json(static_cast<Index>(m.ignored.size()))},
       {"n_clutter_alarms", json(static_cast<Index>(m.on_clutter.size()))},
       {"exposure", json(m.exposure)},
       {"unit", unit_name(m.unit)},
       {"notes", array(m.notes, [](const std::string& s) { return json(s); })},
       {"point", json(point)},
       {"zero_miss", zero_miss_json(e, point)},
       {"pd_at_far", array(rates,
                           [&](double f) {
                             return object({{"far", json(f)},
                                            {"point", json(e.curve.at_far(f))},
                                            {"zero_miss", zero_miss_json(e, e.curve.at_far(f))}});
                           })},
       {"far_at_pd", array(options.probabilities,
                           [&](double pd) {
                             const OperatingPoint* p = e.curve.at_pd(pd);
                             return object({{"pd", json(pd)}, {"point", p == nullptr ? "null" : json(*p)}});
                           })},
       {"partial_area",
        object({{"far", json(area_rate)},
                {"bootstrap", json(bootstrap_partial_area(m, area_rate, options.bootstrap), options.bootstrap)}})},
       {"roc", array(e.curve.points, [](const OperatingPoint& p) { return json(p); })},
       {"halo_sweep", array(halo_sweep(e.trial, m.options, usual_halos(), options.threshold, area_rate),
                            [](const HaloPoint& p) {
                              return object({{"halo_m", json(p.halo_m)},
                                             {"point", json(p.point)},
                                             {"partial_area", json(p.partial_area)}});
                            })},
       {"strata", array(strata(m, options.threshold, e.curve.confidence),
                        [](const Stratum& s) {
                          return object({{"by", json(s.by)},
                                         {"name", json(s.name)},
                                         {"n", json(s.n)},
                                         {"detected", json(s.detected)},
                                         {"pd", json(s.pd)},
                                         {"pd_interval", json(s.pd_interval)},
                                         {"pd_wilson", json(s.pd_wilson)}});
                        })},
       {"leave_one_lane_out",
        ground_known && m.lanes.size() > 1 ? array(rates, [&](double f) { return hold_out_json(e, f); }) : "null"},
       {"lanes", array(m.lanes,
                       [](const Lane& lane) {
                         return object({{"name", json(lane.name)},
                                        {"lines", array(lane.lines, [](const std::string& s) { return json(s); })},
                                        {"exposure", json(lane.exposure)}});
                       })},
       {"place_errors", object({{"n", json(errors.n)},
                                {"mean_m", json(errors.mean_m)},
                                {"rms_m", json(errors.rms_m)},
                                {"largest_m", json(errors.largest_m)},
                                {"n_depth", json(errors.n_depth)},
                                {"depth_mean_m", json(errors.depth_mean_m)},
                                {"depth_rms_m", json(errors.depth_rms_m)}})},
       {"outcomes", array(m.outcomes, [&](const Outcome& o) { return outcome_json(e, o, options.threshold); })},
       {"false_alarms", array(m.false_alarms, [&](const FalseAlarm& f) { return alarm_json(e, f.alarm); })},
       {"ignored_alarms", array(m.ignored, ref_json)},
       {"clutter_alarms", array(m.on_clutter, ref_json)}});
}

std::string to_json(const Comparison& c, const Evaluation& e) {
  const auto name = [&](Index i) {
    const Target& t = e.matched.outcomes[to_size(i)].target;
    return object({{"line", json(t.line)}, {"id", json(t.id)}, {"name", json(t.name)}, {"x_m", json(t.x_m)}});
  };
  return object({{"far", json(c.far)},
                 {"n_targets", json(c.n_targets)},
                 {"first", json(c.first)},
                 {"second", json(c.second)},
                 {"only_first", array(c.only_first, name)},
                 {"only_second", array(c.only_second, name)},
                 {"mcnemar_p", json(c.mcnemar_p)},
                 {"area_far", json(c.area_far)},
                 {"area_difference", json(c.area_difference, c.bootstrap)}});
}

std::string to_json(const ClutterRejection& r) {
  return object({{"kept_asked", json(r.kept_asked)},
                 {"mines", json(r.mines)},
                 {"mines_kept", json(r.mines_kept)},
                 {"kept_shows", json(r.kept_shows)},
                 {"threshold", json(r.threshold)},
                 {"clutter_alarms", json(r.clutter_alarms)},
                 {"rejected", json(r.rejected)},
                 {"share", json(r.share)},
                 {"interval", json(r.interval)}});
}

}  // namespace surefoot::eval

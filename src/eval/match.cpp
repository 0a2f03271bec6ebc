// SPDX-License-Identifier: MIT
#include <surefoot/eval/match.hpp>

#include <surefoot/base/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <utility>

namespace surefoot::eval {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double rounding_m = 1e-9;  // a distance of exactly the halo lies in it

std::string text_of(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string plain(double x) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr};
}

class Matching {
 public:
  Matching(const Trial& trial, const MatchOptions& options) : trial_(trial) {
    out_.options = options;
    check();
    share_ground();
    out_.frame = decide_frame();
    collect_objects();
    for (std::size_t i = 0; i < trial_.lines.size(); ++i) take_line(i);
    sum_up_coverage();
    make_lanes();
    add_exposures();
    add_notes();
  }

  Matched result() { return std::move(out_); }

 private:
  [[nodiscard]] bool ground() const noexcept { return out_.frame == Frame::ground; }

  void check() const {
    if (const Problem problem = validate(out_.options))
      throw ConfigError(problem.field, plain(problem.value) + " " + problem.reason + ": " + plain(problem.allowed.low) +
                                           " to " + plain(problem.allowed.high) + " " + symbol(problem.unit));
    std::map<std::string, std::size_t> names;
    for (const ScoredLine& line : trial_.lines) {
      if (!names.emplace(line.line, names.size()).second)
        throw ConfigError("line", "two lines are called '" + line.line + "'");
      for (const Alarm& alarm : line.alarms)
        if (std::isnan(alarm.score))
          throw ConfigError("score", "alarm " + std::to_string(alarm.id) + " of line '" + line.line +
                                         "' has a score that is not a number");
      if (!std::isfinite(line.start_m)) throw ConfigError("start_m", "the start of '" + line.line + "' must be finite");
      for (const double given : {line.area_m2, line.length_m})
        if (given <= 0.0 || std::isinf(given))
          throw ConfigError("line", "the scanned ground of '" + line.line + "' must be above 0 and finite");
    }
    for (const double given : {trial_.area_m2, trial_.length_m})
      if (given <= 0.0 || std::isinf(given))
        throw ConfigError("area_m2", "the scanned ground must be above 0 and finite");
    bool known = trial_.truth.empty() || trial_.lines.empty();
    for (const Target& t : trial_.truth) {
      if (!std::isfinite(t.x_m) || std::isinf(t.y_m) || !(t.width_m >= 0.0) || !(t.length_m >= 0.0))
        throw ConfigError("truth", "target '" + t.name + "' of line '" + t.line + "' has no sound place or size");
      known = known || t.line.empty() || names.count(t.line) != 0;
    }
    if (!known)
      throw ConfigError("line", "truth and alarms have no line in common: '" + trial_.truth.front().line +
                                    "' is a line of the truth, '" + trial_.lines.front().line + "' one of the alarms");
    for (const Polygon& p : trial_.ignored)
      if (p.size() < 3 || std::any_of(p.begin(), p.end(), [](Point q) { return !std::isfinite(q.x_m + q.y_m); }))
        throw ConfigError("ignored", "a zone needs at least 3 finite corners");
  }

  // What is given of all lines together becomes that of each.
  void share_ground() {
    const auto n = static_cast<double>(trial_.lines.size());
    double scanned = 0.0;
    for (const ScoredLine& line : trial_.lines) {
      area_of_line_.push_back(line.area_m2);
      length_of_line_.push_back(line.length_m);
      scanned = line.scan.along.empty() ? unknown : scanned + scanned_along(line).length();
    }
    for (std::size_t i = 0; i < trial_.lines.size(); ++i) {
      if (std::isfinite(trial_.area_m2))
        area_of_line_[i] =
            scanned > 0.0 ? trial_.area_m2 * scanned_along(trial_.lines[i]).length() / scanned : trial_.area_m2 / n;
      if (std::isfinite(trial_.length_m)) length_of_line_[i] = trial_.length_m / n;
    }
  }

  [[nodiscard]] Frame decide_frame() const {
    const auto has_y = [](const Target& t) { return std::isfinite(t.y_m); };
    const bool all_y = std::all_of(trial_.truth.begin(), trial_.truth.end(), has_y);
    Frame frame = out_.options.frame;
    if (frame == Frame::automatic) {
      bool placed = false;
      bool only_along = false;
      for (const ScoredLine& line : trial_.lines) {
        placed = placed || !line.scan.paths.empty();
        for (const Alarm& a : line.alarms) {
          const bool here = std::isfinite(a.position_m[0]) && std::isfinite(a.position_m[1]);
          placed = placed || here;
          only_along = only_along || (!here && std::isfinite(a.distance_m));
        }
      }
      frame = !trial_.truth.empty() && all_y && placed && !only_along ? Frame::ground : Frame::along;
    }
    if (frame == Frame::ground && !all_y)
      throw ConfigError("frame", "a target has no y_m: places on the ground cannot be compared");
    if (frame == Frame::along) {
      for (const Target& t : trial_.truth)
        if (t.line.empty() && trial_.lines.size() > 1)
          throw ConfigError("truth", "target '" + t.name + "' names no line; along the line it must be on one");
      if (!trial_.ignored.empty())
        throw ConfigError("ignored", "polygons need targets with y_m; along a line give pieces of it");
    }
    return frame;
  }

  void collect_objects() {
    std::map<std::string, std::size_t> by_id;
    object_of_.reserve(trial_.truth.size());
    for (const Target& t : trial_.truth) {
      std::size_t index = out_.outcomes.size();
      if (!t.id.empty()) index = by_id.emplace(t.id, index).first->second;
      if (index == out_.outcomes.size()) {
        Outcome o;
        o.target = t;
        o.clutter = t.kind == "clutter";
        o.score = -infinity;
        out_.outcomes.push_back(std::move(o));
      } else if (const Target& first = out_.outcomes[index].target; first.kind != t.kind || first.name != t.name) {
        throw ConfigError("id", "the id '" + t.id + "' stands for '" + first.name + "' on line '" + first.line +
                                    "' and for '" + t.name + "' on line '" + t.line + "'; an id is of one object");
      }
      object_of_.push_back(index);
    }
    lines_of_object_.resize(out_.outcomes.size());
  }

  [[nodiscard]] static Outline outline_of(const Target& t, double margin_m) noexcept {
    return {{t.x_m, t.y_m}, t.width_m, t.length_m, margin_m};
  }
  [[nodiscard]] static Interval body_of(const Target& t, double margin_m) noexcept {
    return {t.x_m - 0.5 * t.width_m - margin_m, t.x_m + 0.5 * t.width_m + margin_m};
  }
  [[nodiscard]] bool absorbs(const Outcome& o) const noexcept {
    return !o.clutter || out_.options.clutter == ClutterRule::own_class;
  }

  // What a line scanned along itself, each piece wider by what the sensor sees beyond it.
  [[nodiscard]] Stretches scanned_along(const ScoredLine& line) const {
    std::vector<Interval> pieces = line.scan.along;
    for (Interval& p : pieces) {
      p.low += line.start_m - 0.5 * out_.options.footprint_m;
      p.high += line.start_m + 0.5 * out_.options.footprint_m;
    }
    return Stretches(std::move(pieces));
  }

  // Pieces of a line that are not scored: zones and ends.
  [[nodiscard]] Stretches unscored_along(const ScoredLine& line, const Stretches& scanned) const {
    std::vector<Interval> pieces = line.ignored;
    const double edge = out_.options.edge_m;
    if (edge > 0.0 && !scanned.empty()) {
      const double first = scanned.pieces().front().low;
      const double last = scanned.pieces().back().high;
      pieces.push_back({-std::numeric_limits<double>::max(), first + edge});
      pieces.push_back({last - edge, std::numeric_limits<double>::max()});
    }
    return Stretches(std::move(pieces));
  }

  [[nodiscard]] std::vector<Point> ends_of(const ScoredLine& line) const {
    if (out_.options.edge_m <= 0.0 || line.scan.paths.empty()) return {};
    return {line.scan.paths.front().front(), line.scan.paths.back().back()};
  }

  // Whether a place lies where nothing is scored.
  [[nodiscard]] bool unscored(const Stretches& pieces, const std::vector<Point>& ends, Point p) const {
    if (!ground()) return pieces.contains(p.x_m);
    const auto near = [&](Point end) { return std::hypot(p.x_m - end.x_m, p.y_m - end.y_m) <= out_.options.edge_m; };
    return std::any_of(ends.begin(), ends.end(), near) ||
           std::any_of(trial_.ignored.begin(), trial_.ignored.end(), [&](const Polygon& z) { return inside(z, p); });
  }

  [[nodiscard]] bool scan_known(const ScoredLine& line) const noexcept {
    return ground() ? !line.scan.paths.empty() : !line.scan.along.empty();
  }

  void take_line(std::size_t index) {
    const ScoredLine& line = trial_.lines[index];
    const Stretches scanned = scanned_along(line);
    const Stretches pieces = unscored_along(line, scanned);
    const std::vector<Point> ends = ends_of(line);
    const Swath swath{line.scan.paths, out_.options.footprint_m};

    const std::size_t first = out_.passes.size();
    for (std::size_t row = 0; row < trial_.truth.size(); ++row) {
      const Target& t = trial_.truth[row];
      if (!t.line.empty() && t.line != line.line) continue;
      Pass pass{object_of_[row], index, t, Coverage::covered, false, -infinity};
      if (unscored(pieces, ends, {t.x_m, t.y_m})) pass.coverage = Coverage::ignored;
      else if (scan_known(line)) {
        const Interval body = body_of(t, 0.0);
        const bool met = ground() ? swath.meets(outline_of(t, 0.0)) : scanned.meets(body.low, body.high);
        if (!met) pass.coverage = Coverage::uncovered;
      }
      if (pass.coverage != Coverage::uncovered || !t.line.empty()) lines_of_object_[pass.outcome].push_back(index);
      if (pass.coverage == Coverage::covered) ++out_.outcomes[pass.outcome].passes;
      out_.passes.push_back(std::move(pass));
    }
    const std::span<Pass> here = std::span(out_.passes).subspan(first);

    const std::vector<bool> replaced = replaced_records(line.alarms);
    for (std::size_t i = 0; i < line.alarms.size(); ++i) {
      if (replaced[i]) continue;
      const Alarm& alarm = line.alarms[i];
      const AlarmRef ref{static_cast<Index>(index), static_cast<Index>(i)};
      ++out_.n_alarms;
      const Point p =
          ground() ? Point{alarm.position_m[0], alarm.position_m[1]} : Point{alarm.distance_m + line.start_m, 0.0};
      const double score = static_cast<double>(alarm.score);
      if (!std::isfinite(p.x_m) || !std::isfinite(p.y_m)) {
        out_.false_alarms.push_back({ref, score, static_cast<Index>(index), -1, false});
      } else if (unscored(pieces, ends, p)) {
        out_.ignored.push_back(ref);
      } else if (Pass* pass = nearest(here, p)) {
        credit(*pass, ref, alarm, p);
      } else {
        out_.false_alarms.push_back({ref, score, static_cast<Index>(index), -1, true});
      }
    }
    for (const Pass& pass : here)
      if (pass.alarmed) ++out_.outcomes[pass.outcome].detected_passes;
  }

  // The target that an alarm belongs to, if it lies in any halo.
  [[nodiscard]] Pass* nearest(std::span<Pass> here, Point p) const {
    Pass* best = nullptr;
    double best_gap = infinity;
    double best_centre = infinity;
    for (Pass& pass : here) {
      const Target& t = pass.target;
      const double centre = ground() ? std::hypot(p.x_m - t.x_m, p.y_m - t.y_m) : std::abs(p.x_m - t.x_m);
      const double gap = ground() ? outline_of(t, 0.0).distance(p) : std::max(centre - 0.5 * t.width_m, 0.0);
      if (gap > out_.options.halo_m + rounding_m) continue;
      if (gap < best_gap || (gap == best_gap && centre < best_centre)) {
        best = &pass;
        best_gap = gap;
        best_centre = centre;
      }
    }
    return best;
  }

  // Only where an object was scanned and is scored can it be found; what else lies in its halo is absorbed.
  void credit(Pass& pass, AlarmRef ref, const Alarm& alarm, Point p) {
    Outcome& o = out_.outcomes[pass.outcome];
    const double score = static_cast<double>(alarm.score);
    if (o.clutter && absorbs(o)) out_.on_clutter.push_back(ref);
    if (!absorbs(o)) out_.false_alarms.push_back({ref, score, ref.line, static_cast<Index>(pass.outcome), true});
    if (pass.coverage != Coverage::covered) return;
    pass.score = std::max(pass.score, score);
    pass.alarmed = true;
    if (o.alarm) ++o.extra;
    if (o.alarm && score <= o.score) return;
    const Target& t = pass.target;
    o.alarm = ref;
    o.score = score;
    o.offset_m = ground() ? std::hypot(p.x_m - t.x_m, p.y_m - t.y_m) : p.x_m - t.x_m;
    o.depth_error_m = alarm.depth_m - t.depth_m;
  }

  void sum_up_coverage() {
    for (Outcome& o : out_.outcomes) o.coverage = o.passes > 0 ? Coverage::covered : Coverage::uncovered;
    for (const Pass& p : out_.passes)
      if (Outcome& o = out_.outcomes[p.outcome]; p.coverage == Coverage::ignored && o.passes == 0)
        o.coverage = Coverage::ignored;
  }

  // Lines that pass over one object, or say the same lane, are one lane.
  void make_lanes() {
    std::vector<std::size_t> root(trial_.lines.size());
    std::iota(root.begin(), root.end(), std::size_t{0});
    const auto find = [&](std::size_t i) {
      while (root[i] != i) i = root[i] = root[root[i]];
      return i;
    };
    const auto join = [&](std::size_t a, std::size_t b) {
      a = find(a);
      b = find(b);
      root[std::max(a, b)] = std::min(a, b);
    };
    std::vector<std::string> said(trial_.lines.size());
    std::map<std::string, std::size_t> line_index;
    for (std::size_t i = 0; i < trial_.lines.size(); ++i) {
      said[i] = trial_.lines[i].lane;
      line_index.emplace(trial_.lines[i].line, i);
    }
    for (const Target& t : trial_.truth)
      if (const auto it = line_index.find(t.line); it != line_index.end() && said[it->second].empty())
        said[it->second] = t.lane;
    std::map<std::string, std::size_t> by_name;
    for (std::size_t i = 0; i < said.size(); ++i)
      if (!said[i].empty()) join(i, by_name.emplace(said[i], i).first->second);
    for (const auto& lines : lines_of_object_)
      for (const std::size_t line : lines) join(line, lines.front());

    lane_of_line_.assign(trial_.lines.size(), -1);
    std::map<std::size_t, Index> lane_of_root;
    for (std::size_t i = 0; i < trial_.lines.size(); ++i) {
      const auto [it, fresh] = lane_of_root.emplace(find(i), static_cast<Index>(out_.lanes.size()));
      if (fresh) out_.lanes.push_back({said[i].empty() ? trial_.lines[i].line : said[i], {}, 0.0});
      lane_of_line_[i] = it->second;
      out_.lanes[to_size(it->second)].lines.push_back(trial_.lines[i].line);
    }
    for (FalseAlarm& f : out_.false_alarms) f.lane = lane_of_line_[to_size(f.alarm.line)];
    for (std::size_t i = 0; i < out_.outcomes.size(); ++i)
      if (!lines_of_object_[i].empty()) out_.outcomes[i].lane = lane_of_line_[lines_of_object_[i].front()];
  }

  // Halos that may lie in what lines scanned; with `theirs` of targets without a line only those that these lines met.
  [[nodiscard]] std::vector<Outline> halos_of(const std::vector<std::size_t>& lines, bool theirs = false) const {
    std::vector<Outline> halos;
    if (out_.options.exposure == ExposureRule::scanned) return halos;
    for (std::size_t row = 0; row < trial_.truth.size(); ++row) {
      const Target& t = trial_.truth[row];
      const std::vector<std::size_t>& met = lines_of_object_[object_of_[row]];
      const bool here = std::any_of(lines.begin(), lines.end(), [&](std::size_t i) {
        if (!t.line.empty()) return t.line == trial_.lines[i].line;
        return !theirs || std::find(met.begin(), met.end(), i) != met.end();
      });
      if (!here || !absorbs(out_.outcomes[object_of_[row]])) continue;
      halos.push_back(outline_of(t, out_.options.halo_m));
      if (!ground()) halos.back().centre.y_m = 0.0;
    }
    return halos;
  }

  void add_exposures() {
    for (std::size_t k = 0; k < out_.lanes.size(); ++k) {
      std::vector<std::size_t> lines;
      for (std::size_t i = 0; i < trial_.lines.size(); ++i)
        if (lane_of_line_[i] == static_cast<Index>(k)) lines.push_back(i);
      out_.lanes[k].exposure = ground() ? exposure_on_ground(lines) : exposure_along(lines);
    }
    out_.exposure = out_.lanes.empty() ? unknown : 0.0;
    for (const Lane& lane : out_.lanes) out_.exposure += lane.exposure;
    if (std::isnan(out_.exposure)) out_.unit = ExposureUnit::unknown;
  }

  void use_unit(ExposureUnit unit) {
    if (out_.unit != ExposureUnit::unknown && out_.unit != unit)
      throw ConfigError("area_m2", "the scanned ground of some lines is known in m2 and of others in m");
    out_.unit = unit;
  }

  double exposure_on_ground(const std::vector<std::size_t>& lines) {
    double given = 0.0;
    std::vector<Swath> swaths;
    std::vector<Polygon> zones = trial_.ignored;
    for (const std::size_t i : lines) given += area_of_line_[i];
    std::vector<Outline> halos = halos_of(lines, std::isfinite(given));
    for (const std::size_t i : lines) {
      const ScoredLine& line = trial_.lines[i];
      if (line.scan.paths.empty()) continue;
      swaths.push_back({line.scan.paths, out_.options.footprint_m});
      for (const Point end : ends_of(line)) halos.push_back({end, 0.0, 0.0, out_.options.edge_m});
    }
    if (std::isfinite(given)) {
      use_unit(ExposureUnit::square_metre);
      return std::max(0.0, given - area(halos));
    }
    if (swaths.size() < lines.size() || out_.options.footprint_m <= 0.0) return unknown;
    use_unit(ExposureUnit::square_metre);
    return area(swaths, halos, zones);
  }

  double exposure_along(const std::vector<std::size_t>& lines) {
    double sum = 0.0;
    for (const std::size_t i : lines) {
      const ScoredLine& line = trial_.lines[i];
      const Stretches scanned = scanned_along(line);
      std::vector<Interval> taken = unscored_along(line, scanned).pieces();
      std::vector<Interval> bodies;
      for (const Outline& o : halos_of({i})) {
        const double half = 0.5 * o.width_m + o.margin_m;
        bodies.push_back({o.centre.x_m - half, o.centre.x_m + half});
      }
      taken.insert(taken.end(), bodies.begin(), bodies.end());
      const double left = scanned.without(Stretches(taken)).length();
      if (std::isfinite(area_of_line_[i])) {
        use_unit(ExposureUnit::square_metre);
        sum += scanned.empty() ? std::max(0.0, area_of_line_[i] - area(halos_of({i})))
                               : area_of_line_[i] * left / scanned.length();
      } else if (!scanned.empty()) {
        use_unit(ExposureUnit::metre);
        sum += left;
      } else if (std::isfinite(length_of_line_[i])) {
        use_unit(ExposureUnit::metre);
        sum += std::max(0.0, length_of_line_[i] - Stretches(taken).length());
      } else {
        return unknown;
      }
    }
    return sum;
  }

  void add_notes() {
    const auto note = [&](std::string s) { out_.notes.push_back(std::move(s)); };
    const auto unplaced = static_cast<std::size_t>(std::count_if(out_.false_alarms.begin(), out_.false_alarms.end(),
                                                                 [](const FalseAlarm& f) { return !f.placed; }));
    if (unplaced > 0)
      note(text_of(unplaced, "alarm has", "alarms have") + " no place " +
           (ground() ? "on the ground" : "along the line") + " and count as false.");
    const auto listed = [&](Coverage c) {
      return static_cast<std::size_t>(
          std::count_if(out_.outcomes.begin(), out_.outcomes.end(), [&](const Outcome& o) { return o.coverage == c; }));
    };
    if (const std::size_t n = listed(Coverage::uncovered); n > 0)
      note(text_of(n, "target was", "targets were") +
           " not scanned: listed as not covered, counted neither as found nor as missed.");
    if (const std::size_t n = listed(Coverage::ignored); n > 0)
      note(text_of(n, "target lies", "targets lie") + " where nothing is scored.");
    std::size_t unknown_scans = 0;
    for (const ScoredLine& line : trial_.lines) unknown_scans += scan_known(line) ? 0 : 1;
    if (unknown_scans > 0)
      note("It is not known where " + text_of(unknown_scans, "line was", "lines were") +
           " scanned: each target there counts as covered" +
           (out_.options.edge_m > 0.0 ? ", and no alarm is ignored as near an end." : "."));
    if (out_.unit == ExposureUnit::unknown)
      note("The scanned ground is not known: false alarms are counted, but have no rate.");
  }

  const Trial& trial_;
  Matched out_;
  std::vector<std::size_t> object_of_;                     // outcome of each row of the truth
  std::vector<std::vector<std::size_t>> lines_of_object_;  // lines that each outcome is on
  std::vector<Index> lane_of_line_;
  std::vector<double> area_of_line_;
  std::vector<double> length_of_line_;
};

}  // namespace

Problem validate(const MatchOptions& options) noexcept { return check_ranges(options); }

std::vector<bool> replaced_records(const std::vector<Alarm>& alarms) {
  std::vector<bool> replaced(alarms.size(), false);
  std::map<std::int64_t, std::size_t> last;
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    const auto [it, fresh] = last.emplace(alarms[i].id, i);
    if (fresh) continue;
    if (alarms[i].revision > alarms[it->second].revision) replaced[it->second] = true;
    it->second = i;
  }
  return replaced;
}

Matched match(const Trial& trial, const MatchOptions& options) { return Matching(trial, options).result(); }

}  // namespace surefoot::eval

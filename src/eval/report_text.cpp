// SPDX-License-Identifier: MIT
#include <surefoot/eval/report.hpp>

#include "../io/plain_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace surefoot::eval {
namespace {

std::string decimals(double x, int n) { return std::isfinite(x) ? io::detail::fixed(x, n) : "?"; }
std::string share(double x) { return decimals(x, 3); }
// Three significant digits: rates span many powers of ten.
std::string rate(double x) {
  if (!std::isfinite(x)) return std::isinf(x) ? "inf" : "?";
  std::array<char, 32> buffer{};
  return {buffer.data(),
          std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::general, 3).ptr};
}
std::string interval(const Interval& i, bool of_rate) {
  const auto text = [&](double x) { return of_rate ? rate(x) : share(x); };
  return "[" + text(i.low) + ", " + text(i.high) + "]";
}
std::string of(Index k, Index n) { return std::to_string(k) + "/" + std::to_string(n); }
std::string count(Index n, const std::string& word) { return std::to_string(n) + " " + word + (n == 1 ? "" : "s"); }
std::string percent(double confidence) { return rate(100.0 * confidence) + " %"; }

std::string threshold_text(double t) {
  if (std::isnan(t)) return "own";
  return std::isinf(t) ? (t > 0.0 ? "none" : "all") : rate(t);
}

// Columns as wide as their content; the first is aligned to the left.
class Columns {
 public:
  explicit Columns(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths;
    for (const auto& r : rows_)
      for (std::size_t i = 0; i < r.size(); ++i) {
        if (i >= widths.size()) widths.push_back(0);
        widths[i] = std::max(widths[i], r[i].size());
      }
    std::string out;
    for (const auto& r : rows_) {
      std::string line;
      for (std::size_t i = 0; i < r.size(); ++i) {
        const std::string pad(widths[i] - r[i].size(), ' ');
        // The last column holds remarks: to the left, like the first.
        const bool left = i == 0 || i + 1 == rows_[0].size();
        line += (i > 0 ? "  " : "") + (left ? r[i] + pad : pad + r[i]);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

class Report {
 public:
  Report(const Evaluation& e, const ReportOptions& options)
      : e_(e),
        m_(e.matched),
        options_(options),
        rates_(options.rates.empty() ? usual_rates(m_.unit) : options.rates),
        area_rate_(options.area_rate > 0.0 ? options.area_rate : usual_area_rate(m_.unit)),
        per_(m_.unit == ExposureUnit::metre          ? " a metre"
             : m_.unit == ExposureUnit::square_metre ? " a m2"
                                                     : "") {}

  std::string text() {
    head();
    points();
    strata_table();
    halos();
    held_out();
    lost();
    for (const std::string& note : m_.notes) out_ += "\n! " + note;
    if (!m_.notes.empty()) out_ += "\n";
    out_ += std::string("\n") + first_factor + "\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string remark(const OperatingPoint& p) const {
    return e_.curve.n_targets > 0 && p.detected == e_.curve.n_targets
               ? zero_miss_remark(p.detected, e_.curve.confidence)
               : "";
  }

  void head() {
    const OperatingPoint& p = e_.curve.at_threshold(options_.threshold);
    const Index n = e_.curve.n_targets;
    out_ += "Found " + std::to_string(p.detected) + " of " + count(n, "target") + ": Pd " + share(p.pd) + " " +
            interval(p.pd_interval, false) + " (Clopper-Pearson, " + percent(e_.curve.confidence) + "; Wilson " +
            interval(p.pd_wilson, false) + ")\n";
    if (const std::string r = remark(p); !r.empty()) out_ += "  100 %: " + r + "\n";
    out_ += count(p.false_alarms, "false alarm");
    if (m_.exposure > 0.0)
      out_ += " in " + decimals(m_.exposure, 2) + (m_.unit == ExposureUnit::metre ? " m" : " m2") +
              (m_.options.exposure == ExposureRule::scanned ? ", halos among them: " : " outside the halos: ") +
              rate(p.far) + per_ + " " + interval(p.far_interval, true) + " (exact Poisson)";
    out_ += "; alarms on " +
            std::string(m_.options.clutter == ClutterRule::own_class
                            ? "emplaced clutter stand apart: " + std::to_string(m_.on_clutter.size())
                            : "emplaced clutter are false") +
            "; ignored: " + std::to_string(m_.ignored.size()) + "\n";
    out_ += "Halo " + decimals(m_.options.halo_m, 2) + " m from the nearest edge, places " +
            (m_.frame == Frame::along ? "along the line" : "on the ground") + "; " +
            count(static_cast<Index>(m_.lanes.size()), "lane") + ", " + count(m_.n_alarms, "alarm") + " in all";
    if (n > 0) out_ += ", " + rate(to_double(std::int64_t{m_.n_alarms}) / to_double(std::int64_t{n})) + " a target";
    const Latency latency = latency_of(e_.trial);
    out_ += "; latency of the score ";
    if (!latency.known) out_ += "not known\n";
    else if (latency.whole_line) out_ += "the whole line: no live result\n";
    else
      out_ += count(latency.traces, "trace") +
              (std::isfinite(latency.metres) ? " (" + decimals(latency.metres, 2) + " m)\n" : "\n");
    if (const PlaceErrors errors = place_errors(m_, options_.threshold); errors.n > 0) {
      out_ += "Places: rms " + decimals(errors.rms_m, 3) + " m, mean " + decimals(errors.mean_m, 3) + " m, largest " +
              decimals(errors.largest_m, 3) + " m from the centre (n = " + std::to_string(errors.n) + ")";
      if (errors.n_depth > 0)
        out_ += "; depths: rms " + decimals(errors.depth_rms_m, 3) + " m, mean " + decimals(errors.depth_mean_m, 3) +
                " m (n = " + std::to_string(errors.n_depth) + ")";
      out_ += "\n";
    }
  }

  void points() {
    if (!(m_.exposure > 0.0) || e_.curve.n_targets == 0) return;
    const auto row = [&](Columns& c, const std::string& name, const OperatingPoint& p) {
      c.row({name, threshold_text(p.threshold), of(p.detected, e_.curve.n_targets), share(p.pd),
             interval(p.pd_interval, false), std::to_string(p.false_alarms), rate(p.far),
             interval(p.far_interval, true), remark(p)});
    };
    Columns c({"at", "threshold", "found", "Pd", "interval", "false", "rate", "interval", ""});
    for (const double f : rates_) row(c, "rate <= " + rate(f), e_.curve.at_far(f));
    for (const double pd : options_.probabilities) {
      const OperatingPoint* p = e_.curve.at_pd(pd);
      if (p != nullptr) row(c, "Pd >= " + decimals(pd, 2), *p);
      else c.row({"Pd >= " + decimals(pd, 2), "not reached"});
    }
    out_ += "\n" + c.text();
    const Drawn area = bootstrap_partial_area(m_, area_rate_, options_.bootstrap);
    out_ += "Partial area to " + rate(area_rate_) + per_ + ": " + share(area.value) + " " +
            interval(area.interval, false) + " (" + std::to_string(area.draws) + " draws of lanes and targets, seed " +
            std::to_string(options_.bootstrap.seed) + ")\n";
    const double last = e_.curve.points.back().far;
    if (last < area_rate_) out_ += "The curve ends at " + rate(last) + per_ + ": the run sounded no more alarms.\n";
  }

  void strata_table() {
    const auto all = strata(m_, options_.threshold, e_.curve.confidence);
    if (all.empty()) return;
    Columns c({"by", "part", "found", "Pd", "interval", "Wilson", ""});
    for (const Stratum& s : all)
      c.row({s.by, s.name, of(s.detected, s.n), share(s.pd), interval(s.pd_interval, false),
             interval(s.pd_wilson, false),
             s.by != "clutter" && s.detected == s.n ? zero_miss_remark(s.n, e_.curve.confidence)
             : s.by == "clutter"                    ? "alarmed, not found"
                                                    : ""});
    out_ += "\n" + c.text();
  }

  void halos() {
    if (e_.curve.n_targets == 0) return;
    Columns c({"halo (m)", "found", "Pd", "interval", "false", "rate", "partial area", ""});
    for (const HaloPoint& h : halo_sweep(e_.trial, m_.options, usual_halos(), options_.threshold, area_rate_))
      c.row({decimals(h.halo_m, 2), std::to_string(h.point.detected), share(h.point.pd),
             interval(h.point.pd_interval, false), std::to_string(h.point.false_alarms), rate(h.point.far),
             share(h.partial_area), ""});
    out_ += "\n" + c.text();
  }

  void held_out() {
    if (!(m_.exposure > 0.0) || m_.lanes.size() < 2 || e_.curve.n_targets == 0) return;
    Columns c({"leave one lane out", "found", "Pd", "interval", "false", "rate achieved", "interval", ""});
    for (const double f : rates_) {
      const HoldOut h = leave_one_lane_out(m_, {Criterion::Kind::far, f}, e_.curve.confidence);
      const OperatingPoint& p = h.achieved;
      c.row({"trained to rate <= " + rate(f), of(p.detected, h.n_targets), share(p.pd), interval(p.pd_interval, false),
             std::to_string(p.false_alarms), rate(p.far), interval(p.far_interval, true), remark(p)});
    }
    out_ += "\n" + c.text();
  }

  void lost() {
    Columns c({"target", "line", "at (m)", "depth (m)", "kind", ""});
    bool any = false;
    for (const Outcome& o : m_.outcomes) {
      if (o.clutter || (o.coverage == Coverage::covered && o.found(options_.threshold))) continue;
      any = true;
      c.row({o.target.name.empty() ? o.target.id : o.target.name, o.target.line, decimals(o.target.x_m, 2),
             decimals(o.target.depth_m, 3), o.target.kind,
             o.coverage == Coverage::covered     ? "MISSED"
             : o.coverage == Coverage::uncovered ? "not covered"
                                                 : "not scored"});
    }
    if (any) out_ += "\n" + c.text();
  }

  const Evaluation& e_;
  const Matched& m_;
  const ReportOptions& options_;
  std::vector<double> rates_;
  double area_rate_;
  std::string per_;
  std::string out_;
};

std::string names(const std::vector<Index>& objects, const Evaluation& e) {
  std::string out;
  for (const Index i : objects) {
    const Target& t = e.matched.outcomes[to_size(i)].target;
    out +=
        (out.empty() ? "" : ", ") + (t.name.empty() ? t.id : t.name) + " at " + decimals(t.x_m, 2) + " m of " + t.line;
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string zero_miss_remark(Index n, double confidence) {
  std::string needs;
  for (const double pd : {0.90, 0.95, 0.99, 0.996})
    needs += (needs.empty() ? "" : ", ") + rate(pd) + (needs.empty() ? " needs " : " ") +
             std::to_string(zero_miss_sample_size(pd, confidence));
  return of(n, n) + " shows " + share(zero_miss_shows(n, confidence)) + " or more (one-sided, " + percent(confidence) +
         "); " + needs;
}

std::string to_text(const Evaluation& evaluation, const ReportOptions& options) {
  return Report(evaluation, options).text();
}

std::string to_text(const Comparison& c, const Evaluation& e) {
  const auto run = [&](const OperatingPoint& p) {
    return of(p.detected, c.n_targets) + " found, Pd " + share(p.pd) + " " + interval(p.pd_interval, false) + ", " +
           count(p.false_alarms, "false alarm");
  };
  std::string out = "At a false alarm rate of at most " + rate(c.far) + ":\n  first   " + run(c.first) +
                    "\n  second  " + run(c.second) + "\n";
  out += "  found by the first only:  " + names(c.only_first, e) + "\n";
  out += "  found by the second only: " + names(c.only_second, e) + "\n";
  out += "  exact McNemar: p = " + rate(c.mcnemar_p) + "\n";
  const Drawn& d = c.area_difference;
  out += "Partial area to " + rate(c.area_far) + ", second less first: " + share(d.value) + " " +
         interval(d.interval, false) + ", p = " + rate(d.p) + " (" + std::to_string(d.draws) +
         " draws of lanes, seed " + std::to_string(c.bootstrap.seed) + ")\n";
  return out;
}

std::string to_text(const ClutterRejection& r) {
  std::string out = "Clutter rejection with " + rate(100.0 * r.kept_asked) + " % of metal-detected targets kept: ";
  if (r.clutter_alarms == 0) out += "there is no clutter alarm to reject";
  else out += of(r.rejected, r.clutter_alarms) + " alarms, " + share(r.share) + " " + interval(r.interval, false);
  out += "; kept " + of(r.mines_kept, r.mines);
  if (r.mines > 0) out += ", which shows " + share(r.kept_shows) + " or more (one-sided)";
  if (r.mines > 0 && std::isinf(r.threshold)) out += "; one of them has no second alarm, so nothing may be rejected";
  return out + "\n";
}

}  // namespace surefoot::eval

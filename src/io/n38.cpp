// SPDX-License-Identifier: MIT
#include "assemble.hpp"

#include <surefoot/io/n38.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace surefoot::io::n38 {

namespace {

constexpr std::size_t record_bytes = 26;  // with its line feed
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 30U;
constexpr std::size_t n_channels = 6;
constexpr double most_fix_gap_s = 5.0;
constexpr double most_clock_error = 1e-3;  // of the ms timer against UTC; a quartz has 1e-4 at its worst
constexpr double day_s = 86400.0;

double text_number(std::string_view record, std::size_t from, std::size_t n) {
  return to_number(record.substr(from, n)).value_or(unknown);
}

/// hh:mm:ss.sss as seconds of the day.
double clock_of(std::string_view s) {
  if (s.size() < 8 || s[2] != ':' || s[5] != ':') return unknown;
  const auto h = to_number(s.substr(0, 2));
  const auto m = to_number(s.substr(3, 2));
  const auto sec = to_number(s.substr(6));
  return h && m && sec ? 3600.0 * *h + 60.0 * *m + *sec : unknown;
}

struct Fix {
  double timer_s = 0.0;  // of the sentence's end
  double utc_s = 0.0;
  GgaFix gga;
};

struct Tally {
  std::size_t sentences = 0, other = 0, bad_checksum = 0, no_fix = 0, malformed = 0, unordered = 0;
  std::size_t damaged = 0, strange = 0, comments = 0, no_time = 0, no_clock = 0, second = 0, horizontal = 0;
};

/// Timer = offset + rate * UTC, by least squares about the medians.
struct Clock {
  double utc0 = 0.0, timer0 = 0.0, rate = 1.0;
  [[nodiscard]] double timer_of(double utc) const noexcept { return timer0 + rate * (utc - utc0); }
};

class Parser {
 public:
  Parser(const File& file, const ReadOptions& options) : file_(file), options_(options) {}

  Whole run() {
    if (file_.size() > most_bytes) file_.fail(most_bytes, "a log of at most 1 GiB was expected");
    const std::string text = file_.text(most_bytes);
    if (text.size() < 2 * record_bytes) file_.fail(text.size(), "two header records of 26 bytes were expected");
    header(text);
    for (std::size_t at = 2 * record_bytes; at + record_bytes <= text.size(); at += record_bytes)
      record(std::string_view(text).substr(at, record_bytes), at);
    const std::size_t rest = text.size() % record_bytes;
    if (rest != 0)
      note("the file ends inside a record (" + std::to_string(rest) + " of 26 bytes): what follows it is missing");
    if (rest != 0 && is_reading(text[text.size() - rest])) lost_reading();
    finish();
    return std::move(whole_);
  }

 private:
  void note(std::string sentence) { whole_.scan.assumptions.push_back(std::move(sentence)); }
  void detail(const char* name, std::string text) { whole_.scan.details.emplace_back(name, std::move(text)); }

  static void add(std::string& list, const std::string& text) { (list += list.empty() ? "" : ", ") += text; }

  static bool is_reading(char type) { return type == 'T' || type == 't' || type == '2'; }

  void header(std::string_view text) {
    const std::string_view e = text.substr(0, 25);
    const std::string_view h = text.substr(record_bytes, 25);
    if (!e.starts_with("EM38") || text[25] != '\n' || h[0] != 'H' || text[51] != '\n')
      file_.fail(0, "the header records 'EM38...' and 'H' of an N38 log were expected");
    instrument_ = printable(e.substr(0, 7)) + (e[19] == '1' ? "-1" : e[19] == '2' ? "-2" : "");
    nominal_s_ = text_number(h, 11, 7);
    detail("program", printable(e.substr(7)));
    detail("survey", printable(h.substr(1, 9)));
  }

  void record(std::string_view r, std::size_t at) {
    if (r[25] != '\n') {
      damaged(r[0], at);
      return;
    }
    in_a_row_ = 0;
    switch (r[0]) {
      case 'T':
      case 't':
      case '2': reading(r); break;
      case '@':
      case '?':
        sentence_.assign(r.substr(1, 24));
        device_saw_fault_ = r[0] == '?';
        break;
      case '#':
      case '"':
        if (sentence_.size() < 512) sentence_ += r.substr(1, 24);
        break;
      case '!': end_of_sentence(r); break;
      case 'O': calibration(r); break;
      case '*': {
        const double clock = clock_of(r.substr(1, 12));
        const double timer = text_number(r, 15, 10);
        if (std::isnan(clock) || std::isnan(timer)) ++tally_.damaged;
        else clock_at_zero_s_ = clock - timer * 1e-3;
        has_clock_ = true;
        break;
      }
      case 'L': new_line(r); break;
      case 'Z':
        if (line_started_ <= 32) add(lines_, "begun " + printable(r.substr(1, 24)));
        break;
      case 'B':
      case 'A': break;
      case 'C':
      case 'S':
      case 'X':
        ++tally_.comments;
        if (tally_.comments <= 32) add(events_, printable(r.substr(1, 24)));
        break;
      default: ++tally_.strange;
    }
  }

  void damaged(char type, std::size_t at) {
    ++tally_.damaged;
    if (++in_a_row_ == 3)
      file_.fail(at,
                 "a line feed after each 25 bytes was expected; three records in a row have none: bytes are missing");
    if (is_reading(type)) lost_reading();
  }

  void lost_reading() {
    whole_.samples.insert(whole_.samples.end(), n_channels, 0.0F);
    whole_.tags.emplace_back().quality |= Quality::dropped;
    timer_s_.push_back(unknown);
  }

  void new_line(std::string_view r) {
    offsets_.fill(unknown);
    if (line_started_ < 32)
      add(lines_, printable(r.substr(1, 8)) + " from trace " + std::to_string(whole_.tags.size()));
    ++line_started_;
    // The timer may start anew with a line: without its * record it is not known how it follows on.
    clock_at_zero_s_ = unknown;
    has_clock_ = false;
  }

  void calibration(std::string_view r) {
    const int n = r[1] - '1';
    const double offset = text_number(r, 2, 10);
    if (n < 0 || n >= 6 || std::isnan(offset)) ++tally_.damaged;
    else offsets_[static_cast<std::size_t>(n)] = offset;
  }

  void reading(std::string_view r) {
    TraceTag& tag = whole_.tags.emplace_back();
    const auto marks = static_cast<unsigned char>(r[1]);
    const bool horizontal = (marks & 4U) == 0;
    tally_.horizontal += horizontal ? 1 : 0;
    tally_.second += r[0] == '2' ? 1 : 0;
    const auto bytes = std::as_bytes(std::span(r.data() + 2, 12));
    std::array<double, n_channels> s{};
    for (std::size_t k = 0; k < n_channels; ++k) {
      const auto count = load<std::uint16_t>(bytes.data() + 2 * k, std::endian::big);
      if (count == 0 || count == 65535) tag.quality |= Quality::saturated;
      s[k] = static_cast<double>(count);
    }
    const auto signal = [&s](std::size_t k) { return (s[k] * 5.0 / 1024.0 - 160.0) * 8.0; };
    const auto offset = [&](std::size_t number) {
      const double x = offsets_[number - 1];
      if (std::isnan(x)) tag.quality |= Quality::uncalibrated;
      return std::isnan(x) ? 0.0 : x;
    };
    const std::array<double, n_channels> values{
        signal(0) + offset(2), signal(1) * 0.00720475 - offset(horizontal ? 6 : 4),
        signal(2) + offset(1), signal(3) * 0.028819 - offset(horizontal ? 5 : 3),
        s[4] / 3.108 - 50.0,   s[5] / 3.108 - 50.0};
    for (const double x : values) whole_.samples.push_back(static_cast<Sample>(x));
    if (has(tag.quality, Quality::uncalibrated)) uncalibrated_ = true;
    if (!std::exchange(has_clock_, true)) ++tally_.no_clock;
    const double ms = text_number(r, 14, 11);
    if (std::isnan(ms)) ++tally_.no_time;
    timer_s_.push_back(std::isnan(ms) ? unknown : running(ms * 1e-3));
  }

  /// Seconds that run on over midnight: by the clock of the line where there is one, else the timer alone.
  double running(double timer_s) {
    double t = timer_s + (std::isnan(clock_at_zero_s_) ? 0.0 : clock_at_zero_s_);
    if (std::isnan(last_s_)) last_s_ = t;
    while (t < last_s_ - 0.5 * day_s && t > last_s_ - 2.0 * day_s) t += day_s;
    if (std::abs(t - last_s_) < 0.5 * day_s) last_s_ = t;
    return t;
  }

  void end_of_sentence(std::string_view r) {
    const std::string_view sentence = trimmed(sentence_);
    if (sentence.empty()) return;
    ++tally_.sentences;
    const NmeaResult result = parse_gga(sentence);
    const double ms = text_number(r, 1, 24);
    if (device_saw_fault_ || result.fault == NmeaFault::bad_checksum || result.fault == NmeaFault::cut) {
      ++tally_.bad_checksum;
    } else if (result.fault == NmeaFault::other_sentence) {
      ++tally_.other;
    } else if (result.fault == NmeaFault::no_fix) {
      ++tally_.no_fix;
    } else if (result.fault != NmeaFault::none || std::isnan(ms) || std::isnan(result.fix.seconds_of_day)) {
      ++tally_.malformed;
    } else {
      fixes_.push_back({running(ms * 1e-3), result.fix.seconds_of_day, result.fix});
    }
    sentence_.clear();
  }

  /// Fixes in the order of UTC, without those that came again or run backwards.
  void order_fixes() {
    std::vector<Fix> kept;
    double add_s = 0.0;
    for (Fix fix : fixes_) {
      if (!kept.empty() && fix.utc_s + add_s < kept.back().utc_s - 0.5 * day_s) add_s += day_s;
      fix.utc_s += add_s;
      if (kept.empty() || fix.utc_s > kept.back().utc_s) kept.push_back(fix);
      else ++tally_.unordered;
    }
    fixes_ = std::move(kept);
  }

  /// Fixes far from what the median of timer - UTC says are taken out first, so that one wrong hour cannot bend the line.
  Clock fit_clock() {
    std::vector<double> offset;
    for (const Fix& fix : fixes_) offset.push_back(fix.timer_s - fix.utc_s);
    const auto middle = offset.begin() + static_cast<std::ptrdiff_t>(offset.size() / 2);
    std::nth_element(offset.begin(), middle, offset.end());
    const double median = *middle;
    tally_.unordered += std::erase_if(fixes_, [median](const Fix& f) {
      return !(std::abs(f.timer_s - f.utc_s - median) <= 2.0 + most_clock_error * day_s / 2.0);
    });
    Clock clock;
    const auto n = static_cast<double>(fixes_.size());
    for (const Fix& fix : fixes_) {
      clock.utc0 += fix.utc_s / n;
      clock.timer0 += fix.timer_s / n;
    }
    double xy = 0.0;
    double xx = 0.0;
    for (const Fix& fix : fixes_) {
      const double x = fix.utc_s - clock.utc0;
      xx += x * x;
      xy += x * (fix.timer_s - fix.utc_s - (clock.timer0 - clock.utc0));
    }
    const double drift = xx > 0.0 ? xy / xx : 0.0;
    if (std::abs(drift) <= most_clock_error) clock.rate = 1.0 + drift;
    double worst_s = 0.0;
    for (const Fix& fix : fixes_) worst_s = std::max(worst_s, std::abs(fix.timer_s - clock.timer_of(fix.utc_s)));
    note("the ms timer runs " + fixed_figure((clock.rate - 1.0) * 1e6) + " ppm fast of UTC by a line through " +
         std::to_string(fixes_.size()) + " fixes, worst stamp off by " + fixed_figure(worst_s * 1e3) +
         " ms; how long a fix takes to reach the log is not known and shifts all positions along the track");
    return clock;
  }

  static std::string fixed_figure(double x) { return plain(std::round(x * 10.0) / 10.0); }

  void place_traces() {
    order_fixes();
    if (fixes_.empty()) {
      note("positions are unknown: there is no GGA sentence with a fix");
      return;
    }
    const Clock clock = fit_clock();
    const GgaFix& first = fixes_.front().gga;
    const GeoOrigin origin{first.latitude_deg, first.longitude_deg, std::isnan(first.height_m) ? 0.0 : first.height_m};
    whole_.scan.origin = origin;
    struct Point {
      double timer_s;
      std::array<double, 3> position_m;
    };
    std::vector<Point> points;
    for (const Fix& fix : fixes_) points.push_back({clock.timer_of(fix.utc_s), local_m(origin, fix.gga)});
    std::size_t n_placed = 0;
    for (std::size_t i = 0; i < timer_s_.size(); ++i) {
      const double t = timer_s_[i];
      if (std::isnan(t)) continue;
      const auto right =
          std::lower_bound(points.begin(), points.end(), t, [](const Point& p, double x) { return p.timer_s < x; });
      if (right == points.end() || (right == points.begin() && right->timer_s > t)) continue;
      const auto left = right->timer_s == t ? right : right - 1;
      const double span = right->timer_s - left->timer_s;
      if (span > most_fix_gap_s) continue;
      const double u = span > 0.0 ? (t - left->timer_s) / span : 0.0;
      for (std::size_t k = 0; k < 3; ++k)
        whole_.tags[i].position_m[k] = left->position_m[k] + u * (right->position_m[k] - left->position_m[k]);
      ++n_placed;
    }
    note("positions are linear in time between fixes at most 5 s apart: " + std::to_string(n_placed) + " of " +
         std::to_string(whole_.tags.size()) + " traces have one");
  }

  void times() {
    const auto first = std::find_if(timer_s_.begin(), timer_s_.end(), [](double t) { return !std::isnan(t); });
    if (first == timer_s_.end()) return;
    std::vector<double> steps;
    double latest = *first;
    for (std::size_t i = 0; i < timer_s_.size(); ++i) {
      const double t = timer_s_[i];
      whole_.tags[i].time_s = t - *first;
      if (i > 0 && t < latest) whole_.tags[i].quality |= Quality::out_of_order;
      if (i > 0 && t > timer_s_[i - 1]) steps.push_back(t - timer_s_[i - 1]);
      if (t > latest) latest = t;
    }
    if (steps.empty()) return;
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    // The timer counts whole milliseconds.
    whole_.scan.trace_interval_s = std::round(*middle * 1e3) * 1e-3;
    note("trace interval = median step of the ms timer, " + plain(whole_.scan.trace_interval_s) +
         " s; the header's nominal one is " + (std::isnan(nominal_s_) ? "not legible" : plain(nominal_s_) + " s"));
  }

  void tell() {
    note(uncalibrated_ ? "calibration records are missing: offsets of 0 were taken there, and those traces flagged"
                       : "calibration offsets O1 to O6 were added to the conductivities and taken from the in-phases");
    if (tally_.horizontal != 0)
      note(std::to_string(tally_.horizontal) +
           " readings are marked as horizontal dipole and have its in-phase offsets");
    if (tally_.second != 0)
      note(std::to_string(tally_.second) + " readings are second ones of their station; they are traces of their own");
    if (tally_.no_time != 0) note(std::to_string(tally_.no_time) + " readings have no legible time");
    if (tally_.no_clock != 0)
      note(std::to_string(tally_.no_clock) +
           " survey lines have no record of the clock: their times are those of the ms timer alone");
    if (tally_.damaged != 0) note(std::to_string(tally_.damaged) + " records are damaged and were not used");
    if (tally_.strange != 0) note(std::to_string(tally_.strange) + " records are of an unknown type and were not used");
    note(std::to_string(tally_.sentences) + " sentences of the satellite receiver: " + std::to_string(fixes_.size()) +
         " fixes used, " + std::to_string(tally_.other) + " of other kinds, " + std::to_string(tally_.bad_checksum) +
         " with a wrong or missing checksum, " + std::to_string(tally_.no_fix) + " without a fix, " +
         std::to_string(tally_.malformed) + " malformed, " + std::to_string(tally_.unordered) + " out of their time");
    if (line_started_ > 1)
      note(std::to_string(line_started_) + " survey lines follow each other in the traces; the details say where");
  }

  void finish() {
    Scan& scan = whole_.scan;
    scan.n_samples = n_channels;
    scan.axis = {AxisKind::channel, 0.0, 1.0};
    scan.unit = "mS/m, ppt, mS/m, ppt, degC, degC";
    detail("samples",
           "conductivity 0.5 m, in-phase 0.5 m, conductivity 1 m, in-phase 1 m, temperature 0.5 m, temperature 1 m");
    if (!lines_.empty()) detail("lines", lines_);
    if (!events_.empty()) detail("events", events_);
    times();
    place_traces();
    tell();
    override_spacing(scan, options_);
    scan.provenance = provenance(file_.name(), "n38", "Geonics " + instrument_);
    settle(whole_, file_.name(), options_);
  }

  const File& file_;
  const ReadOptions& options_;
  Whole whole_;
  Tally tally_;
  std::string instrument_;
  std::string sentence_, lines_, events_;
  bool device_saw_fault_ = false;
  bool uncalibrated_ = false;
  bool has_clock_ = false;
  std::size_t line_started_ = 0;
  int in_a_row_ = 0;
  double nominal_s_ = unknown;
  double clock_at_zero_s_ = unknown;
  double last_s_ = unknown;
  std::array<double, 6> offsets_{unknown, unknown, unknown, unknown, unknown, unknown};
  std::vector<double> timer_s_;  // of each trace
  std::vector<Fix> fixes_;
};

}  // namespace

bool sniff(const Probe& probe) {
  const std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  return head.size() > record_bytes && head.starts_with("EM38") && head[25] == '\n' && head[26] == 'H';
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  return Parser(File(path), options).run().scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  return to_line(Parser(File(path), options).run());
}

}  // namespace surefoot::io::n38

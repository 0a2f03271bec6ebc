// SPDX-License-Identifier: MIT
#include "assemble.hpp"
#include "base64.hpp"

#include "../text/json.hpp"

#include <surefoot/io/ndjson.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace surefoot::io::ndjson {

namespace {

using text::Node;

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 31U;
constexpr std::size_t most_line_bytes = std::size_t{1} << 25U;  // parsed, a number takes many times its bytes
constexpr std::array<std::string_view, 4> data_kinds{"raw", "raw_iq", "adc_raw", "feature"};
constexpr std::array<std::string_view, 3> other_kinds{"hello", "config", "config_ack"};

const Node* find(const Node* node, std::string_view key) {
  const auto* table = node == nullptr ? nullptr : std::get_if<Node::Table>(&node->value);
  if (table != nullptr)
    for (const text::Entry& entry : *table)
      if (entry.key == key) return &entry.value;
  return nullptr;
}

/// A number; NaN if there is none.
double number(const Node* node) {
  if (node == nullptr) return unknown;
  if (const auto* x = std::get_if<double>(&node->value)) return *x;
  if (const auto* n = std::get_if<std::int64_t>(&node->value)) return static_cast<double>(*n);
  return unknown;
}

std::string_view word(const Node* node) {
  const auto* s = node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
  return s == nullptr ? std::string_view() : std::string_view(*s);
}

const Node::Array* array(const Node* node) {
  return node == nullptr ? nullptr : std::get_if<Node::Array>(&node->value);
}

/// One packet of the kind that is read, as numbers.
struct Packet {
  std::vector<Sample> samples;
  double rate_hz = 0.0;
  Index n_channels = 1;
  bool railed = false;
};

/// Why a packet cannot be used; the words go into the assumptions.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Builder {
 public:
  Builder(const File& file, const std::filesystem::path& path, const ReadOptions& options)
      : file_(file), path_(path), options_(options), kind_(options.component) {
    if (!kind_.empty() && std::find(data_kinds.begin(), data_kinds.end(), kind_) == data_kinds.end())
      throw ConfigError("component", "'" + kind_ + "' is no kind of packet; allowed are raw, raw_iq, adc_raw, feature");
  }

  Whole run() {
    const std::string text = file_.text(most_bytes);
    for (std::size_t at = mark_bytes(text); at < text.size(); ++line_number_) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = trimmed(std::string_view(text).substr(at, end - at));
      if (!line.empty()) take_line(line);
      at = end + 1;
    }
    if (gap_ && n_samples_ > 0) lost_trace();
    if (n_samples_ == 0)
      file_.fail(0, "a packet of the kind " + (kind_.empty() ? std::string("raw, raw_iq, adc_raw or feature") : kind_) +
                        " was expected; there is none" + (first_fault_.empty() ? "" : "; " + first_fault_));
    finish();
    return std::move(whole_);
  }

 private:
  void note(std::string sentence) { whole_.scan.assumptions.push_back(std::move(sentence)); }

  void refuse(const std::string& why) {
    if (n_refused_++ == 0)
      first_fault_ = "the first in line " + std::to_string(line_number_ + 1) + ": " + printable(why);
    gap_ = true;
  }

  void take_line(std::string_view line) {
    if (line.size() > most_line_bytes) {
      refuse("a line of at most " + std::to_string(most_line_bytes) + " bytes was expected");
      return;
    }
    Node packet;
    try {
      packet = text::parse_json(line, "line " + std::to_string(line_number_ + 1));
    } catch (const ConfigError& error) {
      refuse(error.what());
      return;
    }
    const std::string_view type = word(find(&packet, "type"));
    if (type == "hello") {
      hello(packet);
    } else if (std::find(data_kinds.begin(), data_kinds.end(), type) != data_kinds.end()) {
      if (kind_.empty()) kind_ = type;
      if (type != kind_) ++n_other_kind_;
      else trace(packet);
    } else if (std::find(other_kinds.begin(), other_kinds.end(), type) == other_kinds.end()) {
      if (type.empty()) refuse("an object with a type was expected");
      else ++n_strange_;
    }
  }

  void hello(const Node& packet) {
    if (n_hello_++ > 0) {
      has_seq_ = false;  // the device began anew
      return;
    }
    const Node* profile = find(&packet, "profile");
    instrument_ = printable(word(find(profile, "title")));
    fullscale_ = number(find(find(profile, "raw"), "fullscale_lsb"));
    if (const Node::Array* list = array(find(profile, "harmonics")))
      for (const Node& harmonic : *list) {
        const std::string_view id = word(find(&harmonic, "id"));
        if (!id.empty() && harmonics_.size() < 4096) harmonics_.emplace_back(id, number(find(&harmonic, "freq_hz")));
      }
    own_ = packet;
  }

  std::vector<Sample> numbers(const Node* node) const {
    const Node::Array* list = array(node);
    if (list == nullptr || list->empty()) throw Refused("an array of numbers was expected");
    std::vector<Sample> out;
    out.reserve(list->size());
    for (const Node& x : *list) {
      const double value = number(&x);
      if (std::isnan(value) && !std::holds_alternative<std::monostate>(x.value)) throw Refused("numbers were expected");
      out.push_back(static_cast<Sample>(value));
    }
    return out;
  }

  void decode(const Node& packet, Packet& p) const {
    const std::string_view dtype = word(find(&packet, "dtype"));
    StoredType type;
    if (dtype == "<i2") type.kind = StoredKind::i2;
    else if (dtype == "<i4") type.kind = StoredKind::i4;
    else if (dtype == "<f4") type.kind = StoredKind::f4;
    else throw Refused("a dtype <i2, <i4 or <f4 was expected");
    const auto bytes = detail::from_base64(word(find(&packet, "samples_b64")));
    if (!bytes || bytes->empty() || bytes->size() % type.size() != 0)
      throw Refused("base64 of whole numbers of its dtype was expected");
    p.samples.resize(bytes->size() / type.size());
    const auto [low, high] = type.rails();
    p.railed = convert(*bytes, type.size(), {type, 0.0, 1.0, low, high}, p.samples);
  }

  Packet read_packet(const Node& packet) {
    Packet p;
    if (kind_ == "feature") {
      const Node* harmonics = find(&packet, "harmonics");
      if (harmonics_.empty())  // without a profile the first packet says which there are
        if (const auto* table = harmonics == nullptr ? nullptr : std::get_if<Node::Table>(&harmonics->value))
          for (const text::Entry& entry : *table) harmonics_.emplace_back(entry.key, unknown);
      for (const auto& [id, hz] : harmonics_)
        for (const char* part : {"i", "q"}) {
          const Node* x = find(find(harmonics, id), part);
          if (x == nullptr) throw Refused("harmonic " + id + " has no i and q");
          p.samples.push_back(static_cast<Sample>(number(x)));
        }
      if (p.samples.empty()) throw Refused("harmonics were expected");
      return p;
    }
    p.rate_hz = number(find(&packet, "sample_rate_hz"));
    if (kind_ == "raw_iq") {
      p.samples = numbers(find(&packet, "i"));
      const auto q = numbers(find(&packet, "q"));
      if (q.size() != p.samples.size()) throw Refused("i and q of the same length were expected");
      p.samples.insert(p.samples.end(), q.begin(), q.end());
      p.n_channels = 2;
    } else {
      if (find(&packet, "samples_b64") != nullptr) decode(packet, p);
      else p.samples = numbers(find(&packet, "samples"));
      if (const Node* channels = find(&packet, "channels")) {
        const double n = number(channels);
        if (!(n >= 1.0 && n <= 4096.0) || n != std::floor(n) || p.samples.size() % static_cast<std::size_t>(n) != 0)
          throw Refused("channels that divide the samples were expected");
        p.n_channels = static_cast<Index>(n);
      }
    }
    if (fullscale_ > 0.0 && kind_ != "adc_raw")
      p.railed = p.railed || std::any_of(p.samples.begin(), p.samples.end(),
                                         [this](Sample x) { return std::abs(static_cast<double>(x)) >= fullscale_; });
    return p;
  }

  void lost_trace() {
    whole_.samples.insert(whole_.samples.end(), n_samples_, 0.0F);
    whole_.tags.emplace_back().quality |= Quality::dropped;
    times_.push_back(unknown);
    gap_ = false;
  }

  /// Flags of its place in the order; a gap before it is filled by one trace.
  Quality order(const Node& packet, double t) {
    const double seq = number(find(&packet, "seq"));
    const bool sound = seq >= 0.0 && seq < 4294967296.0 && seq == std::floor(seq);
    if (!sound) {
      ++n_without_seq_;
      const bool back = t < latest_s_;
      if (!(t <= latest_s_)) latest_s_ = std::isnan(t) ? latest_s_ : t;
      return back ? Quality::out_of_order : Quality::good;
    }
    const auto now = static_cast<std::uint32_t>(seq);
    const std::uint32_t step = now - seq_;
    if (has_seq_ && (step == 0 || step >= 0x80000000U)) {
      ++n_unordered_;
      return Quality::out_of_order;
    }
    if (has_seq_ && step > 1) {
      n_missing_ += step - 1;
      gap_ = true;
    }
    has_seq_ = true;
    seq_ = now;
    return Quality::good;
  }

  void trace(const Node& packet) {
    const double t = number(find(&packet, "t"));
    const bool first = n_samples_ == 0;
    Packet p;
    try {
      p = read_packet(packet);
      if (!first && (p.samples.size() != n_samples_ || p.n_channels != n_channels_))
        throw Refused(std::to_string(n_samples_) + " samples in " + std::to_string(n_channels_) +
                      " channels were expected as in the first packet");
      if (!first && p.rate_hz != rate_hz_ && !(std::isnan(p.rate_hz) && std::isnan(rate_hz_)))
        throw Refused("a sample rate of " + plain(rate_hz_) + " Hz was expected as in the first packet");
    } catch (const Refused& refused) {
      (void)order(packet, t);
      refuse(refused.what());
      return;
    }
    if (first) {
      n_samples_ = p.samples.size();
      n_channels_ = p.n_channels;
      rate_hz_ = p.rate_hz;
      gap_ = false;  // nothing is lost before the first
      if (n_refused_ != 0) gap_ = true;
    }
    const Quality order_flags = order(packet, t);
    if (gap_) lost_trace();
    TraceTag& tag = whole_.tags.emplace_back();
    tag.quality |= order_flags;
    if (p.railed) tag.quality |= Quality::saturated;
    own_keys(packet, tag);
    if (has(tag.quality, Quality::dropped)) std::fill(p.samples.begin(), p.samples.end(), 0.0F);
    whole_.samples.insert(whole_.samples.end(), p.samples.begin(), p.samples.end());
    times_.push_back(t);
  }

  static void own_keys(const Node& packet, TraceTag& tag) {
    if (const Node::Array* words = array(find(&packet, "quality")))
      for (const Node& w : *words)
        for (const QualityName& q : quality_names)
          if (word(&w) == q.name) tag.quality |= q.flag;
    if (const Node::Array* place = array(find(&packet, "position_m")); place != nullptr && place->size() == 3)
      for (std::size_t k = 0; k < 3; ++k) tag.position_m[k] = number(&(*place)[k]);
    tag.distance_m = number(find(&packet, "distance_m"));
    tag.standoff_m = number(find(&packet, "standoff_m"));
  }

  void set_times() {
    const auto start = std::find_if(times_.begin(), times_.end(), [](double t) { return !std::isnan(t); });
    const double zero = start == times_.end() || own("axis") != nullptr ? 0.0 : *start;
    std::vector<double> steps;
    double last = unknown;
    for (std::size_t i = 0; i < times_.size(); ++i) {
      whole_.tags[i].time_s = times_[i] - zero;
      if (i > 0 && times_[i] > times_[i - 1]) steps.push_back(times_[i] - times_[i - 1]);
      if (!std::isnan(times_[i])) last = times_[i];
    }
    if (std::isnan(last)) note("times are unknown: no packet has a t");
    const double given = number(own("trace_interval_s"));
    if (given >= 0.0) {
      whole_.scan.trace_interval_s = given;
    } else if (!steps.empty()) {
      const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
      std::nth_element(steps.begin(), middle, steps.end());
      whole_.scan.trace_interval_s = *middle;
      note("trace interval = median step of t, " + plain(*middle) + " s");
    }
  }

  [[nodiscard]] const Node* own(std::string_view key) const { return find(find(&own_, "surefoot"), key); }

  /// The axis that our own writer put into hello; false if there is none that fits.
  bool own_axis() {
    TraceAxis axis;
    const std::string_view kind = word(own("axis"));
    bool known = false;
    for (const AxisKind k : axis_kinds)
      if (kind == name_of(k)) {
        axis.kind = k;
        known = true;
      }
    if (!known) return false;
    if (const Node::Array* places = array(own("places"))) {
      if (places->empty() || static_cast<Index>(places->size()) > NumberList::capacity) return false;
      for (const Node& place : *places) {
        const double x = number(&place);
        if (std::isnan(x) || (axis.places.count > 0 && !(x > axis.places[axis.places.count - 1]))) return false;
        axis.places.values[to_size(axis.places.count++)] = x;
      }
      const Index n = static_cast<Index>(n_samples_) / n_channels_;
      const Index needed = axis.kind == AxisKind::gates ? n + 1 : axis.kind == AxisKind::sweep ? (n + 1) / 2 : n;
      if (axis.places.count != needed) return false;
    } else {
      axis.start = number(own("start"));
      axis.step = number(own("step"));
      if (std::isnan(axis.start) || !(axis.step > 0.0)) return false;
    }
    whole_.scan.axis = axis;
    return true;
  }

  void set_axis() {
    Scan& scan = whole_.scan;
    scan.n_samples = static_cast<Index>(n_samples_);
    scan.trace_channels = n_channels_;
    if (own_axis()) return;
    scan.axis = {AxisKind::channel, 0.0, 1.0};
    if (kind_ != "feature") {
      const double step = 1.0 / rate_hz_;
      if (rate_hz_ > 0.0 && std::isfinite(step) && step > 0.0) scan.axis = {AxisKind::sample_time, 0.0, step};
      else note("the axis is the number of the sample, because the packets give no sample rate");
      return;
    }
    TraceAxis axis{AxisKind::sweep, 0.0, 0.0};
    const bool fits = static_cast<Index>(harmonics_.size()) <= NumberList::capacity;
    bool sound = fits;
    for (std::size_t k = 0; fits && k < harmonics_.size(); ++k) {
      const double hz = harmonics_[k].second;
      sound = sound && hz > 0.0 && (k == 0 || hz > harmonics_[k - 1].second);
      axis.places.values[k] = hz;
      ++axis.places.count;
    }
    if (sound) scan.axis = axis;
    else
      note("the axis is the number of the value, because the profile does not list at most 32 frequencies that ascend");
  }

  void finish() {
    Scan& scan = whole_.scan;
    set_axis();
    set_times();
    const auto count = [this](std::uint64_t n, const char* what) {
      if (n != 0) note(std::to_string(n) + what);
    };
    if (n_refused_ != 0)
      note(std::to_string(n_refused_) +
           " lines are no packets that fit; a zero trace, flagged dropped, stands in their place (" + first_fault_ +
           ")");
    count(n_missing_, " packets are missing by their numbers; a zero trace, flagged dropped, stands for each gap");
    count(n_unordered_, " packets came again or late, and are flagged out_of_order");
    count(n_without_seq_, " packets have no number: what is missing among them cannot be told");
    count(n_other_kind_, " packets of other kinds were not read");
    count(n_strange_, " packets of unknown types were not read");
    if (n_hello_ > 1) note("the device began anew " + std::to_string(n_hello_ - 1) + " times");
    scan.component = kind_;
    scan.unit = printable(word(own("unit")));
    if (scan.unit.empty() && own("axis") == nullptr) scan.unit = "counts";
    const double spacing = number(own("trace_spacing_m"));
    if (spacing > 0.0) scan.trace_spacing_m = spacing;
    if (const Node::Array* o = array(own("origin")); o != nullptr && o->size() == 3) {
      const GeoOrigin origin{number(o->data()), number(&(*o)[1]), number(&(*o)[2])};
      if (std::abs(origin.latitude_deg) <= 90.0 && std::abs(origin.longitude_deg) <= 180.0 &&
          std::isfinite(origin.height_m))
        scan.origin = origin;
    }
    override_spacing(scan, options_);
    scan.provenance = provenance(path_, "ndjson", instrument_);
    settle(whole_, file_.name(), options_);
  }

  const File& file_;
  const std::filesystem::path& path_;
  const ReadOptions& options_;
  Whole whole_;
  Node own_;
  std::string kind_, instrument_, first_fault_;
  std::vector<std::pair<std::string, double>> harmonics_;
  std::vector<double> times_;
  std::size_t line_number_ = 0, n_samples_ = 0;
  Index n_channels_ = 1;
  double rate_hz_ = unknown, fullscale_ = unknown, latest_s_ = unknown;
  std::uint32_t seq_ = 0;
  bool has_seq_ = false, gap_ = false;
  std::uint64_t n_refused_ = 0, n_missing_ = 0, n_unordered_ = 0, n_without_seq_ = 0, n_other_kind_ = 0, n_strange_ = 0,
                n_hello_ = 0;
};

}  // namespace

bool sniff(const Probe& probe) {
  std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  head.remove_prefix(mark_bytes(head));
  head = trimmed(head.substr(0, head.find('\n')));
  if (!head.starts_with('{')) return false;
  const std::size_t at = head.find("\"type\"");
  if (at == std::string_view::npos) return false;
  std::string_view rest = trimmed(head.substr(at + 6));
  if (!rest.starts_with(':')) return false;
  rest = trimmed(rest.substr(1));
  const auto is = [rest](std::string_view kind) { return rest.starts_with('"' + std::string(kind) + '"'); };
  return std::any_of(data_kinds.begin(), data_kinds.end(), is) ||
         std::any_of(other_kinds.begin(), other_kinds.end(), is);
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  return Builder(file, path, options).run().scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  return to_line(Builder(file, path, options).run());
}

}  // namespace surefoot::io::ndjson

// SPDX-License-Identifier: MIT
#include "file.hpp"

#include <surefoot/io/gex.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::io {

namespace {

constexpr std::uint64_t most_bytes = 1U << 22U;
constexpr std::size_t most_numbered = 4096;

/// One key = value with its place.
struct Item {
  std::string key;    // as written
  std::string small;  // lower case, without its number
  std::size_t number = 0;
  std::string_view value;
  std::uint64_t at = 0;
};

class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  TemSystem run() {
    std::size_t row = 0;
    for (std::size_t at = mark_bytes(text_); at < text_.size(); ++row) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      line(trimmed(text_.substr(at, end - at)), at, row + 1);
      at = end + 1;
    }
    check();
    return std::move(system_);
  }

 private:
  [[noreturn]] void fail(std::uint64_t at, const std::string& message) const {
    throw DataError(std::string(name_), at, message);
  }

  void line(std::string_view s, std::uint64_t at, std::size_t row) {
    if (s.empty() || s[0] == '/') return;
    if (s[0] == '[') {
      section(s, at);
      return;
    }
    const std::size_t equals = s.find('=');
    Item item;
    if (equals != std::string_view::npos) item.key = printable(s.substr(0, equals));
    if (item.key.empty()) {
      system_.assumptions.push_back("line " + std::to_string(row) + " is no key = value and was not used: '" +
                                    printable(s.substr(0, 60)) + "'");
      return;
    }
    item.value = trimmed(s.substr(equals + 1));
    item.at = at;
    item.small = lower(item.key);
    std::size_t digits = 0;
    while (digits < item.small.size() && item.small[item.small.size() - 1 - digits] >= '0' &&
           item.small[item.small.size() - 1 - digits] <= '9')
      ++digits;
    if (digits > 0 && digits < 6) {
      item.number = static_cast<std::size_t>(to_number(item.small.substr(item.small.size() - digits)).value_or(0.0));
      item.small.resize(item.small.size() - digits);
    }
    if (channel_ == nullptr) general(item);
    else in_channel(item);
  }

  void section(std::string_view s, std::uint64_t at) {
    const std::string name = lower(s);
    channel_ = nullptr;
    if (name == "[general]") return;
    if (name.starts_with("[channel") && name.ends_with(']')) {
      const auto number = to_number(std::string_view(name).substr(8, name.size() - 9));
      if (number && *number >= 1.0 && *number <= 99.0 && *number == std::floor(*number)) {
        for (const TemChannel& c : system_.channels)
          if (c.number == static_cast<int>(*number)) fail(at, printable(s) + " comes twice");
        channel_ = &system_.channels.emplace_back();
        channel_->number = static_cast<int>(*number);
        return;
      }
    }
    fail(at, "a section [General] or [ChannelN] was expected, found '" + printable(s.substr(0, 40)) + "'");
  }

  std::vector<double> numbers(const Item& item, std::size_t n) const {
    std::vector<double> out;
    for (std::size_t at = 0; at < item.value.size();) {
      const std::size_t start = item.value.find_first_not_of(" \t", at);
      if (start == std::string_view::npos) break;
      const std::size_t end = std::min(item.value.find_first_of(" \t", start), item.value.size());
      const auto x = to_number(item.value.substr(start, end - start));
      if (!x || out.size() == n) break;
      out.push_back(*x);
      at = end;
      if (item.value.find_first_not_of(" \t", at) == std::string_view::npos && out.size() == n) return out;
    }
    fail(item.at, item.key + ": " + std::to_string(n) + (n == 1 ? " number was" : " numbers were") +
                      " expected, found '" + printable(item.value.substr(0, 60)) + "'");
  }
  [[nodiscard]] double number(const Item& item) const { return numbers(item, 1)[0]; }
  [[nodiscard]] int count(const Item& item) const {
    const double x = number(item);
    if (x < 0.0 || x > 1e4 || x != std::floor(x))
      fail(item.at, item.key + ": a whole number from 0 to 10000 was expected");
    return static_cast<int>(x);
  }

  template <class T>
  void append(const Item& item, std::vector<T>& list, T value) const {
    if (item.number != list.size() + 1 || list.size() == most_numbered)
      fail(item.at, item.key + ": number " + std::to_string(list.size() + 1) + " was expected next");
    list.push_back(std::move(value));
  }

  TemPair pair(const Item& item) const {
    const auto x = numbers(item, 2);
    return {x[0], x[1]};
  }

  TemGate gate(const Item& item) const {
    const auto x = numbers(item, 3);
    if (!(x[1] <= x[0] && x[0] <= x[2] && x[1] < x[2]))
      fail(item.at, item.key + ": centre, open and close with open <= centre <= close were expected");
    return {x[0], x[1], x[2]};
  }

  TemMoment& moment(std::string_view name) {
    std::string upper(name);
    for (char& c : upper)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    for (TemMoment& m : system_.moments)
      if (m.name == upper) return m;
    if (system_.moments.size() == 16) fail(0, "at most 16 moments were expected");
    system_.moments.emplace_back().name = upper;
    return system_.moments.back();
  }

  void general(const Item& item) {
    const std::string_view key = item.small;
    if (key == "description") system_.description = printable(item.value);
    else if (key == "txlooppoint") append(item, system_.loop_m, pair(item));
    else if (key == "txlooparea") system_.loop_area_m2 = number(item);
    else if (key == "frontgatedelay") system_.front_gate_delay_s = number(item);
    else if (key == "rxcoillpfilter") append(item, system_.low_pass, pair(item));
    else if (key.starts_with("numberofturns")) moment(key.substr(13)).turns = number(item);
    else if (key.starts_with("waveform") && key.ends_with("point")) {
      TemMoment& m = moment(key.substr(8, key.size() - 13));
      const TemPair point = pair(item);
      if (!m.waveform.empty() && !(point[0] >= m.waveform.back()[0]))
        fail(item.at, item.key + ": times that ascend were expected");
      append(item, m.waveform, point);
    } else if (key == "gatetime") append(item, system_.gates, gate(item));
    else if (key.starts_with("gatetime") && item.number > 0) append(item, moment(key.substr(8)).gates, gate(item));
    else if (key.ends_with("position") && item.number > 0) {
      const auto x = numbers(item, 3);
      system_.places.push_back({item.key, {x[0], x[1], x[2]}});
    } else system_.others.emplace_back(item.key, printable(item.value));
  }

  void in_channel(const Item& item) {
    TemChannel& c = *channel_;
    const std::string_view key = item.small;
    if (key == "rxcoilnumber") c.receiver = count(item);
    else if (key == "nogates") c.n_gates = count(item);
    else if (key == "removeinitialgates") c.n_initial_gates_removed = count(item);
    else if (key == "gatetimeshift") c.gate_shift_s = number(item);
    else if (key == "meatimedelay") c.delay_s = number(item);
    else if (key == "gatefactor") c.gate_factor = number(item);
    else if (key == "repfreq") c.repetition_hz = number(item);
    else if (key == "txapproximatecurrent") c.current_a = number(item);
    else if (key == "frontgatetime") c.front_gate_s = number(item);
    else if (key == "transmittermoment") c.moment = printable(item.value);
    else if (key == "receiverpolarizationxyz") c.polarization = printable(item.value);
    else c.others.emplace_back(item.key, printable(item.value));
  }

  void check() const {
    if (system_.channels.empty()) fail(text_.size(), "a section [Channel1] was expected; there is none");
    for (const TemChannel& c : system_.channels) {
      const std::string name = "[Channel" + std::to_string(c.number) + "]";
      const std::size_t n = system_.gates_of(c).size();
      if (c.n_gates < 1 || to_count(c.n_gates) > n)
        fail(text_.size(), name + ": NoGates from 1 to the " + std::to_string(n) +
                               " gates listed was expected, found " + std::to_string(c.n_gates));
      if (c.n_initial_gates_removed >= c.n_gates)
        fail(text_.size(), name + ": RemoveInitialGates leaves none of its " + std::to_string(c.n_gates) + " gates");
    }
  }
  static std::size_t to_count(int n) { return static_cast<std::size_t>(n); }

  std::string_view text_, name_;
  TemSystem system_;
  TemChannel* channel_ = nullptr;
};

std::string two_digits(std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

void put_gates(std::string& out, const std::string& moment, const std::vector<TemGate>& gates) {
  for (std::size_t i = 0; i < gates.size(); ++i)
    out += "GateTime" + moment + two_digits(i + 1) + "=" + plain(gates[i].centre_s) + " " + plain(gates[i].open_s) +
           " " + plain(gates[i].close_s) + "\n";
}

void put_pairs(std::string& out, const std::string& key, const std::vector<TemPair>& pairs) {
  for (std::size_t i = 0; i < pairs.size(); ++i)
    out += key + two_digits(i + 1) + "=" + plain(pairs[i][0]) + " " + plain(pairs[i][1]) + "\n";
}

}  // namespace

std::vector<TemGate> TemSystem::gates_of(const TemChannel& channel) const {
  std::vector<TemGate> own = gates;
  for (const TemMoment& m : moments)
    if (m.name == channel.moment && !m.gates.empty()) own = m.gates;
  if (channel.n_gates >= 0 && static_cast<std::size_t>(channel.n_gates) < own.size())
    own.resize(static_cast<std::size_t>(channel.n_gates));
  const double shift = channel.gate_shift_s + channel.delay_s;
  for (TemGate& g : own) g = {g.centre_s + shift, g.open_s + shift, g.close_s + shift};
  return own;
}

TemSystem parse_gex(std::string_view text, std::string_view name) { return Parser(text, name).run(); }

TemSystem read_gex(const std::filesystem::path& path) { return parse_gex(File(path).text(most_bytes), path.string()); }

std::string to_gex(const TemSystem& s) {
  std::string out = "[General]\n";
  if (!s.description.empty()) out += "Description=" + s.description + "\n";
  for (const TemPlace& p : s.places)
    out += p.name + "=" + plain(p.place_m[0]) + " " + plain(p.place_m[1]) + " " + plain(p.place_m[2]) + "\n";
  put_pairs(out, "TxLoopPoint", s.loop_m);
  if (s.loop_area_m2 != 0.0) out += "TxLoopArea=" + plain(s.loop_area_m2) + "\n";
  out += "FrontGateDelay=" + plain(s.front_gate_delay_s) + "\n";
  put_pairs(out, "RxCoilLPFilter", s.low_pass);
  for (const TemMoment& m : s.moments) {
    if (m.turns != 0.0) out += "NumberOfTurns" + m.name + "=" + plain(m.turns) + "\n";
    put_pairs(out, "Waveform" + m.name + "Point", m.waveform);
    put_gates(out, m.name, m.gates);
  }
  put_gates(out, "", s.gates);
  for (const auto& [key, value] : s.others) out.append(key).append("=").append(value).append("\n");
  for (const TemChannel& c : s.channels) {
    out += "\n[Channel" + std::to_string(c.number) + "]\nRxCoilNumber=" + std::to_string(c.receiver) +
           "\nNoGates=" + std::to_string(c.n_gates) +
           "\nRemoveInitialGates=" + std::to_string(c.n_initial_gates_removed) +
           "\nGateTimeShift=" + plain(c.gate_shift_s) + "\nMeaTimeDelay=" + plain(c.delay_s) +
           "\nGateFactor=" + plain(c.gate_factor) + "\nFrontGateTime=" + plain(c.front_gate_s) + "\n";
    if (c.repetition_hz != 0.0) out += "RepFreq=" + plain(c.repetition_hz) + "\n";
    if (c.current_a != 0.0) out += "TxApproximateCurrent=" + plain(c.current_a) + "\n";
    if (!c.moment.empty()) out += "TransmitterMoment=" + c.moment + "\n";
    if (!c.polarization.empty()) out += "ReceiverPolarizationXYZ=" + c.polarization + "\n";
    for (const auto& [key, value] : c.others) out.append(key).append("=").append(value).append("\n");
  }
  return out;
}

}  // namespace surefoot::io

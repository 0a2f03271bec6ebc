// SPDX-License-Identifier: MIT
#include "xyz_table.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::io::xyz {

namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 31U;
constexpr std::uint64_t most_alc_bytes = 1U << 20U;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string_view> words_of(std::string_view s, bool commas) {
  std::vector<std::string_view> words;
  if (commas) {
    for (;;) {
      const std::size_t end = s.find(',');
      words.push_back(trimmed(s.substr(0, end)));
      if (end == std::string_view::npos) break;
      s.remove_prefix(end + 1);
    }
    if (words.back().empty()) words.pop_back();  // a comma ends the row
    return words;
  }
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t start = s.find_first_not_of(" \t\r", at);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(s.find_first_of(" \t\r", start), s.size());
    words.push_back(s.substr(start, end - start));
    at = end;
  }
  return words;
}

/// The number that follows a word of a text; 0 if there is none.
int number_after(std::string_view text, std::string_view word) {
  std::size_t at = text.find(word);
  if (at == std::string_view::npos) return 0;
  at += word.size();
  while (at < text.size() && text[at] == ' ') ++at;
  int n = 0;
  while (at < text.size() && is_digit(text[at]) && n < 100) n = 10 * n + (text[at++] - '0');
  return n;
}

bool has_any(std::string_view name, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [name](const char* word) { return name.find(word) != std::string_view::npos; });
}

std::vector<double> numbers_of(std::string_view s) {
  std::vector<double> out;
  for (const std::string_view word : words_of(s, false)) {
    const auto x = to_number(word);
    if (!x) return {};
    out.push_back(*x);
  }
  return out;
}

/// What the comments before the rows say.
class Comments {
 public:
  explicit Comments(Table& table) : table_(table) {}

  void take(std::string_view comment) {
    const std::string_view s = trimmed(comment);
    const std::string small = lower(s);
    if (!tag_.empty()) {
      if (tag_ == "dummy") table_.dummy = printable(s);
      else if (tag_ == "data unit") table_.unit = printable(s);
      if (table_.details.size() < 32) table_.details.emplace_back(tag_, printable(s));
      tag_.clear();
    } else if (small.starts_with("gates for channel ") && small.find(':') != std::string::npos) {
      keep(number_after(small, "channel"), numbers_of(s.substr(small.find(':') + 1)));
    } else if (small.starts_with("gate times")) {
      gates_wait_ = true;
      gates_channel_ = number_after(small, "channel");
    } else if (gates_wait_) {
      keep(gates_channel_, numbers_of(s));
      gates_wait_ = false;
    } else {
      for (const char* tag : {"wb version", "node name(s)", "dummy", "data unit", "data type", "coordinate system",
                              "number of layers", "model unit", "length unit"})
        if (small == tag) tag_ = tag;
    }
  }

 private:
  void keep(int channel, std::vector<double> times) {
    if (!times.empty() && table_.gate_times.size() < 64) table_.gate_times[channel] = std::move(times);
  }

  Table& table_;
  std::string tag_;
  bool gates_wait_ = false;
  int gates_channel_ = 0;
};

/// "LM_Z_G01[5]" is "LM_Z_G01" and 5, "DATA_12" is "DATA" and 12; -1 if no number ends the name.
std::pair<std::string, long> split_name(std::string_view name) {
  std::string_view s = name;
  if (s.ends_with(']')) s.remove_suffix(1);
  std::size_t digits = 0;
  while (digits < s.size() && digits < 6 && is_digit(s[s.size() - 1 - digits])) ++digits;
  if (digits == 0 || digits == s.size()) return {std::string(name), -1};
  long n = 0;
  for (const char c : s.substr(s.size() - digits)) n = 10 * n + (c - '0');
  s.remove_suffix(digits);
  if (s.ends_with('[') || s.ends_with('_')) s.remove_suffix(1);
  return {std::string(s), n};
}

std::vector<Group> groups_by_name(const std::vector<std::string>& names) {
  std::vector<Group> groups;
  std::string last;
  long next = -2;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto [name, n] = split_name(names[i]);
    const std::string small = lower(name);
    if (n >= 0 && n == next && small == last) {
      groups.back().columns.push_back(i);
    } else if (n >= 0) {
      Group group;
      group.beside = has_any(small, {"std", "unc", "inuse"});
      group.of_gates = !group.beside && has_any(small, {"dbdt", "data", "gate", "_g0", "gt"});
      group.channel = number_after(small, "ch");
      group.name = std::move(name);
      group.columns = {i};
      groups.push_back(std::move(group));
    }
    last = small;
    next = n + 1;
  }
  std::erase_if(groups, [](const Group& g) { return g.columns.size() < 2; });
  int count = 0;
  for (Group& g : groups)
    if (g.of_gates && ++count && g.channel == 0) g.channel = count;
  return groups;
}

bool begins_a_line(std::string_view s) {
  const std::string head = lower(s.substr(0, 5));
  return head.starts_with("line ") || head.starts_with("line\t") || head.starts_with("tie ") ||
         head.starts_with("tie\t");
}

}  // namespace

Table parse_table(const File& file) {
  Table t;
  t.text = file.text(most_bytes);
  const std::string_view text = t.text;
  if (text.find('\0') != std::string_view::npos) file.fail(text.find('\0'), "text was expected, found a zero byte");
  t.ends_in_a_line = text.ends_with('\n');
  Comments comments(t);
  std::vector<std::string_view> candidates;  // comments that may name the columns
  bool first = true;
  for (std::size_t at = mark_bytes(text); at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view s = trimmed(text.substr(at, end - at));
    if (s.starts_with('[') && lower(s).starts_with("[general]"))
      file.fail(at, "rows were expected; this is a GEX system description, which has no traces: io::read_gex reads it");
    if (s.starts_with('/')) {
      if (first) {
        comments.take(s.substr(1));
        candidates.push_back(s.substr(1));
      }
    } else if (begins_a_line(s)) {
      t.lines.emplace_back(printable(s), t.rows.size());
    } else if (!s.empty()) {
      if (first) {
        first = false;
        if (s.find('=') != std::string_view::npos)
          file.fail(at,
                    "a row of numbers was expected; key = value is of a column map or a system description, which have "
                    "no traces: give the .xyz file beside it");
        t.commas = !candidates.empty() && candidates.back().find(',') != std::string_view::npos &&
                   s.find(',') != std::string_view::npos;
        const std::size_t n = words_of(s, t.commas).size();
        for (auto it = candidates.rbegin(); it != candidates.rend() && t.names.empty(); ++it)
          if (const auto names = words_of(*it, t.commas); names.size() == n && numbers_of(*it).empty())
            t.names.assign(names.begin(), names.end());
        if (t.names.empty())
          for (std::size_t i = 0; i < n; ++i) t.names.push_back("column " + std::to_string(i + 1) + " ");
        else t.groups = groups_by_name(t.names);
      }
      t.rows.push_back({at, words_of(s, t.commas)});
    }
    at = end + 1;
  }
  if (t.rows.empty()) file.fail(text.size(), "at least one row of data was expected; there is none");
  return t;
}

int column_of(const Table& table, std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (std::size_t i = 0; i < table.names.size(); ++i)
      if (lower(table.names[i]) == name) return static_cast<int>(i);
  return -1;
}

std::map<std::string, std::size_t> read_alc(const std::filesystem::path& data, const Table& table,
                                            std::vector<std::string>& notes) {
  const auto path = beside(data, "alc");
  if (!path) return {};
  const std::string name = path->filename().string();
  std::map<std::string, std::size_t> map;
  try {
    const std::string text = File(*path).text(most_alc_bytes);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view s = std::string_view(text).substr(at, end - at);
      at = end + 1;
      const std::size_t equals = s.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string key = lower(trimmed(s.substr(0, equals)));
      if (key == "version" || key == "system" || key == "channelsnumber" || key == "dummy") continue;
      const auto column = to_number(s.substr(equals + 1));
      if (!column || *column != std::floor(*column)) throw DataError(name, at, key + " is no column");
      if (*column < 0.0) continue;
      if (*column < 1.0 || *column > static_cast<double>(table.names.size()))
        throw DataError(name, at,
                        key + " is in column " + plain(*column) + " of " + std::to_string(table.names.size()));
      map[key] = static_cast<std::size_t>(*column) - 1;
    }
  } catch (const DataError& error) {
    notes.push_back("the column map " + name + " was not used: " + error.what());
    return {};
  }
  notes.push_back("columns are what " + name + " says");
  return map;
}

std::vector<Group> groups_of(const std::map<std::string, std::size_t>& alc) {
  std::vector<Group> groups;
  for (int channel = 1; channel < 100; ++channel) {
    const std::string head = std::string("gate_ch") + (channel < 10 ? "0" : "") + std::to_string(channel) + "_";
    Group group;
    for (int gate = 1; gate < 1000; ++gate) {
      const auto it = alc.find(head + (gate < 10 ? "0" : "") + std::to_string(gate));
      if (it == alc.end()) break;
      group.columns.push_back(it->second);
    }
    if (group.columns.empty()) continue;
    group.name = head.substr(0, head.size() - 1);
    group.channel = channel;
    group.of_gates = true;
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace surefoot::io::xyz

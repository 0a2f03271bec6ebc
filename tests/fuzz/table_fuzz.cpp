// SPDX-License-Identifier: MIT
// Any text is a table of truth or of alarms, or a DataError; what was read is written as CSV and read again: truth to the same
// bytes, alarms to the same number of them. The first byte says which reader gets the rest: 0 to 3, modulo 4.
#include <surefoot/base/error.hpp>
#include <surefoot/io/alarm_reader.hpp>
#include <surefoot/io/alarm_table.hpp>
#include <surefoot/io/truth_table.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void check(const surefoot::Truth& truth) {
  const std::string csv = surefoot::io::to_csv(truth);
  if (surefoot::io::to_csv(surefoot::io::parse_truth_csv(csv)) != csv) std::abort();
}

void check(const std::vector<surefoot::io::NamedAlarms>& lines) {
  std::vector<surefoot::io::LineAlarms> views;
  std::size_t n = 0;
  for (const surefoot::io::NamedAlarms& line : lines) {
    views.push_back({line.line, {}, line.alarms});
    n += line.alarms.size();
  }
  std::size_t again = 0;
  for (const surefoot::io::NamedAlarms& line : surefoot::io::parse_alarms_csv(surefoot::io::to_csv(views)))
    again += line.alarms.size();
  if (again != n) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto read = [&](auto&& parse) {
    try {
      return parse();
    } catch (const surefoot::Error&) {
      return decltype(parse()){};
    }
  };
  // What was read must be written and read again without an error.
  switch (data[0] % 4) {
    case 0: check(read([&] { return surefoot::io::parse_truth_csv(text); })); break;
    case 1: check(read([&] { return surefoot::io::parse_truth_json(text); })); break;
    case 2: check(read([&] { return surefoot::io::parse_alarms_csv(text); })); break;
    default: check(read([&] { return surefoot::io::parse_alarms_geojson(text); })); break;
  }
  return 0;
}

// SPDX-License-Identifier: MIT
#include "file.hpp"
#include "plain_text.hpp"

#include <surefoot/io/ndjson.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::io::ndjson {

namespace {

std::string real(double x) { return std::isfinite(x) ? plain(x) : "null"; }
std::string sample(Sample x) { return std::isfinite(x) ? detail::shortest(x) : "null"; }

template <class Range, class F>
std::string list(const Range& range, F&& f) {
  std::string out = "[";
  for (const auto& x : range) (out += out.size() == 1 ? "" : ",") += f(x);
  return out + "]";
}

/// A sweep whose pairs are all of the trace can be said in the words of the protocol.
bool is_feature(const Line& line) {
  return line.axis.kind == AxisKind::sweep && line.n_channels == 1 && !line.axis.places.empty() &&
         2 * line.axis.places.count == line.n_samples();
}

std::string hello(const Line& line, const std::string& unit) {
  std::string out = R"({"type":"hello","schema_version":"1.0.0","profile":{"id":"surefoot","title":)" +
                    detail::json_string(line.provenance.instrument);
  if (is_feature(line)) {
    out += R"(,"harmonics":[)";
    for (Index k = 0; k < line.axis.places.count; ++k)
      out += (k == 0 ? "" : ",") + (R"({"id":"f)" + std::to_string(k + 1)) + R"(","freq_hz":)" +
             real(line.axis.places[k]) + "}";
    out += "]";
  }
  out += R"(},"surefoot":{"axis":")" + std::string(name_of(line.axis.kind)) + "\"";
  if (line.axis.places.empty()) out += ",\"start\":" + real(line.axis.start) + ",\"step\":" + real(line.axis.step);
  else out += ",\"places\":" + list(line.axis.places.view(), real);
  out += ",\"n_channels\":" + std::to_string(line.n_channels) + ",\"unit\":" + detail::json_string(unit) +
         ",\"trace_interval_s\":" + real(line.trace_interval_s) + ",\"trace_spacing_m\":" + real(line.trace_spacing_m);
  if (line.origin)
    out += ",\"origin\":[" + real(line.origin->latitude_deg) + "," + real(line.origin->longitude_deg) + "," +
           real(line.origin->height_m) + "]";
  return out + "}}\n";
}

void put_tag(std::string& out, const TraceTag& tag) {
  std::string words;
  for (const QualityName& q : quality_names)
    if (has(tag.quality, q.flag)) words += (words.empty() ? "\"" : ",\"") + std::string(q.name) + "\"";
  if (!words.empty()) out += ",\"quality\":[" + words + "]";
  if (std::any_of(tag.position_m.begin(), tag.position_m.end(), [](double x) { return std::isfinite(x); }))
    out += ",\"position_m\":" + list(tag.position_m, real);
  if (std::isfinite(tag.distance_m)) out += ",\"distance_m\":" + real(tag.distance_m);
  if (std::isfinite(tag.standoff_m)) out += ",\"standoff_m\":" + real(tag.standoff_m);
}

}  // namespace

std::string to_ndjson(const Line& line, const std::string& unit) {
  std::string out = hello(line, unit);
  const bool feature = is_feature(line);
  const bool timed = line.axis.kind == AxisKind::sample_time && line.axis.step > 0.0;
  for (Index i = 0; i < line.n_traces(); ++i) {
    const TraceTag& tag = line.tags[to_size(i)];
    const ConstTraceRef trace = line.trace(i);
    out += std::string(R"({"type":")") + (feature ? "feature" : "raw") + R"(","seq":)" + std::to_string(i);
    if (std::isfinite(tag.time_s)) out += ",\"t\":" + real(tag.time_s);
    if (feature) {
      out += R"(,"harmonics":{)";
      for (Index k = 0; 2 * k < line.n_samples(); ++k)
        out += (k == 0 ? "\"f" : ",\"f") + std::to_string(k + 1) + "\":{\"i\":" + sample(trace[to_size(2 * k)]) +
               ",\"q\":" + sample(trace[to_size(2 * k + 1)]) + "}";
      out += "}";
    } else {
      if (timed) out += ",\"sample_rate_hz\":" + real(1.0 / line.axis.step);
      if (line.n_channels != 1) out += ",\"channels\":" + std::to_string(line.n_channels);
      out += ",\"samples\":" + list(trace, sample);
    }
    put_tag(out, tag);
    out += "}\n";
  }
  return out;
}

}  // namespace surefoot::io::ndjson

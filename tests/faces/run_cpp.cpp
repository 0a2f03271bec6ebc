// SPDX-License-Identifier: MIT
// The C++ leg of the test that all faces give the same bits.
//
//   run_cpp PIPELINE FILE OUT N_SPLITS
//
// Reads FILE, runs it whole, trace by trace and in N_SPLITS random splits, saving and loading the state on the way; exits
// with 1 if any of them differs. Writes OUT.spec, OUT.in.f32, OUT.in.tags (what was read) and OUT.traces.f32, OUT.tags.bin,
// OUT.alarms.bin (what came out), the last three and the tags in the layout of the C face.
#include <surefoot/c/surefoot.h>
#include <surefoot/base/error.hpp>
#include <surefoot/io/reader.hpp>
#include <surefoot/pipeline/apply.hpp>

#include "faces/c_structs.hpp"
#include "support/lines.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

namespace surefoot {
namespace {

// Everything that came out, as bytes.
struct Output {
  std::string traces;
  std::string tags;
  std::string alarms;

  void add(ConstTraceRef trace, const TraceTag& tag) {
    traces.append(reinterpret_cast<const char*>(trace.data()), trace.size_bytes());
    const surefoot_tag c = to_c(tag);
    tags.append(reinterpret_cast<const char*>(&c), sizeof c);
  }
  void add(const Alarm& alarm) {
    const surefoot_alarm c = to_c(alarm);
    alarms.append(reinterpret_cast<const char*>(&c), sizeof c);
  }
  void drain(Pipeline& p) {
    std::vector<Sample> trace(to_size(p.output().n_samples));
    TraceTag tag;
    while (p.pull(std::span<Sample>(trace), tag)) add(trace, tag);
    Alarm alarm;
    while (p.pull_alarm(alarm)) add(alarm);
  }
  friend bool operator==(const Output&, const Output&) = default;
};

Output whole(const Description& description, const Line& line) {
  const Run r = run(description, line);
  Output out;
  for (Index i = 0; i < r.traces.n_traces(); ++i) out.add(r.traces.trace(i), r.traces.tags[to_size(i)]);
  for (const Alarm& a : r.alarm_records) out.add(a);
  return out;
}

Output trace_by_trace(const Description& description, const Line& line) {
  StreamSpec live = line.spec();
  live.max_traces = 0;
  Pipeline p(description, live);
  Output out;
  for (Index i = 0; i < line.n_traces(); ++i) {
    p.push(line.trace(i), line.tags[to_size(i)]);
    out.drain(p);
  }
  p.finish();
  out.drain(p);
  return out;
}

// Blocks of random length; now and then the state goes into the other pipeline, which goes on.
Output split(Pipeline& one, Pipeline& two, const Line& line, test::Random& random) {
  Pipeline* p = &one;
  Pipeline* other = &two;
  p->reset();
  Output out;
  for (Index i = 0; i < line.n_traces();) {
    const Index end = std::min<Index>(line.n_traces(), i + 1 + static_cast<Index>(random.below(60)));
    for (; i < end; ++i) p->push(line.trace(i), line.tags[to_size(i)]);
    if (random.below(4) != 0) out.drain(*p);
    if (random.below(8) == 0) {
      const std::vector<std::byte> state = p->save_state();
      std::swap(p, other);
      p->load_state(state);
    }
  }
  p->finish();
  out.drain(*p);
  return out;
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw Error("cannot write " + path);
}

int main_of(const std::string& pipeline, const std::string& file, const std::string& prefix, int n_splits) {
  const Description description = load_description(pipeline);
  const Line line = io::read(file);
  Output in;
  for (Index i = 0; i < line.n_traces(); ++i) in.add(line.trace(i), line.tags[to_size(i)]);
  write(prefix + ".in.f32", in.traces);
  write(prefix + ".in.tags", in.tags);
  const StreamSpec spec = line.spec();
  char text[256];
  std::snprintf(text, sizeof text, "%td %.17g %.17g %.17g %.17g\n", spec.n_samples, spec.axis.start, spec.axis.step,
                spec.trace_spacing_m, spec.trace_interval_s);
  write(prefix + ".spec", text);

  const Output out = whole(description, line);
  write(prefix + ".traces.f32", out.traces);
  write(prefix + ".tags.bin", out.tags);
  write(prefix + ".alarms.bin", out.alarms);
  if (!(trace_by_trace(description, line) == out)) {
    std::fprintf(stderr, "run_cpp: trace by trace differs from whole\n");
    return 1;
  }
  const PipelineOptions room{.queue_traces = line.n_traces(), .memory = {}};
  Pipeline one(description, spec, room);
  Pipeline two(description, spec, room);
  test::Random random(20240611);
  for (int i = 0; i < n_splits; ++i)
    if (!(split(one, two, line, random) == out)) {
      std::fprintf(stderr, "run_cpp: random split %d differs from whole\n", i);
      return 1;
    }
  std::printf("run_cpp: %td traces, %zu alarms, %d splits: the same bytes\n", line.n_traces(),
              out.alarms.size() / sizeof(surefoot_alarm), n_splits);
  return 0;
}

}  // namespace
}  // namespace surefoot

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    return surefoot::main_of(argv[1], argv[2], argv[3], std::atoi(argv[4]));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "run_cpp: %s\n", e.what());
    return 1;
  }
}

// SPDX-License-Identifier: MIT
// The C++ leg of the test that all faces give the same bits, for two sensors.
//
//   dual_cpp PIPELINE EMI_FILE GPR_FILE OUT N_SPLITS
//
// Runs both lines together, push by push and in N_SPLITS random splits, saving and loading the state on the way; exits with 1 if any
// of them differs. Writes OUT.order (a byte a push: 'e' or 'g'), for each sensor OUT.emi.f32, OUT.emi.tags and OUT.emi.spec (the
// bytes of surefoot_spec), and OUT.alarms.bin, all in the layout of the C face.
#include <surefoot/base/error.hpp>
#include <surefoot/io/reader.hpp>
#include <surefoot/pipeline/dual_run.hpp>

#include "faces/c_structs.hpp"
#include "support/lines.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

namespace surefoot {
namespace {

void write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw Error("cannot write " + path);
}

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string bytes_of(const std::vector<Alarm>& alarms) {
  std::string out;
  for (const Alarm& alarm : alarms) append(out, to_c(alarm));
  return out;
}

void write_line(const std::string& prefix, const Line& line) {
  std::string tags;
  for (const TraceTag& tag : line.tags) append(tags, to_c(tag));
  write(prefix + ".tags", tags);
  write(prefix + ".f32",
        {reinterpret_cast<const char*>(line.samples.data()), to_size(line.samples.size()) * sizeof(Sample)});
  const StreamSpec spec = line.spec();
  surefoot_spec c = SUREFOOT_SPEC_INIT;
  c.axis_kind = static_cast<std::int32_t>(spec.axis.kind);
  c.n_samples = spec.n_samples;
  c.axis_start = spec.axis.start;
  c.axis_step = spec.axis.step;
  c.trace_interval_s = spec.trace_interval_s;
  c.trace_spacing_m = spec.trace_spacing_m;
  c.n_channels = spec.n_channels;
  c.n_places = spec.axis.places.count;
  for (Index i = 0; i < c.n_places; ++i) c.places[i] = spec.axis.places[i];
  std::string bytes;
  append(bytes, c);
  write(prefix + ".spec", bytes);
}

std::string order_of(const Line& emi, const Line& gpr) {
  std::string out;
  for (std::size_t e = 0, g = 0; e < emi.tags.size() || g < gpr.tags.size();) {
    const bool metal = g == gpr.tags.size() || (e < emi.tags.size() && emi.tags[e].time_s <= gpr.tags[g].time_s);
    out += metal ? 'e' : 'g';
    ++(metal ? e : g);
  }
  return out;
}

int main_of(const std::string& pipeline, const std::string& emi_file, const std::string& gpr_file,
            const std::string& prefix, int n_splits) {
  const DualDescription description = load_dual_description(pipeline);
  const Line emi = io::read(emi_file);
  const Line gpr = io::read(gpr_file);
  write_line(prefix + ".emi", emi);
  write_line(prefix + ".gpr", gpr);
  const std::string order = order_of(emi, gpr);
  write(prefix + ".order", order);
  const std::string expected = bytes_of(run_dual(description, emi, gpr).alarm_records);
  write(prefix + ".alarms.bin", expected);

  const DualSpec spec{emi.spec(), gpr.spec()};
  DualPipeline one(description, spec);
  DualPipeline two(description, spec);
  test::Random random(20261126);
  for (int k = 0; k <= n_splits; ++k) {  // the first is push by push
    DualPipeline* p = &one;
    DualPipeline* other = &two;
    p->reset();
    std::vector<Alarm> out;
    const auto drain = [&] {
      Alarm alarm;
      while (p->pull_alarm(alarm)) out.push_back(alarm);
    };
    Index e = 0;
    Index g = 0;
    std::size_t wait = 0;
    for (const char sensor : order) {
      if (sensor == 'e') p->push_emi(emi.trace(e), emi.tags[to_size(e)]), ++e;
      else p->push_gpr(gpr.trace(g), gpr.tags[to_size(g)]), ++g;
      if (k == 0) drain();
      if (k == 0 || wait-- > 0) continue;
      wait = random.below(120);
      if (random.below(4) != 0) drain();
      if (random.below(8) == 0) {
        const std::vector<std::byte> state = p->save_state();
        std::swap(p, other);
        p->load_state(state);
      }
    }
    p->finish();
    drain();
    if (bytes_of(out) != expected) {
      std::fprintf(stderr, "dual_cpp: random split %d differs from whole\n", k);
      return 1;
    }
  }
  std::printf("dual_cpp: %zu pushes, %zu records, %d splits: the same bytes\n", order.size(),
              expected.size() / sizeof(surefoot_alarm), n_splits);
  return 0;
}

}  // namespace
}  // namespace surefoot

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  try {
    return surefoot::main_of(argv[1], argv[2], argv[3], argv[4], std::atoi(argv[5]));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "dual_cpp: %s\n", e.what());
    return 1;
  }
}

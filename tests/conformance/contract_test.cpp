// SPDX-License-Identifier: MIT
// What every stage promises, checked for every line of the registry: with default options, with all pairs of choices and
// with each number at both its ends (option_cases.hpp). A new stage is tested here without being named.
#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/apply.hpp>

#include "conformance/option_cases.hpp"
#include "support/forged_state.hpp"
#include "support/lines.hpp"
#include "support/vector_width.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <string>

namespace surefoot {
namespace {

constexpr Index n_traces = 150;
constexpr Index n_samples = 256;

struct Case {
  const StageEntry* entry;
  AnyOptions options;
  std::string label;
  bool defaults;
  bool at_an_end;  ///< of a number
};

const std::vector<test::OptionCases>& all_options() {
  static const std::vector<test::OptionCases> all = [] {
    std::vector<test::OptionCases> out;
    for (const StageEntry& e : stages()) out.emplace_back(e, test::radar_spec(n_samples, n_traces));
    return out;
  }();
  return all;
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const test::OptionCases& of : all_options())
    for (const auto& settings : of.cases())
      out.push_back({&of.entry(), of.options(settings), of.label(settings), settings.empty(), of.has_number(settings)});
  return out;
}

Description only(const Case& c) { return description_of({c.entry, c.options, {}}); }

// Everything that came out, in order.
struct Output {
  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;

  void pull(Pipeline& p) {
    std::vector<Sample> trace(to_size(p.output().n_samples));
    TraceTag tag;
    while (p.pull(std::span<Sample>(trace), tag)) {
      traces.push_back(trace);
      tags.push_back(tag);
    }
  }
};

bool same_bits(const TraceTag& a, const TraceTag& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

void expect_same(const Output& a, const Output& b, std::size_t n, const char* what) {
  ASSERT_GE(a.traces.size(), n) << what;
  ASSERT_GE(b.traces.size(), n) << what;
  for (std::size_t i = 0; i < n; ++i) {
    ASSERT_EQ(std::memcmp(a.traces[i].data(), b.traces[i].data(), a.traces[i].size() * sizeof(Sample)), 0)
        << what << ": samples of trace " << i;
    ASSERT_TRUE(same_bits(a.tags[i], b.tags[i])) << what << ": tag of trace " << i;
  }
}
void expect_same(const Output& a, const Output& b, const char* what) {
  ASSERT_EQ(a.traces.size(), b.traces.size()) << what;
  expect_same(a, b, a.traces.size(), what);
}

Output all_of(Pipeline& p, const Line& line) {
  Output out;
  for (Index i = 0; i < line.n_traces(); ++i) {
    p.push(line.trace(i), line.tags[to_size(i)]);
    out.pull(p);
  }
  p.finish();
  out.pull(p);
  return out;
}

class Contract : public testing::TestWithParam<Case> {
 protected:
  static Line suited(Line line) {
    const StreamSpec spec = test::suited(*GetParam().entry, GetParam().options, line.spec());
    line.axis = spec.axis;
    line.n_channels = spec.n_channels;
    return line;
  }
  // Made once: a line takes longer than most stages.
  static const Line& rough() {
    static const Line line = test::rough_line(n_traces, n_samples);
    return line;
  }
  Line line_ = suited(rough());
  // A crop, or places far from each other, leave traces out: what was wrong with those is then told nowhere.
  [[nodiscard]] bool may_leave_out() const { return !one_to_one_ && GetParam().at_an_end; }
  // One trace in gives one trace out; otherwise a stage may give more than came in.
  StagePlan plan_ = surefoot::plan(*GetParam().entry, GetParam().options, line_.spec());
  bool one_to_one_ = plan_.one_to_one;
  Index queue_ = std::max(n_traces, plan_.output.max_traces);
  /// What the whole line gives, trace by trace: the reference of most tests.
  const Output& whole() const {
    static std::map<std::string, Output> known;
    const auto [at, is_new] = known.try_emplace(GetParam().label);
    if (is_new) {
      Pipeline p = make();
      at->second = all_of(p, line_);
    }
    return at->second;
  }
  Pipeline make() const { return {only(GetParam()), line_.spec(), {.queue_traces = queue_, .memory = {}}}; }

  static Quality all_flags(const std::vector<TraceTag>& tags) {
    Quality all = Quality::good;
    for (const TraceTag& tag : tags) all |= tag.quality;
    return all;
  }
  // Every flag of `in` is on `out`. Where traces are joined, repaired may stand for one that did not count.
  static bool tells(Quality out, Quality in) {
    const std::uint32_t missing = bits(in) & ~bits(out);
    const std::uint32_t lost = bits(Quality::dropped | Quality::non_finite);
    return missing == 0 || ((missing & ~lost) == 0 && has(out, Quality::repaired));
  }
};

TEST_P(Contract, DefaultsAreValidAndPlanned) {
  const Case& c = GetParam();
  const Problem problem = c.entry->validate(c.options, line_.spec());
  ASSERT_FALSE(problem) << problem.field << " " << problem.reason;
  const StagePlan plan = surefoot::plan(*c.entry, c.options, line_.spec());
  EXPECT_GT(plan.bytes, 0U);
  EXPECT_GE(plan.output.n_samples, 1);
  EXPECT_TRUE(plan.output.axis.step > 0.0 || !plan.output.axis.places.empty());

  std::vector<std::byte> block(plan.bytes);
  Arena arena(block);
  Stage* stage = c.entry->make(c.options, line_.spec(), arena);
  ASSERT_NE(stage, nullptr);
  EXPECT_TRUE(arena.ok()) << "the plan must suffice";
  EXPECT_EQ(arena.needed(), plan.bytes) << "the plan must be exact";
  EXPECT_EQ(stage->output(), plan.output);
  EXPECT_EQ(stage->latency(), plan.latency);
  stage->~Stage();
}

// What runs on wide vectors gives the bits of the narrowest: an alarm must not depend on the processor.
TEST_P(Contract, VectorsOfEveryWidthGiveTheSameBits) {
  std::vector<Output> results;
  for (const int width : test::vector_widths()) {
    const test::VectorWidth forced(width);
    Pipeline p = make();
    results.push_back(all_of(p, line_));
  }
  for (std::size_t i = 1; i < results.size(); ++i)
    expect_same(results[0], results[i], i == 1 ? "32 bytes against 16" : "64 bytes against 16");
}

TEST_P(Contract, BatchEqualsStreamForEverySplit) {
  ASSERT_FALSE(whole().traces.empty());
  if (one_to_one_) {
    ASSERT_EQ(whole().traces.size(), to_size(n_traces)) << "one trace out for each trace in";
  }

  const surefoot::Run batch = surefoot::run(only(GetParam()), line_);
  ASSERT_EQ(to_size(batch.traces.n_traces()), whole().traces.size());
  for (Index i = 0; i < batch.traces.n_traces(); ++i) {
    const ConstTraceRef t = batch.traces.trace(i);
    ASSERT_EQ(std::memcmp(t.data(), whole().traces[to_size(i)].data(), t.size_bytes()), 0) << i;
    ASSERT_TRUE(same_bits(batch.traces.tags[to_size(i)], whole().tags[to_size(i)])) << i;
  }

  test::Random random(7);
  const int n_rounds = GetParam().defaults ? 25 : 4;
  for (int round = 0; round < n_rounds; ++round) {
    Pipeline p = make();
    Output out;
    for (Index i = 0; i < n_traces;) {
      const Index end = std::min<Index>(n_traces, i + 1 + static_cast<Index>(random.below(40)));
      for (; i < end; ++i) p.push(line_.trace(i), line_.tags[to_size(i)]);
      if (random.below(3) != 0) out.pull(p);
    }
    p.finish();
    out.pull(p);
    EXPECT_EQ(p.lost_traces(), 0);
    expect_same(whole(), out, "random split");
  }
}

TEST_P(Contract, ResetRepeatsExactly) {
  Pipeline p = make();
  expect_same(whole(), all_of(p, line_), "another of the same");
  p.reset();
  const auto told = [](const Pipeline& of) {
    std::vector<std::pair<std::string, double>> out;
    for (const StageNote& n : of.notes()) out.emplace_back(n.note.name, n.note.value);
    return out;
  };
  EXPECT_EQ(told(p), told(make())) << "notes of an earlier line";
  expect_same(whole(), all_of(p, line_), "after reset");
}

TEST_P(Contract, LatencyIsExactAndTheFutureDoesNotMatter) {
  Pipeline p = make();
  const Index latency = p.latency();
  if (latency != whole_line) {
    Output out;
    for (Index i = 0; i < n_traces; ++i) {
      p.push(line_.trace(i), line_.tags[to_size(i)]);
      out.pull(p);
      if (one_to_one_) {
        ASSERT_EQ(static_cast<Index>(out.traces.size()), std::max<Index>(0, i + 1 - latency));
      }
    }
    // Change everything after trace `cut`: the outputs up to cut - latency must keep their bits.
    constexpr Index cut = n_traces / 2;
    Line other = line_;
    for (Index i = cut + 1; i < n_traces; ++i) other.samples.col(i).setConstant(static_cast<Sample>(i));
    Pipeline q = make();
    const Output changed = all_of(q, other);
    Index past = cut + 1 - latency;
    if (!one_to_one_) {  // what had come out when trace `cut` was in
      Pipeline r = make();
      Output early;
      for (Index i = 0; i <= cut; ++i) {
        r.push(line_.trace(i), line_.tags[to_size(i)]);
        early.pull(r);
      }
      past = static_cast<Index>(early.traces.size());
      expect_same(out, early, early.traces.size(), "the start of the stream");
    }
    if (past > 0) expect_same(out, changed, to_size(past), "the future was changed");
  } else {
    Output out;
    for (Index i = 0; i < n_traces; ++i) p.push(line_.trace(i), line_.tags[to_size(i)]);
    out.pull(p);
    EXPECT_TRUE(out.traces.empty()) << "a whole-line stage gives nothing before finish()";
    StreamSpec live = line_.spec();
    live.max_traces = 0;
    EXPECT_THROW(Pipeline(only(GetParam()), live), ConfigError) << "a live stream must be refused";
  }
}

TEST_P(Contract, EveryFlagSurvivesAndOrderIsKept) {
  const Output& out = whole();
  if (!one_to_one_) {
    EXPECT_TRUE(may_leave_out() || tells(all_flags(out.tags), all_flags(line_.tags))) << "a flag was lost";
    return;
  }
  for (Index i = 0; i < n_traces; ++i) {
    EXPECT_EQ(out.tags[to_size(i)].index, i);
    const Quality in = line_.tags[to_size(i)].quality;
    EXPECT_EQ(bits(out.tags[to_size(i)].quality & in), bits(in)) << "trace " << i << " lost a flag";
    EXPECT_EQ(out.tags[to_size(i)].time_s, line_.tags[to_size(i)].time_s);
  }
}

TEST_P(Contract, NonFiniteInputIsFlaggedZeroAndForgotten) {
  static const Line clean = test::radar_line(n_traces, n_samples);
  Line dirty = suited(clean);
  constexpr Index bad = 60;
  dirty.samples(17, bad) = std::numeric_limits<float>::quiet_NaN();
  Pipeline p = make();
  const Output out = all_of(p, dirty);
  EXPECT_TRUE(may_leave_out() || tells(all_flags(out.tags), Quality::non_finite));
  if (one_to_one_) {
    EXPECT_TRUE(has(out.tags[bad].quality, Quality::non_finite));
    EXPECT_EQ(out.tags[bad].score, 0.0F);
    for (const Sample x : out.traces[bad]) ASSERT_EQ(x, 0.0F);
  }
  for (const auto& trace : out.traces)
    for (const Sample x : trace) ASSERT_TRUE(std::isfinite(x)) << "NaN must not spread";
}

TEST_P(Contract, WrongLengthIsDroppedNotLost) {
  Pipeline p = make();
  for (Index i = 0; i < n_traces; ++i) {
    const ConstTraceRef trace = line_.trace(i);
    if (i == 50) EXPECT_EQ(p.push(trace.first(10), line_.tags[to_size(i)]), Status::length);
    else EXPECT_EQ(p.push(trace, line_.tags[to_size(i)]), Status::ok);
  }
  p.finish();
  Output out;
  out.pull(p);
  EXPECT_TRUE(may_leave_out() || tells(all_flags(out.tags), Quality::dropped));
  if (!one_to_one_) return;
  ASSERT_EQ(out.traces.size(), to_size(n_traces));
  EXPECT_TRUE(has(out.tags[50].quality, Quality::dropped));
  for (const Sample x : out.traces[50]) ASSERT_EQ(x, 0.0F);
}

TEST_P(Contract, StateResumesWithTheSameBits) {
  std::vector<Index> cuts = {1, 37, n_traces};
  if (GetParam().defaults) cuts.insert(cuts.end(), {0, 90});
  for (const Index cut : cuts) {
    Pipeline first = make();
    Output out;
    for (Index i = 0; i < cut; ++i) {
      first.push(line_.trace(i), line_.tags[to_size(i)]);
      if (i % 3 == 0) out.pull(first);
    }
    const std::vector<std::byte> state = first.save_state();
    Pipeline second = make();
    second.load_state(state);
    EXPECT_EQ(second.save_state(), state) << "loading and saving again gives the same bytes";
    for (Index i = cut; i < n_traces; ++i) {
      second.push(line_.trace(i), line_.tags[to_size(i)]);
      out.pull(second);
    }
    second.finish();
    out.pull(second);
    expect_same(whole(), out, "resumed");
  }
}

// Whatever came in: silence, one value, the largest floats there are, tags that know neither place nor time.
TEST_P(Contract, AStateAfterAnyInputIsTakenBack) {
  if (!GetParam().defaults) GTEST_SKIP() << "with the defaults is enough";
  constexpr Index cut = 60;
  constexpr Index end = 80;
  constexpr float most = std::numeric_limits<float>::max();
  for (const char* what : {"silent", "constant", "largest", "silent, then loud", "loud, then silent", "nowhere"}) {
    const std::string kind = what;
    Line line = line_;
    for (Index i = 0; i < end; ++i) {
      auto trace = line.samples.col(i);
      if (kind == "silent" || (kind == "silent, then loud" && i < 50) || (kind == "loud, then silent" && i >= 30))
        trace.setZero();
      if (kind == "constant") trace.setConstant(3.0F);
      if (kind == "largest")
        for (Index k = 0; k < trace.size(); ++k) trace[k] = (i * k) % 3 == 0 ? most : -most;
      if (kind != "nowhere") continue;
      TraceTag unplaced;
      unplaced.index = i;
      line.tags[to_size(i)] = unplaced;
    }
    Pipeline first = make();
    for (Index i = 0; i < cut; ++i) first.push(line.trace(i), line.tags[to_size(i)]);
    const std::vector<std::byte> state = first.save_state();
    Pipeline second = make();
    ASSERT_EQ(second.try_load_state(state), nullptr) << what;
    Output a;
    Output b;
    for (Index i = cut; i < end; ++i) {
      first.push(line.trace(i), line.tags[to_size(i)]);
      second.push(line.trace(i), line.tags[to_size(i)]);
    }
    first.finish();
    second.finish();
    a.pull(first);
    b.pull(second);
    expect_same(a, b, what);
  }
}

// Sixteen bytes of ones are NaN as double and as float, wherever they begin, and no count: a state that holds them is refused, or the
// numbers were none that anything later rests on. What waited in it to be pulled is told as it is.
TEST_P(Contract, NumbersThatAreNoneInAForgedStateAreRefusedOrForgotten) {
  if (GetParam().at_an_end) GTEST_SKIP() << "a number at its end changes no part of the state";
  constexpr Index cut = 60;
  Pipeline first = make();
  for (Index i = 0; i < cut; ++i) first.push(line_.trace(i), line_.tags[to_size(i)]);
  const std::vector<std::byte> state = first.save_state();
  test::Random random(17);
  for (int round = 0; round < (GetParam().defaults ? 60 : 12); ++round) {
    std::vector<std::byte> forged = state;
    const std::size_t inside = state.size() - test::state_header;
    const std::size_t at = test::state_header + random.below(inside);
    std::fill(forged.begin() + static_cast<Index>(at),
              forged.begin() + static_cast<Index>(std::min(at + 16, state.size())), std::byte{0xFF});
    test::sign(forged);
    Pipeline second = make();
    if (second.try_load_state(forged) != nullptr) continue;
    Output waiting;
    waiting.pull(second);
    Output out;
    for (Index i = cut; i < n_traces; ++i) {
      second.push(line_.trace(i), line_.tags[to_size(i)]);
      out.pull(second);
    }
    second.finish();
    out.pull(second);
    const Index held = plan_.latency == whole_line ? 0 : plan_.latency;
    for (std::size_t i = to_size(held); i < out.traces.size(); ++i) {
      for (const Sample x : out.traces[i]) ASSERT_TRUE(std::isfinite(x)) << "byte " << at << ", trace " << i;
      if (plan_.latency == whole_line) continue;
      ASSERT_TRUE(std::isfinite(out.tags[i].score)) << "byte " << at << ", trace " << i;
    }
  }
}

TEST_P(Contract, InstancesDoNotInteract) {
  static const Line rough_too = test::rough_line(n_traces, n_samples, 99);
  const Line other = suited(rough_too);
  Pipeline alone = make();
  const Output b = all_of(alone, other);
  Pipeline p = make();
  Pipeline q = make();
  Output pa;
  Output qb;
  for (Index i = 0; i < n_traces; ++i) {
    p.push(line_.trace(i), line_.tags[to_size(i)]);
    q.push(other.trace(i), other.tags[to_size(i)]);
    pa.pull(p);
    qb.pull(q);
  }
  p.finish();
  q.finish();
  pa.pull(p);
  qb.pull(q);
  expect_same(whole(), pa, "first of two");
  expect_same(b, qb, "second of two");
}

TEST_P(Contract, TextRoundTrips) {
  const std::string text = to_text(only(GetParam()));
  const Description again = parse_description(text);
  EXPECT_EQ(to_text(again), text);
  EXPECT_EQ(hash_of(again), hash_of(only(GetParam())));
  Pipeline q(again, line_.spec(), {.queue_traces = queue_, .memory = {}});
  expect_same(whole(), all_of(q, line_), "through text");
}

INSTANTIATE_TEST_SUITE_P(Registry, Contract, testing::ValuesIn(cases()),
                         [](const auto& param_info) { return param_info.param.label; });

// The cases above are what they are said to be.
TEST(OptionCases, AllPairsOfChoicesAndBothEndsOfNumbersAreThere) {
  for (const test::OptionCases& of : all_options()) {
    const std::string stage = of.entry().name;
    std::set<test::OptionCases::Pair> missing = of.all_pairs();
    std::set<std::string> labels;
    std::set<std::string> words;
    std::set<std::string> ends;
    for (const auto& settings : of.cases()) {
      EXPECT_TRUE(of.fits(settings)) << of.label(settings);
      EXPECT_TRUE(labels.insert(of.label(settings)).second) << of.label(settings) << " stands there twice";
      for (const auto& pair : of.pairs(settings)) missing.erase(pair);
      std::size_t n_numbers = 0;
      for (const auto& [name, value] : settings) {
        const bool is_number = of.is_number(name);
        n_numbers += is_number ? 1U : 0U;
        (is_number ? ends : words).insert(name + "=" + std::to_string(value));
      }
      EXPECT_LE(n_numbers, 1U) << of.label(settings);
    }
    EXPECT_TRUE(missing.empty()) << stage << " lacks " << missing.size() << " pairs";
    for (const test::Factor& f : of.choices())
      for (std::size_t w = 0; w < f.words.size(); ++w) {
        if (static_cast<double>(w) == f.start || !of.fits({{f.name, static_cast<double>(w)}})) continue;
        EXPECT_TRUE(words.contains(f.name + "=" + std::to_string(static_cast<double>(w))))
            << stage << "." << f.name << " = " << f.words[w];
      }
    for (const test::Factor& f : of.numbers()) {
      const auto n = std::ranges::count_if(ends, [&](const std::string& end) { return end.starts_with(f.name + "="); });
      EXPECT_GE(n, 1) << stage << "." << f.name << " is never changed";
    }
  }
}

// Every option has a name with its unit, a range and a sentence, and a value outside the range is refused by name.
class OptionAudit final : public FieldVisitor {
 public:
  explicit OptionAudit(std::string stage) : stage_(std::move(stage)) {}
  std::vector<std::string> names;

  void real(double& value, const char* name, Unit unit, Range range, const char* sentence) override {
    note(name, sentence);
    const std::string n = name;
    const char* tail = tail_of(unit);
    EXPECT_TRUE(n.ends_with(tail)) << stage_ << "." << n << " should end in " << tail;
    EXPECT_TRUE(range.contains(value)) << stage_ << "." << n << ": the default lies outside the range";
    EXPECT_FALSE(range.contains(std::numeric_limits<double>::quiet_NaN())) << stage_ << "." << n;
    EXPECT_FALSE(range.contains(std::numeric_limits<double>::infinity())) << stage_ << "." << n;
    if (set_ == names.size() - 1) {
      value = std::numeric_limits<double>::quiet_NaN();
      spoilt_ = true;
    }
  }
  void count(Index& value, const char* name, Unit, Range range, const char* sentence) override {
    note(name, sentence);
    EXPECT_TRUE(range.contains(static_cast<double>(value))) << stage_ << "." << name;
    EXPECT_LE(range.high, 1e9) << stage_ << "." << name << ": a count needs an upper bound";
    if (set_ == names.size() - 1) {
      value = -1;
      spoilt_ = true;
    }
  }
  void list(NumberList& value, const char* name, Unit unit, Range range, const char* sentence) override {
    check_list(value, name, unit, range, sentence);
  }
  void long_list(LongList& value, const char* name, Unit unit, Range range, const char* sentence) override {
    check_list(value, name, unit, range, sentence);
  }
  template <Index most>
  void check_list(ListOf<most>& value, const char* name, Unit unit, Range range, const char* sentence) {
    note(name, sentence);
    const std::string n = name;
    EXPECT_TRUE(n.ends_with(tail_of(unit))) << stage_ << "." << n << " should end in " << tail_of(unit);
    for (const double x : value.view()) EXPECT_TRUE(range.contains(x)) << stage_ << "." << n;
    EXPECT_FALSE(range.contains(std::numeric_limits<double>::quiet_NaN())) << stage_ << "." << n;
    if (set_ == names.size() - 1) {
      value = {std::numeric_limits<double>::quiet_NaN()};
      spoilt_ = true;
    }
  }
  void flag(bool&, const char* name, const char* sentence) override { note(name, sentence); }
  void choice(std::size_t&, const char* name, Words words, const char* sentence) override {
    note(name, sentence);
    EXPECT_GE(words.size(), 2U);
  }
  void spoil(std::size_t which) {
    names.clear();
    set_ = which;
    spoilt_ = false;
  }
  /// True if the option was a number and has been put outside its range.
  [[nodiscard]] bool spoilt() const { return spoilt_; }

 private:
  // How the name of an option with this unit must end.
  static const char* tail_of(Unit unit) {
    switch (unit) {
      case Unit::second: return "_s";
      case Unit::hertz: return "_hz";
      case Unit::metre: return "_m";
      case Unit::metre_per_second: return "_m_per_s";
      case Unit::volt: return "_v";
      case Unit::per_second: return "_per_s";
      case Unit::decibel: return "_db";
      case Unit::degree: return "_deg";
      case Unit::per_metre: return "_per_m";
      case Unit::decibel_per_metre: return "_db_per_m";
      case Unit::siemens_per_metre: return "_s_per_m";
      default: return "";
    }
  }
  void note(const char* name, const char* sentence) {
    for (const std::string& other : names) EXPECT_NE(other, name) << stage_ << " has the option twice";
    names.emplace_back(name);
    EXPECT_GT(std::strlen(sentence), 10U) << stage_ << "." << name;
    EXPECT_EQ(sentence[std::strlen(sentence) - 1], '.') << stage_ << "." << name;
  }
  std::string stage_;
  std::size_t set_ = static_cast<std::size_t>(-1);
  bool spoilt_ = false;
};

template <class Entry>
void audit(const Entry& entry) {
  AnyOptions options = entry.defaults();
  OptionAudit audit(entry.name);
  entry.visit(options, audit);
  const std::size_t n = audit.names.size();
  const StreamSpec spec = test::suited(entry, options, test::radar_spec(n_samples, n_traces));
  for (std::size_t i = 0; i < n; ++i) {
    AnyOptions spoilt = entry.defaults();
    audit.spoil(i);
    entry.visit(spoilt, audit);
    const Problem problem = entry.validate(spoilt, spec);
    const bool spoilable = audit.spoilt();
    EXPECT_EQ(static_cast<bool>(problem), spoilable) << entry.name << "." << audit.names[i];
    if (problem) {
      EXPECT_EQ(problem.field, audit.names[i]) << entry.name;
    }
  }
}

TEST(Registry, EveryOptionIsDeclaredWhole) {
  for (const StageEntry& e : stages()) audit(e);
  for (const DetectorEntry& e : detectors()) audit(e);
}

TEST(Registry, NamesAreUniqueAndSayTheirModality) {
  std::vector<std::string> names;
  for (const StageEntry& e : stages()) names.emplace_back(e.name);
  for (const DetectorEntry& e : detectors()) names.emplace_back(e.name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string head = names[i].substr(0, names[i].find('.'));
    EXPECT_TRUE(head == "gpr" || head == "emi" || head == "detect") << names[i];
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(names[i], names[j]);
  }
}

}  // namespace
}  // namespace surefoot

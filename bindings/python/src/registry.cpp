// SPDX-License-Identifier: MIT
// The registry as data, and options from keyword arguments: both through fields() alone.
#include "module.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/dual_description.hpp>

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>

namespace surefoot::python {
namespace {

py::object bound(double x) { return std::isfinite(x) ? py::object(py::float_(x)) : py::object(py::none()); }

// Each option as a dict.
class Describe final : public FieldVisitor {
 public:
  py::list options;

  void real(double& value, const char* name, Unit unit, Range range, const char* sentence) override {
    add("float", py::float_(value), name, sentence, unit, range);
  }
  void count(Index& value, const char* name, Unit unit, Range range, const char* sentence) override {
    add("int", py::int_(value), name, sentence, unit, range);
  }
  void list(NumberList& value, const char* name, Unit unit, Range range, const char* sentence) override {
    add("list", list_of(value.view()), name, sentence, unit, range);
  }
  void long_list(LongList& value, const char* name, Unit unit, Range range, const char* sentence) override {
    add("list", list_of(value.view()), name, sentence, unit, range);
  }
  void flag(bool& value, const char* name, const char* sentence) override {
    add("bool", py::bool_(value), name, sentence, Unit::none, {});
  }
  void choice(std::size_t& value, const char* name, Words words, const char* sentence) override {
    py::dict d = add("str", py::str(words[value]), name, sentence, Unit::none, {});
    py::list all;
    for (const char* word : words) all.append(word);
    d["words"] = all;
  }

 private:
  static py::list list_of(std::span<const double> values) {
    py::list numbers;
    for (const double x : values) numbers.append(x);
    return numbers;
  }
  py::dict add(const char* type, const py::object& value, const char* name, const char* sentence, Unit unit,
               Range range) {
    py::dict d;
    d["name"] = name;
    d["type"] = type;
    d["unit"] = symbol(unit);
    d["default"] = value;
    d["low"] = bound(range.low);
    d["high"] = bound(range.high);
    d["low_open"] = range.low_open;
    d["high_open"] = range.high_open;
    d["words"] = py::none();
    d["sentence"] = sentence;
    options.append(d);
    return d;
  }
};

// Keyword arguments into options; types are strict, ranges are checked by the pipeline.
class Fill final : public FieldVisitor {
 public:
  Fill(const py::dict& values, std::string stage) : values_(values), stage_(std::move(stage)) {}

  void real(double& value, const char* name, Unit, Range, const char*) override {
    const py::object v = take(name);
    if (!v) return;
    if (py::isinstance<py::bool_>(v) || py::isinstance<py::str>(v)) wrong(name, "a number", v);
    value = number(v, name, "a number", v);
  }
  void list(NumberList& value, const char* name, Unit, Range, const char*) override { fill(value, name); }
  void long_list(LongList& value, const char* name, Unit, Range, const char*) override { fill(value, name); }
  void count(Index& value, const char* name, Unit, Range, const char*) override {
    const py::object v = take(name);
    if (!v) return;
    if (py::isinstance<py::bool_>(v) || PyIndex_Check(v.ptr()) == 0) wrong(name, "a whole number", v);
    const Py_ssize_t n = PyNumber_AsSsize_t(v.ptr(), PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
    value = n;
  }
  void flag(bool& value, const char* name, const char*) override {
    const py::object v = take(name);
    if (!v) return;
    if (!py::isinstance<py::bool_>(v)) wrong(name, "True or False", v);
    value = v.cast<bool>();
  }
  void choice(std::size_t& value, const char* name, Words words, const char*) override {
    const py::object v = take(name);
    if (!v) return;
    if (!py::isinstance<py::str>(v)) wrong(name, "a word", v);
    const auto word = v.cast<std::string>();
    std::string known;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (word == words[i]) {
        value = i;
        return;
      }
      if (i != 0) known += ", ";
      known += words[i];
    }
    throw ConfigError(stage_ + "." + name, "unknown word '" + word + "'; known: " + known);
  }
  void finish() const {
    if (taken_ == values_.size()) return;
    for (const auto& [key, value] : values_)
      if (!known_.contains(key))
        throw py::type_error(stage_ + " has no option '" + std::string(py::str(key)) +
                             "'; it has: " + std::string(py::str(", ").attr("join")(known_).cast<std::string>()));
  }

 private:
  template <Index most>
  void fill(ListOf<most>& value, const char* name) {
    const py::object v = take(name);
    if (!v) return;
    if (py::isinstance<py::str>(v) || !py::isinstance<py::sequence>(v)) wrong(name, "a list of numbers", v);
    const auto items = py::reinterpret_borrow<py::sequence>(v);
    if (static_cast<Index>(py::len(items)) > most)
      throw ConfigError(stage_ + "." + name,
                        "takes at most " + std::to_string(most) + " numbers, not " + std::to_string(py::len(items)));
    value = {};
    for (const py::object item : items)
      value.values[to_size(value.count++)] = number(item, name, "a list of numbers", v);
  }
  double number(const py::object& item, const char* name, const char* expected, const py::object& given) const {
    const double x = py::isinstance<py::bool_>(item) ? -1.0 : PyFloat_AsDouble(item.ptr());
    if (PyErr_Occurred() != nullptr || py::isinstance<py::bool_>(item)) {
      PyErr_Clear();
      wrong(name, expected, given);
    }
    return x;
  }
  py::object take(const char* name) {
    known_.append(name);
    if (!values_.contains(name)) return {};
    ++taken_;
    return values_[name];
  }
  [[noreturn]] void wrong(const char* name, const char* expected, const py::object& v) const {
    throw py::type_error(stage_ + "." + name + " must be " + expected + ", not " + std::string(py::repr(v)));
  }

  const py::dict& values_;
  std::string stage_;
  py::list known_;
  std::size_t taken_ = 0;
};

template <class Entry>
Step<Entry> step(const Entry& entry, const py::dict& values) {
  Step<Entry> out{&entry, entry.defaults(), {}};
  Fill fill(values, entry.name);
  entry.visit(out.options, fill);
  fill.finish();
  return out;
}

// Common field set-ups, for the latency that `describe` states: the first that a stage takes.
constexpr NumberList rising(Index n, double first, double ratio) {
  NumberList places;
  for (; places.count < n; first *= ratio) places.values[to_size(places.count++)] = first;
  return places;
}
constexpr std::array typical{
    StreamSpec{{AxisKind::two_way_time, 0.0, 1e-10}, 512, 0.01, 0.02, 1000},
    StreamSpec{{AxisKind::sweep, 0.5e9, 10e6}, 512, 0.01, 0.02, 1000},
    StreamSpec{{AxisKind::depth, 0.0, 0.005}, 512, 0.01, 0.02, 1000},
    StreamSpec{{AxisKind::sample_time, 0.0, 5e-6}, 4000, 0.01, 0.01, 1000, false, 2},
    StreamSpec{{AxisKind::sweep, 0.0, 0.0, rising(12, 1e3, 1.52)}, 48, 0.01, 0.01, 1000, false, 2},
    StreamSpec{{AxisKind::gates, 0.0, 0.0, rising(21, 1e-5, 1.26)}, 40, 0.01, 0.01, 1000, false, 2},
    StreamSpec{{AxisKind::gate_time, 5e-6, 5e-7}, 512, 0.01, 0.01, 1000},
    StreamSpec{{AxisKind::channel, 0.0, 1.0}, 16, 0.01, 0.01, 1000}};

template <class Entry>
py::dict describe_entry(const Entry& entry, const char* kind) {
  AnyOptions options = entry.defaults();
  Describe visitor;
  entry.visit(options, visitor);
  py::dict d;
  d["name"] = entry.name;
  d["kind"] = kind;
  d["summary"] = entry.summary;
  d["options"] = visitor.options;
  d["latency_traces"] = py::none();
  d["needs_whole_line"] = false;
  d["one_to_one"] = true;
  if constexpr (std::is_same_v<Entry, StageEntry>) {
    for (const StreamSpec& spec : typical) {
      if (entry.validate(options, spec)) continue;
      const StagePlan made = plan(entry, options, spec);
      d["needs_whole_line"] = made.latency == whole_line;
      d["one_to_one"] = made.one_to_one;
      if (made.latency != whole_line) d["latency_traces"] = made.latency;
      break;
    }
  }
  return d;
}

py::list describe_all() {
  py::list out;
  for (const StageEntry& e : stages()) out.append(describe_entry(e, "stage"));
  for (const DetectorEntry& e : detectors()) out.append(describe_entry(e, "detector"));
  return out;
}

}  // namespace

std::string text_of_path(const py::object& source) {
  if (!py::hasattr(source, "__fspath__"))
    throw py::type_error("a pipeline is a built-in name, a path or a text, not " +
                         std::string(py::repr(py::type::of(source))));
  const auto path = py::module_::import("os").attr("fspath")(source).cast<std::string>();
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ConfigError("pipeline", "cannot open " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Description description_of(const py::object& source) {
  if (py::isinstance<py::str>(source)) return load_description(source.cast<std::string>());
  const std::string text = text_of_path(source);
  return parse_description(text, py::module_::import("os").attr("fspath")(source).cast<std::string>());
}

Description description_of_one(const std::string& name, const py::dict& options) {
  if (const StageEntry* stage = find_stage(name)) return surefoot::description_of(step(*stage, options));
  Description description;
  if (const DetectorEntry* detector = find_detector(name)) description.detector = step(*detector, options);
  else throw ConfigError("stage", "unknown stage '" + name + "'");
  return description;
}

void read_options(const std::string& owner, const py::dict& values, const std::function<void(FieldVisitor&)>& visit) {
  Fill fill(values, owner);
  visit(fill);
  fill.finish();
}

std::string options_text(const std::function<void(FieldVisitor&)>& visit) {
  Describe describe;
  visit(describe);
  std::string out;
  for (const py::handle option : describe.options) {
    const auto text = [&](const char* key) { return std::string(py::str(option[key])); };
    const auto bound = [&](const char* key, const char* none) { return option[key].is_none() ? none : text(key); };
    const std::string unit = text("unit") == "1" ? "" : " " + text("unit");
    out += "    " + text("name") + ": " + text("type") + " = " + text("default") + unit;
    if (text("type") != "bool" && option["words"].is_none())
      out += std::string(", allowed ") + (option["low_open"].cast<bool>() ? "(" : "[") + bound("low", "-inf") + ", " +
             bound("high", "inf") + (option["high_open"].cast<bool>() ? ")" : "]");
    out += "\n        " + text("sentence") + "\n";
  }
  return out;
}

void bind_registry(py::module_& m) {
  m.def(
      "fusers",
      [] {
        py::list out;
        for (const FuserEntry& e : fusers()) out.append(describe_entry(e, "fuser"));
        return out;
      },
      "What joins two sensors, as data like stages(): its options stand in the table [fusion] of a pipeline.");
  m.def("stages", &describe_all,
        "All stages and detectors as data: name, kind, summary, options (name, type, unit, default, range, words, "
        "sentence) and, with the default options, latency and whether each trace in gives one trace out.");
  m.def(
      "builtin_pipelines",
      [] {
        py::dict out;
        for (const Builtin& b : builtins()) out[b.name] = b.text;
        return out;
      },
      "The text of each pipeline that comes with the library, by name.");
  m.def(
      "to_text",
      [](const py::object& pipeline) {
        if (!py::isinstance<py::str>(pipeline)) {
          const std::string text = text_of_path(pipeline);
          return describes_two_sensors(text) ? to_text(parse_dual_description(text))
                                             : to_text(description_of(pipeline));
        }
        const auto source = pipeline.cast<std::string>();
        return describes_two_sensors(source) ? to_text(load_dual_description(source))
                                             : to_text(load_description(source));
      },
      py::arg("pipeline"), "The canonical text of a pipeline: every option, in order.");
}

}  // namespace surefoot::python

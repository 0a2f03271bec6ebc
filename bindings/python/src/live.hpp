// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/apply.hpp>

#include "module.hpp"
#include "numpy.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What live pipelines of one sensor and of two have in common.
namespace surefoot::python {

/// A pipeline serves one thread: a second one is told so instead of racing.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& busy) : busy_(busy) {
    if (busy_.exchange(true)) throw Error("this pipeline is being used by another thread");
  }
  ~Turn() { busy_ = false; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::atomic<bool>& busy_;
};

/// One trace or a block of them as Python gave them, without a copy; made with the GIL held, read without.
class TraceBlock {
 public:
  /// @throws ValueError, TypeError
  TraceBlock(const py::array& traces, const py::object& tag, Index n_samples) : n_samples_(n_samples) {
    require_samples(traces, "traces");
    if (traces.ndim() != 1 && traces.ndim() != 2)
      throw py::value_error("push takes one trace (n_samples) or a block (n_traces, n_samples), not " +
                            std::to_string(traces.ndim()) + " dimensions");
    if (traces.shape(traces.ndim() - 1) != n_samples)
      throw py::value_error("a trace of this pipeline has " + std::to_string(n_samples) + " samples, not " +
                            std::to_string(traces.shape(traces.ndim() - 1)));
    n_traces_ = traces.ndim() == 1 ? 1 : traces.shape(0);
    first_ = static_cast<const Sample*>(traces.data());
    if (tag.is_none()) return;
    if (py::isinstance<TraceTag>(tag)) {
      if (n_traces_ != 1) throw py::value_error("a block needs an array of tags, not one");
      one_ = tag.cast<TraceTag>();
      return;
    }
    many_ = tags_of(tag);
    if (many_.shape(0) != n_traces_)
      throw py::value_error(std::to_string(n_traces_) + " traces came with " + std::to_string(many_.shape(0)) +
                            " tags");
    tags_ = many_.data();
  }

  [[nodiscard]] Index n_traces() const noexcept { return n_traces_; }
  [[nodiscard]] ConstTraceRef trace(Index i) const noexcept { return {first_ + i * n_samples_, to_size(n_samples_)}; }
  [[nodiscard]] bool tagged() const noexcept { return one_.has_value() || tags_ != nullptr; }
  [[nodiscard]] const TraceTag& tag(Index i) const noexcept { return one_ ? *one_ : tags_[i]; }

 private:
  Index n_samples_;
  Index n_traces_ = 0;
  const Sample* first_ = nullptr;
  std::optional<TraceTag> one_;
  py::array_t<TraceTag, py::array::c_style> many_;
  const TraceTag* tags_ = nullptr;
};

/// A pipeline as Python sees it: what is finished waits in queues that grow, so that nothing is lost. P is Pipeline or DualPipeline.
template <class P>
class LiveOf {
 public:
  void finish() {
    const Turn turn(busy_);
    const py::gil_scoped_release released;
    pipeline_.finish();
    drain();
  }
  void reset() {
    const Turn turn(busy_);
    pipeline_.reset();
    forget();
  }
  std::vector<Alarm> alarms() { return std::exchange(alarms_, {}); }
  py::bytes save_state() {
    const Turn turn(busy_);
    const std::vector<std::byte> state = pipeline_.save_state();
    return {reinterpret_cast<const char*>(state.data()), state.size()};
  }
  void load_state(const std::string& state) {
    const Turn turn(busy_);
    forget();
    pipeline_.load_state(std::as_bytes(std::span(state)));
  }

  [[nodiscard]] const P& pipeline() const noexcept { return pipeline_; }
  [[nodiscard]] std::string text() const { return to_text(pipeline_.description()); }

 protected:
  template <class... Args>
  explicit LiveOf(Args&&... args) : pipeline_(std::forward<Args>(args)...) {}
  LiveOf(const LiveOf&) = delete;
  LiveOf& operator=(const LiveOf&) = delete;
  ~LiveOf() = default;

  /// into(trace, tag) for each trace; n_pushed numbers those that came without a tag.
  template <class Into>
  void push(const py::array& traces, const py::object& tag, const StreamSpec& input, std::int64_t& n_pushed,
            Into&& into) {
    const TraceBlock block(traces, tag, input.n_samples);
    const Turn turn(busy_);
    const py::gil_scoped_release released;
    for (Index i = 0; i < block.n_traces(); ++i) {
      into(block.trace(i), block.tagged() ? block.tag(i) : next_tag(input, n_pushed));
      ++n_pushed;
      drain();
    }
  }
  virtual void drain() {
    Alarm alarm;
    while (pipeline_.pull_alarm(alarm)) alarms_.push_back(alarm);
  }
  virtual void forget() { alarms_.clear(); }

  P pipeline_;
  std::vector<Alarm> alarms_;

 private:
  std::atomic<bool> busy_ = false;
};

/// What both classes say in the same words.
template <class Live>
void bind_live_of(py::class_<Live>& c) {
  c.def("alarms", &Live::alarms,
        "The records of alarms since the last call; one with an id that was told before replaces what was told.")
      .def("finish", &Live::finish, "No more input: what the stages hold back becomes ready.")
      .def("load_state", &Live::load_state, py::arg("state"), "Go on from a saved state with the same bits.")
      .def("to_text", &Live::text, "The canonical text of the pipeline.")
      .def_property_readonly("description", &Live::text, "The canonical text of the pipeline.")
      .def_property_readonly(
          "description_hash", [](const Live& l) { return l.pipeline().description_hash(); }, "What each alarm carries.")
      .def_property_readonly(
          "bytes", [](const Live& l) { return l.pipeline().bytes(); }, "All buffers of all stages.")
      .def_property_readonly("lost_alarms", [](const Live& l) { return l.pipeline().lost_alarms(); })
      .def(py::pickle([](Live& l) { return l.pickled(); }, &Live::unpickled));
}

/// Progress to Python, Ctrl-C included; called without the GIL.
inline Progress progress_of(const py::object& callback) {
  PyObject* function = callback.is_none() ? nullptr : callback.ptr();
  return [function](Index done, Index all) {
    const py::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (function == nullptr) return true;
    const py::object answer = py::handle(function)(done, all);
    return answer.is_none() || answer.cast<bool>();
  };
}

}  // namespace surefoot::python

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/apply.hpp>

#include "numpy.hpp"

#include <atomic>
#include <optional>
#include <string>

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

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/emi/library.hpp>
#include <surefoot/emi/response_model.hpp>

namespace surefoot::emi {

struct SpectrumIdentityOptions {
  Response response = Response::polarizability;
  double confidence = 0.9;    ///< probability from which on target or clutter is said
  double least_snr = 12.0;    ///< signal to noise, as amplitude over all traces and tones, below which it cannot tell
  double model_error = 0.03;  ///< of the library's curves, as a share of the signal
  double unlike = 0.06;       ///< share of the signal's energy that no entry explains, from which on it is none of them
};

template <class V>
void fields(V& v, SpectrumIdentityOptions& o) {
  v(o.response, "response", Words(response_words),
    "What the tones are proportional to: the polarizability, V / (i w), or the voltage.");
  v(o.confidence, "confidence", Unit::none, between(0.5, 1.0),
    "Probability from which on it is said to be a target or clutter.");
  v(o.least_snr, "least_snr", Unit::none, between(0.0, 1e6),
    "Signal to noise over all traces and tones, as amplitude, below which it cannot tell.");
  v(o.model_error, "model_error", Unit::none, between(0.0, 1.0),
    "Error of the library's curves, as a share of the signal: keeps strong signals from being too sure.");
  v(o.unlike, "unlike", Unit::none, above_to(0.0, 1.0),
    "If no entry explains all but this share of the signal's energy, it is like none of them.");
}

/// A known object at the tones of the measurement: a tensor in its principal axes, real and imaginary part of tone k at 2k and
/// 2k + 1, as part_tensor gives it.
struct IdentityEntry {
  const char* name = "";
  const char* kind = "";
  bool is_target = false;
  std::span<const Symmetric3> parts;
};

/// What an alarm may be.
struct IdentityResult {
  MatchState state = MatchState::cannot_tell;
  Index best = -1;                  ///< the likeliest entry
  double probability = 0.0;         ///< of it
  double target_probability = 0.0;  ///< of all targets together
  double snr = 0.0;                 ///< amplitude of what was explained over the noise, all traces and tones
  double unexplained =
      1.0;  ///< share of the signal's energy that the best entry leaves, of what any metal could, less noise
  const char* reason = "";  ///< of cannot_tell and unlisted, as a clause
};

/// Identity of what one pass of a head found, from its tones alone: place and depth of the object need not be known.
///
///   x_n = sum_i a_ni M_i(w) + noise,  a_ni >= 0:  M_i the principal curves of an entry, n the traces of an alarm
///   gain(e) = sum_n |z_n|^2 - min_a |z_n - L^-1 C a|^2,  z = L^-1 x,  L L^T the covariance of quiet traces
///   log P(e) ~ f gain(e) / 2 - f r_e n / 4,  f = (1 - c) / (1 + c) / (1 + model_error^2 gain / n) / 2,  r_e its curves
///
/// One coil or coaxial coils see a_ni = h_i^2, so that the sum over axes has one sign; which one depends on the winding, so both
/// are tried for the whole alarm. The covariance holds noise and soil alike: what looks like soil says little about identity,
/// and the answer says so by being unsure. c is the correlation of z from trace to trace: neighbours are not new evidence.
///
/// Use       learn() quiet traces, prepare(); for each alarm begin(), add() its traces, result().
/// State     cannot_tell: not prepared, snr below least_snr, or target and clutter both less likely than confidence.
///           unlisted: the best entry leaves more than `unlike` of what the shapes of ResponseModel and ferrite explain together.
/// Shape     traces of n_samples = n_channels x 2 tones; entries with 2 x tones parts. Channels are fitted by themselves.
/// Edges     traces with a NaN are left out. prepare() is false with fewer quiet traces than twice the samples of a channel.
/// Cost      some 2 us an entry, channel and trace; 2 m^2 + (6 + 3 entries) m doubles a channel, m = 2 tones.
/// Not       for heads whose coils stand apart (a_ni may then have any sign): invert for the polarizability first. Not for two
///           objects at once: they are like none.
/// @source   our own; the positive combination of principal curves: Norton and Won, IEEE TGRS 39(10), 2001
class SpectrumIdentity {
 public:
  SpectrumIdentity(const SpectrumIdentityOptions& options, const StreamSpec& in, std::span<const IdentityEntry> entries,
                   Arena& arena) noexcept;

  /// `follows`: the trace came right after the last one that was learnt.
  void learn(ConstTraceRef quiet, bool follows = true) noexcept;
  [[nodiscard]] bool prepare() noexcept;
  void begin() noexcept;
  void add(ConstTraceRef trace) noexcept;
  /// Probabilities of the entries into `probabilities`, as many as there is room for.
  [[nodiscard]] IdentityResult result(std::span<double> probabilities = {}) noexcept;

 private:
  static constexpr Index most_curves = 3;
  using Gram = std::array<std::array<double, to_size(most_curves)>, to_size(most_curves)>;

  [[nodiscard]] std::span<double> curve(Index c, Index entry, Index k) const noexcept;
  void make_curves() noexcept;
  void whiten_curves(Index c) noexcept;
  [[nodiscard]] double gain(std::span<const double> z, Index c, Index entry, double sign) const noexcept;
  [[nodiscard]] double gain_of_metal(std::span<const double> z, Index c) const noexcept;

  SpectrumIdentityOptions options_;
  ResponseModel model_;
  std::span<const IdentityEntry> entries_;
  NumberList tones_;
  Index n_channels_;
  Index size_;     // samples of a channel
  Index n_metal_;  // shapes of any metal: targets and ferrite
  Index n_quiet_ = 0;
  Index n_steps_ = 0;
  Index n_traces_ = 0;
  bool prepared_ = false;
  double repeat_ = 0.0;           // c
  std::span<double> covariance_;  // of each channel; its Cholesky factor once prepared
  std::span<double> steps_;       // sum of d d^T over the steps d from quiet trace to quiet trace, of each channel
  std::span<double> inverse_;     // scratch of prepare()
  std::span<double> last_;
  std::span<Index> n_curves_;     // different curves of each entry
  std::span<double> raw_curves_;  // of each entry, 3
  std::span<double> curves_;      // the same whitened, for each channel
  std::span<double> metal_;       // orthonormal shapes of any metal, whitened, for each channel
  std::span<double> whitened_;    // scratch: one channel of a trace
  std::span<double> gains_;       // of each entry, for both signs
  double metal_gain_ = 0.0;
};

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/emi/polarizability.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace surefoot::emi {

/// Which principal curves take part in a match: the first alone, the first two, or all three.
enum class MatchAxes : std::uint8_t { one, two, three };
inline constexpr std::array match_axes_words{"one", "two", "three"};

struct MatchOptions {
  MatchAxes axes = MatchAxes::three;
  bool free_size = false;        ///< shape alone: the best common shift in log L is taken out
  double spread_decades = 0.05;  ///< d0: the distance at which the score is e^(-1/2)
  double accept_score = 0.95;    ///< a score from here on is a match (what closed software calls its default)
  double confidence = 2.0;       ///< standard deviations by which target and clutter must differ
  Index fewest_gates = 4;        ///< gates that must be usable
};

template <class V>
void fields(V& v, MatchOptions& o) {
  v(o.axes, "axes", match_axes_words, "Principal curves that take part.");
  v(o.free_size, "free_size", "Compare the shape of the curves alone, whatever their size.");
  v(o.spread_decades, "spread_decades", Unit::none, above_to(0.0, 10.0),
    "Distance in decades at which the score has fallen to 0.61.");
  v(o.accept_score, "accept_score", Unit::none, between(0.0, 1.0), "Score from which on an entry counts as a match.");
  v(o.confidence, "confidence", Unit::none, between(0.0, 100.0),
    "Standard deviations between the best target and the best clutter below which it cannot tell.");
  v(o.fewest_gates, "fewest_gates", Unit::samples, between(1, 1000000), "Gates that must be usable.");
}

[[nodiscard]] inline Problem validate(const MatchOptions& options) noexcept { return check_ranges(options); }

/// A known object: its principal polarizabilities at the gates of the measurement, axis 1 the strongest.
struct LibraryEntry {
  const char* name = "";
  const char* kind = "";
  bool is_target = false;  ///< to be dug; else clutter
  std::span<const Vector3> curves;
};

/// How one entry fits.
struct Match {
  Index entry = -1;
  double distance_decades = 0.0;  ///< d
  double score = 0.0;             ///< exp(-d^2 / (2 d0^2)), 0 to 1
  double size_decades = 0.0;      ///< s; 0 unless free_size
  Index n_gates = 0;              ///< in which all axes could be compared
};

enum class MatchState : std::uint8_t {
  target,       ///< the best entry is a target, accepted and certain
  clutter,      ///< the best entry is clutter, accepted and certain
  unlisted,     ///< nothing in the library is like it, and the noise is not the reason
  cannot_tell,  ///< noise, too few gates, or target and clutter fit alike
};
inline constexpr std::array match_state_words{"target", "clutter", "unlisted", "cannot_tell"};

struct MatchResult {
  Match target;                ///< best of the targets; entry -1 if there is none
  Match clutter;               ///< best of the clutter
  double margin = 0.0;         ///< score of the best target less that of the best clutter
  double confidence = 0.0;     ///< by how many standard deviations of noise the nearer of the two is nearer
  double noise_decades = 0.0;  ///< the distance that noise alone gives
  MatchState state = MatchState::cannot_tell;
};

/// d of a measurement to one entry.
///
///   d^2 = sum_g w_g sum_i u_i [log10 L_i(t_g) - log10 L_i^lib(t_g) - s]^2 / sum_g w_g sum_i u_i,  w_g = 1/sigma_log(g)^2,
///   u = (1, 1/2, 1/2), the first alone or the first two with fewer axes;  s = 0, or with free_size the weighted mean of the differences
///
/// Shape     curves, sigma_log and the entry's curves of one length. sigma_log: standard deviation of log10 L_1 at each gate.
/// Edges     a gate counts where all axes that take part are above zero in both and sigma_log is above zero and finite; no gate:
///           distance infinite, score 0.
/// @source   emi.md F19
[[nodiscard]] Match match_one(const MatchOptions& options, std::span<const Vector3> curves,
                              std::span<const double> sigma_log, const LibraryEntry& entry) noexcept;

/// A measurement against a whole library, with the decision and its uncertainty.
///
/// Decision  cannot_tell: fewer than fewest_gates, noise_decades above spread_decades, or confidence below its option while the
///           better score is accepted. confidence = |d_t^2 - d_c^2| / its standard deviation from sigma_log, to first order.
///           unlisted: both scores below accept_score. Otherwise what the nearer one is.
/// Not       a probability: calibrate the score on data with truth (dig_list.hpp) before counting on it.
/// Cost      0.1 us an entry, axis and gate. Allocates nothing.
/// @source   our own; the statistic and its default of acceptance as in documented commercial practice (emi.md F19)
[[nodiscard]] MatchResult match(const MatchOptions& options, std::span<const Vector3> curves,
                                std::span<const double> sigma_log, std::span<const LibraryEntry> library) noexcept;

/// Standard deviation of log10 L from L and its own: sigma / (L ln 10); infinite where L is not above zero.
[[nodiscard]] double log_deviation(double value, double sigma) noexcept;

/// A known object in the frequency domain: its tensor in its principal axes, real and imaginary part of tone k at 2k and 2k + 1,
/// and the eigenvalues of each part, largest first. principal_frame() makes both.
struct TensorEntry {
  const char* name = "";
  const char* kind = "";
  std::span<const Symmetric3> parts;
  std::span<const Vector3> eigenvalues;
};

/// Turns the parts of a tensor into their common principal axes, and fills their eigenvalues. Returns the residual of the joint
/// diagonalisation, each part weighted. Shape: scratch at least 9 parts.size(); weight empty: all 1.
double principal_frame(std::span<Symmetric3> parts, std::span<const double> weight, std::span<Vector3> eigenvalues,
                       std::span<double> scratch) noexcept;

struct TensorMatch {
  Index best = -1;
  Index second = -1;              ///< the next entry
  double chi2 = 0.0;              ///< of the best
  double chi2_second = 0.0;       ///< infinite where it was not worth computing
  double probability = 0.0;       ///< of the best entry, all entries as likely before and nothing else possible
  double kind_probability = 0.0;  ///< of all entries of its kind together
  double tail = 0.0;  ///< chance of a greater chi2 if the best entry is right: small for what is in no library
};

/// The entry whose tensor, in whatever direction the object lies, is most likely to have given the measured one.
///
///   chi2 = min over rotations R of sum_p weight_p^2 |M_p - R E_p R^T|^2 (Frobenius),  P(entry) ~ exp(-chi2/2)
///
/// Complex curves and all off-diagonal elements take part: both tensors stand in their principal axes (joint diagonalisation over
/// real and imaginary parts), the six orders of axes with their four handed signs are tried, each followed by Gauss-Newton
/// steps on the three angles. Entries come in order of a lower bound of chi2 (eigenvalues sorted part by part: Hoffman and
/// Wielandt); those whose bound is beyond the best by 60 are left out and count as
/// impossible, and so are those that hold NaN.
///
/// Noise     weight_p = 1 / sigma_p, sigma_p the standard deviation of a diagonal element; off-diagonal ones have sigma_p / sqrt 2,
///           so that noise looks the same in all directions.
/// Shape     parts as in TensorEntry, in any axes; scratch: at least 9 parts.size() + 9 numbers; bounds: one for each entry.
/// Edges     parts with NaN or a weight not above 0 are left out; nothing usable: best is -1.
/// Not       aware of objects outside the library but by `tail`.
/// Cost      0.5 us an entry and 60 us for each one that is looked at, for 21 tones. Allocates nothing.
/// @source   our own; bound: Hoffman and Wielandt (1953), Duke Math. J. 20
[[nodiscard]] TensorMatch identify(std::span<const Symmetric3> parts, std::span<const double> weight,
                                   std::span<const TensorEntry> library, std::span<double> scratch,
                                   std::span<double> bounds) noexcept;

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/dsp/dense.hpp>
#include <surefoot/dsp/symmetric_eigen.hpp>
#include <surefoot/emi/dipole_model.hpp>
#include <surefoot/emi/variable_projection.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>

namespace surefoot::emi {

/// Where a target may be, and when an inversion must say that it cannot tell.
struct InversionOptions {
  double half_width_m = 0.5;   ///< of the box of places along x and y
  double shallowest_m = 0.1;   ///< the box below the head's z = 0 begins here
  double deepest_m = 1.2;      ///< and ends here
  Index max_sources = 1;       ///< dipoles that may be asked for
  Index max_iterations = 60;   ///< of the last descent
  double tolerance_m = 1e-8;   ///< a step shorter than this ends a descent
  double significance = 1e-3;  ///< chance of noise to explain as much: above it, cannot tell
  double place_limit_m = 0.1;  ///< standard deviation of a place: above it, cannot tell
};

template <class V>
void fields(V& v, InversionOptions& o) {
  v(o.half_width_m, "half_width_m", Unit::metre, above_to(0.0, 100.0),
    "Half width of the box of places along x and y.");
  v(o.shallowest_m, "shallowest_m", Unit::metre, above_to(0.0, 100.0), "Depth under the head at which the box begins.");
  v(o.deepest_m, "deepest_m", Unit::metre, above_to(0.0, 100.0), "Depth under the head at which the box ends.");
  v(o.max_sources, "max_sources", Unit::none, between(1, 4), "Most dipoles that may be asked for.");
  v(o.max_iterations, "max_iterations", Unit::none, between(1, 1000), "Most steps of the last descent.");
  v(o.tolerance_m, "tolerance_m", Unit::metre, above_to(0.0, 0.01), "A step shorter than this ends a descent.");
  v(o.significance, "significance", Unit::none, above_to(0.0, 0.5),
    "Chance of noise alone to explain as much; above it the result says that it cannot tell.");
  v(o.place_limit_m, "place_limit_m", Unit::metre, above_to(0.0, 100.0),
    "Standard deviation of a place above which the result says that it cannot tell.");
}

/// What is to be known beside the numbers of an inversion.
enum class InversionFlag : std::uint32_t {
  none = 0,
  cannot_tell = 1U << 0,    ///< for one of the three reasons that follow
  no_signal = 1U << 1,      ///< noise alone explains the data
  place_unknown = 1U << 2,  ///< a place is less certain than place_limit_m
  no_minimum = 1U << 3,     ///< too few data, or nowhere in the box a place that they can tell from others
  not_converged = 1U << 4,  ///< the descent did not end
  at_bounds = 1U << 5,      ///< a place lies on the border of the box: the target may be outside
  poor_fit = 1U << 6,       ///< residuals are far beyond the noise (chance below 1e-6): another target, or not a dipole
  missing_channels = 1U << 7,  ///< a channel has no data
  missing_columns = 1U << 8,   ///< a gate or tone has no data, too few of them, or no noise figure: its numbers are NaN
  missing_samples = 1U << 9,   ///< single numbers were left out
  saturated = 1U << 10,        ///< numbers at or beyond the rail were left out
};
[[nodiscard]] constexpr InversionFlag operator|(InversionFlag a, InversionFlag b) noexcept {
  return static_cast<InversionFlag>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr InversionFlag& operator|=(InversionFlag& a, InversionFlag b) noexcept { return a = a | b; }
[[nodiscard]] constexpr bool has(InversionFlag flags, InversionFlag any) noexcept {
  return (static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(any)) != 0;
}

/// One measurement of an array at rest.
///
/// Shape     values: n_channels stretches of n_columns, as a trace is. Columns are gates, or in-phase and quadrature of tones
///           (2k, 2k+1): G is real, so that complex data are twice as many columns and nothing else changes.
/// Units     sigma: standard deviation of the noise of each column, as the values; channel_sigma: a factor on it for each
///           channel, all 1 where empty. |value| >= rail is taken as saturated.
/// Edges     NaN or infinite values are left out, and so are saturated ones. A sigma that is not above 0 leaves its column
///           out; a factor that is not above 0 its channel.
struct InversionData {
  std::span<const double> values;
  std::span<const double> sigma;
  std::span<const double> channel_sigma;
  double rail = std::numeric_limits<double>::infinity();
};

inline constexpr Index most_sources = 4;

/// What an inversion found. Polarizabilities are asked for by DipoleInversion::polarizability.
struct InversionResult {
  Index n_sources = 0;
  std::array<Vector3, most_sources> place_m{};
  std::array<physics::Matrix3, most_sources> place_covariance_m2{};
  double chi2 = 0.0;  ///< sum of squares of the whitened residuals
  Index degrees_of_freedom = 0;
  double coherence = 0.0;  ///< squared correlation of whitened data and model, about zero, 0 to 1
  double bic = 0.0;        ///< chi2 + parameters ln(data): the least of several orders is the best
  double f_statistic = 0.0;
  double p_value = 1.0;  ///< chance of a larger F at one of 100 places if one source less were the truth
  Index iterations = 0;  ///< of the last descent
  InversionFlag flags = InversionFlag::none;
};

/// What is taken for granted about a body: three axes that do not turn from column to column, or an axis of revolution. Fewer
/// unknowns make the place and the curves more certain, where the data do not contradict.
enum class BodyShape : std::uint8_t {
  fixed_axes,  ///< q_g = sum of L_ig v_i v_i^T
  revolution,  ///< q_g = L_1g v v^T + L_2g (1 - v v^T)
};
inline constexpr std::array body_shape_words{"fixed_axes", "revolution"};

/// One source again with the shape of its body given.
struct BodyResult {
  Vector3 place_m{};
  physics::Matrix3 place_covariance_m2{};
  physics::Matrix3 axes{};  ///< columns; with `revolution` the first is its axis
  double chi2 = 0.0;
  Index degrees_of_freedom = 0;
  double p_value = 0.0;  ///< chance of so great an increase of chi2 if the body is of this shape: small, and it is not
  bool converged = false;
  bool found = false;  ///< false: not one source, or no minimum
};

/// Where dipoles are and what their polarizabilities are, from one measurement of a multistatic array.
///
///   minimises sum over columns g of |diag(1/(sigma_g s)) (y_g - G(r_1) q_1g - ... - G(r_K) q_Kg)|^2
///
/// over all places r_k in the box and all symmetric q_kg: variable projection (variable_projection.hpp), Levenberg and
/// Marquardt's method on the 3K coordinates, from 15 starts (3 depths x 5 places) on the data's strongest 6K combinations of
/// columns, then from the best on all data. A source more is looked for around the solution with one source less and among
/// pairs of starts.
///   covariance of a place: (J^T J)^-1 max(1, chi2/dof), J Kaufman's term; of q: sigma^2 (G^T G)^-1 + D C_r D^T,
///   D = -G^+ (d G) q, to first order.
///
/// Edges     see InversionFlag. Numbers are given also where it cannot tell, so that they can be looked at; NaN in all of
///           them with no_minimum.
/// Cost      48 channels x 30 gates, one source: bench/emi/inversion_bench.cpp. Allocates nothing after construction; the same
///           data give the same bits on one machine (it uses libm).
/// Not       constrained to positive polarizabilities: see polarizability.hpp. Not for soil or drift: remove those first. The
///           noise is taken as independent between channels and columns.
/// @source   emi.md F17; Golub and Pereyra (1973); Marquardt (1963), J. SIAM 11(2)
class DipoleInversion {
 public:
  /// Options that validate() accepts.
  DipoleInversion(const InversionOptions& options, const ArrayView& array, Index n_columns, Arena& arena) noexcept;

  /// With exactly so many sources (clipped to 1 .. max_sources).
  InversionResult fit(const InversionData& data, Index n_sources) noexcept;
  /// With the number of sources from 1 to max_sources that has the least BIC.
  InversionResult fit_order(const InversionData& data) noexcept;

  /// The single source of the last fit() or fit_order() again, as a body of this shape: six or five unknowns beside the curves,
  /// by the same method, from the place found and the axes by joint diagonalisation.
  BodyResult fit_body(const InversionResult& result, BodyShape shape) noexcept;
  /// Curves of the last fit_body, with their standard deviations: L1, L2, L3 (L2 = L3 with `revolution`). NaN as below.
  [[nodiscard]] Vector3 body_curve(Index column) const noexcept;
  [[nodiscard]] Vector3 body_deviation(Index column) const noexcept;

  // Of the last fit. NaN for a column that was left out.
  [[nodiscard]] physics::Symmetric3 polarizability(Index source, Index column) const noexcept;
  /// G^T G of whitened channels at the place of one source, 6 x 6 by rows: the information of a column of noise 1 about its six
  /// elements, the other sources and the place being known. Of the first block of columns; false where there was none.
  bool information(const InversionResult& result, Index source, std::span<double> out) noexcept;
  /// Of its six elements, by rows.
  [[nodiscard]] std::span<const double> covariance(Index source, Index column) const noexcept;

 private:
  struct Order {
    std::array<Vector3, most_sources> place_m{};
    double cost = 0.0;
    Index iterations = 0;
    bool converged = false;
    bool found = false;
  };

  void prepare(const InversionData& data) noexcept;
  void make_blocks(const InversionData& data) noexcept;
  void compress(Index rank) noexcept;
  [[nodiscard]] Order search(Index k, const Order& before) noexcept;
  [[nodiscard]] Order search_first() noexcept;
  [[nodiscard]] Order search_more(Index k, const Order& before) noexcept;
  void descend(std::span<const DataBlock> blocks, Index k, double tolerance_m, Index iterations, const Order* found,
               Order& at) noexcept;
  [[nodiscard]] InversionResult finish(Index k, const Order& order, double cost_before) noexcept;
  void finish_columns(const InversionResult& result, double scale) noexcept;
  void forget() noexcept;
  struct Body {
    Vector3 place_m{};
    physics::Matrix3 axes{};
  };
  void fill_body(const Body& body, BodyShape shape) noexcept;
  [[nodiscard]] bool descend_body(BodyShape shape, Body& body, double& cost) noexcept;
  void finish_body(BodyShape shape, const Body& body, BodyResult& out) noexcept;
  [[nodiscard]] Vector3 start(Index depth, Index lateral) const noexcept;

  InversionOptions options_;
  Index n_columns_ = 0;
  DipoleModel model_;
  VariableProjection projection_;
  dsp::SymmetricEigen eigen_;
  std::span<double> y_;              // whitened, block by block
  std::span<double> small_;          // the same in its strongest combinations of columns
  std::span<double> weight_;         // of each channel, block by block
  std::span<Index> column_;          // which column stands at each place of y_
  std::span<unsigned char> placed_;  // columns that are in a block
  std::span<DataBlock> blocks_;
  std::span<DataBlock> small_blocks_;
  std::span<double> gram_;
  std::span<double> vectors_;
  std::span<double> sigma_;  // of each column, copied
  std::span<double> q_;
  std::span<double> covariance_;
  std::span<double> inverse_;  // R^-1
  std::span<double> answer_;   // of q to the places
  std::span<double> body_;     // G and its derivatives at one place
  std::span<double> curves_;   // of the body, with deviations
  Index n_blocks_ = 0;
  Index n_used_ = 0;  // columns in blocks
  Index n_data_ = 0;  // numbers in them
  double null_cost_ = 0.0;
  InversionFlag data_flags_ = InversionFlag::none;
};

/// Ranges; and the box is not empty, sources <= 4, at least 6 max_sources + 1 channels, at least one column.
[[nodiscard]] Problem validate(const InversionOptions& options, const ArrayView& array, Index n_columns) noexcept;

}  // namespace surefoot::emi

// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/two_pass.hpp>
#include <surefoot/dsp/low_rank.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class RpcaMethod : std::uint8_t { ialm, godec };
inline constexpr std::array rpca_method_words{"ialm", "godec"};

enum class RpcaOutput : std::uint8_t { sparse, low_rank };
inline constexpr std::array rpca_output_words{"sparse", "low_rank"};

struct RpcaClutterOptions {
  RpcaMethod method = RpcaMethod::ialm;
  RpcaOutput output = RpcaOutput::sparse;
  double lambda_scale = 0.4;
  double tolerance = 1e-7;
  Index rank = 1;
  double sparse_share = 0.05;
  double residual_share = 1e-4;
  Index most_iterations = 100;
};

template <class V>
void fields(V& v, RpcaClutterOptions& o) {
  v(o.method, "method", Words(rpca_method_words),
    "ialm: least nuclear norm plus lambda times the sum of magnitudes, by inexact augmented Lagrange multipliers; "
    "godec: "
    "given rank and given share of sparse samples.");
  v(o.output, "output", Words(rpca_output_words), "The part that comes out: sparse (targets) or low_rank (clutter).");
  v(o.lambda_scale, "lambda_scale", Unit::none, above_to(0.0, 100.0),
    "ialm: lambda times the root of the longer side of the line; 1 is the textbook, 0.3 to 0.5 suit radar lines.");
  v(o.tolerance, "tolerance", Unit::none, between(1e-10, 0.1),
    "ialm: largest norm of what is in neither part, over that of the line.");
  v(o.rank, "rank", Unit::none, between(1, 1e6), "godec: largest rank of the clutter.");
  v(o.sparse_share, "sparse_share", Unit::none, between(0.0, 1.0),
    "godec: share of the samples that are in the sparse part.");
  v(o.residual_share, "residual_share", Unit::none, between(1e-12, 1.0),
    "godec: largest share of the energy that may be in neither part.");
  v(o.most_iterations, "most_iterations", Unit::none, between(1, 1e5), "Iterations after which to give up.");
}

/// The problem with these options on this input, if any: the rank must not exceed the smaller side of the line.
[[nodiscard]] Problem validate(const RpcaClutterOptions& options, const StreamSpec& in) noexcept;

/// Split the line into clutter of low rank and few samples that stand out of it.
///
///   ialm   min |L|_* + lambda |S|_1  for X = L + S,  lambda = lambda_scale / sqrt(max(n_samples, n_traces))
///          L = shrink the singular values of X - S + Y/mu by 1/mu;  S = soft(X - L + Y/mu, lambda/mu);  Y += mu (X - L - S);
///          mu *= 1.5;  until |X - L - S|_F <= tolerance |X|_F.  From S = 0, Y = X / max(|X|_2, |X|_max / lambda),
///          mu = 1.25 / |X|_2, at most 1e7 times that
///   godec  L = the best approximation of X - S of rank `rank` (by exact singular values, not by random projection);
///          S = the sparse_share n_samples n_traces largest of X - L;  until |X - L - S|_F^2 <= residual_share |X|_F^2
///
/// X holds the usable traces. All in double; what comes out is S, or X - S, rounded once to float32.
///
/// Axis      along time and across traces. Shape (n_samples) in, the same out.
/// Failure   if it has not converged after most_iterations (godec: or the residual no longer changes) all traces are flagged
///           Quality::not_converged; what comes out then is the last S.
/// Edges     a zero line stays zero. One usable trace is of rank 1 whatever it holds.
/// Notes     rank of L (a warning above a quarter of the smaller side: targets are then in the clutter), iterations (a
///           warning if not converged), residual (ialm: norm, godec: energy), sparse_share of the samples.
/// Cost      an iteration: m n^2 + 4/3 n^3 + 4 m n rank operations, n the smaller side, about 20 iterations; latency: the
///           whole line, kept with 20 bytes a sample more.
/// Not       live. Needs traces that are aligned at the ground before; over rough ground the clutter is not of low rank.
///           Targets with long flat tops, and layers, go to L. godec is not convex: where the sparse part dominates it fails,
///           and says so.
/// @throws ConfigError  (from the pipeline) if rank exceeds the smaller side of the line.
/// @source   ialm: Lin, Chen and Ma, arXiv 1009.5055, algorithm 5; godec: Zhou and Tao, ICML 2011, algorithm 1
class RpcaClutter final : public TwoPass {
 public:
  RpcaClutter(const RpcaClutterOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void learn(KeptColumns& line) noexcept override;
  void map(Index k, ConstTraceRef in, TraceRef out) noexcept override;
  [[nodiscard]] bool run_ialm(const dsp::Dense& m) noexcept;
  [[nodiscard]] bool run_godec(const dsp::Dense& m) noexcept;
  void keep_largest(const dsp::Dense& m) noexcept;

  RpcaClutterOptions options_;
  std::span<float> data_;          // X
  std::span<double> matrix_;       // what is decomposed next; at the end the sparse part
  std::span<double> multipliers_;  // ialm: Y
  std::span<float> magnitudes_;    // godec
  std::span<double> part_;
  dsp::LowRank low_rank_;
  dsp::Dense result_;  // the part that comes out
  // What the notes say.
  Index rank_ = 0;
  Index iterations_ = 0;
  double residual_ = 0.0;
  double rest_ = 0.0;  // godec: energy in neither part
  double sparse_share_ = 0.0;
  bool converged_ = true;
  bool rank_too_high_ = false;
};

}  // namespace surefoot::gpr

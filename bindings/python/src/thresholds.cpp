// SPDX-License-Identifier: MIT
// Thresholds of detectors for an asked false-alarm rate: thin faces of dsp/thresholds.hpp.
#include "arguments.hpp"
#include "module.hpp"

#include <surefoot/dsp/thresholds.hpp>

#include <array>

namespace surefoot::python {
namespace {

constexpr std::array test_words{"kelly", "amf", "ace"};
constexpr std::array cfar_words{"cell_average", "greatest", "smallest", "ordered"};

template <class Enum, std::size_t n>
Enum word_of(const std::array<const char*, n>& words, const std::string& word, const char* name) {
  std::string known;
  for (std::size_t i = 0; i < n; ++i) {
    if (word == words[i]) return static_cast<Enum>(i);
    known += (i == 0 ? "" : ", ") + std::string(words[i]);
  }
  throw ConfigError(name, "unknown word '" + word + "'; known: " + known);
}

dsp::Field field_of(bool is_complex) { return is_complex ? dsp::Field::complex : dsp::Field::real; }

// Both directions of one statistic: NAME_threshold(false_alarm, ...) and NAME_false_alarm(threshold, ...).
template <class To, class From, class... Arguments>
void define(py::module_& m, const std::string& name, const std::string& what, const char* other, To threshold,
            From false_alarm, const Arguments&... arguments) {
  const std::string common =
      what + "\n\nExact for white Gaussian noise, complex data circular; NaN for a shape that cannot be. ";
  m.def((name + "_" + other).c_str(), py::vectorize(threshold), py::arg("false_alarm"), arguments...,
        (common + "The " + other + " that noise alone reaches with the probability false_alarm.").c_str());
  m.def((name + "_false_alarm").c_str(), py::vectorize(false_alarm), py::arg(other), arguments...,
        (common + "The probability that noise alone reaches the " + other + ".").c_str());
}

template <double (*function)(dsp::Field, Index, double) noexcept>
double energy(double x, Index n, bool is_complex) {
  return function(field_of(is_complex), n, x);
}
template <double (*function)(dsp::Field, Index, Index, double) noexcept>
double energy_ratio(double x, Index n, Index m, bool is_complex) {
  return function(field_of(is_complex), n, m, x);
}
template <double (*function)(const dsp::SubspaceShape&, double) noexcept>
double subspace(double x, Index samples, Index target, Index nuisance, bool is_complex) {
  return function({field_of(is_complex), samples, target, nuisance}, x);
}
template <double (*function)(dsp::AdaptiveTest, const dsp::AdaptiveShape&, double) noexcept>
double adaptive(double x, std::string test, Index channels, Index training, Index target, bool is_complex) {
  return function(word_of<dsp::AdaptiveTest>(test_words, test, "test"),
                  {field_of(is_complex), channels, training, target}, x);
}
template <double (*function)(const dsp::AdaptiveShape&, double) noexcept>
double cosine(double x, Index channels, Index training) {
  return function({dsp::Field::real, channels, training, 1}, x);
}
template <double (*function)(Index, double) noexcept>
double correlation(double x, Index n) {
  return function(n, x);
}
template <double (*function)(const dsp::CfarShape&, double) noexcept>
double cfar(double x, std::string kind, Index cells, Index rank, double freedom) {
  return function({word_of<dsp::Cfar>(cfar_words, kind, "kind"), cells, rank, freedom}, x);
}

template <double (*function)(Index, Index, double) noexcept>
double rx(double x, Index features, Index cells) {
  return function(features, cells, x);
}

double effective_freedom(const Doubles& covariance) {
  if (covariance.ndim() != 2 || covariance.shape(0) != covariance.shape(1))
    throw ConfigError("covariance", "must be a square matrix");
  const std::span<const double> values(covariance.data(), static_cast<std::size_t>(covariance.size()));
  return dsp::effective_freedom(values, covariance.shape(0));
}

}  // namespace

void bind_thresholds(py::module_& m) {
  const auto is_complex = py::arg("complex") = false;
  define(m, "energy", "Energy of n samples over known noise, sum |x|^2 / sigma^2: chi-square.", "threshold",
         &energy<dsp::energy_threshold>, &energy<dsp::energy_false_alarm>, py::arg("n"), is_complex);
  define(m, "energy_ratio", "Mean of |x|^2 over n samples over that of m samples of noise alone: F.", "threshold",
         &energy_ratio<dsp::energy_ratio_threshold>, &energy_ratio<dsp::energy_ratio_false_alarm>, py::arg("n"),
         py::arg("m"), is_complex);
  define(m, "subspace_known",
         "A target in a known span of `target` dimensions of `samples`, beside a nuisance in one of `nuisance`, noise "
         "known (Scharf and Friedlander 1994): chi-square.",
         "threshold", &subspace<dsp::subspace_known_threshold>, &subspace<dsp::subspace_known_false_alarm>,
         py::arg("samples"), py::arg("target") = 1, py::arg("nuisance") = 0, is_complex);
  define(m, "subspace_unknown",
         "The same with unknown noise, the ratio of the mean squares inside and outside the span (Scharf and "
         "Friedlander 1994): F.",
         "threshold", &subspace<dsp::subspace_unknown_threshold>, &subspace<dsp::subspace_unknown_false_alarm>,
         py::arg("samples"), py::arg("target") = 1, py::arg("nuisance") = 0, is_complex);
  define(m, "adaptive",
         "A test with a covariance S = sum x x^H over `training` vectors of `channels` numbers: \"kelly\" (1986), "
         "\"amf\" (Robey et al. 1992) or \"ace\" (Kraut et al. 2001); target: dimensions of its span.",
         "threshold", &adaptive<dsp::adaptive_threshold>, &adaptive<dsp::adaptive_false_alarm>, py::arg("test"),
         py::arg("channels"), py::arg("training"), py::arg("target") = 1, is_complex);
  define(m, "cosine", "The adaptive cosine with its sign, real data, one target direction, one side.", "threshold",
         &cosine<dsp::cosine_threshold>, &cosine<dsp::cosine_false_alarm>, py::arg("channels"), py::arg("training"));
  define(m, "rx",
         "Mahalanobis distance squared of one vector of `features` from `cells` others, with their mean and covariance "
         "(Reed and "
         "Yu 1990): p (n+1) (n-1) / (n (n-p)) F.",
         "threshold", &rx<dsp::rx_threshold>, &rx<dsp::rx_false_alarm>, py::arg("features"), py::arg("cells"));
  define(m, "correlation", "Correlation coefficient of n pairs, the means taken off both, one side: Student's t.",
         "threshold", &correlation<dsp::correlation_threshold>, &correlation<dsp::correlation_false_alarm>,
         py::arg("n"));
  define(m, "cfar",
         "A cell over factor times the level of `cells` around it: \"cell_average\" (Finn and Johnson 1968), "
         "\"greatest\" (Hansen 1973), \"smallest\" (Trunk 1978) or \"ordered\" (Rohling 1983), the rank-th smallest; "
         "freedom: real degrees of freedom of a cell, 2 for |x|^2 of a complex sample.",
         "factor", &cfar<dsp::cfar_factor>, &cfar<dsp::cfar_false_alarm>, py::arg("kind"), py::arg("cells"),
         py::arg("rank") = 0, py::arg("freedom") = 2.0);
  m.def("effective_freedom", &effective_freedom, py::arg("covariance"),
        "The number of independent samples with the same scatter of energy as correlated ones of this covariance, "
        "(tr C)^2 / tr C^2: the freedom of a CFAR cell (Satterthwaite 1946).");
}

}  // namespace surefoot::python

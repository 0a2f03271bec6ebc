// SPDX-License-Identifier: MIT
#include <surefoot/base/error.hpp>
#include <surefoot/io/coil_array.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace surefoot::io {
namespace {

const std::string small = R"(surefoot_coil_array = 1
name = "small"
[[transmitter]]
name = "T"
coil = [ { shape = "circle", radius_m = 0.1, turns = 3 }, { shape = "circle", radius_m = 0.05, axis = [0, 1, 0], turns = -1 } ]
[[receiver]]
name = "A"
coil = [ { shape = "rectangle", centre_m = [0.1, 0.2, 0.3], axis = "x", sides_m = [0.08, 0.04] } ]
[[receiver]]
name = "B"
coil = [ { shape = "polygon", corners_m = [[0, 0, 0], [1, 0, 0], [0, 1, 0]], turns = 7 } ]
)";
const std::string cw = "[frequency]\ntones_hz = [1e3, 2e3]\n";

bool same(const Coil& a, const Coil& b) {
  return a.shape == b.shape && a.centre_m == b.centre_m && a.axis == b.axis && a.radius_m == b.radius_m &&
         a.corners_m == b.corners_m && a.n_corners == b.n_corners && a.turns == b.turns;
}
bool same(const std::vector<Winding>& a, const std::vector<Winding>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].coils.size() != b[i].coils.size()) return false;
    for (std::size_t k = 0; k < a[i].coils.size(); ++k)
      if (!same(a[i].coils[k], b[i].coils[k])) return false;
  }
  return true;
}
bool same(const CoilArray& a, const CoilArray& b) {
  return a.name == b.name && a.title == b.title && a.source == b.source && same(a.transmitters, b.transmitters) &&
         same(a.receivers, b.receivers) && a.channels == b.channels && a.frequency.tones_hz == b.frequency.tones_hz &&
         a.frequency.current_a == b.frequency.current_a && a.time.waveform == b.time.waveform &&
         a.time.period_s == b.time.period_s && a.time.bipolar == b.time.bipolar &&
         a.time.gate_edges_s == b.time.gate_edges_s && a.time.receiver_pole_s == b.time.receiver_pole_s;
}

// The path of the complaint about a text; empty if there is none.
std::string complaint(const std::string& text) {
  try {
    (void)parse_coil_array(text);
  } catch (const ConfigError& e) {
    return e.path().substr(0, e.path().find(" ("));
  }
  return {};
}

// A polygon's sides cut into pieces of about h.
struct Piece {
  Vector3 middle;
  Vector3 along;
};
std::vector<Piece> pieces(const Coil& coil, double h) {
  std::vector<Piece> out;
  for (Index i = 0; i < coil.n_corners; ++i) {
    const Vector3& a = coil.corners_m[to_size(i)];
    const Vector3& b = coil.corners_m[to_size((i + 1) % coil.n_corners)];
    double square = 0.0;
    for (std::size_t k = 0; k < 3; ++k) square += (b[k] - a[k]) * (b[k] - a[k]);
    const int n = static_cast<int>(std::ceil(std::sqrt(square) / h));
    for (int j = 0; j < n; ++j) {
      Piece p{};
      for (std::size_t k = 0; k < 3; ++k) {
        p.along[k] = (b[k] - a[k]) / n;
        p.middle[k] = a[k] + (j + 0.5) * p.along[k];
      }
      out.push_back(p);
    }
  }
  return out;
}
// Neumann's double integral by midpoints, over mu0 / 4 pi and without turns: metres.
double neumann(const Coil& a, const Coil& b, double h) {
  double sum = 0.0;
  const std::vector<Piece> others = pieces(b, h);
  for (const Piece& p : pieces(a, h))
    for (const Piece& q : others) {
      double square = 0.0;
      double dot = 0.0;
      for (std::size_t k = 0; k < 3; ++k) {
        square += (p.middle[k] - q.middle[k]) * (p.middle[k] - q.middle[k]);
        dot += p.along[k] * q.along[k];
      }
      sum += dot / std::sqrt(square);
    }
  return sum;
}
// Maxwell's mutual inductance of two circles in one plane, over mu0.
double coplanar_circles(double a, double b) {
  const double k = 2.0 * std::sqrt(a * b) / (a + b);
  return std::sqrt(a * b) * ((2.0 / k - k) * std::comp_ellint_1(k) - 2.0 / k * std::comp_ellint_2(k));
}

TEST(CoilArray, ReadsShapesAndChannels) {
  const CoilArray array = parse_coil_array(small + cw);
  EXPECT_EQ(array.name, "small");
  ASSERT_EQ(array.transmitters.size(), 1U);
  ASSERT_EQ(array.transmitters[0].coils.size(), 2U);
  EXPECT_EQ(array.transmitters[0].coils[0].turns, 3.0);
  EXPECT_EQ(array.transmitters[0].coils[1].axis, (Vector3{0.0, 1.0, 0.0}));
  ASSERT_EQ(array.receivers.size(), 2U);
  // Axis x: sides along y and z; the corners run right-handed about +x.
  const Coil& rectangle = array.receivers[0].coils[0];
  ASSERT_EQ(rectangle.n_corners, 4);
  EXPECT_EQ(rectangle.corners_m[0], (Vector3{0.1, 0.2 - 0.04, 0.3 - 0.02}));
  EXPECT_EQ(rectangle.corners_m[1], (Vector3{0.1, 0.2 + 0.04, 0.3 - 0.02}));
  EXPECT_EQ(rectangle.corners_m[2], (Vector3{0.1, 0.2 + 0.04, 0.3 + 0.02}));
  EXPECT_EQ(array.receivers[1].coils[0].n_corners, 3);
  EXPECT_EQ(array.frequency.tones_hz, (std::vector<double>{1e3, 2e3}));
  EXPECT_EQ(array.all_channels(), (std::vector<CoilChannel>{{0, 0}, {0, 1}}));
  const CoilArray one = parse_coil_array("channel = [[\"T\", \"B\"]]\n" + small + cw);
  EXPECT_EQ(one.all_channels(), (std::vector<CoilChannel>{{0, 1}}));
}

TEST(CoilArray, TextReadsBackAsTheSameArray) {
  const CoilArray array = parse_coil_array("channel = [[\"T\", \"B\"], [\"T\", \"A\"]]\ntitle = \"a \\\"b\\\"\"\n" +
                                           small + cw + "current_a = [1, 0.1]\n");
  EXPECT_TRUE(same(array, parse_coil_array(to_text(array))));
  EXPECT_EQ(to_text(array), to_text(parse_coil_array(to_text(array))));
  for (const BuiltinCoilArray& b : builtin_coil_arrays()) {
    const CoilArray builtin = load_coil_array(b.name);
    EXPECT_EQ(builtin.name, b.name);
    EXPECT_FALSE(builtin.title.empty());
    EXPECT_FALSE(builtin.source.empty());
    EXPECT_TRUE(same(builtin, parse_coil_array(to_text(builtin)))) << b.name;
  }
}

TEST(CoilArray, LoadsByNameByPathAndAsText) {
  EXPECT_EQ(load_coil_array("temtads-2x2").transmitters.size(), 4U);
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "surefoot_coil_array_test.toml";
  std::ofstream(path) << small << cw;
  EXPECT_EQ(load_coil_array(path.string()).name, "small");
  std::filesystem::remove(path);
  EXPECT_EQ(load_coil_array(small + cw).name, "small");
  try {
    (void)load_coil_array("temtads-2x3");
    FAIL() << "a wrong name passes";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'temtads-2x2'"), std::string::npos) << e.what();
  }
}

TEST(CoilArray, RefusesWhatIsWrongByItsPath) {
  const auto with = [](std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(from);
    return text.replace(at, from.size(), to);
  };
  EXPECT_EQ(complaint(small + cw), "");
  const struct {
    std::string text, path;
  } cases[] = {
      {small, "frequency.tones_hz"},
      {with(small + cw, "surefoot_coil_array = 1", "surefoot_coil_array = 2"), "surefoot_coil_array"},
      {with(small + cw, "\"small\"", "\"sm all\""), "name"},
      {with(small + cw, "radius_m = 0.1", "radius_m = 0.0"), "transmitter[0].coil[0].radius_m"},
      {with(small + cw, "radius_m = 0.1", "radius_m = nan"), "transmitter[0].coil[0].radius_m"},
      {with(small + cw, "radius_m = 0.1", "radius_mm = 0.1"), "transmitter[0].coil[0].radius_m"},
      {with(small + cw, "turns = 3", "turns = 0"), "transmitter[0].coil[0].turns"},
      {with(small + cw, "turns = 3", "windings = 3"), "transmitter[0].coil[0].windings"},
      {with(small + cw, "[0, 1, 0]", "[0, 1, 1]"), "transmitter[0].coil[1].axis"},
      {with(small + cw, "[0, 1, 0]", "[0, 1]"), "transmitter[0].coil[1].axis"},
      {with(small + cw, "\"circle\"", "\"disc\""), "transmitter[0].coil[0].shape"},
      {with(small + cw, "axis = \"x\"", "axis = \"w\""), "receiver[0].coil[0].axis"},
      {with(small + cw, ", [0, 1, 0]]", "]"), "receiver[1].coil[0].corners_m"},
      {with(small + cw, "[1, 0, 0]", "[0, 0, 0]"), "receiver[1].coil[0].corners_m[0]"},
      {with(small + cw, "name = \"B\"", "name = \"A\""), "receiver[1].name"},
      {with(small + cw, "[1e3, 2e3]", "[2e3, 1e3]"), "frequency.tones_hz[1]"},
      {with(small + cw, "[1e3, 2e3]", "[0.0, 1e3]"), "frequency.tones_hz[0]"},
      {small + cw + "current_a = [1]\n", "frequency.current_a"},
      {"channel = [[\"T\", \"C\"]]\n" + small + cw, "channel"},
      {"channel = [[\"T\", \"A\"], [\"T\", \"A\"]]\n" + small + cw, "channel[1]"},
      {"channel = []\n" + small + cw, "channel"},
      {small + "[time]\nwaveform = [[-1e-3, 0], [0, 1]]\ngate_edges_s = [1e-5, 2e-5]\n", "time.waveform"},
      {small + "[time]\nwaveform = [[-1e-3, 0], [-1e-6, 1], [0, 0]]\ngate_edges_s = [0, 2e-5]\n",
       "time.gate_edges_s[0]"},
      {small + "[time]\nwaveform = [[-1e-3, 0], [-1e-6, 1], [0, 0]]\ngate_edges_s = [1e-5]\n", "time.gate_edges_s"},
      {small + "[time]\nwaveform = [[-1e-3, 0], [-1e-6, 1], [0, 0]]\ngate_edges_s = [1e-5, 2e-4]\nperiod_s = 1.1e-3\n",
       "time.gate_edges_s"},
      {small + "[time]\nwaveform = [[-1e-3, 0], [-1e-6, 1], [0, 0]]\ngate_edges_s = [1e-5, 2e-4]\nbipolar = true\n",
       "time.period_s"},
  };
  for (const auto& [text, path] : cases) EXPECT_EQ(complaint(text), path) << text;
  // A polygon of 33 corners.
  std::string corners;
  for (int i = 0; i < 33; ++i)
    corners +=
        (i > 0 ? ", [" : "[") + std::to_string(std::cos(0.19 * i)) + ", " + std::to_string(std::sin(0.19 * i)) + ", 0]";
  EXPECT_EQ(complaint(with(small + cw, "[0, 0, 0], [1, 0, 0], [0, 1, 0]", corners)), "receiver[1].coil[0].corners_m");
}

TEST(CoilArray, AHandheldHeadHearsNothingOfItsOwnField) {
  const CoilArray coaxial = load_coil_array("handheld-coaxial");
  const Coil& receiver = coaxial.receivers.at(0).coils.at(0);
  double mutual = 0.0;
  double alone = 0.0;
  for (const Coil& coil : coaxial.transmitters.at(0).coils) {
    ASSERT_EQ(coil.shape, CoilShape::circle);
    ASSERT_EQ(coil.centre_m, receiver.centre_m);
    const double m = coil.turns * receiver.turns * coplanar_circles(coil.radius_m, receiver.radius_m);
    mutual += m;
    alone = std::max(alone, std::abs(m));
  }
  EXPECT_LT(std::abs(mutual), 1e-7 * alone);

  const CoilArray dd = load_coil_array("handheld-double-d");
  const Coil transmitter = dd.transmitters.at(0).coils.at(0);
  Coil other = dd.receivers.at(0).coils.at(0);
  const double nulled = neumann(transmitter, other, 1e-3);
  // Pushed apart until the straight sides stand one over the other: what the overlap removes.
  double overlap = 0.0;
  for (Index i = 0; i < transmitter.n_corners; ++i)
    overlap = std::max(overlap, 2.0 * transmitter.corners_m[to_size(i)][0]);
  EXPECT_NEAR(overlap, 0.018, 0.0001);
  for (Index i = 0; i < other.n_corners; ++i) other.corners_m[to_size(i)][0] += overlap;
  const double apart = neumann(transmitter, other, 1e-3);
  EXPECT_GT(std::abs(apart), 0.5);
  EXPECT_LT(std::abs(nulled), 1e-3 * std::abs(apart));
}

TEST(CoilArray, TwoByTwoArraysHaveFourCoplanarTransmitters) {
  // A text on the MetalMapper 2x2 (geoscixyz) gives it 12 orthogonal transmitters; the instrument has four in one plane.
  for (const auto& [name, cube] : {std::pair{"temtads-2x2", 0.08}, std::pair{"metalmapper-2x2", 0.10}}) {
    const CoilArray array = load_coil_array(name);
    ASSERT_EQ(array.transmitters.size(), 4U);
    ASSERT_EQ(array.receivers.size(), 12U);
    EXPECT_EQ(array.all_channels().size(), 48U);
    const auto box = [](const Coil& coil) {
      std::array<Vector3, 2> b{coil.corners_m[0], coil.corners_m[0]};
      for (Index i = 0; i < coil.n_corners; ++i)
        for (std::size_t k = 0; k < 3; ++k) {
          b[0][k] = std::min(b[0][k], coil.corners_m[to_size(i)][k]);
          b[1][k] = std::max(b[1][k], coil.corners_m[to_size(i)][k]);
        }
      return b;
    };
    std::vector<Vector3> places;
    for (const Winding& w : array.transmitters) {
      ASSERT_EQ(w.coils.size(), 1U);
      const auto b = box(w.coils[0]);
      EXPECT_NEAR(b[1][0] - b[0][0], 0.35, 1e-15);
      EXPECT_NEAR(b[1][1] - b[0][1], 0.35, 1e-15);
      EXPECT_EQ(b[0][2], 0.0);
      EXPECT_EQ(b[1][2], 0.0);
      places.push_back({0.5 * (b[0][0] + b[1][0]), 0.5 * (b[0][1] + b[1][1]), 0.0});
    }
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_GE(std::hypot(places[i][0] - places[j][0], places[i][1] - places[j][1]), 0.4 - 1e-12);
    // Cubes: three squares about one centre, one across each direction, at the transmitters' centres.
    for (std::size_t r = 0; r < 12; ++r) {
      const auto b = box(array.receivers[r].coils.at(0));
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(b[1][k] - b[0][k], k == r % 3 ? 0.0 : cube, 1e-15) << name << r;
        EXPECT_NEAR(0.5 * (b[0][k] + b[1][k]), places[r / 3][k], 1e-15);
      }
    }
    EXPECT_TRUE(array.time.bipolar);
  }
}

}  // namespace
}  // namespace surefoot::io

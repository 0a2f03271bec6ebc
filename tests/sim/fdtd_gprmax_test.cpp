// SPDX-License-Identifier: MIT
// The solver against gprMax 3.1.7 on a lane of $SUREFOOT_DATA, rebuilt from its input file with the mean soil of its json.
#include <surefoot/dsp/math.hpp>
#include <surefoot/io/reader.hpp>
#include <surefoot/sim/fdtd.hpp>
#include <surefoot/sim/wavelet.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace surefoot::sim {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> lane_file(const char* name) {
  const char* root = std::getenv("SUREFOOT_DATA");
  if (root == nullptr) return std::nullopt;
  const fs::path file = fs::path(root) / "gprmax" / "dev" / name;
  if (!fs::exists(file)) return std::nullopt;
  return file;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The numbers that follow a key, up to the next key.
std::vector<double> numbers(const std::string& json, const std::string& key) {
  const std::size_t from = json.find("\"" + key + "\":") + key.size() + 3;
  std::string part = json.substr(from, json.find('"', from) - from);
  for (char& c : part)
    if (c == '[' || c == ']' || c == ',' || c == '}') c = ' ';
  std::istringstream in(part);
  return {std::istream_iterator<double>(in), {}};
}

struct Piece {
  bool box = true;
  double x0 = 0.0, y0 = 0.0, x1 = 0.0, y1 = 0.0;  // of a cylinder: middle, and the radius in x1
  Medium medium;
};

// What an input file of gprMax draws, heights counted upwards from the bottom.
struct Drawing {
  double width_m = 0.0;
  double height_m = 0.0;
  double cell_m = 0.0;
  double frequency_hz = 0.0;
  double source_x_m = 0.0;
  double antenna_y_m = 0.0;
  double receiver_x_m = 0.0;
  double ground_y_m = 0.0;
  std::vector<Piece> pieces;
};

Drawing read_drawing(const std::string& text) {
  Drawing out;
  std::map<std::string, Medium> media{{"pec", {1.0, 0.0, 0.0, true}}};
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream in(line);
    std::string word;
    std::string name;
    double skip = 0.0;
    in >> word;
    if (word == "#domain:") in >> out.width_m >> skip >> out.height_m;
    else if (word == "#dx_dy_dz:") in >> out.cell_m;
    else if (word == "#waveform:") in >> name >> skip >> out.frequency_hz;
    else if (word == "#hertzian_dipole:") in >> name >> out.source_x_m >> skip >> out.antenna_y_m;
    else if (word == "#rx:") in >> out.receiver_x_m;
    else if (word == "#add_surface_roughness:" && out.ground_y_m == 0.0) in >> skip >> skip >> out.ground_y_m;
    else if (word == "#material:") {
      Medium m;
      in >> m.permittivity >> m.conductivity_s_m >> skip >> skip >> name;
      media[name] = m;
    } else if (word == "#box:") {
      Piece p;
      in >> p.x0 >> skip >> p.y0 >> p.x1 >> skip >> p.y1 >> name;
      p.medium = media.at(name);
      out.pieces.push_back(p);
    } else if (word == "#cylinder:") {
      Piece p;
      p.box = false;
      in >> p.x0 >> skip >> p.y0 >> skip >> skip >> skip >> p.x1 >> name;
      p.medium = media.at(name);
      out.pieces.push_back(p);
    }
  }
  return out;
}

bool holds(const Piece& p, double x, double y) {
  if (p.box) return x > p.x0 && x < p.x1 && y > p.y0 && y < p.y1;
  return (x - p.x0) * (x - p.x0) + (y - p.y0) * (y - p.y0) < p.x1 * p.x1;
}

class Lane01 : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto file = lane_file("lane_01.out");
    if (!file) GTEST_SKIP() << "SUREFOOT_DATA has no gprmax/dev/lane_01.out";
    line_ = io::read(*file);
    drawing_ = read_drawing(text_of(*lane_file("lane_01.in")));
    const std::string json = text_of(*lane_file("lane_01.json"));
    heights_ = numbers(json, "height_at_traces_m");
    first_x_m_ = numbers(json, "first_trace_x_m").at(0);
    step_m_ = numbers(json, "trace_step_m").at(0);
    soil_ = {numbers(json, "eps_r_mean").at(0), numbers(json, "sigma_mean_S_per_m").at(0), 0.0, false};

    GridOptions grid;
    grid.cell_m = drawing_.cell_m;
    grid.border = 10;
    grid.time_step_s = line_.axis.step * 0.999999;  // theirs is the limit itself
    grid.rows = static_cast<Index>(std::lround(drawing_.width_m / grid.cell_m)) + 1;
    grid.columns = static_cast<Index>(std::lround(drawing_.height_m / grid.cell_m)) + 1;
    media_.emplace(grid);
    for (Index i = 0; i < grid.rows; ++i)
      for (Index k = 0; k < grid.columns; ++k) draw(i, k);
  }

  [[nodiscard]] double height_at(double x) const {
    const double at = std::clamp((x - first_x_m_) / step_m_, 0.0, static_cast<double>(heights_.size()) - 1.0);
    return heights_[static_cast<std::size_t>(std::lround(at))];
  }

  // As gprMax: a cell is of one medium, a node has the mean of the four around it.
  void draw(Index row, Index column) {
    Medium sum{0.0, 0.0, 0.0, false};
    int conducting = 0;
    for (const double dx : {-0.5, 0.5})
      for (const double dy : {-0.5, 0.5}) {
        const double x = drawing_.cell_m * (static_cast<double>(row) + dx);
        const double y = drawing_.height_m - drawing_.cell_m * (static_cast<double>(column) + dy);
        Medium m = y < drawing_.ground_y_m + height_at(x) ? soil_ : Medium{};
        for (const Piece& p : drawing_.pieces)
          if (holds(p, x, y)) m = p.medium;
        sum.permittivity += 0.25 * m.permittivity;
        sum.conductivity_s_m += 0.25 * m.conductivity_s_m;
        conducting += m.conductor ? 1 : 0;
      }
    sum.conductor = conducting > 0;
    media_->set(row, column, sum);
  }

  // Sample n is the field before their step n: after our step n - 1.
  [[nodiscard]] std::vector<double> theirs(Index k) const {
    std::vector<double> out;
    for (Index i = 1; i < line_.n_samples(); ++i) out.push_back(static_cast<double>(line_.samples(i, k)));
    return out;
  }

  // Their current of step n is that of time n, not n + 1/2.
  [[nodiscard]] std::vector<double> trace(Index k) const {
    std::vector<double> current(static_cast<std::size_t>(line_.n_samples() - 1));
    const double step = media_->time_step_s();
    const double middle = std::sqrt(2.0) / drawing_.frequency_hz;
    for (std::size_t n = 0; n < current.size(); ++n)
      current[n] = wavelet(WaveletKind::ricker, static_cast<double>(n) * step - middle, drawing_.frequency_hz);
    std::vector<double> out(current.size());
    const double moved = step_m_ * static_cast<double>(k);
    const double column = (drawing_.height_m - drawing_.antenna_y_m) / drawing_.cell_m;
    Fdtd(*media_, media_->options().rows)
        .run(0, {(drawing_.source_x_m + moved) / drawing_.cell_m, column}, current,
             {(drawing_.receiver_x_m + moved) / drawing_.cell_m, column}, out);
    return out;
  }

  Line line_;
  Drawing drawing_;
  std::vector<double> heights_;
  double first_x_m_ = 0.0;
  double step_m_ = 0.0;
  Medium soil_;
  std::optional<FdtdMedia> media_;
};

std::vector<double> minus(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.push_back(a[i] - b[i]);
  return out;
}

double rms(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double v : x) sum += v * v;
  return std::sqrt(sum / static_cast<double>(x.size()));
}

double largest(const std::vector<double>& x) {
  double most = 0.0;
  for (const double v : x) most = std::max(most, std::abs(v));
  return most;
}

std::size_t place_of_largest(const std::vector<double>& x) {
  return static_cast<std::size_t>(
      std::max_element(x.begin(), x.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }) - x.begin());
}

// Volts a metre of a line current of one ampere: nothing is scaled. Their soil is grained and ours is not.
TEST_F(Lane01, DirectWaveAndGroundReflectionAgree) {
  for (const Index k : {Index{0}, Index{15}, Index{60}, Index{90}, Index{120}}) {
    const std::vector<double> found = trace(k);
    const std::vector<double> truth = theirs(k);
    const double error = rms(minus(found, truth)) / largest(truth);
    std::printf("trace %3d: rms error %.4f of the largest value, largest value %.4f of theirs\n", static_cast<int>(k),
                error, largest(found) / largest(truth));
    EXPECT_LT(error, 0.02) << k;
    EXPECT_NEAR(largest(found) / largest(truth), 1.0, 0.05) << k;
  }
}

// What a target adds: the trace over it less one 20 cm before, behind the ground's own reflection.
TEST_F(Lane01, TargetsArriveWhenAndAsStronglyAsTheirs) {
  struct Known {
    const char* name;
    double x_m;
    double depth_m;
  };
  for (const Known& target : {Known{"TM-62P-like", 1.44, 0.1005}, Known{"metal-debris", 1.96, 0.04}}) {
    const auto k = static_cast<Index>(std::lround((target.x_m - first_x_m_) / step_m_));
    const auto behind = [&](std::vector<double> x) {
      const double speed = 299792458.0 / std::sqrt(soil_.permittivity);
      const double from = std::sqrt(2.0) / drawing_.frequency_hz + 2.0 * (0.03 / 299792458.0 + target.depth_m / speed);
      x.erase(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(from / line_.axis.step));
      return x;
    };
    const std::vector<double> found = behind(minus(trace(k), trace(k - 10)));
    const std::vector<double> truth = behind(minus(theirs(k), theirs(k - 10)));
    const double error = rms(minus(found, truth)) / rms(truth);
    const double later =
        line_.axis.step * (static_cast<double>(place_of_largest(found)) - static_cast<double>(place_of_largest(truth)));
    std::printf("%s: %.1f ps later, %.3f as strong, rms difference %.3f of its rms\n", target.name, 1e12 * later,
                largest(found) / largest(truth), error);
    EXPECT_LT(std::abs(later), 0.1e-9) << target.name;
    EXPECT_NEAR(largest(found) / largest(truth), 1.0, 0.25) << target.name;
    EXPECT_LT(error, 0.5) << target.name;
  }
}

}  // namespace
}  // namespace surefoot::sim

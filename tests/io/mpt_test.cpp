// SPDX-License-Identifier: MIT
#include <surefoot/io/mpt.hpp>

#include "io/support/files.hpp"

#include <random>

using namespace surefoot;
using namespace surefoot::test;

namespace {

const std::string two_frequencies = "1.0e+02\n1.0e+03\n";
const std::string two_tensors =
    " (-1e-9+2e-9j), (1e-10+-3e-11j), (0e0+0e0j), (1e-10+-3e-11j), (-2e-9+4e-9j), (0+0j), (0+0j), (0+0j), "
    "(-3e-9+1e-9j)\n"
    "(-4e-9+8e-9j),(0-0j),(0+0j),(0+0j),(-4e-9+8E-09j),(0+0j),(0+0j),(0+0j),(-4e-9+8e-9j)\n";
const std::string n0 = "1e-8,2e-9,0\n2e-9,1e-8,0\n0,0,3e-8\n";

void write_object(const TempFolder& folder) {
  folder.write("Frequencies.csv", two_frequencies);
  folder.write("Tensors.csv", two_tensors);
  folder.write("N0.csv", n0);
}

std::string refusal(const fs::path& path) {
  try {
    (void)io::read_polarizability(path);
  } catch (const DataError& error) {
    return error.what();
  }
  ADD_FAILURE() << "it was read";
  return {};
}

TEST(Mpt, TensorsAreConjugatedAndSymmetric) {
  const TempFolder folder;
  write_object(folder);
  const PolarizabilityTable table = io::read_polarizability(folder / "");
  ASSERT_EQ(table.tensors.size(), 2U);
  EXPECT_EQ(table.angular_frequency, (std::vector<double>{100.0, 1000.0}));
  EXPECT_EQ(table.tensors[0][0], std::complex<double>(-1e-9, -2e-9));
  EXPECT_EQ(table.tensors[0][1], std::complex<double>(1e-10, 3e-11));
  EXPECT_EQ(table.tensors[0][3], table.tensors[0][1]);
  EXPECT_EQ(table.tensors[1][4], std::complex<double>(-4e-9, -8e-9));
  EXPECT_EQ(table.static_tensor, (std::array<double, 9>{1e-8, 2e-9, 0, 2e-9, 1e-8, 0, 0, 0, 3e-8}));
  EXPECT_TRUE(mentions(table.assumptions, "conjugated"));
  EXPECT_EQ(io::read_polarizability(folder / "Tensors.csv").tensors, table.tensors);
  EXPECT_EQ(io::read_polarizability_library(folder / "").size(), 1U);
}

TEST(Mpt, WhatIsWrongIsRefusedByName) {
  const TempFolder folder;
  write_object(folder);
  const auto with = [&](const char* file, const std::string& text) {
    write_object(folder);
    folder.write(file, text);
    return refusal(folder / "");
  };
  EXPECT_NE(with("Frequencies.csv", "1e2\n1e2\n").find("ascend"), std::string::npos);
  EXPECT_NE(with("Frequencies.csv", "-1e2\n1e2\n").find("above 0"), std::string::npos);
  EXPECT_NE(with("Frequencies.csv", "1e2\n").find("1 tensors were expected"), std::string::npos);
  EXPECT_NE(with("N0.csv", "1,2\n").find("3 cells"), std::string::npos);
  EXPECT_NE(with("N0.csv", "1,2,3\n4,5,6\n7,8,9\n").find("symmetric"), std::string::npos);
  EXPECT_NE(with("Tensors.csv", two_tensors.substr(0, two_tensors.size() - 4)).find("cut"), std::string::npos);
  std::string other = two_tensors;
  for (std::size_t at = 0; (at = other.find("e-9+", at)) != std::string::npos; at += 5) other.replace(at, 4, "e-9-");
  for (std::size_t at = 0; (at = other.find("+8E", at)) != std::string::npos; at += 5) other.replace(at, 3, "-8E");
  EXPECT_NE(with("Tensors.csv", other).find("e^(+i w t)"), std::string::npos);
  std::string odd = two_tensors;
  odd.replace(odd.find("(1e-10+-3e-11j)"), 15, "(9e-10+-3e-11j)");
  EXPECT_NE(with("Tensors.csv", odd).find("halves"), std::string::npos);
  for (const char* cell : {"(1e-9)", "1e-9+j", "(1e-9+2e-9j", "(1e-9+2e-9)", "(nan+2e-9j)", "j", "(1-+2j)"}) {
    std::string bad = two_tensors;
    bad.replace(bad.find("(-1e-9+2e-9j)"), 13, cell);
    EXPECT_NE(with("Tensors.csv", bad).find("a complex number like"), std::string::npos) << cell;
  }
}

TEST(Mpt, AnObjectThatGivesEnergyIsTold) {
  const TempFolder folder;
  write_object(folder);
  std::string odd = two_tensors;
  odd.replace(odd.find("(-3e-9+1e-9j)"), 13, "(-3e-9-1e-9j)");
  folder.write("Tensors.csv", odd);
  EXPECT_TRUE(mentions(io::read_polarizability(folder / "").assumptions, "wrong sign"));
}

TEST(Mpt, DamagedFilesAreReadOrRefused) {
  const TempFolder folder;
  write_object(folder);
  const auto attempt = [&] {
    try {
      const PolarizabilityTable table = io::read_polarizability(folder / "");
      ASSERT_EQ(table.tensors.size(), table.angular_frequency.size());
    } catch (const DataError& error) {
      ASSERT_FALSE(error.file().empty());
    }
  };
  const std::vector<std::pair<std::string, std::string>> files{
      {"Frequencies.csv", two_frequencies}, {"Tensors.csv", two_tensors}, {"N0.csv", n0}};
  for (const auto& [name, text] : files) {
    // A number cut short is another number: only whole rows may be read, and they must be as many as the others.
    for (std::size_t n = 0; n < text.size(); ++n) {
      folder.write(name, text.substr(0, n));
      EXPECT_FALSE(refusal(folder / "").empty()) << name << " cut at " << n;
    }
    folder.write(name, text);
  }
  std::mt19937 random(9);
  for (int i = 0; i < 10000; ++i) {
    const auto& [name, text] = files[random() % files.size()];
    std::string bad = text;
    for (int k = 0; k < 1 + i % 3; ++k) bad[random() % bad.size()] = static_cast<char>(random() % 256);
    folder.write(name, bad);
    attempt();
    folder.write(name, text);
  }
}

TEST(Mpt, AllObjectsOfTheOpenLibraries) {
  if (data_folder().empty()) GTEST_SKIP() << "SUREFOOT_DATA is not set: the libraries are not at hand";
  const auto library = io::read_polarizability_library(data_folder() / "emi/mpt_library");
  EXPECT_EQ(library.size(), 185U);
  EXPECT_EQ(io::read_polarizability_library(data_folder() / "emi/mpt_coins_spheres").size(), 6U);
  const auto validation = io::read_polarizability_library(data_folder() / "emi/mpt_validation");
  ASSERT_EQ(validation.size(), 5U);
  std::size_t n81 = 0;
  for (const PolarizabilityTable& object : library)
    n81 += object.angular_frequency.size() == 81 && object.angular_frequency.back() == 1e10 ? 1U : 0U;
  EXPECT_EQ(n81, 139U);
  // A sphere of 10 mm, mu_r 1, 1e6 S/m against the exact one, with e^(+i w t), k a = (1 + i) sqrt(w mu sigma / 2) a:
  // M = -2 pi a^3 (1 + 3 / (ka)^2 - 3 cot(ka) / (ka)), k^2 = -i w mu sigma. Good to 5e-6 below 100 kHz.
  for (const PolarizabilityTable& object : validation) {
    if (object.name.find("sphere") == std::string::npos) continue;
    for (std::size_t i = 0; i < object.tensors.size(); ++i) {
      const double w = object.angular_frequency[i];
      if (w < 1e3 || w > 6e5) continue;
      const std::complex<double> ka = 0.01 * std::sqrt(std::complex<double>(0.0, -w * 4e-7 * M_PI * 1e6));
      const std::complex<double> exact =
          -2.0 * M_PI * 1e-6 * (1.0 + 3.0 * std::cos(ka) / (std::sin(ka) * ka) - 3.0 / (ka * ka));
      EXPECT_LT(std::abs(object.tensors[i][0] - exact), 2e-5 * std::abs(exact)) << w;
    }
    return;
  }
  ADD_FAILURE() << "there is no sphere among the validation objects";
}

}  // namespace

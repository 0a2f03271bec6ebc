// SPDX-License-Identifier: MIT
#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

/// gprMax files as gprMax writes them: through libhdf5, which the library itself does not use.
namespace surefoot::test {

class Hdf5File {
 public:
  explicit Hdf5File(const std::string& path) : id_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ~Hdf5File() { H5Fclose(id_); }
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  void group(const char* name) const { H5Gclose(H5Gcreate2(id_, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); }
  void number(const char* object, const char* name, std::vector<double> values) const {
    const hsize_t n = values.size();
    const hid_t space = values.size() == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, nullptr);
    const hid_t at = H5Acreate_by_name(id_, object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(at, H5T_NATIVE_DOUBLE, values.data());
    H5Aclose(at);
    H5Sclose(space);
  }
  void integers(const char* name, std::vector<long long> values) const {
    const hsize_t n = values.size();
    const hid_t space = values.size() == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, nullptr);
    const hid_t at = H5Acreate2(id_, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(at, H5T_NATIVE_LLONG, values.data());
    H5Aclose(at);
    H5Sclose(space);
  }
  /// Of variable length, as h5py writes a str.
  void text(const char* name, const char* value) const {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t at = H5Acreate2(id_, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(at, type, &value);
    H5Aclose(at);
    H5Sclose(space);
    H5Tclose(type);
  }
  void text_of(const char* object, const char* name, const char* value) const {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t at = H5Acreate_by_name(id_, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(at, type, &value);
    H5Aclose(at);
    H5Sclose(space);
    H5Tclose(type);
  }
  /// A compound of doubles, row by row, stored as float32 where the name ends in D.
  void table(const std::string& name, const std::vector<std::string>& columns,
             const std::vector<double>& values) const {
    const std::size_t width = columns.size() * sizeof(double);
    const hid_t memory = H5Tcreate(H5T_COMPOUND, width);
    const hid_t stored = H5Tcreate(H5T_COMPOUND, width);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      H5Tinsert(memory, columns[k].c_str(), k * sizeof(double), H5T_NATIVE_DOUBLE);
      H5Tinsert(stored, columns[k].c_str(), k * sizeof(double),
                columns[k].back() == 'D' ? H5T_IEEE_F32LE : H5T_IEEE_F64BE);
    }
    const hsize_t n = values.size() / columns.size();
    const hid_t space = H5Screate_simple(1, &n, nullptr);
    const hid_t set = H5Dcreate2(id_, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(stored);
    H5Tclose(memory);
  }

  /// stored_as: H5T_IEEE_F32LE, ...; chunk: empty for contiguous data.
  void data(const char* name, const std::vector<double>& values, std::vector<hsize_t> shape, hid_t stored_as,
            const std::vector<hsize_t>& chunk = {}, bool compressed = false) const {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    if (!chunk.empty()) H5Pset_chunk(how, static_cast<int>(chunk.size()), chunk.data());
    if (compressed) H5Pset_fletcher32(how);
    const hid_t set = H5Dcreate2(id_, name, stored_as, space, H5P_DEFAULT, how, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(set);
    H5Pclose(how);
    H5Sclose(space);
  }

 private:
  hid_t id_;
};

/// A merged file of two components, n_samples by n_traces; Ez is ten times as strong as Ex.
inline void write_merged(const std::string& path, hsize_t n_samples, hsize_t n_traces,
                         const std::vector<hsize_t>& chunk = {}, bool compressed = false) {
  const Hdf5File file(path);
  file.text("gprMax", "3.1.7");
  file.text("Title", "a lane");
  file.integers("Iterations", {static_cast<long long>(n_samples)});
  file.number("/", "dt", {5e-12});
  file.integers("nrx", {1});
  file.group("/rxs");
  file.group("/rxs/rx1");
  std::vector<double> ex;
  std::vector<double> ez;
  for (hsize_t i = 0; i < n_samples; ++i)
    for (hsize_t k = 0; k < n_traces; ++k) {
      ex.push_back(static_cast<double>(k + 1));
      ez.push_back(static_cast<double>(100 * (k + 1) + i));
    }
  file.data("/rxs/rx1/Ex", ex, {n_samples, n_traces}, H5T_IEEE_F32LE, chunk, compressed);
  file.data("/rxs/rx1/Ez", ez, {n_samples, n_traces}, H5T_IEEE_F32LE, chunk, compressed);
  file.data("/rxs/rx1/Hy", ex, {n_samples, n_traces}, H5T_IEEE_F32LE, chunk, compressed);
}

/// A measurement of a MetalMapper as its manual describes it: gates of centre 1, 2, ... ms and 1 ms width. The sample of
/// transmitter t, column c (from 1) and gate i is 1000 t + 10 c + i + offset.
inline void write_measurement(const Hdf5File& file, const std::string& name, double number, std::size_t n_gates,
                              bool compound, double offset = 0.0) {
  const std::vector<std::string> columns{"GateTime", "ZA", "ZB", "ZC", "ZD", "YA", "YB",
                                         "YC",       "YD", "XA", "XB", "XC", "XD"};
  file.group(name.c_str());
  std::vector<double> centres;
  for (std::size_t i = 0; i < n_gates; ++i) centres.push_back(1e-3 * static_cast<double>(i + 1));
  file.number(name.c_str(), "GateCenters", centres);
  file.number(name.c_str(), "GateWidths", std::vector<double>(n_gates, 1e-3));
  file.number(name.c_str(), "MeasurementNumber", {number});
  file.number(name.c_str(), "HeightOfTransmitterAssemblyAboveGround", {0.25});
  file.text_of(name.c_str(), "GeodeticDatum", "WGS84");
  const std::string group = name + "/TRANSIENTS";
  file.group(group.c_str());
  for (int t = 0; t < 4; ++t) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n_gates; ++i)
      for (std::size_t c = 0; c < 13; ++c)
        values.push_back(c == 0 ? centres[i]
                                : 1000.0 * t + 10.0 * static_cast<double>(c) + static_cast<double>(i) + offset);
    const std::string set = group + "/TX" + std::to_string(t);
    if (compound) file.table(set, columns, values);
    else file.data(set.c_str(), values, {n_gates, 13}, H5T_IEEE_F64LE);
  }
}

}  // namespace surefoot::test

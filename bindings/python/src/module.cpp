// SPDX-License-Identifier: MIT
// The table of contents of surefoot._surefoot.
#include "module.hpp"

#include <surefoot/version.hpp>

PYBIND11_MODULE(_surefoot, m) {
  namespace py = pybind11;
  m.doc() = "The compiled part of surefoot; import surefoot instead.";

  surefoot::python::bind_errors(m);
  surefoot::python::bind_base(m);
  surefoot::python::bind_io(m);
  surefoot::python::bind_registry(m);
  surefoot::python::bind_pipeline(m);
  surefoot::python::bind_dual(m);
  surefoot::python::bind_evidence(m);
  surefoot::python::bind_volume(m);
  surefoot::python::bind_velocity(m);
  surefoot::python::bind_physics(m);
  surefoot::python::bind_arrays(m);
  surefoot::python::bind_thresholds(m);
  surefoot::python::bind_emi(m);
  surefoot::python::bind_inversion(m);
  surefoot::python::bind_identity(m);
  surefoot::python::bind_alarm_identity(m);
  surefoot::python::bind_scoring(m);
  surefoot::python::bind_merge(m);

  m.def(
      "build_info",
      [] {
        const surefoot::BuildInfo info = surefoot::build_info();
        py::dict out;
        out["version"] = info.version;
        out["git"] = info.git;
        out["compiler"] = info.compiler;
        out["fft"] = info.fft;
        out["fft_licence"] = info.fft_licence;
        out["hdf5"] = info.hdf5;
        return out;
      },
      "Version, commit, compiler, FFT back end and its licence, HDF5: what this build consists of.");
}

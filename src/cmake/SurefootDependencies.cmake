# SPDX-License-Identifier: MIT
# The only place that looks for other people's libraries.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
# Python from the system runs the checks that are scripts (standard library only), never one that is first on the PATH.
find_program(SUREFOOT_SYSTEM_PYTHON python3 PATHS /usr/bin /usr/local/bin NO_DEFAULT_PATH)
if(SUREFOOT_CORE_ONLY)
  return()
endif()
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_path(SUREFOOT_TOMLPP_INCLUDE toml++/toml.h REQUIRED)

if(SUREFOOT_FFT STREQUAL "fftw")
  pkg_check_modules(SUREFOOT_FFT_LIBRARY REQUIRED IMPORTED_TARGET fftw3f)
  set(SUREFOOT_FFT_LICENCE "GPL-2.0-or-later (FFTW): the whole binary is under the GPL unless a commercial FFTW licence is held")
elseif(SUREFOOT_FFT STREQUAL "kissfft")
  pkg_check_modules(SUREFOOT_FFT_LIBRARY REQUIRED IMPORTED_TARGET kissfft-float)
  set(SUREFOOT_FFT_LICENCE "BSD-3-Clause (kissfft)")
else()
  message(FATAL_ERROR "SUREFOOT_FFT is '${SUREFOOT_FFT}'; allowed are fftw and kissfft")
endif()
message(STATUS "surefoot: FFT back end ${SUREFOOT_FFT}, licence ${SUREFOOT_FFT_LICENCE}")

# The library reads gprMax's HDF5 itself; only its tests write some, with the real library.
if(SUREFOOT_HDF5 AND SUREFOOT_TESTS)
  pkg_check_modules(SUREFOOT_HDF5_LIBRARY REQUIRED IMPORTED_TARGET hdf5-serial)
endif()

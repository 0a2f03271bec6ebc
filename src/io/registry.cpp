// SPDX-License-Identifier: MIT
#include "assemble.hpp"

#include <surefoot/io/dt1.hpp>
#include <surefoot/io/dzt.hpp>
#include <surefoot/io/gprmax.hpp>
#include <surefoot/io/mala.hpp>
#include <surefoot/io/metalmapper.hpp>
#include <surefoot/io/n38.hpp>
#include <surefoot/io/ndjson.hpp>
#include <surefoot/io/npy.hpp>
#include <surefoot/io/xyz.hpp>

#include <array>

namespace surefoot::io {

namespace {

/// THE table of readers, one line each. Those with an unmistakable beginning come first, the weakest last.
constexpr std::array<ReaderEntry, 9> table{{
    {"npy", "NumPy array with a data card", "npy", npy::sniff, npy::scan, npy::read},
    {"metalmapper", "MetalMapper 2x2, HDF5", "h5 hdf5", metalmapper::sniff, metalmapper::scan, metalmapper::read},
    {"gprmax", "gprMax output, HDF5", "out h5 hdf5", gprmax::sniff, gprmax::scan, gprmax::read},
    {"n38", "Geonics EM38-MK2 N38", "n38", n38::sniff, n38::scan, n38::read},
    {"ndjson", "packets of a metal detector, a JSON object a line", "ndjson jsonl", ndjson::sniff, ndjson::scan,
     ndjson::read},
    {"mala", "MALA RD3 or RD7 with RAD", "rad rd3 rd7", mala::sniff, mala::scan, mala::read},
    {"dt1", "Sensors & Software DT1 with HD", "dt1 hd", dt1::sniff, dt1::scan, dt1::read},
    {"xyz", "Geosoft, SkyTEM or Aarhus XYZ", "xyz gex alc", xyz::sniff, xyz::scan, xyz::read},
    {"dzt", "GSSI DZT", "dzt", dzt::sniff, dzt::scan, dzt::read},
}};

}  // namespace

std::span<const ReaderEntry> readers() noexcept { return table; }

}  // namespace surefoot::io

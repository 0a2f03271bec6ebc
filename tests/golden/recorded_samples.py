# SPDX-License-Identifier: MIT
"""Prints single samples of recorded files, parsed here with struct alone: the numbers in tests/io/reader_test.cpp."""
import os
import struct

data = os.environ["SUREFOOT_DATA"]


def at(path, offset, kind):
    with open(os.path.join(data, path), "rb") as file:
        file.seek(offset)
        return struct.unpack(kind, file.read(struct.calcsize(kind)))[0]


trace, sample = 100, 200
print(at("gpr/dzt/gprpy-dune/FILE____032.DZT", 1024 + 2 * (512 * trace + sample), "<H") - 32768)
print(at("gpr/dzt/impdar-sir4000/test_gssi.DZT", 131072 + 4 * (2048 * trace + sample), "<i"))
print(at("gpr/dt1/gprpy-comoffs/XLINE00.DT1", (128 + 2 * 1500) * trace + 128 + 2 * sample, "<h"))
print(at("gpr/mala/impdar-egrip/ten_col.rd3", 2 * (512 * 5 + sample), "<h"))

# Geonics N38: the first reading (record 42) by the manual's formulas, O1 -6.107 and O2 -18.373 from its own records.
first = 26 * 42 + 2
for channel, offset in ((0, -18.373), (2, -6.107)):
    print(round((at("emi/em38_n38/em38_demo.N38", first + 2 * channel, ">H") * 5 / 1024 - 160) * 8 + offset, 6))

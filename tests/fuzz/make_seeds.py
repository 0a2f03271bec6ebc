#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes one tiny right file of each format as a seed for reader_fuzz.   make_seeds.py OUT_DIR

Layout of a seed: which name (index in reader_fuzz.cpp), length of the first file (big-endian, two bytes), the two files.
"""
import pathlib
import struct
import sys

N_SAMPLES, N_TRACES = 8, 3
COUNTS = [((7 * i) % 23) - 11 for i in range(N_SAMPLES * N_TRACES)]
HD = (f"1234\nseed\n2020-01-01\nNUMBER OF TRACES   = {N_TRACES}\nNUMBER OF PTS/TRC  = {N_SAMPLES}\n"
      "TIMEZERO AT POINT  = 2\nTOTAL TIME WINDOW  = 8.0\nSTARTING POSITION  = 0.0\nFINAL POSITION     = 0.04\n"
      "STEP SIZE USED     = 0.02\nPOSITION UNITS     = m\n").encode()
RAD = (f"SAMPLES:{N_SAMPLES}\nFREQUENCY:1000.0\nFREQUENCY STEPS:1\nSIGNAL POSITION:0\nDISTANCE FLAG:1\n"
       f"TIME FLAG:0\nDISTANCE INTERVAL:0.02\nTIMEWINDOW:8.0\nLAST TRACE:{N_TRACES}\n").encode()


def dzt():
    head = bytearray(1024)
    struct.pack_into("<HHHHh", head, 0, 0x00FF, 1024, N_SAMPLES, 16, 0)
    struct.pack_into("<fffff", head, 10, 100.0, 50.0, 0.0, 0.0, 8.0)
    struct.pack_into("<H", head, 30, 1)
    struct.pack_into("<H", head, 52, 1)
    return bytes(head) + struct.pack(f"<{len(COUNTS)}H", *(c + 32768 for c in COUNTS))


def dt1():
    out = b""
    for t in range(N_TRACES):
        out += struct.pack("<25f28s", t + 1, 0.02 * t, N_SAMPLES, *([0.0] * 22), b"seed")
        out += struct.pack(f"<{N_SAMPLES}h", *COUNTS[t * N_SAMPLES:(t + 1) * N_SAMPLES])
    return out


def npy():
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({N_TRACES}, {N_SAMPLES}), }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + struct.pack(f"<{len(COUNTS)}f", *COUNTS)


CARD = b'surefoot_card = 1\nmodality = "gpr"\nsample_interval_s = 1e-10\ntrace_spacing_m = 0.02\n'


def n38():
    """A log of a line with two readings and a position: 25 bytes a record and a line feed."""
    def record(text):
        return text.ljust(25)[:25] + b"\n"

    def timed(text, ms):
        return record(text + str(ms).encode().rjust(25 - len(text)))

    body = b"GPGGA,015905.00,2726.5368,S,15126.0528,E,1,07,1.2,366.3,M,39.5,M,,"
    check = 0
    for byte in body:
        check ^= byte
    sentence = b"$" + body + b"*%02X" % check
    out = record(b"EM38MK2 W207GPS00002    3") + record(b"H seed       0.200") + record(b"L1") + record(b"O1    -6.107      0.000")
    out += timed(b"*12:57:52.000", 515866)
    for part in range(0, len(sentence), 24):
        out += record((b"@" if part == 0 else b"#") + sentence[part:part + 24])
    out += timed(b"!", 666748)
    for k in range(2):
        out += timed(b"T\x06" + struct.pack(">6H", 36999, 34026, 38157, 33995, 263, 262), 666940 + 190 * k)
    return out


XYZ = (b"/DUMMY\n/9999\n/GATE TIMES\n/1e-6 2e-6\n/ UTMX UTMY DBDT_Ch1GT1 DBDT_Ch1GT2\nLINE 1\n1 2 1.5 2.5\n2 2 * 3.5\n"
       b"3 2 9999 9999\n")
GEX = b"[General]\nGateTime01=1.5e-6 1e-6 2e-6\nGateTime02=3e-6 2e-6 4e-6\n[Channel1]\nNoGates=2\n"
NDJSON = (b'{"type":"hello","profile":{"title":"seed","harmonics":[{"id":"f1","freq_hz":7812.5}]}}\n'
          b'{"type":"raw","seq":1,"t":0.5,"sample_rate_hz":100,"samples":[1,2]}\n'
          b'{"type":"raw","seq":3,"t":1.5,"sample_rate_hz":100,"samples_b64":"AQD+/w==","dtype":"<i2"}\n')
SEEDS = {
    "dzt": (0, dzt(), b""),
    "dt1": (1, dt1(), HD),
    "rd3": (3, struct.pack(f"<{len(COUNTS)}h", *COUNTS), RAD),
    "rd7": (4, struct.pack(f"<{len(COUNTS)}i", *COUNTS), RAD),
    "npy": (6, npy(), CARD),
    "n38": (8, n38(), b""),
    "xyz": (9, XYZ, GEX),
    "ndjson": (12, NDJSON, b""),
}


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, (which, first, second) in SEEDS.items():
        (out / name).write_bytes(struct.pack(">BH", which, len(first)) + first + second)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The symbol check must see each fault planted in bad.cpp.   check_symbols_test.py NM BAD_ARCHIVE"""
import sys
import unittest

import check_symbols


class PlantedFaults(unittest.TestCase):
    nm, archive = "", ""

    def test_each_kind_is_found(self):
        _, found = check_symbols.findings(self.nm, self.archive)
        symbols = {symbol for _, symbol, _ in found}
        for planted in ("_Znaj", "_ZdaPv", "malloc", "free", "__cxa_guard_acquire", "__aeabi_atexit", "__cxa_throw",
                        "__cxa_allocate_exception", "__aeabi_l2d", "exp", "printf"):
            self.assertIn(planted, symbols)
        self.assertTrue(any("__throw_out_of_range" in s for s in symbols))
        self.assertTrue(all(obj.startswith("bad.cpp") for obj, _, _ in found), found)

    def test_harmless_symbols_pass(self):
        for symbol in ("memcpy", "memset", "memmove", "__cxa_pure_virtual", "__aeabi_uldivmod", "__aeabi_ldivmod",
                       "_ZN8surefoot3dsp4expdEd", "_ZN8surefoot3gpr5DewowC1ERKNS0_12DewowOptionsE"):
            self.assertIsNone(check_symbols.reason_against(symbol), symbol)

    def test_software_double_is_named(self):
        for symbol in ("__aeabi_dadd", "__aeabi_dmul", "__aeabi_i2d", "__aeabi_f2d", "__aeabi_ul2d", "__aeabi_d2lz",
                       "__aeabi_d2ulz"):
            self.assertIsNotNone(check_symbols.reason_against(symbol), symbol)


if __name__ == "__main__":
    PlantedFaults.nm, PlantedFaults.archive = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads the symbols of the core's archive and names each one that a live path on a microcontroller must not have.

    check_symbols.py NM ARCHIVE

Prints one line a finding (object, symbol, reason) and ends with 1 if there is any.
"""
import re
import subprocess
import sys

# Undefined symbols, by mangled name. The order matters only for the reason that is printed.
FORBIDDEN = [
    (r"_?(malloc|calloc|realloc|reallocf?|free|memalign|aligned_alloc|posix_memalign)(_r)?", "heap"),
    (r"_Zn[wa].*", "heap: operator new"),
    (r"_Zd[la].*", "heap: operator delete"),
    (r"__cxa_(throw|rethrow|allocate_exception|begin_catch|end_catch|throw_bad_.*)", "exception"),
    (r"__gxx_personality.*|_Unwind_.*|__cxa_end_cleanup", "exception: unwinding"),
    (r"_ZSt\d+__throw_.*|_ZSt9terminatev", "exception: standard library check"),
    (r"__cxa_guard_.*", "guarded function-local static"),
    (r"__cxa_atexit|__aeabi_atexit|atexit", "static object with a destructor"),
    (r"_ZTI.*|__dynamic_cast|_ZTVN10__cxxabiv1.*", "run-time type information"),
    (r"__aeabi_d.*|__aeabi_[a-z0-9]+2d|__aeabi_[df]2u?lz", "software double or 64-bit conversion"),
    (r"__aeabi_f.*", "software float"),
    (r"__assert_func|__assert|abort|exit|_exit|raise", "ends the program"),
    (r"(v?f?s?n?i?printf|puts|putchar|fwrite|fputs|fopen|fclose|fread|scanf)(_r)?", "file or console"),
    (r"_ZN?K?S[tois].*(stream|Base_|locale|basic_string|string).*|_ZSt4c(out|err|in|log)", "stream or string"),
    (r"pthread_.*|_ZNSt5mutex.*|_ZNSt6thread.*|_ZNSt6chrono.*|clock|time|gettimeofday", "thread or clock"),
    (r"(exp|exp2|expm1|log|log2|log10|log1p|sin|cos|tan|sincos|asin|acos|atan|atan2|sinh|cosh|tanh|pow|cbrt|hypot"
     r"|tgamma|lgamma|erf|erfc|fma)[fl]?", "libm: not the same bits everywhere; use dsp/math.hpp"),
]
# Symbols that are known and harmless, each with its reason in a comment. None so far.
ALLOWED: set = set()
RULES = [(re.compile(pattern), reason) for pattern, reason in FORBIDDEN]


def undefined_symbols(nm, archive):
    """(object, mangled symbol) for each undefined or weak-undefined symbol."""
    out = subprocess.run([nm, "-A", "-u", archive], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        where, _, symbol = line.rpartition(" ")
        yield where.split(":")[-2] if where.count(":") > 1 else where.split(":")[0], symbol


def reason_against(symbol):
    """Why a symbol is forbidden, or None."""
    if symbol in ALLOWED:
        return None
    return next((reason for pattern, reason in RULES if pattern.fullmatch(symbol)), None)


def findings(nm, archive):
    """(number of symbols read, list of (object, symbol, reason)). Symbols that the archive defines itself count too."""
    seen = list(undefined_symbols(nm, archive))
    return len(seen), sorted({(o, s, r) for o, s in seen if (r := reason_against(s))})


def main():
    nm, archive = sys.argv[1:3]
    n, found = findings(nm, archive)
    for obj, symbol, reason in found:
        print(f"{obj}: {symbol}: {reason}")
    print(f"{archive}: {n} references to other objects, {len(found)} forbidden")
    if n == 0:
        print("no references at all: this is not the core's archive")
    return 1 if found or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

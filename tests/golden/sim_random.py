# SPDX-License-Identifier: MIT
"""Golden numbers for sim/random.hpp: xoshiro256** seeded by splitmix64, in Python's exact integers.

Writes sim_random.csv: seed,stream,index,bits. Tolerance: none, the bits are equal.
Check of this script itself: splitmix64 from state 1234567 gives 6457827717110365317 (the published test value).
"""
import pathlib

M = (1 << 64) - 1


def splitmix64(state):
    state = (state + 0x9E3779B97F4A7C15) & M
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return state, z ^ (z >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & M


def generator(seed, stream):
    mixed = seed if stream == 0 else seed ^ splitmix64(stream)[1]
    s = []
    for _ in range(4):
        mixed, word = splitmix64(mixed)
        s.append(word)
    while True:
        yield (rotl((s[1] * 5) & M, 7) * 9) & M
        t = (s[1] << 17) & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)


assert splitmix64(1234567)[1] == 6457827717110365317
rows = ["seed,stream,index,bits"]
for seed, stream in ((0, 0), (42, 0), (42, 7), (M, 100)):
    g = generator(seed, stream)
    rows += [f"{seed},{stream},{i},{next(g)}" for i in range(8)]
pathlib.Path(__file__).with_suffix(".csv").write_text("\n".join(rows) + "\n")

# SPDX-License-Identifier: MIT
"""Golden values for dsp/distributions.hpp and dsp/thresholds.hpp: mpmath at 22 to 40 digits. Takes about five minutes.

distribution_tails.csv       kind 0: regularised incomplete gamma (a, x); kind 1: regularised incomplete beta (a, b, x); both
                             tails. Arguments are short binary fractions, so that 1 - x is exact.
distribution_quantiles.csv   kind 0 chi-square (n), 1 F (n, m), 2 Student (n), 3 beta (a, b), 4 normal; the x with
                             P(X > x) = tail.
adaptive_rates.csv           kind 0 Kelly, 1 AMF, 2 ACE; field 0 real, 1 complex; channels, training, target dimensions,
                             threshold and its false-alarm rate: for complex data with one target dimension by Gauss' 2F1,
                             otherwise by mpmath.quad over the density of beta.
cfar_rates.csv               kind 0 CA, 1 GO, 2 SO, 3 OS; cells, rank, degrees of freedom of a cell, factor and its false-alarm
                             rate by mpmath.quad.
"""
import pathlib

import mpmath as mp

mp.mp.dps = 40
HERE = pathlib.Path(__file__).parent


def text(v):
    return mp.nstr(v, 20) if isinstance(v, mp.mpf) else repr(v)


def write(name, header, rows):
    with open(HERE / name, "w", encoding="utf-8") as out:
        out.write("# " + header + "\n")
        for row in rows:
            out.write(",".join(text(v) for v in row) + "\n")


def gamma_tails(a, x):
    """By the series of the lower tail, with the digits that its difference from 1 needs."""
    with mp.workdps(40 if x <= a else 330):
        a, x = mp.mpf(a), mp.mpf(x)
        total = term = mp.mpf(1)
        k = 0
        while term > total * mp.eps:
            k += 1
            term *= x / (a + k)
            total += term
        lower = total * mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))
        return lower, 1 - lower


def beta_lower(a, b, x):
    """I_x(a, b) by the series that has positive terms only."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_lower(b, a, 1 - x)
    total = term = mp.mpf(1)
    k = 0
    while term > total * mp.eps:
        term *= (a + b + k) * x / (a + 1 + k)
        total += term
        k += 1
    front = a * mp.log(x) + b * mp.log(1 - x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    return mp.exp(front) * total / a


def beta_upper(a, b, x):
    return beta_lower(b, a, 1 - mp.mpf(x)) if mp.mpf(x) >= mp.mpf(a) / (a + b) else 1 - beta_lower(a, b, x)


def f_tail(n, m, x):
    n, m, x = mp.mpf(n), mp.mpf(m), mp.mpf(x)
    return beta_lower(m / 2, n / 2, m / (m + n * x))


def invert(tail_of, p, start):
    """x > 0 with tail_of(x) = p, by bisection in ln x and then secants."""
    low, high = mp.mpf(start), mp.mpf(start)
    while tail_of(low) < p:
        low /= 8
    while tail_of(high) > p:
        high *= 8
    for _ in range(12):
        middle = mp.sqrt(low * high)
        low, high = (middle, high) if tail_of(middle) > p else (low, middle)
    return mp.findroot(lambda x: mp.log(tail_of(x) / p), (low, high), solver="anderson", tol=1e-42)


def tails():
    for a in (0.0625, 0.5, 1.0, 1.5, 4.0, 10.5, 21.0, 63.5, 500.0, 6000.0):
        for ratio in (0.015625, 0.25, 0.75, 0.96875, 1.0, 1.03125, 1.25, 2.0, 6.0, 40.0):
            x = a * ratio
            lower, upper = gamma_tails(a, x)
            if min(lower, upper) > mp.mpf("1e-280"):
                yield 0, a, 0.0, x, lower, upper
    for a in (0.0625, 0.5, 1.0, 2.5, 9.0, 64.0, 1000.0, 20000.0):
        for b in (0.125, 0.5, 1.0, 3.5, 20.0, 500.0):
            for x in (2.0**-20, 2.0**-8, 0.125, 0.5, 0.75, 0.9375, 1 - 2.0**-8, 1 - 2.0**-20):
                lower, upper = beta_lower(a, b, x), beta_upper(a, b, x)
                if min(lower, upper) > mp.mpf("1e-280"):
                    yield 1, a, b, x, lower, upper


def quantiles():
    mp.mp.dps = 25
    for p in (0.975, 0.1, 1e-3, 1e-9, 1e-12):
        q = mp.mpf(p)
        for n in (1.0, 2.0, 8.0, 42.0, 199.0):
            yield 0, n, 0.0, p, 2 * invert(lambda x: gamma_tails(n / 2, x)[1], q, n)
            for m in (1.0, 5.0, 95.0):
                yield 1, n, m, p, invert(lambda x: f_tail(n, m, x), q, 1)
            if p < 0.5:
                yield 2, n, 0.0, p, mp.sqrt(invert(lambda x: f_tail(1, n, x), 2 * q, 1))
        for a, b in ((0.5, 0.5), (2.0, 7.0), (10.0, 1.0), (61.0, 41.0), (300.0, 2.5)):
            odds = invert(lambda r: beta_lower(b, a, 1 / (1 + r)), q, 1)
            yield 3, a, b, p, odds / (1 + odds)
        if p < 0.5:
            yield 4, 0.0, 0.0, p, mp.sqrt(2 * invert(lambda x: gamma_tails(0.5, x)[1], 2 * q, 1))


def adaptive_rate(kind, is_complex, n, k, p, eta):
    two = mp.mpf(2 if is_complex else 1)
    freedom = k - n + 1
    a, b = two * (freedom + p) / 2, two * (n - p) / 2

    def tail(t):
        return f_tail(two * p, two * freedom, freedom * t / p)

    if kind == 0:
        return tail(eta / (1 - eta))
    if is_complex and p == 1:
        if kind == 1:
            return mp.hyp2f1(freedom, freedom + 1, k + 1, -eta)
        return (1 - eta) ** freedom * mp.hyp2f1(freedom, freedom + 1, k + 1, eta)

    def integrand(beta):
        t = eta * beta if kind == 1 else eta * (1 - beta) / (1 - eta)
        return beta ** (a - 1) * (1 - beta) ** (b - 1) * tail(t)

    return mp.quad(integrand, [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]) / mp.beta(a, b)


def adaptive():
    mp.mp.dps = 22
    for n, k, p in ((2, 2, 1), (4, 12, 1), (12, 40, 1), (6, 20, 2), (6, 12, 3)):
        for is_complex in (0, 1):
            for kind in (0, 1, 2):
                for eta in (0.0625, 0.375, 0.75, 0.984375) + ((4.0, 60.0) if kind == 1 else ()):
                    rate = adaptive_rate(kind, is_complex, n, k, p, mp.mpf(eta))
                    if rate > mp.mpf("1e-13"):
                        yield kind, is_complex, n, k, p, eta, rate
    mp.mp.dps = 40


def cfar_rate(kind, cells, rank, dof, factor):
    half = mp.mpf(dof) / 2

    def upper(s, x):
        return mp.gammainc(s, x, mp.inf, regularized=True)

    def cell(x):
        return x ** (half - 1) * mp.exp(-x) / mp.gamma(half)

    if kind == 0:
        return f_tail(dof, dof * cells, factor)
    if kind == 3:

        def density(x):
            lower = mp.gammainc(half, 0, x, regularized=True)
            return lower ** (rank - 1) * (1 - lower) ** (cells - rank) * cell(x) / mp.beta(rank, cells - rank + 1)

        scale = mp.mpf(1)
    else:
        shape = half * cells / 2

        def density(x):
            both = mp.gammainc(shape, 0, x, regularized=True) if kind == 1 else upper(shape, x)
            return 2 * both * x ** (shape - 1) * mp.exp(-x) / mp.gamma(shape)

        scale = mp.mpf(cells) / 2
    peak = half * cells / 2 if kind != 3 else half
    places = [0] + [peak * v for v in (0.05, 0.2, 0.5, 1, 1.5, 2.5, 5, 12, 30)]
    return mp.quad(lambda x: density(x) * upper(half, factor * x / scale), places)


def cfar():
    mp.mp.dps = 22
    for cells, rank in ((8, 6), (16, 12), (24, 18)):
        for dof in (1.0, 2.0, 5.0, 20.0):
            for kind in (0, 1, 2, 3):
                for factor in (1.5, 3.0, 8.0):
                    rate = cfar_rate(kind, cells, rank, dof, mp.mpf(factor))
                    if rate > mp.mpf("1e-13"):
                        yield kind, cells, rank, dof, factor, rate
    mp.mp.dps = 40


def main():
    mp.mp.dps = 40
    write("distribution_tails.csv", "kind,a,b,x,lower,upper", tails())
    write("distribution_quantiles.csv", "kind,a,b,tail,x", quantiles())
    write("adaptive_rates.csv", "kind,complex,channels,training,target,threshold,rate", adaptive())
    write("cfar_rates.csv", "kind,cells,rank,dof,factor,rate", cfar())


if __name__ == "__main__":
    main()

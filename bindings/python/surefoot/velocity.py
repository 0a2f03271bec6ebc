# SPDX-License-Identifier: MIT
"""Velocity, soils and depths: hyperbola fits with errors, Dix' layers, Topp and CRIM, semblance in noise.

    fit = surefoot.velocity.fit_hyperbola(x_m, time_s, antenna_offset_m=0.06)
    print(fit.depth_m, "+-", fit.depth_error_m)
    layers = surefoot.velocity.dix([12e-9, 30e-9], [0.12e9, 0.1e9])
    water = surefoot.velocity.topp_water_content(surefoot.velocity.permittivity_of_velocity(fit.velocity_m_per_s))

The stages gpr.velocity_scan, gpr.nmo and gpr.depth go with it.
"""

from ._surefoot import (
    FoundHyperbola,
    HyperbolaFit,
    attenuation_of_soil,
    crim_permittivity,
    crim_water_content,
    depth_of_time,
    dix,
    find_hyperbolas,
    fit_hyperbola,
    permittivity_of_velocity,
    semblance_chance,
    semblance_threshold,
    time_of_depth,
    topp_permittivity,
    topp_water_content,
    velocity_of_permittivity,
    velocity_of_soil,
    water_permittivity,
)

__all__ = [
    "FoundHyperbola",
    "HyperbolaFit",
    "attenuation_of_soil",
    "crim_permittivity",
    "crim_water_content",
    "depth_of_time",
    "dix",
    "find_hyperbolas",
    "fit_hyperbola",
    "permittivity_of_velocity",
    "semblance_chance",
    "semblance_threshold",
    "time_of_depth",
    "topp_permittivity",
    "topp_water_content",
    "velocity_of_permittivity",
    "velocity_of_soil",
    "water_permittivity",
]

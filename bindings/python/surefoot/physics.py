# SPDX-License-Identifier: MIT
"""Closed forms of induction: spheres, spheroids, coils, what an array sees of a dipole, soils.

    from surefoot import physics
    f = np.geomspace(330, 90e3, 21)
    m = physics.sphere_volume(0.005) * physics.sphere_chi(f, 0.005, 5.8e7)     # m^3, e^(+i w t)
    array = surefoot.read_array("temtads-2x2")
    g = physics.sensing_matrix(array, [0.1, 0.0, -0.4])                        # (n_channels, 6)
    coil = physics.Coil.circle(0.13, turns=24)
    h = coil.field([[0.0, 0.0, -0.1], [0.0, 0.0, -0.2]])                       # A/m per ampere

SI units; frequencies in hertz; every function takes arrays and gives new float64 or complex128 arrays.
"""

from ._surefoot import (
    Coil,
    CoilArray,
    coaxial_mutual_inductance,
    conductive_coplanar,
    conductive_loop_centre,
    conductive_step_off,
    conductive_step_off_rate,
    demagnetising_factors,
    gate_voltages,
    modes_response,
    modes_step_off,
    mutual_inductance,
    sensing_gradient,
    sensing_matrix,
    sphere_chi,
    sphere_modes,
    sphere_step_off,
    sphere_step_off_rate,
    sphere_volume,
    spheroid_axes,
    spheroid_modes,
    spheroid_polarizability,
    viscous_chi,
    viscous_pulse,
    viscous_pulse_rate,
    viscous_step_off,
    viscous_step_off_rate,
)

__all__ = [
    "Coil",
    "CoilArray",
    "coaxial_mutual_inductance",
    "conductive_coplanar",
    "conductive_loop_centre",
    "conductive_step_off",
    "conductive_step_off_rate",
    "demagnetising_factors",
    "gate_voltages",
    "modes_response",
    "modes_step_off",
    "mutual_inductance",
    "sensing_gradient",
    "sensing_matrix",
    "sphere_chi",
    "sphere_modes",
    "sphere_step_off",
    "sphere_step_off_rate",
    "sphere_volume",
    "spheroid_axes",
    "spheroid_modes",
    "spheroid_polarizability",
    "viscous_chi",
    "viscous_pulse",
    "viscous_pulse_rate",
    "viscous_step_off",
    "viscous_step_off_rate",
]

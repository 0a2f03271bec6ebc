# SPDX-License-Identifier: MIT
"""What stands beside the stages in surefoot.emi: features, figures, inversion, identity and dig list.

No stage, so not in the registry: _stages.BESIDE puts these into the module and its stub.
"""

from ._surefoot import (
    InversionFlag,
    clopper_pearson,
    decay_spectrum,
    dig_list,
    digs_needed,
    enbw_exponential_hz,
    enbw_mean_hz,
    enbw_weights_hz,
    fit_decay,
    identify,
    identify_alarm,
    invert_dipoles,
    lock_in_sigma,
    match_library,
    noise_figures,
    part_decays,
    part_tensors,
    positive_decays,
    read_polarizability,
    read_polarizability_library,
    relaxation_spectrum,
    snr_db,
    tone_figures,
)

__all__ = [
    "InversionFlag",
    "clopper_pearson",
    "decay_spectrum",
    "dig_list",
    "digs_needed",
    "enbw_exponential_hz",
    "enbw_mean_hz",
    "enbw_weights_hz",
    "fit_decay",
    "identify",
    "identify_alarm",
    "invert_dipoles",
    "lock_in_sigma",
    "match_library",
    "noise_figures",
    "part_decays",
    "part_tensors",
    "positive_decays",
    "read_polarizability",
    "read_polarizability_library",
    "relaxation_spectrum",
    "snr_db",
    "tone_figures",
]

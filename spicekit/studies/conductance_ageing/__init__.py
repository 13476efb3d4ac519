"""Conductance after SET of the same devices at several ages, with the energies of the pulses."""

ORDER = 40

"""Constants of physics in SI units (CODATA 2022), under the names of `scipy.constants`.

They stand here so that samples do not depend on the version of SciPy, and as workers begin a tenth sooner without it.
"""

from math import pi

Boltzmann = 1.380649e-23  # J/K, exact
elementary_charge = 1.602176634e-19  # C, exact
hbar = 6.62607015e-34 / (2 * pi)  # J s, exact but for rounding
mu_0 = 1.25663706127e-6  # N/A^2, measured

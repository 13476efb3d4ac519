"""Closed forms of the universal auto-oscillator, for spin-torque nano-oscillators.

    dc/dt = -i omega(p) c - Gamma+(p) c + Gamma-(p) c + f(t) + noise,    p = |c|^2
    omega = omega0 + N p,    Gamma+ = Gamma0 (1 + Q p),    Gamma- = sigma I (1 - p)

[ST09] A. Slavin, V. Tiberkevich, IEEE Trans. Magn. 45, 1875 (2009): the model, its power, frequency and noise.
[K08]  J.-V. Kim, V. Tiberkevich, A. Slavin, Phys. Rev. Lett. 100, 017207 (2008): linewidth far above threshold.
[T08]  V. Tiberkevich, A. Slavin, J.-V. Kim, Phys. Rev. B 78, 092401 (2008): variance of the phase.
[S05]  A. Slavin, V. Tiberkevich, Phys. Rev. B 72, 092407 (2005): locking with a nonlinear frequency shift.
"""

import math
from dataclasses import dataclass

import numpy as np

TAU = 2 * math.pi


@dataclass(frozen=True)
class AutoOscillator:
    """One oscillator at one field; rates as frequencies [Hz], that is over 2 pi, as they stand in parameter sets."""

    frequency: float  # Hz, omega0/2pi
    frequency_shift: float  # Hz, N/2pi
    damping: float  # Hz, Gamma0/2pi
    damping_growth: float  # Q
    spin_torque: float  # Hz/A, sigma/2pi
    thermal_power: float  # mean of p without current: kT over the energy of p = 1
    injection: float = 0.0  # Hz/A, force of a current on c, over 2pi
    parametric: float = 0.0  # Hz/A, force of a current on the conjugate of c, over 2pi

    @property
    def threshold(self) -> float:
        """Return the current [A] at which Gamma- without amplitude balances Gamma0 [ST09]."""
        return self.damping / self.spin_torque

    def supercriticality(self, current: float) -> float:
        """Return zeta, the `current` [A] over the threshold."""
        return current / self.threshold

    def power(self, current: float) -> float:
        """Return the noise-free stationary p0 = (zeta - 1)/(zeta + Q), or 0 below threshold [ST09]."""
        zeta = self.supercriticality(current)
        return max((zeta - 1) / (zeta + self.damping_growth), 0.0) if zeta > 0 else 0.0

    def oscillation_frequency(self, current: float) -> float:
        """Return the noise-free frequency [Hz] at a `current` [A] [ST09]."""
        return self.frequency + self.frequency_shift * self.power(current)

    def relaxation_rate(self, current: float) -> float:
        """Return Gamma_p = Gamma0 (zeta - 1) [1/s]: deviations of p decay as exp(-2 Gamma_p t) above threshold [ST09].

        Below threshold it is negative; there c decays as exp(Gamma_p t).
        """
        return TAU * self.damping * (self.supercriticality(current) - 1)

    def nonlinearity(self, current: float) -> float:
        """Return nu = N p0/Gamma_p = N/(Gamma0 (zeta + Q)): how much deviations of p turn the phase [ST09]."""
        return self.frequency_shift / (self.damping * (self.supercriticality(current) + self.damping_growth))

    def noise(self, current: float) -> float:
        """Return D [1/s] of the thermal noise, <f_n(t) f_n*(t')> = 2 D delta(t - t'), at the stationary power [ST09].

        D = Gamma+(p0) kT/(lambda omega(p0)): what the fluctuation-dissipation theorem asks for.
        """
        p = self.power(current)
        growth = (1 + self.damping_growth * p) * self.frequency / (self.frequency + self.frequency_shift * p)
        return TAU * self.damping * self.thermal_power * growth

    def mean_power(self, current: float) -> float:
        """Return the mean of p with noise, from the stationary Fokker-Planck equation with constant D; any current.

        The density is exp(-U(p)/D), dU/dp = Gamma+ - Gamma-; p > 1 is damped as in the circuit.
        """
        from scipy.integrate import quad

        d, gamma = self.noise(current), TAU * self.damping
        zeta, q = self.supercriticality(current), self.damping_growth
        scale = gamma / d

        def exponent(p: float) -> float:
            inside = min(p, 1.0)
            return -scale * (p + q * p * p / 2 - zeta * (inside - inside * inside / 2))

        top = self.power(current)
        peak = exponent(top)
        width = math.sqrt(d / (gamma * max(abs(zeta + q), 1.0))) + d / gamma / max(abs(1 - zeta), 1e-3)
        end = top + 40 * width
        points = [top] if 0 < top < end else None
        weights = [
            quad(lambda p, k=k: p**k * math.exp(exponent(p) - peak), 0, end, points=points, limit=200)[0]
            for k in (0, 1)
        ]
        return weights[1] / weights[0]

    def linewidth(self, current: float) -> float:
        """Return the full width at half maximum [Hz] of the thermal line, far from threshold.

        Above: (1 + nu^2) D/(2 pi p0) [K08], where it is far below Gamma_p/pi. Below: (Gamma0 - sigma I)/pi [ST09].
        """
        p = self.power(current)
        if p == 0:
            return -self.relaxation_rate(current) / math.pi
        return (1 + self.nonlinearity(current) ** 2) * self.noise(current) / (TAU * p)

    def phase_variance(self, current: float, lag: np.ndarray) -> np.ndarray:
        """Return the variance [rad^2] of the phase that is gathered within each `lag` [s], above threshold [T08]."""
        rate, square = 2 * self.relaxation_rate(current), self.nonlinearity(current) ** 2
        lag = np.abs(lag)
        memory = -np.expm1(-rate * lag) / rate
        return self.noise(current) / self.power(current) * ((1 + square) * lag - square * memory)

    def locking_range(self, current: float, amplitude: float) -> float:
        """Return the full width [Hz] of 1:1 locking to a weak rf current of `amplitude` [A] (peak) [S05].

        sqrt(1 + nu^2) F/sqrt(p0) to either side, F = pi injection amplitude: half of it turns with c.
        """
        force = TAU * self.injection * amplitude / 2
        return 2 * math.hypot(1, self.nonlinearity(current)) * force / math.sqrt(self.power(current)) / TAU

    def parametric_locking_range(self, current: float, amplitude: float) -> float:
        """Return the full width [Hz], in the injected frequency, of 2:1 locking to a weak rf current.

        The force on c* is a = pi parametric `amplitude` (A, peak); the oscillator follows half the injected frequency
        within a sqrt(1 + nu^2) to either side (the phase equation of [S05] for such a force).
        """
        force = TAU * self.parametric * amplitude / 2
        return 4 * math.hypot(1, self.nonlinearity(current)) * force / TAU

"""The universal auto-oscillator integrated in NumPy, many at a time: a witness that is no part of spicekit.

Slavin and Tiberkevich, IEEE Trans. Magn. 45, 1875 (2009), with noise <f f*> = 2 D δ(t). Heun's rule on the logarithm,
in the frame that turns at the noise-free frequency.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Oscillator:
    zeta: float = 1.6  # current over threshold
    q: float = 2.0
    damping: float = 30e6  # Γ0, 1/s
    shift: float = 2 * np.pi * 60e6  # N, rad/s
    diffusion: float = 4e4  # D, 1/s

    @property
    def power(self):
        return (self.zeta - 1) / (self.zeta + self.q)

    @property
    def relaxation(self):
        return self.damping * (self.zeta - 1)

    @property
    def nonlinearity(self):
        return self.shift * self.power / self.relaxation

    @property
    def linewidth(self):
        return self.diffusion * (1 + self.nonlinearity**2) / (2 * np.pi * self.power)

    def integrate(self, duration, step, copies=1, seed=0, drive=0.0, detuning=0.0, pump=0.0, coupling=None):
        """Return c, (times, copies), without its start-up.

        `drive` [1/s] is an additive tone that is `detuning` [Hz] above the free oscillator, `pump` [1/s] a parametric
        one at twice that; `coupling` [1/s], (copies, copies), adds that share of the others' amplitudes; `detuning`
        may have one value per copy, and is that of the copy itself if there is no drive.
        """
        rng = np.random.default_rng(seed)
        offset = 2 * np.pi * np.broadcast_to(np.asarray(detuning, float), copies)
        driven = drive or pump
        c = np.sqrt(self.power) * np.exp(2j * np.pi * rng.random(copies))
        settle = int(20 / self.relaxation / step)
        steps = round(duration / step)
        out = np.empty((steps, copies), complex)
        kick = np.sqrt(self.diffusion * step)

        def rate(c):
            # in the frame of the drive (free oscillators turn by -offset), or of the mean oscillator
            p = np.abs(c) ** 2
            turn = offset if driven else -offset
            own = -1j * (self.shift * (p - self.power) - turn)
            own = own - self.damping * (1 + self.q * p) + self.zeta * self.damping * (1 - p)
            extra = drive + pump * c.conj()
            if coupling is not None:
                extra = extra + coupling @ c
            return own * c + extra

        for k in range(-settle, steps):
            noise = kick * (rng.standard_normal(copies) + 1j * rng.standard_normal(copies))
            first = rate(c)
            guess = c + first * step + noise
            c = c + (first + rate(guess)) * step / 2 + noise
            if k >= 0:
                out[k] = c
        return out

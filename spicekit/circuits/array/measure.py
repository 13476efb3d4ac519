"""Measurements that circuits of an array need beside those of a lone cell."""

from dataclasses import dataclass

import numpy as np

from spicekit.ngspice.measure import Charge, Measurement, Waves, vector_name


@dataclass(frozen=True)
class Until:
    """Another measurement, of waves that end at `stop` [s]: one read of many in a transient."""

    inner: Measurement
    stop: float

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def vectors(self) -> tuple[str, ...]:
        return self.inner.vectors

    def __call__(self, waves: Waves) -> float:
        end = int(waves["time"].searchsorted(self.stop, "right")) + 1
        return self.inner({name: waves[name][:end] for name in ("time", *self.vectors)})


@dataclass(frozen=True)
class Drawn:
    """Energy that a supply of `voltage` [V] gives for what an ideal source delivers [J].

    The source ramps a line up and takes its charge back at no cost, which no driver can: each coulomb that it delivers
    is counted at the supply's full voltage, and what comes back is lost.
    """

    name: str
    current: str
    voltage: float
    start: float = 0.0
    stop: float | None = None

    @property
    def vectors(self) -> tuple[str, ...]:
        return (vector_name(self.current),)

    def __call__(self, waves: Waves) -> float:
        given = np.minimum(waves[vector_name(self.current)], 0)  # ngspice counts what flows into a source
        charge = Charge(self.name, self.current, self.start, self.stop)
        return -self.voltage * charge({**waves, vector_name(self.current): given})


@dataclass(frozen=True)
class Per:
    """Another measurement, divided by a number: what a charge at a voltage says of a capacitance."""

    inner: Measurement
    divisor: float

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def vectors(self) -> tuple[str, ...]:
        return self.inner.vectors

    def __call__(self, waves: Waves) -> float:
        return self.inner(waves) / self.divisor

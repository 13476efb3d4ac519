"""What is said about programming conditions."""

import pydantic

from spicekit.statistics.base import Block, Distribution, Moments, Probability
from spicekit.statistics.rare import RareEstimate


class SenseOffset(Block):
    """Input offset of the sense amplifier, as a factor on the ratio of two resistances near LRS.

    `sigma_ln` is its standard deviation in ln R, with the standard error of that.
    """

    sigma_ln: float = pydantic.Field(gt=0)
    standard_error: float = pydantic.Field(ge=0)
    samples: int


class Endurance(Block):
    """Bit error rate against cycles done.

    `cycles` is where `curve` crosses `criterion`, None if it does not within the curve; `cycles_low` and
    `cycles_high` are where the ends of the curve's intervals do. `status` says how sure the ageing parameters are.
    """

    cycles: float | None = None
    cycles_low: float | None = None
    cycles_high: float | None = None
    criterion: float
    curve: list[tuple[float, float]]
    # cycles, low and high of the curve
    interval: list[tuple[float, float, float]] = pydantic.Field(default=[])
    # cycles, samples, errors, discards
    counted: list[tuple[float, int, int, int]] = pydantic.Field(default=[])
    status: str = "assumed"
    method: str = ""


class Condition(Block):
    """What one programming condition gives. A key that was not measured is None here and absent in the file."""

    name: str
    set_compliance: float  # A
    reset_voltage: float  # V
    pulse_width: float  # s
    lrs: Distribution | None = None
    hrs: Distribution | None = None
    ber_1t1r: Probability | None = None
    ber_2t2r: Probability | None = None
    ber_2t2r_plus: Probability | None = None  # counted, of cells that store +1; the other one: -1
    ber_2t2r_minus: Probability | None = None
    ber_1t1r_estimated: Probability | None = None  # by rare-event sampling: mean of both stored values
    ber_2t2r_estimated: Probability | None = None
    estimates: tuple[RareEstimate, ...] = ()  # what those means are of, with their diagnostics
    reference: float | None = None  # Ohm, that 1T1R reads of the estimates are compared with
    sense_offset: SenseOffset | None = None
    ber_1t1r_lognormal: Probability | None = None
    ber_2t2r_lognormal: Probability | None = None
    energy_set: Moments | None = None  # J, over the whole path with the access transistor
    energy_reset: Moments | None = None
    energy_pair: Moments | None = None  # SET + RESET, as every 2T2R write needs both
    energy_set_cell: Moments | None = None  # J, between the terminals of the device alone
    energy_reset_cell: Moments | None = None
    energy_read: Moments | None = None
    read_delay: Moments | None = None  # s
    set_current: Moments | None = None  # A, at the end of the SET pulse
    stopped: str | None = None  # the stop rule that took effect
    undecided: int | None = None  # reads that did not resolve in time, counted as errors
    endurance: Endurance | None = None
    outside: tuple[str, ...] = ()  # in words: settings beyond the data that the card of the memory rests on


class Provenance(Block):
    """What the numbers came from."""

    spec_sha256: str = ""
    models_sha256: str = ""
    ngspice: str = ""
    spicekit: str = ""
    seed: int | None = None

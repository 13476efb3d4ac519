"""What is said about programming conditions: distributions, probabilities and moments in SI units."""

import pydantic

QUANTILES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


class Block(pydantic.BaseModel):
    """Unknown keys are ignored: a newer minor version may have more."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)


class Distribution(Block):
    """A resistance [Ohm] over samples: median, standard deviation of ln R, and quantiles by probability."""

    median: float = pydantic.Field(gt=0)
    sigma_ln: float = pydantic.Field(ge=0)
    quantiles: dict[str, float]
    samples: int | None = None


class Probability(Block):
    """A probability with its interval.

    `best` is None when no error was seen: then only the bound `high` is known. `high` counts every discard as an
    error, `low` none.
    """

    low: float = pydantic.Field(ge=0, le=1)
    best: float | None = pydantic.Field(default=None, ge=0, le=1)
    high: float = pydantic.Field(ge=0, le=1)
    confidence: float = pydantic.Field(gt=0, lt=1)
    samples: int = pydantic.Field(ge=0)
    errors: int = pydantic.Field(ge=0)
    discards: int = pydantic.Field(ge=0)
    method: str


class Moments(Block):
    """Mean and standard deviation over samples, in the SI unit of the quantity."""

    mean: float
    std: float


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
    interval: list[tuple[float, float, float]] = []  # cycles, low and high of the curve
    counted: list[tuple[float, int, int, int]] = []  # cycles, samples, errors, discards
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


class Provenance(Block):
    """What the numbers came from."""

    spec_sha256: str = ""
    models_sha256: str = ""
    ngspice: str = ""
    spicekit: str = ""
    seed: int | None = None

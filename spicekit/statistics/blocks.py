"""The exchange object between circuit and system: what a sweep found, as versioned JSON in SI units.

Nothing here needs a simulator: a system modeller can write such a file from other measurements.
"""

import json
import os
from pathlib import Path
from typing import Literal

import pydantic

from spicekit.errors import InputError

SCHEMA = "spicekit.statistics/1"
QUANTILES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


class _Block(pydantic.BaseModel):
    """Unknown keys are ignored: a newer minor version may have more."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)


class Distribution(_Block):
    """A resistance [Ohm] over samples: median, standard deviation of ln R, and quantiles by probability."""

    median: float = pydantic.Field(gt=0)
    sigma_ln: float = pydantic.Field(ge=0)
    quantiles: dict[str, float]
    samples: int | None = None


class Probability(_Block):
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


class Moments(_Block):
    """Mean and standard deviation over samples, in the SI unit of the quantity."""

    mean: float
    std: float


class SenseOffset(_Block):
    """Input offset of the sense amplifier, as a factor on the ratio of two resistances near LRS.

    `sigma_ln` is its standard deviation in ln R, with the standard error of that.
    """

    sigma_ln: float = pydantic.Field(gt=0)
    standard_error: float = pydantic.Field(ge=0)
    samples: int


class Endurance(_Block):
    """Bit error rate against cycles done.

    `cycles` is where `curve` crosses `criterion`, None if it does not within the curve; `status` says how sure the
    ageing parameters are.
    """

    cycles: float | None = None
    criterion: float
    curve: list[tuple[float, float]]
    counted: list[tuple[float, int, int, int]] = []  # cycles, samples, errors, discards
    status: str = "assumed"
    method: str = ""


class Condition(_Block):
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


class Provenance(_Block):
    """What the numbers came from."""

    spec_sha256: str = ""
    models_sha256: str = ""
    ngspice: str = ""
    spicekit: str = ""
    seed: int | None = None


class Statistics(_Block):
    """All conditions of a sweep."""

    schema_: Literal["spicekit.statistics/1"] = pydantic.Field(default=SCHEMA, alias="schema")
    provenance: Provenance = Provenance()
    conditions: tuple[Condition, ...]

    def condition(self, name: str) -> Condition:
        """Return the condition `name`.

        Raises:
            InputError: if there is none.
        """
        for condition in self.conditions:
            if condition.name == name:
                return condition
        raise InputError(f"no condition `{name}`: there are {', '.join(c.name for c in self.conditions)}")


def dumps(statistics: Statistics) -> str:
    """Return the JSON text; keys that were not measured are absent, and `best` is null where no error was seen."""
    tree = statistics.model_dump(mode="json", by_alias=True, exclude_none=True)
    for condition in tree["conditions"]:
        for key, block in condition.items():
            if key.startswith("ber_"):
                block.setdefault("best", None)
    return json.dumps(tree, indent=2) + "\n"


def save(statistics: Statistics, path: Path) -> None:
    """Write the JSON file aside and rename it, so that a reader never sees half of it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(dumps(statistics), encoding="utf-8")
    os.replace(partial, path)


def load(path: str | Path) -> Statistics:
    """Read a `statistics.json`.

    Raises:
        InputError: missing, not JSON, of another major schema, or a value out of range.
    """
    path = Path(path)
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"{path}: is not JSON: {error}") from None
    schema = tree.get("schema") if isinstance(tree, dict) else None
    if schema != SCHEMA:
        raise InputError(f"{path}: `schema` is {schema!r}, expected {SCHEMA!r}")
    try:
        return Statistics.model_validate(tree)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: `{key}`: {first['msg'].lower()}, got {first['input']!r}") from None

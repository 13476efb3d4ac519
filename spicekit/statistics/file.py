"""The file `statistics.json`: versioned, in SI units, written whole and read with checks."""

import json
import os
import warnings
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from spicekit.errors import InputError, InputWarning
from spicekit.readers.json_tree import read_json, require_object
from spicekit.statistics.base import Block, quantity
from spicekit.statistics.blocks import Condition, Provenance
from spicekit.statistics.checks import contradiction, doubts, not_finite
from spicekit.statistics.conductance_ageing import ConductanceAgeing
from spicekit.statistics.device_physics import IvLoops, ReadDisturb, Retention, SwitchingTime
from spicekit.statistics.oscillator import Oscillator
from spicekit.statistics.resistance_laws import ComplianceLaw, ConductanceLaw, ResetLaw
from spicekit.statistics.superparamagnetic import Superparamagnetic

SCHEMA = "spicekit.statistics/1"
_LONGEST = 120  # characters of a value in a message


class Statistics(Block):
    """All conditions of a sweep, and what its studies found."""

    schema_: Annotated[Literal["spicekit.statistics/1"], quantity("", '`"spicekit.statistics/1"`')] = (
        pydantic.Field(default=SCHEMA, alias="schema")
    )
    provenance: Annotated[Provenance, quantity("", "where the numbers come from; all of it optional")] = (
        Provenance()
    )
    conditions: Annotated[
        tuple[Condition, ...],
        quantity("", "one entry per programming condition; empty for a sweep of studies alone"),
    ]
    conductance_law: Annotated[ConductanceLaw | None, quantity("", "low-field conductance after SET")] = None
    conductance_ageing: Annotated[ConductanceAgeing | None, quantity("", "the same of aged devices")] = None
    compliance_law: Annotated[
        ComplianceLaw | None, quantity("", "low resistance state against SET compliance")
    ] = None
    reset_law: Annotated[ResetLaw | None, quantity("", "high resistance state after one RESET")] = None
    switching_time: Annotated[SwitchingTime | None, quantity("", "time to form, SET and RESET")] = None
    iv_loops: Annotated[IvLoops | None, quantity("", "I–V loops")] = None
    retention: Annotated[Retention | None, quantity("", "both states in a bake")] = None
    read_disturb: Annotated[ReadDisturb | None, quantity("", "what reads do to the states")] = None
    oscillator: Annotated[Oscillator | None, quantity("", "spin-torque nano-oscillators")] = None
    superparamagnetic: Annotated[
        Superparamagnetic | None, quantity("", "telegraph switching of a superparamagnetic junction")
    ] = None

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
        rates = [block for key, block in condition.items() if key.startswith("ber_")]
        for rate in rates + [estimate["rate"] for estimate in condition["estimates"]]:
            rate.setdefault("best", None)
        for key in ("estimates", "outside"):
            if not condition[key]:
                del condition[key]
    return json.dumps(tree, indent=2) + "\n"


def save(statistics: Statistics, path: Path) -> None:
    """Write the JSON file aside and rename it, so that a reader never sees half of it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(dumps(statistics), encoding="utf-8")
    os.replace(partial, path)


def load(path: str | Path) -> Statistics:
    """Read a `statistics.json`.

    Raises:
        InputError: missing, not JSON, of another major schema, a value out of range, or one that contradicts another.

    Warns:
        InputWarning: a key that is not used but close to a known one; states that look swapped.
    """
    path = Path(path)
    what = "statistics of spicekit (JSON)"
    tree = require_object(path, read_json(path, what), what)
    schema = tree.get("schema")
    if schema != SCHEMA:
        raise InputError(f"{path}: `schema` is {str(schema)[:60]!r}, expected {SCHEMA!r}")
    if endless := not_finite(tree):
        raise InputError(f"{path}: {endless}")
    try:
        found = Statistics.model_validate(tree)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: `{key}`: {first['msg'].lower()}, got {_shown(first['input'])}") from None
    if wrong := contradiction(found.conditions):
        raise InputError(f"{path}: {wrong}")
    for doubt in doubts(tree, found):
        warnings.warn(f"{path}: {doubt}", InputWarning, stacklevel=2)
    return found


def _shown(value: object) -> str:
    said = repr(value)
    return said if len(said) <= _LONGEST else said[:_LONGEST] + " ..."

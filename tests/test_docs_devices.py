"""Every key of a card of a foreign device stands in the table of docs/devices.md; its example runs as it is there."""

import re
from pathlib import Path
from typing import get_args

import numpy as np
import pydantic
import pytest

from spicekit.data import bundled_cards
from spicekit.models.foreign.card import ForeignCard
from spicekit.models.quantity import Quantity
from spicekit.models.spread_law import CorrelationLaw, FreshShape, MarginalPoints, SpreadLaw
from spicekit.run.spec import load_spec
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.simulate import simulate_range

from .test_docs_keys import CODE, DOCS

PAGE = (DOCS / "devices.md").read_text(encoding="utf-8")
WHOLE = (Quantity, CorrelationLaw, FreshShape, MarginalPoints)
"""Explained in words: they look the same wherever they stand."""


def keys(model: type[pydantic.BaseModel], before: str = ""):
    """Names of all keys with dots; NAME stands for a name of the model."""
    for name, field in model.model_fields.items():
        here = before + name
        inner = [one for one in (field.annotation, *_arguments(field.annotation)) if isinstance(one, type)]
        tables = [one for one in inner if issubclass(one, pydantic.BaseModel) and one not in WHOLE]
        for one in tables:
            yield from keys(one, f"{here}.NAME." if one is SpreadLaw else f"{here}.")
        if not tables or before:
            yield here


def _arguments(annotation):
    for one in get_args(annotation):
        yield one
        yield from _arguments(one)


def table():
    section = PAGE.split("## Every key")[1].split("\n## ")[0]
    cells = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {key: row[1:] for row in cells for key in CODE.findall(row[0])}


def test_every_key_of_the_card_stands_in_the_table_and_no_other():
    known = {*keys(ForeignCard), "spread"}
    assert {*table()} == known
    assert all(len(row) == 2 and all(cell.strip() for cell in row) for row in table().values())


def test_required_keys_are_said_to_be():
    card = bundled_cards("foreign")["vteam"].read_text(encoding="utf-8")
    for key in ("meta.licence", "model.heat", "initial.pristine", "fitted_at"):
        assert "required" not in table()[key][1]
    for key in ("meta.name", "model.file", "model.capacitance", "state.node", "initial.lrs"):
        assert table()[key][1].strip() == "required"
        assert key.rpartition(".")[2] in card


@pytest.fixture
def example(tmp_path) -> Path:
    """The example of the page, in files of the names that it says."""
    section = PAGE.split("## From a `.sub` file")[1].split("\n## ")[0]
    texts = re.findall(r"```\w+\n(.*?)```", section, flags=re.DOTALL)
    for name, text in zip(("memristor.sub", "memristor.toml", "mine.toml"), texts, strict=True):
        assert f"`{name}`" in section
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "mine.toml"


def test_the_example_programs_and_reads(example):
    spec = load_spec(example)
    chain = build_chain(spec.technology, spec.conditions[0])
    rows = simulate_range(chain, 1, 0, 4)
    assert set(rows["outcome"]) <= {"ok", "error"}  # none is discarded; the pulses are weak
    assert (rows["hrs"] > 1.5 * rows["lrs"]).all()
    assert np.isfinite(rows[["margin", "read_delay"]]).all(axis=None)
    assert sorted(spec.own_files) == ["models/rram/memristor.sub", "models/rram/memristor.toml"]


def test_every_bundled_device_stands_in_the_table():
    section = PAGE.split("## Those that come along")[1].split("\n## ")[0]
    named = [
        CODE.findall(line)[0] for line in section.splitlines() if line.startswith("| `") and "](" in line
    ]
    assert sorted(named) == sorted(bundled_cards("foreign"))

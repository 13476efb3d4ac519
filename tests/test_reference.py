"""The generated parts of the documentation are what the declared fields say."""

import json
import re

import pytest

from spicekit.registry import tables
from spicekit.statistics import Statistics
from spicekit.statistics.declared import blocks_below, is_text

from .scripts import script

BLOCKS = blocks_below(Statistics)


@pytest.fixture(scope="module")
def reference():
    return script("tools", "reference.py")


def test_no_table_and_no_schema_is_stale(reference):
    """If this fails: run `python tools/reference.py`."""
    text = reference.PAGE.read_text(encoding="utf-8")
    assert reference.page(text) == text
    experiment = reference.EXPERIMENT.read_text(encoding="utf-8")
    assert reference.experiment_page(experiment) == experiment
    assert experiment.count("| `offset_shift` | 1 |") == 1
    assert reference.studies_page() == reference.STUDIES.read_text(encoding="utf-8")
    assert reference.schema() == reference.SCHEMA.read_text(encoding="utf-8")


def test_a_changed_table_is_stale(reference):
    text = reference.PAGE.read_text(encoding="utf-8")
    changed = text.replace("| `set_current` | A |", "| `set_current` | mA |")
    assert changed != text
    assert reference.page(changed) == text


def test_every_block_that_is_of_no_study_has_one_table(reference):
    text = reference.PAGE.read_text(encoding="utf-8")
    own = [block.__name__ for block in BLOCKS if not block.__module__.startswith("spicekit.studies.")]
    assert sorted(re.findall(r"<!-- keys of (\w+):", text)) == sorted(own)


def test_every_key_of_every_study_says_what_it_is():
    for name, table in tables().items():
        for key, field in table.model_fields.items():
            assert field.description, f"{name}.{key}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_every_field_says_what_it_is_and_every_number_its_unit(block):
    for name, field in block.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        if field.annotation in (int, float) and not is_text(field):
            assert field.json_schema_extra["unit"], name


def test_the_schema_knows_units_and_required_keys(reference):
    tree = json.loads(reference.schema())
    condition = tree["$defs"]["Condition"]
    assert condition["required"] == ["name", "set_compliance", "reset_voltage", "pulse_width"]
    assert condition["properties"]["pulse_width"]["unit"] == "s"

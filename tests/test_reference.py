"""The generated parts of the documentation are what the declared fields say."""

import json
import re
import tomllib

import pytest

from spicekit.data import data_path
from spicekit.registry import tables
from spicekit.report.key_table import key_table
from spicekit.statistics import Condition, Moments, Statistics
from spicekit.statistics.declared import block_of, blocks_below, is_text, label_of

from .scripts import script

SWEEPS = data_path("sweeps")
BLOCKS = blocks_below(Statistics)


@pytest.fixture(scope="module")
def reference():
    return script("tools", "reference.py")


@pytest.fixture(scope="module")
def file_schema(reference):
    return json.loads(reference.experiment_schema())


def test_no_table_and_no_schema_is_stale(reference):
    """If this fails: run `python tools/reference.py`."""
    text = reference.PAGE.read_text(encoding="utf-8")
    assert reference.page(text) == text
    experiment = reference.EXPERIMENT.read_text(encoding="utf-8")
    assert reference.experiment_page(experiment) == experiment
    assert experiment.count("| `offset_shift` | 1 |") == 1
    assert reference.studies_page() == reference.STUDIES.read_text(encoding="utf-8")
    assert reference.schema() == reference.SCHEMA.read_text(encoding="utf-8")
    assert reference.experiment_schema() == reference.EXPERIMENT_SCHEMA.read_text(encoding="utf-8")


def test_a_changed_table_is_stale(reference):
    text = reference.PAGE.read_text(encoding="utf-8")
    changed = text.replace("| `set_current` | A |", "| `set_current` | mA |")
    assert changed != text
    assert reference.page(changed) == text


def test_every_block_that_is_of_no_study_has_one_table(reference):
    text = reference.PAGE.read_text(encoding="utf-8")
    own = [block.__name__ for block in BLOCKS if not block.__module__.startswith("spicekit.studies.")]
    assert sorted(re.findall(r"<!-- keys of (\w+):", text)) == sorted(own)


def test_every_table_of_the_experiment_file_that_is_of_no_study_stands_once_on_its_page(
    reference, file_schema
):
    text = reference.EXPERIMENT.read_text(encoding="utf-8")
    of_studies = {table.__name__ for table in tables().values()} | {"StudiesTable"}
    of_studies |= {
        inner.__name__ for table in tables().values() for _, inner in reference.tables_below(table)
    }
    own = {"SpecFile"} | file_schema["$defs"].keys() - of_studies
    assert sorted(re.findall(r"<!-- keys of (\w+):", text)) == sorted(own)
    assert "| `telegraph_noise` |  | `true`: traps" in text
    assert '| `access_supply` | V | highest word line, such as `"5 V"`:' in text


def test_every_key_of_the_experiment_file_says_what_it_is(file_schema):
    for name, table in {"": file_schema, **file_schema["$defs"]}.items():
        for key, said in table["properties"].items():
            assert said.get("description") or name == "StudiesTable", f"{name}.{key}"


def test_in_the_schema_of_the_file_quantities_and_their_defaults_are_text(file_schema):
    table = file_schema["$defs"]["TechnologyTable"]["properties"]["temperature"]
    assert (table["type"], table["unit"], table["default"]) == ("string", "°C", "27 C")
    voltages = file_schema["$defs"]["DisturbTable"]["properties"]["voltages"]
    assert voltages["items"] == {"type": "string", "unit": "V"}
    assert "null" not in json.dumps(file_schema)


JSON_TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def misfits(value, schema, root, place="file"):
    """Yield what of a tree is not as a schema says: kinds of values, unknown and missing keys, choices."""
    schema = schema | root["$defs"].get(schema.get("$ref", "").rpartition("/")[2], {})
    if "anyOf" in schema:
        if all(list(misfits(value, one, root, place)) for one in schema["anyOf"]):
            yield f"{place}: {value!r}"
    elif not isinstance(value, JSON_TYPES[schema["type"]]) or value not in schema.get("enum", [value]):
        yield f"{place}: {value!r}"
    elif isinstance(value, list):
        for one in value:
            yield from misfits(one, schema["items"], root, place)
    elif isinstance(value, dict):
        yield from (f"{place}.{key}: missing" for key in schema.get("required", ()) if key not in value)
        for key, one in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            yield from misfits(one, known, root, f"{place}.{key}") if known else [f"{place}.{key}: unknown"]


@pytest.mark.parametrize("sweep", sorted(SWEEPS.glob("*.toml")), ids=lambda path: path.stem)
def test_bundled_experiments_are_as_the_schema_says(file_schema, sweep):
    tree = tomllib.loads(sweep.read_text(encoding="utf-8"))
    assert not list(misfits(tree, file_schema, file_schema))
    for key, wrong in {
        "seed": "7",
        "sead": 7,
        "technology": {"temperature": 300},
        "conditions": [{}],
        "grid": {"rram": ["vteam", 3]},
    }.items():
        assert list(misfits(tree | {key: wrong}, file_schema, file_schema))


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


def test_every_mean_of_a_condition_has_a_row_of_the_key_table():
    means = {
        key: label_of(field) for key, field in Condition.model_fields.items() if block_of(field) is Moments
    }
    assert len(means) > 5
    measured = Condition(
        name="c", set_compliance=1e-4, reset_voltage=2.0, pulse_width=1e-7,
        **dict.fromkeys(means, Moments(mean=1.0, std=0.1)),
    )  # fmt: skip
    rows = {f"{row.group}: {row.label}" for row in key_table(Statistics(conditions=(measured,)))}
    assert set(means.values()) < rows

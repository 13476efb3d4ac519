"""What the identity of a point leaves out affects no sample: every number it may stand on is changed, one by one.

A number that changes the identity costs nothing but new samples. One that leaves it as it is must leave the rows as
they are, to the bit: else samples of other settings would be taken for those that were asked for.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pydantic
import pytest

from spicekit.circuits.cell import Technology
from spicekit.errors import SpicekitError
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.studies.study import Point, Study, labelled

from .conftest import SHORT_SPEC
from .small_studies import STUDIES, spec_text

head, _, fast = SHORT_SPEC.split("[[conditions]]")
ONE_CONDITION = f"{head}[[conditions]]{fast}"
QUICK = ("memory",)
HEAVY = ("injection_locking", "mutual_locking")  # a sample takes seconds, and a hundred would be simulated
OTHERS = {"samples", "quick_samples"}  # how many there are is no part of a sample


def changed(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield (place, copy) of a tree of data classes, models, mappings and tuples, each with one number changed."""
    if isinstance(value, bool):
        yield "", not value
    elif isinstance(value, int):
        yield "", value + 1
    elif isinstance(value, float):
        yield "", value * 1.02 or 1e-3
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from ((f"{key}.{place}", {**value, key: new}) for place, new in changed(inner))
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            for place, new in changed(inner):
                yield f"{index}.{place}", type(value)([*value[:index], new, *value[index + 1 :]])
    elif isinstance(value, pydantic.BaseModel):
        for key in type(value).model_fields:
            for place, new in changed(getattr(value, key)):
                copy = value.model_copy(update={key: new})
                for cached in set(vars(copy)) - set(type(value).model_fields):
                    del vars(copy)[cached]
                yield f"{key}.{place}", copy
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for place, new in changed(getattr(value, field.name)):
                yield f"{field.name}.{place}", dataclasses.replace(value, **{field.name: new})


def with_change(value: Any, place: str) -> Any:
    """Return a tree with the number at one place changed, whatever else has been changed in it before."""
    return next(new for found, new in changed(value) if found == place)


def asked(name: str, folder: Path) -> tuple[Study, Technology, Any]:
    """Return a study with a technology and a small table."""
    file = folder / "spec.toml"
    file.write_text(ONE_CONDITION if name == "memory" else spec_text(name))
    spec = load_spec(file)
    planned = make_plan(spec).studies[0]
    return planned.study, spec.technology, planned.table


def rows(study: Study, point: Point) -> pd.DataFrame:
    return labelled(point, study.simulate(point, 3, 1, 2))  # of some studies the first sample is nominal


@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
        for name in ["memory", *STUDIES]
        if name not in HEAVY
    ],
)
@pytest.mark.timeout(1800)
def test_what_an_identity_leaves_out_affects_no_sample(name, tmp_path):
    study, technology, table = asked(name, tmp_path)
    before = study.points(technology, table)[-1]
    left_out = []
    models, keys = technology, table
    others = [(place, True, new) for place, new in changed(technology)]
    others += [(place, False, new) for place, new in changed(table) if place.strip(".") not in OTHERS]
    for place, of_models, new in others:
        try:
            after = study.points(*((new, table) if of_models else (technology, new)))[-1]
        except (SpicekitError, ValueError):
            continue  # refused: no sample is made of it
        if after.identity == before.identity:
            left_out.append(place)
            if of_models:
                models = with_change(models, place)
            else:
                keys = with_change(keys, place)
    assert 0 < len(left_out) < len(others)
    # all of them at once: each alone takes many times as long, and shows which it is where this fails
    after = study.points(models, keys)[-1]
    assert after.identity == before.identity
    assert (models, keys) != (technology, table)
    pd.testing.assert_frame_equal(
        rows(study, after), rows(study, before), check_exact=True, obj=str(left_out)
    )

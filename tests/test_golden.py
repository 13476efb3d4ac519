"""The same seeds give the rows that they always gave, so that stored samples may be used again."""

import json

import pytest

from .golden import ROWS, golden_file

RELATIVE = 2e-5
"""ngspice's time steps amplify the last bit, in which the mathematical functions of processors differ: a state ended
3e-6 off on one without AVX-512."""


@pytest.fixture(scope="module")
def golden():
    if not golden_file().exists():
        pytest.skip(f"{golden_file().name} is not there: `python -m tests.golden` writes it")
    return json.loads(golden_file().read_text())


def test_every_kind_of_row_is_written(golden):
    """If this fails for a new study: `python -m tests.golden` adds its row."""
    assert set(golden) == set(ROWS)


@pytest.mark.parametrize("name", list(ROWS))
def test_a_row_is_what_it_always_was(golden, name):
    """If this fails on purpose: raise ENGINE or ESTIMATOR, then `python -m tests.golden anew` (its text says why)."""
    found = ROWS[name]()
    assert list(found) == list(golden[name])
    words = {key for key, value in golden[name].items() if isinstance(value, str)}
    assert {key: found[key] for key in words} == {key: golden[name][key] for key in words}
    numbers = [key for key in found if key not in words]
    assert [found[key] for key in numbers] == pytest.approx(
        [golden[name][key] for key in numbers], rel=RELATIVE, abs=0, nan_ok=True
    )

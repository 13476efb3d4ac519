"""`[estimate]` of an experiment file: what it may hold, and what follows from it."""

from dataclasses import replace
from typing import get_args

import pytest

from spicekit.errors import InputError
from spicekit.experiment.conditions import EstimateTable
from spicekit.identity import identity_of
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.sampling.rare import METHODS

from .test_estimate_run import WEAK, Linear, spec_of

BAD = {
    "method": ('"monte_carlo"', '"importanse"', r"`estimate.method`: got 'importanse'.*did you mean `importance`"),
    "cell": ("[estimate]", '[estimate]\ncells = ["2t3r"]', r"`estimate.cells\[1\]`: got '2t3r'.*did you mean `2t2r`"),
    "cell twice": ("[estimate]", '[estimate]\ncells = ["2t2r", "2t2r"]', r"`estimate.cells`: .*each once"),
    "no cells": ("[estimate]", "[estimate]\ncells = []", r"`estimate.cells`.*at least 1"),
    "key": ("max_runs", "max_run", r"unknown key `estimate.max_run` \(did you mean `max_runs`\?\)"),
    "few runs": ("max_runs = 200", "max_runs = 199", r"`estimate.max_runs`.*greater than or equal to 200, got 199"),
    "few quick runs": ("[estimate]", "[estimate]\nquick_max_runs = 50", r"`estimate.quick_max_runs`: got 50, .* 200"),
    "error": ("relative_error = 0.5", "relative_error = 0", r"`estimate.relative_error`.*greater than 0, got 0"),
    "no table": (
        '[estimate]\nmethod = "monte_carlo"\nrelative_error = 0.5\nmax_runs = 200\n[[conditions]]',
        "[[conditions]]\nestimate.max_runs = 300",
        r"condition `weak` has `estimate`, but there is no table `\[estimate\]`",
    ),
    "no conditions": (
        WEAK[WEAK.index("[[conditions]]") :],
        '[studies.iv_loops]\nsamples = 1\ncompliances = ["200 uA"]\nset_voltage = "2 V"\nreset_voltage = "2 V"\n'
        'forming_voltage = "3 V"\nforming_compliance = "20 uA"\nramp = "1 us"\n',
        r"`estimate`: needs `\[\[conditions\]\]`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_estimate_table_gets_one_clear_line(tmp_path, case):
    old, new, said = BAD[case]
    assert old in WEAK
    with pytest.raises(InputError, match=said) as error:
        load_spec(spec_of(tmp_path, WEAK.replace(old, new, 1)))
    assert str(error.value).startswith(str(tmp_path / "weak.toml"))
    assert "\n" not in str(error.value)


def requests(spec, **options):
    """Return what is asked of each estimate."""
    return [point.content[0] for planned in make_plan(spec, **options).following for point in planned.points]


def test_runs_of_the_short_form_and_of_one_condition(tmp_path):
    plain = load_spec(spec_of(tmp_path, WEAK))
    assert requests(plain, quick=True) == []
    text = WEAK.replace("[estimate]", "[estimate]\nquick_max_runs = 250") + "estimate.max_runs = 5000\n"
    spec = load_spec(spec_of(tmp_path, text))
    assert [request.max_runs for request in requests(spec, quick=True)] == [250, 250]
    assert [request.max_runs for request in requests(spec)] == [5000, 5000]
    assert make_plan(spec).identity == make_plan(plain).identity  # of the samples, which stay


def test_every_method_can_be_asked_for():
    assert get_args(EstimateTable.model_fields["method"].annotation) == tuple(METHODS)


def test_the_short_form_asks_for_less(tmp_path):
    short = "[estimate]\nquick_max_runs = 250\nquick_relative_error = 0.4\nquick_stored = [1]\ncells = ['2t2r', '1t1r']"
    spec = load_spec(spec_of(tmp_path, WEAK.replace("[estimate]", short) + "estimate.quick_max_runs = 400\n"))
    (quick,) = make_plan(spec, quick=True).following
    assert {(p.content[0].max_runs, p.content[0].relative_error) for p in quick.points} == {(400, 0.4)}
    # LRS and HRS of one device are no mirror images: of 1T1R both are estimated
    assert [p.name for p in quick.points] == ["weak_2t2r_+1", "weak_1t1r_+1", "weak_1t1r_-1"]
    full = requests(spec)
    assert {(request.max_runs, request.relative_error) for request in full} == {(200, 0.5)}
    assert len(full) == 4


def test_a_condition_can_leave_its_quick_estimate_out(tmp_path):
    text = WEAK.replace("[estimate]", "[estimate]\nquick_max_runs = 250") + "estimate.quick_max_runs = 0\n"
    assert requests(load_spec(spec_of(tmp_path, text)), quick=True) == []


def test_what_is_asked_is_part_of_the_identity(tmp_path):
    request = requests(load_spec(spec_of(tmp_path, WEAK)))[0]
    changes = (
        {},
        {"seed": 8},
        {"max_runs": 300},
        {"method": "auto"},
        {"confidence": 0.9},
        {"relative_error": 0.2},
    )
    asked = [(replace(request, **change), Linear(4.0, 1)) for change in changes]
    asked += [(replace(request, stored=-1), Linear(4.0, -1)), (request, Linear(4.1, 1))]
    assert len({identity_of((request, limit)) for request, limit in asked}) == 8

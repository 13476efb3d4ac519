"""Waveforms with sampled inputs: what ngspice is told, what it answers, and that nothing else enters."""

import numpy as np
import pytest
from scipy.signal import lsim

from spicekit.errors import InputError
from spicekit.ngspice import Deck, Parameter, Reason, evaluate, noting, record

R, C, STOP = 1e3, 1e-12, 20e-9
NETLIST = f"""* low pass
iin 0 out dc 0
rload out 0 {R}
cload out 0 {C}
.options method=trap trtol=1e6
.tran 10p {STOP} 0 10p uic
.end
"""
DECK = Deck("low pass", NETLIST, (Parameter("r", "alter rload={}", R),), (), STOP, ("out",))


def inputs(samples, seed=1):
    return {"iin": 1e-3 * np.random.default_rng(seed).standard_normal((samples, 21))}


def recorded(values, given, **options):
    return record(DECK, values, signals=["out"], step=0.05e-9, inputs=given, input_step=1e-9, **options)


@pytest.mark.parametrize("hold", [False, True])
def test_the_circuit_answers_to_its_inputs_as_scipy_says(hold):
    given = inputs(1)
    times, waves, outcomes = recorded(np.array([[R]]), given, hold=hold)
    assert outcomes[0].ok
    assert times == pytest.approx(np.arange(401) * 0.05e-9)
    fine = np.arange(20001) * 1e-12
    drive = (
        given["iin"][0][np.minimum((fine / 1e-9 + 1e-6).astype(int), 20)]
        if hold
        else np.interp(fine, np.arange(21) * 1e-9, given["iin"][0])
    )
    _, expected, _ = lsim(([R], [R * C, 1]), drive, fine, interp=not hold)
    # steps of a hundredth of the time constant; jumps of held inputs fall between them
    assert waves[0, 0] == pytest.approx(np.interp(times, fine, expected), abs=0.03 if hold else 1e-3)


def test_a_sample_depends_on_its_own_row_and_inputs_alone():
    given = inputs(4)
    values = R * np.array([[1.0], [1.1], [np.nan], [0.9]])
    _, together, outcomes = recorded(values, given)
    assert [o.ok for o in outcomes] == [True, True, False, True]
    assert outcomes[2].reason is Reason.BAD_VALUE
    assert np.isnan(together[2]).all()
    evaluate(DECK, np.array([[R]]))  # the same deck with its constant source, in between
    for k in (3, 1, 0):
        alone = recorded(values[k : k + 1], {"iin": given["iin"][k : k + 1]}).waves
        assert np.array_equal(alone[0], together[k])


def test_without_inputs_sources_keep_their_constants():
    deck = Deck("constant", NETLIST.replace("dc 0", "dc 1m"), DECK.parameters, (), STOP, ("out",))
    recorded(np.array([[R]]), inputs(1))
    waves = record(deck, np.array([[R]]), signals=["out"], step=1e-9).waves
    assert waves[0, 0, -1] == pytest.approx(1e-3 * R, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": {"iim": np.zeros((1, 3))}}, "`iim` is no source .*did you mean `iin`"),
        ({"inputs": {"iin": np.zeros(3)}}, r"input `iin` has shape \(3,\), expected \(1 samples, n values\)"),
        ({"input_step": 0.0}, "`input_step` is 0 s, expected above 0"),
        ({"signals": ["in"]}, "does not save `in`: put it into `also_save`"),
        ({"step": 0.0}, "`step` is 0 s, expected above 0"),
        ({"start": STOP}, "`start` is 2e-08 s, expected from 0 to before the deck's end"),
    ],
)
def test_bad_requests_end_with_one_line(change, message):
    asked = {"signals": ["out"], "step": 1e-9, "inputs": inputs(1), "input_step": 1e-9, **change}
    with pytest.raises(InputError, match=message):
        record(DECK, np.array([[R]]), **asked)


def test_what_is_simulated_is_noted_for_who_asks():
    given = inputs(2)
    with noting() as notes:
        recorded(np.array([[R], [2 * R]]), given)
        evaluate(DECK, np.array([[3 * R]]))
    evaluate(DECK, np.array([[4 * R]]))
    (name,) = (parameter.name for parameter in DECK.parameters)
    assert [note.values[name] for note in notes] == [R, 2 * R, 3 * R]
    assert [note.driven for note in notes] == [True, True, False]

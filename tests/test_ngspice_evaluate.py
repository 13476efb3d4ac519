"""`evaluate` on real ngspice: against closed forms, against `ngspice -b`, and against itself."""

import math
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spicekit.data import data_path
from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import (
    At,
    Charge,
    Crossing,
    Deck,
    Energy,
    Final,
    Parameter,
    Peak,
    Reason,
    evaluate,
    standalone,
    waveforms,
)
from spicekit.ngspice.evaluate import evaluate_here

RC = """RC charged by a step of 1 V
v1 in 0 dc 0 pulse(0 1 0 1p 1p 1 2)
r1 in out 1k
c1 out 0 1n
.tran 2n 20u uic
.end
"""
RC_DECK = Deck(
    "rc",
    RC,
    (Parameter("r", "alter r1={}", 1e3), Parameter("c", "alter c1={}", 1e-9)),
    (
        Final("end", "v(out)"),
        At("tau", "out", 1e-6),
        Crossing("half", "out", None, 0.5),
        Energy("source", "in", None, "i(v1)", delivered=True),
        Charge("charge", "i(v1)"),
        Peak("peak", "out"),
    ),
    20e-6,
)
# A switching circuit with most of what makes runs depend on history: junctions, a MOSFET, a B source, an
# inductor, and an operating point to find. A negative r1 makes the transient fail.
MIXED = """history
v1 in 0 dc 1 pulse(1 3 1n 1n 1n 20n 50n)
r1 in a 1k
d1 a b dm
r2 b 0 1k
b1 c 0 v=tanh(5*v(b))+0.3*exp(-v(a))*v(c2)
r3 c c2 1k
c2 c2 0 1p
c1 a 0 1p
m1 c2 a 0 0 nm w=1u l=1u
r4 c2 e 10k
q1 e b 0 qm
l1 in e 1u
r5 in e 1meg
.model qm npn bf=100 cje=1p
.model nm nmos level=1 vto=0.5 kp=1e-4
.model dm d is=1e-14 cjo=1p
.tran 1n 60n
.end
"""
MIXED_DECK = Deck(
    "mixed",
    MIXED,
    tuple(Parameter(r, f"alter {r}={{}}", 1e3) for r in ("r1", "r2", "r5", "r4")),
    (
        Final("a", "a"),
        Final("e", "e"),
        Peak("c2", "c2"),
        Energy("energy", "in", None, "i(v1)", delivered=True),
        Crossing("edge", "in", "b", 1.0, missing=math.inf),
    ),
    60e-9,
)
FAILING = np.array([-1.0, -50.0, -1.0, -1.0])


def mixed_values(count: int) -> np.ndarray:
    return 10 ** np.random.default_rng(7).uniform(1, 6, (count, 4))


def one(row: np.ndarray) -> np.ndarray:
    return evaluate(MIXED_DECK, row[None]).measurements[0]


def test_rc_agrees_with_the_closed_form():
    r, c = np.array([[1e3, 1e-9], [2e3, 1e-9], [1.5e3, 0.4e-9]]).T
    got, outcomes = evaluate(RC_DECK, np.column_stack((r, c)))
    assert all(o.ok for o in outcomes)
    end, tau, half, source, charge, peak = got.T
    full = 1 - np.exp(-20e-6 / (r * c))
    np.testing.assert_allclose(end, full, rtol=1e-4)
    np.testing.assert_allclose(tau, 1 - np.exp(-1e-6 / (r * c)), rtol=1e-4)
    np.testing.assert_allclose(half, r * c * np.log(2), rtol=1e-4)
    np.testing.assert_allclose(source, c * full, rtol=1e-4)  # C V^2: half stored, half burnt
    np.testing.assert_allclose(charge, -c * full, rtol=1e-4)  # out of the plus terminal: negative in ngspice
    np.testing.assert_allclose(peak, end, rtol=1e-12)


def test_energy_absorbed_by_the_capacitor_is_half_c_v_squared():
    deck = Deck(
        "c", RC.replace("c1 out 0", "va out x 0\nc1 x 0"), (), (Energy("e", "x", None, "i(va)"),), 20e-6
    )
    assert evaluate(deck, np.zeros((1, 0))).measurements[0, 0] == pytest.approx(0.5e-9, rel=1e-4)


def test_a_result_depends_on_its_row_alone_bit_for_bit():
    values = mixed_values(60)
    first, outcomes = evaluate(MIXED_DECK, values)
    assert all(o.ok for o in outcomes)
    order = np.random.default_rng(1).permutation(len(values))
    shuffled = evaluate(MIXED_DECK, values[order]).measurements
    np.testing.assert_array_equal(first[order], shuffled)
    assert len({row.tobytes() for row in first}) == len(values)


def test_a_failing_sample_is_discarded_and_leaves_no_trace():
    values = mixed_values(40)
    clean = evaluate(MIXED_DECK, values).measurements
    between = np.repeat(values, 2, axis=0)
    between[::2] = FAILING * np.linspace(0.1, 10, len(values))[:, None]
    got, outcomes = evaluate(MIXED_DECK, between)
    assert {o.reason for o in outcomes[::2]} == {Reason.ABORTED}
    assert "imestep too small" in outcomes[0].detail
    assert np.isnan(got[::2]).all()
    np.testing.assert_array_equal(clean, got[1::2])
    assert outcomes[::2] == evaluate(MIXED_DECK, between[::2]).outcomes


def test_changing_decks_leaves_no_trace():
    values = mixed_values(5)
    first = evaluate(MIXED_DECK, values).measurements
    evaluate(RC_DECK, np.array([[1e3, 1e-9]]))
    np.testing.assert_array_equal(first, evaluate(MIXED_DECK, values).measurements)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_is_discarded_without_running(bad):
    good = [1e3, 1e-9]
    got, outcomes = evaluate(RC_DECK, np.array([good, [bad, 1e-9], [1e3, bad], good]))
    assert [o.reason for o in outcomes] == [None, Reason.BAD_VALUE, Reason.BAD_VALUE, None]
    assert "`c`" in outcomes[2].detail
    assert np.isnan(got[1:3]).all()
    np.testing.assert_array_equal(got[0], got[3])


def test_a_run_that_ends_early_is_discarded():
    deck = Deck("short", RC, (), (Final("end", "out"),), 40e-6)
    got, (outcome,) = evaluate(deck, np.zeros((1, 0)))
    assert outcome.reason is Reason.NOT_FINISHED
    assert np.isnan(got).all()


def test_a_failed_measurement_is_a_discard_that_keeps_the_others():
    deck = Deck("m", RC, (), (Final("end", "out"), Crossing("never", "out", None, 2.0)), 20e-6)
    got, (outcome,) = evaluate(deck, np.zeros((1, 0)))
    assert outcome.reason is Reason.MEASUREMENT
    assert "`never` failed: never crosses 2" in outcome.detail
    assert got[0, 0] == pytest.approx(1, rel=1e-4)
    assert math.isnan(got[0, 1])


def test_one_sample_by_names():
    found = RC_DECK.measure({"c": 0.5e-9})
    assert list(found) == [m.name for m in RC_DECK.measurements]
    assert list(found.values()) == evaluate(RC_DECK, np.array([[1e3, 0.5e-9]])).measurements[0].tolist()
    with pytest.raises(InputError, match="deck `rc` has no parameter `cc`"):
        RC_DECK.measure({"cc": 1e-9})
    with pytest.raises(SimulatorError, match=r"deck `rc`: discard\(bad value: `c` is nan\)"):
        RC_DECK.measure({"c": math.nan})
    never = Deck("m", RC, (), (Final("end", "out"), Crossing("never", "out", None, 2.0)), 20e-6)
    with pytest.raises(SimulatorError, match=r"discard\(measurement: `never` failed: never crosses 2"):
        never.measure()


def test_vectors_named_like_ngspice_constants_are_read_from_the_run():
    deck = Deck("const", RC.replace("out", "e"), (), (Final("end", "e"),), 20e-6)  # `e` is 2.718 in ngspice
    assert evaluate(deck, np.zeros((1, 0))).measurements[0, 0] == pytest.approx(1, rel=1e-4)


def test_nodes_that_are_numbers_or_inside_subcircuits_can_be_measured():
    text = """numbers
v1 1 0 pulse(0 1 0 1p 1p 1 2)
x1 1 cell
.subckt cell p
r1 p Q 1k
c1 Q 0 1n
.ends
.tran 2n 20u uic
.end
"""
    deck = Deck("n", text, (), (Final("one", "v(1)"), Final("q", "v(x1.Q)"), Final("i", "i(v1)")), 20e-6)
    got, outcomes = evaluate(deck, np.zeros((1, 0)))
    assert outcomes[0].ok
    np.testing.assert_allclose(got[0, :2], 1, rtol=1e-4)


def test_a_value_at_which_ngspice_asks_to_exit_is_discarded_and_leaves_no_trace():
    cards = data_path("device_models", "cmos", "sky130", "tt.spice").read_text()
    text = f"""a negative oxide thickness is fatal
{cards}
vd d 0 1
vg g 0 pulse(0 1 1n 1n 1n 5n 20n)
r1 d out 1k
m1 out g 0 0 nmos_w840_l150 w=0.84u l=0.15u
m2 d g out 0 nmos_w1260_l150 w=1.26u l=0.15u
c1 out 0 10f
.tran 0.1n 10n
.end
"""
    oxide = Parameter("oxide", "altermod nmos_w840_l150 toxe={}", 4e-9)
    deck = Deck("bsim", text, (oxide,), (At("low", "out", 4e-9), Energy("e", "d", None, "i(vd)")), 10e-9)
    got, outcomes = evaluate(deck, np.array([[4.1e-9], [-1e-9], [-1e-9], [4.1e-9], [4e-9], [-1e-9]]))
    assert [o.ok for o in outcomes] == [True, False, False, True, True, False]
    assert "Fatal error" in outcomes[1].detail
    # The reason, too, is the same whatever ran before.
    assert outcomes[1] == outcomes[2] == outcomes[5]
    np.testing.assert_array_equal(got[0], got[3])
    assert (got[0] != got[4]).all()


@pytest.mark.parametrize("command", ["alter r.x.nope={}", "alter @r1[nope]={}", "altermod nope toxe={}"])
def test_a_parameter_that_ngspice_refuses_is_a_deck_error(command):
    deck = Deck("p", RC, (Parameter("bad", command, 1.0),), (Final("end", "out"),), 20e-6)
    with pytest.raises(SimulatorError, match=r"parameter `bad`.*no such"):
        evaluate(deck, np.array([[1.0]]))
    assert evaluate(RC_DECK, np.array([[1e3, 1e-9]])).outcomes[0].ok


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("xq out 0 nothing", "unknown subckt"),
        ("d1 out 0 nothing", "valid modelname"),
        (
            "xq out 0 needy\n.subckt needy a b c\nr1 a b 1\n.ends",
            'Too few parameters for subcircuit type "needy"',
        ),
    ],
)
def test_a_deck_that_ngspice_cannot_parse_is_an_error_with_its_words(line, said):
    deck = Deck("bad", RC.replace(".tran", line + "\n.tran"), (), (Final("end", "out"),), 20e-6)
    with pytest.raises(SimulatorError, match=said) as info:
        evaluate(deck, np.zeros((1, 0)))
    assert info.value.exit_code == 3
    assert evaluate(RC_DECK, np.array([[1e3, 1e-9]])).outcomes[0].ok


def test_an_unknown_vector_is_an_error():
    deck = Deck("v", RC, (), (Final("end", "out"), Final("typo", "v(owt)")), 20e-6)
    with pytest.raises(SimulatorError, match="owt"):
        evaluate(deck, np.zeros((1, 0)))
    assert evaluate(RC_DECK, np.array([[1e3, 1e-9]])).outcomes[0].ok


def test_wrong_shapes_are_input_errors():
    with pytest.raises(InputError, match=r"expected \(samples, 2\)"):
        evaluate(RC_DECK, np.zeros((3, 1)))
    with pytest.raises(InputError, match="did you mean `c`"):
        waveforms(RC_DECK, {"cc": 1e-9})
    assert evaluate(RC_DECK, np.zeros((0, 2))).measurements.shape == (0, 6)


def test_the_callers_folder_and_home_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = os.environ.get("HOME")
    evaluate(MIXED_DECK, np.array([FAILING]))
    assert Path.cwd() == tmp_path
    assert os.environ.get("HOME") == home
    assert list(tmp_path.iterdir()) == []


def run_alone(deck: Deck, row: np.ndarray, folder: Path) -> dict[str, np.ndarray]:
    """The reference path: a fresh `ngspice -b` on the standalone deck."""
    values = dict(zip([p.name for p in deck.parameters], row, strict=True))
    (folder / "deck.cir").write_text(standalone(deck, values, "waves.txt"))
    subprocess.run(
        ["ngspice", "-b", "deck.cir"],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        check=True,
        capture_output=True,
        timeout=60,
    )
    table = np.loadtxt(folder / "waves.txt", skiprows=1)
    return dict(zip(("time", *deck.vectors), table.T, strict=True))


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")
@pytest.mark.parametrize("deck", [RC_DECK, MIXED_DECK], ids=lambda d: d.name)
def test_evaluate_agrees_with_ngspice_alone(deck, tmp_path):
    factors = np.random.default_rng(3).uniform(0.5, 2, (5, len(deck.parameters)))
    values = factors * [p.nominal for p in deck.parameters]
    got, outcomes = evaluate(deck, values)
    for row, measured, outcome in zip(values, got, outcomes, strict=True):
        assert outcome.ok
        alone = run_alone(deck, row, tmp_path)
        np.testing.assert_allclose([m(alone) for m in deck.measurements], measured, rtol=1e-9)
        here = waveforms(deck, row)
        assert here.keys() == alone.keys()
        for name, wave in here.items():
            np.testing.assert_allclose(wave, alone[name], rtol=1e-12, atol=1e-15)


def test_memory_stays_put_over_1000_samples():
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    if not Path("/proc/self/statm").exists():
        pytest.skip("needs /proc")
    deck = Deck("rc", RC.replace("2n 20u", "100n 20u"), RC_DECK.parameters, RC_DECK.measurements, 20e-6)
    values = np.tile([[1e3, 1e-9]], (200, 1))
    evaluate_here(deck, values)
    before = resident()
    for _ in range(5):
        evaluate_here(deck, values)
    assert (
        resident() - before < 2e6
    )  # ngspice's command history alone would take 1 MB per 1000 of such samples

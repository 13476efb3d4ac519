"""Mismatch that transistors of a user's netlist get by themselves: the foundry's, or a law of area."""

import numpy as np
import pytest

from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.foreign.deck import foreign_deck
from spicekit.circuits.foreign.source import read_source
from spicekit.circuits.foreign.transistors import AreaLaw, with_process
from spicekit.circuits.sense_amplifier import add_foot, add_latch
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.transistor import Transistor
from spicekit.ngspice import Difference, Parameter
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.studies.circuit.study import STUDY

from .own_circuits import written

DIODES = """A diode-connected transistor in two instances of a subcircuit, its sizes as expressions
.param unit=0.5u
ia 0 a 20u
ib 0 b 20u
.subckt diode d k=1
m1 d d 0 0 nch w={4*unit*k} l={unit}
.ends
.model nch nmos level=1 vto=0.5 kp=100u
x1 a diode
x2 b diode k=4
.options reltol=1e-6
.tran 1n 10n
.end
"""
BOTH = '{ name = "a", kind = "value", of = "v(a)" }, { name = "b", kind = "value", of = "v(b)" }'
LAW = 'laws = [{ model = "nch", avt = 4e-9, abeta = 2e-8 }]'
INVERTER = """An inverter of SkyWater 130 nm, its pull-down twice
vdd vdd 0 1.8
vin in 0 pulse(0 1.8 1n 50p 50p 3n 10n)
.subckt inverter a y vdd
xp y a vdd vdd sky130_fd_pr__pfet_01v8 W=0.84 L=0.15 nf=1 ad='0.84*0.29'
xn y a 0 0 sky130_fd_pr__nfet_01v8 w=0.84u l=0.15u m=4
.ends
x1 in out vdd inverter
mload out out 0 0 nch w=1u l=10u
.model nch nmos level=1 vto=3
cout out 0 5f
.tran 10p 4n
.end
"""
EDGE = '{ name = "edge", kind = "delay", of = "v(in)", level = "0.9 V", to = "v(out)", to_edge = "falling" }'


def planned(folder, netlist, measurements, rest, **more):
    (study,) = make_plan(load_spec(written(folder, netlist, (), (measurements,), rest, **more))).studies
    return study


def test_a_law_of_area_spreads_a_diode_as_its_closed_form_says(tmp_path):
    """V = VT + sqrt(2 I L / (K W)): dV = dVT - Vov/2 dbeta/beta, each with sigma A / sqrt(W L); level 1 has no more."""
    point = planned(tmp_path, DIODES, BOTH, LAW).points[0]
    assert point.content.coordinates == ("x1.m1.vth", "x1.m1.beta", "x2.m1.vth", "x2.m1.beta")
    rows = STUDY.simulate(point, 3, 0, 400)
    for name, width in (("a", 2e-6), ("b", 8e-6)):
        area, overdrive = np.sqrt(width * 0.5e-6), np.sqrt(2 * 20e-6 * 0.5e-6 / (100e-6 * width))
        expected = np.hypot(4e-9 / area, overdrive / 2 * 2e-8 / area)
        assert rows[name].mean() == pytest.approx(0.5 + overdrive, abs=5 * expected / 20 + 1e-5)
        assert rows[name].std() == pytest.approx(expected, rel=4 / np.sqrt(800))
    assert np.corrcoef(rows["a"], rows["b"])[0, 1] == pytest.approx(0, abs=4 / 20)


def test_each_coordinate_acts_as_the_law_says(tmp_path):
    """A threshold above the nominal one raises the voltage by as much; more current lowers it."""
    content = planned(tmp_path, DIODES, BOTH, LAW).points[0].content
    from spicekit.ngspice import evaluate

    found, _ = evaluate(content.deck, content.values(np.vstack([np.zeros(4), np.eye(4)])))
    moved = found[1:] - found[0]
    assert moved[0, 0] == pytest.approx(4e-9 / 1e-6, rel=1e-3)
    assert moved[0, 1] == pytest.approx(0, abs=1e-7)
    assert moved[1, 0] == pytest.approx(-np.sqrt(0.1) / 2 * 2e-8 / 1e-6, rel=0.02)
    assert moved[2, 1] == pytest.approx(4e-9 / 2e-6, rel=1e-3)


def test_devices_of_the_process_get_its_cards_and_its_mismatch_in_each_subcircuit():
    drawn = with_process(read_source(INVERTER, "i.cir"), sky130())
    process = sky130()
    for kind, name, shared in (("pmos", "x1.xp", 1), ("nmos", "x1.xn", 2)):
        ours = {one.name.rpartition(".")[2]: one for one in drawn.mismatch if one.device == name}
        theirs = process.instance("q", "d", "g", "s", "b", Transistor(kind, 0.84e-6, 0.15e-6)).spread
        assert {one.name.removeprefix("q.") for one in theirs} == set(ours)
        for one in theirs:  # four in parallel average
            mine = ours[one.name.removeprefix("q.")]
            assert (mine.nominal, mine.sigma) == (one.nominal, pytest.approx(one.sigma / shared))
            assert mine.command.startswith(f"altermod x1:card_{name.removeprefix('x1.')} ")
    assert (len(drawn.transistors), drawn.without(drawn.mismatch)) == (3, ("mload",))


def test_a_corner_is_another_card_and_every_transistor_of_a_sample_differs(tmp_path):
    fast, slow = (
        STUDY.simulate(
            planned(tmp_path, INVERTER, EDGE, "", technology=f'corner = "{corner}"').points[0], 3, 0, 3
        )["edge"]
        for corner in ("ff", "ss")
    )
    assert (fast < slow).all()
    assert fast.nunique() == 3


def test_what_has_no_mismatch_is_counted_and_said(tmp_path):
    study = planned(tmp_path, INVERTER, EDGE, 'limit = { of = "edge", above = "1 ns" }')
    rows = STUDY.simulate(study.points[0], 3, 0, 2)
    (point,) = STUDY.analyze(study.table, rows.assign(point="one", **study.points[0].labels), 0.95)[
        "circuit"
    ].points
    assert (point.transistors, point.without_mismatch, point.coordinates) == (3, 1, 6)


def test_mismatch_can_be_left_out(tmp_path):
    with pytest.raises(InputError, match="nothing spreads"):
        planned(tmp_path, INVERTER, EDGE, 'mismatch = "none"')
    assert (
        planned(tmp_path, INVERTER, EDGE, 'mismatch = "none"', samples=1).points[0].content.coordinates == ()
    )


LIBRARY = """
.subckt n d g s b w=1 l=1
m1 d g s b nch w={w*1u} l={l*1u}
.model nch nmos level=1 vto=0.5 kp=100u
.ends
.subckt p d g s b w=1 l=1
m1 d g s b pch w={w*1u} l={l*1u}
.model pch pmos level=1 vto=-0.5 kp=40u
.ends
"""
OWN = (
    '[technology.library]\npath = "own.lib"\nnmos = "n"\npmos = "p"\naccess = "n"\n'
    "length_unit = 1e-6\navt_nmos = 4e-9"
)


def test_transistors_of_the_users_library_are_known_too(tmp_path):
    (tmp_path / "own.lib").write_text(LIBRARY)
    netlist = DIODES.replace("m1 d d 0 0 nch w={4*unit*k} l={unit}", "x9 d d 0 0 n w=2 l=0.5")
    netlist = netlist.replace("x2 b diode k=4", "x2 b diode").replace(" d k=1", " d")
    point = planned(tmp_path, netlist, BOTH, "", technology=OWN).points[0]
    rows = STUDY.simulate(point, 3, 0, 200)
    assert point.content.coordinates == ("x1.x9.vth", "x2.x9.vth")
    assert rows["a"].std() == pytest.approx(4e-9 / 1e-6, rel=4 / np.sqrt(400))
    assert np.corrcoef(rows["a"], rows["b"])[0, 1] == pytest.approx(0, abs=4 / np.sqrt(200))


def test_the_bundled_amplifier_by_its_netlist_is_that_of_the_builder():
    """The same circuit built by `spicekit.circuits`, at nominal values and at one drawn point of all its "
    "transistors."""
    design = load_design()
    builder = CircuitBuilder("pcsa", "two resistors", sky130(), 300.15)
    builder.hold("dd", "vdd", 1.4)
    builder.drive("sen", "sen", ((0.0, 0.0), (5e-9, 0.0), (5.05e-9, 1.4)))
    add_latch(builder, design, "bl", "blb")
    add_foot(builder, design, "sl")
    for name, node in (("left", "bl"), ("right", "blb")):
        builder.resistance(name, node, "sl", {"left": 9e3, "right": 12e3}[name])
        builder.capacitance(f"line_{name}", node, 75e-15)
    builder.capacitance("source", "sl", 75e-15)
    measured = (Difference("margin", "v(q)", "v(qb)", 5.4e-9),)
    theirs = builder.deck(measured, 50e-12, 10e-9)
    source = read_source((data_path("netlists", "circuit") / "pcsa.cir").read_text(), "pcsa.cir")
    drawn = with_process(source, sky130())
    more = tuple(Parameter(one.name.removeprefix("x"), one.command, one.nominal) for one in drawn.mismatch)
    ours = foreign_deck("pcsa", drawn.source, {}, measured, 27.0, more)
    z = dict(
        zip(
            sorted(one.name for one in builder.spread),
            np.random.default_rng(4).standard_normal(99),
            strict=False,
        )
    )
    values = {one.name: one.nominal + one.sigma * z[one.name] for one in builder.spread}
    assert values.keys() == {one.name for one in more}
    for given in ({}, values):
        found, expected = (deck.measure(given)["margin"] for deck in (ours, theirs))
        assert found == pytest.approx(expected, abs=1e-5)
    assert abs(ours.measure(values)["margin"] - ours.measure()["margin"]) > 1e-2


REFUSED = {
    "size": (INVERTER.replace("W=0.84", "W=0.42"), (), r"i.cir, line 5: .*has no card `pmos_w420_l150`; it has"),
    "size as an expression": (INVERTER.replace("W=0.84", "W={wp}"), (), "expected `w=` with a plain number"),
    "fingers": (INVERTER.replace("nf=1", "nf=2"), (), "expected `nf` 1: cards are of one finger"),
    "nodes": (INVERTER.replace("y a vdd vdd sky", "y a vdd sky"), (), "expected four nodes"),
    "name": (INVERTER.replace("pfet_01v8", "pfet_1v8"), (), r"no subcircuit `sky130_fd_pr__pfet_1v8`.*did you "
    "mean `sky130_fd"),
    "law": (INVERTER, (AreaLaw("nhc", 1e-9, 0.0),), r"no transistor of the netlist has it.*did you mean `nch`"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_card_is_for_is_told_with_its_line(name):
    netlist, laws, expected = REFUSED[name]
    with pytest.raises(InputError, match=expected):
        with_process(read_source(netlist, "i.cir"), sky130(), laws)

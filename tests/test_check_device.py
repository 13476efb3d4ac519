"""`spicekit check-device`: a good device passes, and each fault is named with what to do."""

import json
import time

import numpy as np
import pytest

from spicekit.circuits.cell import Technology
from spicekit.data import data_path
from spicekit.device_check import drawn, guarded
from spicekit.device_check.bench import Bench
from spicekit.device_check.cell import check_cell
from spicekit.device_check.effects import check_effects
from spicekit.device_check.keeping import check_keeping
from spicekit.device_check.ladder import Hold, switching_ladder
from spicekit.device_check.numerics import check_numerics
from spicekit.device_check.spread import check_spread
from spicekit.device_check.states import check_states
from spicekit.device_check.switching import check_switching
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.memory import load_memory
from spicekit.ngspice.host import workers_kept

from .broken_devices import bench_of, write_device
from .commands import command

CURRENT = "I=v(p,n)/(r_on+(r_off-r_on)*(min(max(v(w),w_on),w_off)-w_on)/(w_off-w_on))"
OPENS, CLOSES = "pow(max(v(p,n)/v_off-1,0),alpha_off)", "pow(max(v(p,n)/v_on-1,0),alpha_on)"
ENDS = "*(1-exp(-max(w_off-v(w),0)/w_edge))", "*(1-exp(-max(v(w)-w_on,0)/w_edge))"


@pytest.fixture(autouse=True, scope="module")
def _one_worker():
    with workers_kept():
        yield


@pytest.fixture
def bench(tmp_path):
    """A function: the bench of a VTEAM with changes of its model and its card."""
    return lambda *model, card=(): bench_of(write_device(tmp_path, model=model, card=card))


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The command on a good device, with fewer drawn ones; its folder beside it."""
    folder = tmp_path_factory.mktemp("good")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawn, "DEVICES", 5)
        return command("check-device", "vteam", "--quiet", cwd=folder), folder / "check_vteam"


@pytest.fixture(scope="module")
def checked(done):
    """What it says: checks by name, and holds."""
    tree = json.loads((done[1] / "check.json").read_text(encoding="utf-8"))
    return {check["check"]: check for check in tree["checks"]}, tree["holds"]


HOLDS = (Hold("hrs", 1.0, 4.6e-8, 0.0, 1e-7), Hold("lrs", -1.0, 1.7e-7, 3.0, 1e-6))
"""Of a VTEAM."""


def ladder(bench):
    """What the checks need of the ladder, in few steps."""
    return switching_ladder(bench, (0.1, 1.0, 3.0), (1e-7, 1e-5))


def test_a_good_device_is_ready_and_has_a_page(done, checked):
    ended, folder = done
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-2:] == [
        "page: check_vteam/check.html", 'vteam: ready to use: `rram = "vteam"`',
    ]  # fmt: skip
    assert [check["mark"] for check in checked[0].values()] == ["ok"] * 8
    page = (folder / "check.html").read_text(encoding="utf-8")
    assert page.count("<svg role") == 4
    assert "Switching time against voltage" in page


def test_numbers_of_a_good_device_are_those_of_its_equations(checked):
    checks, holds = checked

    def number(check, name):
        return checks[check]["numbers"][name]["value"]

    # R = r_on + (r_off - r_on) w/w_off at 0.1 and 2.8 nm
    assert number("states", "resistance_lrs") == pytest.approx(4e3 + 76e3 * 0.1 / 3, rel=1e-4)
    assert number("states", "resistance_hrs") == pytest.approx(4e3 + 76e3 * 2.8 / 3, rel=1e-4)
    (hold,) = [h for h in holds if (h["start"], h["voltage"]) == ("hrs", 1.0)]
    assert hold["time"] == pytest.approx(1.35 / (1e8 * (1 / 0.6 - 1) ** 3), rel=0.05)  # 1.35 nm to the middle
    # the pulses drive it to both ends of its range
    assert number("1T1R cell", "resistance_lrs_200uA") == pytest.approx(4e3, rel=1e-2)
    assert number("1T1R cell", "resistance_hrs_200uA") == pytest.approx(8e4, rel=1e-2)
    sigma = np.hypot(0.05, 0.02)
    assert number("parameters", "r_on: SET resistance") == pytest.approx(sigma, rel=1e-2)
    assert number("spread", "lost_high") == pytest.approx(1 - 0.05 ** (1 / 20))  # none of 20
    assert number("numerics", "drawn_pulses") == 4 * 5  # RESET, and SET under three compliances
    assert (
        "with ngspice's default tolerances SET alone at 3 V would silently end at"
        in checks["numerics"]["said"]
    )


@pytest.mark.parametrize(
    ("model", "card", "said", "advice"),
    [
        ([(CURRENT, "I=v(p,n)/r_off")], [], "both have 80 kΩ", "the current does not depend on the state: use V(w)"),
        ([("Cw w 0", "Vheld w 0 1\nCw w 0")], [], "has become 1 nm after 10 ns, even without voltage",
         "something else than its capacitor holds the node `w`"),
        ([], [("lrs = {value = 0.1", "lrs = {value = 2.7"), ("hrs = {value = 2.8", "hrs = {value = 0.2")],
         "`initial.lrs` has the higher resistance", "swap `initial.lrs` and `initial.hrs`"),
        ([("v_on=-0.6", "v_on=-0.02")], [], "at 200 mV, but not without voltage", "switches while it is read"),
    ],
)  # fmt: skip
def test_states_that_are_none(bench, model, card, said, advice):
    found = check_states(bench(*model, card=card))
    assert found.mark == "wrong"
    assert said in found.said
    assert advice in found.advice


@pytest.mark.parametrize(
    ("leak", "mark", "said"),
    [("10k", "wrong", "1 ms without voltage"), ("1g", "look", "1 s without voltage")],
)
def test_a_state_that_leaks(bench, leak, mark, said):
    found = check_keeping(bench(("Cw w 0", f"Rleak w 0 {leak}\nCw w 0")))
    assert (found.mark, "let nothing drain the node" in found.advice) == (mark, True)
    assert said in found.said
    if leak == "1g":  # tau = 1 s: HRS has lost 2.8 nm (1 - 1/e) of the 2.7 nm between both states
        assert found.numbers["moved_hrs_after_1s"].value == pytest.approx(
            2.8 * (1 - np.exp(-1)) / 2.7, rel=1e-2
        )


def test_a_wait_whose_steps_are_longer_than_the_motion_is_not_the_fault_of_the_device(bench):
    """Two wells, a nanosecond deep: ngspice steps from one into the other, and finer steps stay."""
    wells = ("Cw w 0", "Bwell 0 w I=1n*3e8*(v(w)-1.5)*v(w)*(3-v(w))\nCw w 0")
    ends = [("lrs = {value = 0.1", "lrs = {value = 0.0"), ("hrs = {value = 2.8", "hrs = {value = 3.0")]
    found = check_keeping(bench(wells, card=ends))
    assert found.mark == "look"
    assert "as the time steps have it" in found.said


def test_a_device_that_reads_disturb(bench):
    found = check_keeping(bench(("v_on=-0.6", "v_on=-0.09"), ("k_on=-1e8", "k_on=-1e9")))
    assert found.mark == "wrong"
    assert "HRS moves by" in found.said
    assert "under 100 mV for 1 µs" in found.said


@pytest.mark.parametrize(
    ("model", "card", "said", "advice"),
    [
        ([], [('{top = "n", bottom = "p"}', '{top = "p", bottom = "n"}')], "SET at −1 V and RESET at 1 V",
         'swap top and bottom in the card: `terminals = {top = "n", bottom = "p"}`'),
        ([("v_off=0.7", "v_off=7"), ("v_on=-0.6", "v_on=-6")], [], "no SET or RESET within 10 µs at up to 3 V: the "
         "state does not move", "units of thresholds"),
        ([("k_off=1e8", "k_off=3e3")], [], "no RESET within 10 µs at up to 3 V: the state moves by", "raise its rate"),
        ([(ENDS[0], ""), (ENDS[1], "")], [], "outside of 0 to 3 nm", "let the motion end at both limits"),
        ([("I=1e-9*k_on", "I=-1e-9*k_on")], [], "outside of 0 to 3 nm", "is the sign of its rate right?"),
        ([(CLOSES, "pow(max(abs(v(p,n))/0.6-1,0),3)")], [], "no RESET", ""),
    ],
)  # fmt: skip
def test_devices_that_do_not_switch(bench, model, card, said, advice):
    one = bench(*model, card=card)
    found = check_switching(one, ladder(one))
    assert found.mark == "wrong"
    assert said in found.said
    assert advice in found.advice


def test_a_device_that_needs_more_voltage_says_which(bench):
    found, works = check_cell(bench(("v_on=-0.6", "v_on=-1.4")))
    assert found.mark == "look"
    assert "a `set_voltage` of 2 V in the design (it has 1.5 V)" in found.advice
    assert works.set_voltage == 2.0


def test_a_device_of_too_little_resistance_does_not_switch_in_the_cell(bench):
    found, _ = check_cell(bench(("r_on=4k r_off=80k", "r_on=100 r_off=2k")))
    assert found.mark == "wrong"
    assert "200 µA: no SET at up to 5 V" in found.said
    assert "raise the device's resistance" in found.advice


def test_a_hard_exponential_is_named_with_the_voltage_that_it_fails_at(bench):
    one = bench((OPENS, "max(sinh(v(p,n)/0.003),0)"), (CLOSES, "max(sinh(-v(p,n)/0.003),0)"))
    found = check_numerics(one, ladder(one), in_cell=False)
    assert found.mark == "look"  # at 1 V it works
    assert "3 V" in found.said
    assert "out of range for sinh" in found.said
    assert "min(max(x, -80), 80)" in found.advice


def test_a_state_far_below_the_tolerances_is_told_to_be_scaled(bench):
    metres = [("w_off=3 w_edge=0.05", "w_off=3e-9 w_edge=0.05e-9"), ("I=1e-9*k_off", "I=1e-18*k_off"),
              ("I=1e-9*k_on", "I=1e-18*k_on")]  # fmt: skip
    card = [
        ("maximum = 3", "maximum = 3e-9"),
        ("value = 0.1,", "value = 0.1e-9,"),
        ("value = 2.8,", "value = 2.8e-9,"),
    ]
    found = check_numerics(bench(*metres, card=card), (), in_cell=False)
    assert found.mark == "wrong"
    assert "scale the state" in found.advice


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", ["1e-6", "1e-4"])
def test_a_snap_that_is_stepped_over_is_found_on_drawn_devices(tmp_path, monkeypatch, tolerance):
    """SkyWater's cell with the usual tolerance: its nominal device ends right, some drawn ones do not."""
    monkeypatch.setattr(drawn, "_COMPLIANCES", (50e-6,))  # shorter
    card = data_path("device_models", "foreign", "sky130_reram.toml")
    (tmp_path / "sky130_reram.sub").write_bytes(card.with_suffix(".sub").read_bytes())
    text = card.read_text(encoding="utf-8")
    assert "relative_tolerance = 1e-6" in text
    text = text.replace("tolerance = 1e-6", f"tolerance = {tolerance}")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    found = _drawn(tmp_path / "mine.toml")
    if tolerance == "1e-6":
        assert not found.apart
    else:
        assert found.apart[0].share > 0.1
        assert found.tolerance == 1e-6


def _drawn(card):
    technology = Technology(sky130("tt"), load_memory(card), load_design("2t2r_130nm_2v5"))
    return drawn.drawn_ends(Bench(technology))


def test_a_spread_without_effect_is_named(bench):
    one = bench(("w_edge=0.05", "w_edge=0.05 unused=1"), card=[("[spread.v_on]", "[spread.unused]")])
    found = check_effects(one, HOLDS, in_cell=False)
    assert found.mark == "wrong"
    assert "`unused` shifted by its sigma changes not a bit" in found.said
    assert "[spread.unused]" in found.advice


def test_a_spread_that_turns_the_sign_is_named(bench):
    found = check_spread(bench(card=[("device = 0.2", "device = 0.4")]))
    assert found.mark == "look"
    assert "`r_off` -4" in found.said
    assert "narrow `[spread.r_off]`" in found.advice


def test_a_sample_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(guarded, "PATIENCE", 0.3)
    assert guarded.guarded(time.sleep, 30) == guarded.HUNG


def test_the_command_ends_with_1_for_a_broken_device_and_renews_its_folder_alone(tmp_path):
    card = write_device(tmp_path, model=[(CURRENT, "I=v(p,n)/r_off")])
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    refused = command("check-device", card, "-o", "taken", "--quiet", cwd=tmp_path)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    for _ in range(2):
        done = command("check-device", card, "-o", "out", "--quiet", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        assert done.stdout.splitlines()[-1] == "vteam: 1 thing to fix"
    assert json.loads((tmp_path / "out" / "check.json").read_text(encoding="utf-8"))["ready"] is False


def test_a_card_that_does_not_load_is_one_line_with_exit_code_2(tmp_path):
    wrong = write_device(tmp_path, card=[('node = "w"', 'node = "ww"')])
    for name, said in ((wrong, "state.node"), ("vteem", "did you mean `vteam`")):
        done = command("check-device", name, cwd=tmp_path)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert said in done.stderr
    refused = write_device(tmp_path, model=[("Cw w 0", "Dodd p n nomodel\nCw w 0")])
    done = command("check-device", refused, "--quiet", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "ngspice does not take this model" in done.stderr

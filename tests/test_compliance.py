"""The word line of a compliance: where it cannot be found, the reason is the true one."""

import dataclasses

import pytest

from spicekit.circuits.compliance import compliance_word_line
from spicekit.errors import InputError, SimulatorError
from spicekit.models.own_library import own_library
from spicekit.ngspice import noting


def own(technology, folder, models, element="M"):
    (folder / "own.lib").write_text(models)
    names = {"nmos": "n", "pmos": "p", "access": "n", "element": element, "access_supply": 5.0}
    return dataclasses.replace(technology, process=own_library(folder / "own.lib", **names))


def test_the_word_line_follows_from_the_square_law(technology, tmp_path):
    """Level 1 in saturation: I = KP/2 W/L (Vgs - Vto)^2, so Vgs = Vto + sqrt(2 I L/(W KP))."""
    wide = own(technology, tmp_path, ".model n nmos level=1 vto=0.5 kp=2m\n.model p pmos level=1\n")
    ratio = wide.access.width / wide.access.length
    expected = 0.5 + (2 * 2e-4 / (ratio * 2e-3)) ** 0.5
    with noting() as simulated:
        word_line = compliance_word_line(wide, 2e-4)
        assert word_line == pytest.approx(expected, abs=0.01)
        assert compliance_word_line(wide, 2e-4) == word_line
    assert len(simulated) == 1  # another condition of the same compliance costs nothing
    assert compliance_word_line(wide, 1e-4) < word_line


def test_a_transistor_that_is_too_weak_is_named(technology, tmp_path):
    weak = own(technology, tmp_path, ".model n nmos level=1 vto=0.5 kp=1u\n.model p pmos level=1\n")
    with pytest.raises(
        InputError, match="the access transistor does not give 200 uA at half the SET voltage"
    ):
        compliance_word_line(weak, 2e-4)


def test_a_run_that_fails_gives_its_own_reason(technology, tmp_path):
    pins = "d g s b w=1 l=1"
    failing = f".subckt n {pins}\nb1 d s i=v(g,s)>1 ? sqrt(1-v(g,s))/0 : 0\n.ends\n.subckt p {pins}\n.ends\n"
    cell = own(technology, tmp_path, failing, "X")
    with pytest.raises(SimulatorError, match=r"the access transistor does not simulate: ") as failed:
        compliance_word_line(cell, 2e-4)
    assert "does not give" not in str(failed.value)
    assert str(failed.value).split("simulate: ")[1]

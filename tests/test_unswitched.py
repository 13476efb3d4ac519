"""Pulses that leave the device where the card put it are told, on the page and on the terminal."""

from dataclasses import replace

import pytest

from spicekit.circuits.cell import Technology
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.memory import load_memory
from spicekit.report.unswitched import unswitched
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.examples import example_waveforms

from .commands import command
from .own_devices import own_device


@pytest.mark.parametrize(
    ("reset_voltage", "set_voltage", "said"),
    [(2.0, 1.5, None), (0.4, 1.5, "RESET does not switch"), (2.0, 0.4, "SET does not switch"),
     (0.4, 0.4, "neither SET nor RESET switches")],
)  # fmt: skip
def test_a_pulse_below_the_threshold_is_told(tmp_path, reset_voltage, set_voltage, said):
    """The device moves at 0.5 V and more: below, by nothing."""
    design = replace(load_design(), set_voltage=set_voltage)
    own = Technology(sky130(), load_memory(own_device(tmp_path)), design)
    table = example_waveforms(build_chain(own, Condition("a", 50e-6, reset_voltage, 1e-7)))
    found = unswitched(table)
    if said is None:
        assert found == {}
    else:
        assert found["a"].startswith(said)
        assert "its state goes 0.0%" in found["a"]


def test_the_run_says_so_on_page_and_terminal(tmp_path):
    own_device(tmp_path)
    (tmp_path / "own.toml").write_text(
        'schema = "spicekit.sweep/1"\nname = "own"\nseed = 1\n'
        '[technology]\nrram = "myram.toml"\n[monte_carlo]\nsamples = 2\n'
        '[[conditions]]\nname = "weak"\nset_compliance = "100 uA"\nreset_voltage = "0.4 V"\npulse_width = "100 ns"\n'
    )
    done = command("run", "own.toml", "-o", "out", "--quiet", "-j", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "weak: RESET does not switch the nominal device" in done.stderr
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "weak: RESET does not switch the nominal device" in page
    assert "<code>reset_voltage</code>" in page

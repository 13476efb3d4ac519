"""What tests share: the nominal technology, and a short experiment."""

import signal
from pathlib import Path

import pytest

from spicekit.circuits.cell import Technology
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram

ROOM = 300.15  # K


@pytest.fixture(scope="session")
def technology():
    """SkyWater 130 nm at tt, the fitted HfO2 set, the bundled design."""
    return Technology(sky130("tt"), load_rram(), load_design())


SHORT_SPEC = """
schema = "spicekit.sweep/1"
name = "short"
seed = 7

[monte_carlo]
samples = 6
quick_samples = 3

[endurance]
cycles = [1e8]
samples = 3
criterion = 1e-3

[[conditions]]
name = "typical"
set_compliance = "200 uA"
reset_voltage = "2.5 V"
pulse_width = "1 us"

[[conditions]]
name = "fast"
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
"""


@pytest.fixture
def short_spec(tmp_path) -> Path:
    """Two conditions, a handful of samples, one aged point."""
    path = tmp_path / "short.toml"
    path.write_text(SHORT_SPEC)
    return path


@pytest.fixture
def here(monkeypatch, capsys, tmp_path):
    """Return a function that gives a command line in this process, in `tmp_path`: (exit code, output, errors)."""
    from spicekit.cli import main  # here, as it loads little only when it is asked for

    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGINT)  # the command ignores it once it says goodbye

    def command(*words):
        monkeypatch.setattr("sys.argv", ["spicekit", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        signal.signal(signal.SIGINT, before)
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return command

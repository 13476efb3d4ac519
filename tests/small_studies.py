"""The smallest table of each study that still says something, and its points."""

from pathlib import Path

from spicekit.characterize.plan import PlannedStudy, make_plan
from spicekit.characterize.spec import Spec, load_spec

PULSES = 'set_compliance = "200 uA"\nreset_voltage = "2.0 V"\npulse_width = "100 ns"\n'
LEVELS = 'compliances = ["50 uA", "200 uA"]\nreset_voltage = "2.0 V"\npulse_width = "100 ns"\ncycles = 3\n'
TABLES = {
    "iv_loops": 'compliances = ["50 uA", "200 uA"]\nset_voltage = "2.5 V"\nreset_voltage = "2.5 V"\n'
    'forming_voltage = "4 V"\nforming_compliance = "50 uA"\nramp = "1 ms"\n',
    "switching_time": 'set_voltages = ["1 V", "1.2 V"]\ntemperatures = ["27 C"]\n',
    "conductance_law": LEVELS,
    "conductance_ageing": LEVELS + "ages = [1e5, 1e6]\n",
    "reset_law": 'set_compliance = "200 uA"\nset_width = "100 ns"\nreset_voltages = ["1.6 V", "2.4 V"]\n'
    'pulse_widths = ["100 ns"]\n',
    "retention": PULSES + 'temperatures = ["125 C", "150 C"]\ntimes = ["1 h", "100 h"]\n',
    "read_disturb": PULSES + 'voltages = ["100 mV"]\n',
    "superparamagnetic": 'voltages = ["-100 mV", "100 mV"]\ninterval = "500 ps"\nduration = "520 ns"\n',
    "oscillation": 'currents = ["3 mA", "4 mA"]\nrecord = "15 us"\nresolution = "450 kHz"\n',
    "injection_locking": 'current = "4 mA"\ndrives = ["0.4 mA"]\nsteps = 7\nrecord = "2 us"\n',
    "mutual_locking": 'current = "4 mA"\nnumbers = [2]\nwirings = ["series"]\nspread = 1.0\nsettle = "1 us"\n'
    'record = "12 us"\nresolution = "500 kHz"\n',
}
JUNCTIONS = 'mtj = "vortex"\nsuperparamagnetic = "superparamagnetic_inplane"\n'


def spec_text(name: str) -> str:
    """Return an experiment of this study alone, seed 3."""
    head = f'schema = "spicekit.sweep/1"\nname = "few"\nseed = 3\n[technology]\n{JUNCTIONS}'
    return f"{head}[studies.{name}]\nsamples = 2\n{TABLES[name]}"


def small_study(name: str, folder: Path) -> tuple[Spec, PlannedStudy]:
    """Return that experiment, read from a file in `folder`, and its one study."""
    file = folder / "spec.toml"
    file.write_text(spec_text(name))
    spec = load_spec(file)
    (planned,) = make_plan(spec).studies
    return spec, planned

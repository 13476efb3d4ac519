"""ngspice in this process: `evaluate(deck, values) -> measurements, outcomes`."""

from spicekit.ngspice.deck import Deck, Parameter, standalone
from spicekit.ngspice.evaluate import Evaluation, check_loads, evaluate, waveforms
from spicekit.ngspice.library import SimulatorLost
from spicekit.ngspice.measure import (
    At,
    Charge,
    Crossing,
    Delay,
    Difference,
    Energy,
    Final,
    Imbalance,
    Mean,
    Measurement,
    MeasurementFailed,
    Peak,
)
from spicekit.ngspice.module_files import write_modules
from spicekit.ngspice.noted import Noted, noting
from spicekit.ngspice.osdi import OSDI_HINT
from spicekit.ngspice.outcome import OK, Outcome, Reason
from spicekit.ngspice.pool import Crashed, run_chunks
from spicekit.ngspice.record import Recording, record
from spicekit.ngspice.session import loads_osdi, ngspice_version
from spicekit.ngspice.verilog_a import LINKER_HINT, NotCompiled, compile_model, find_linker, find_program

__all__ = [
    "LINKER_HINT",
    "OK",
    "OSDI_HINT",
    "At",
    "Charge",
    "Crashed",
    "Crossing",
    "Deck",
    "Delay",
    "Difference",
    "Energy",
    "Evaluation",
    "Final",
    "Imbalance",
    "Mean",
    "Measurement",
    "MeasurementFailed",
    "NotCompiled",
    "Noted",
    "Outcome",
    "Parameter",
    "Peak",
    "Reason",
    "Recording",
    "SimulatorLost",
    "check_loads",
    "compile_model",
    "evaluate",
    "find_linker",
    "find_program",
    "loads_osdi",
    "ngspice_version",
    "noting",
    "record",
    "run_chunks",
    "standalone",
    "waveforms",
    "write_modules",
]

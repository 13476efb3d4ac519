"""`spicekit doctor`: is everything here that a run needs, and does it compute?"""

import platform
from importlib.metadata import version

from spicekit.errors import InputError

EXAMPLE = "Example: spicekit doctor"


def main() -> None:
    """Check the simulator, the libraries and the models, and simulate one transistor."""
    import numpy as np

    from spicekit.circuits.cell import Technology, compliance_deck
    from spicekit.models.cmos import sky130
    from spicekit.models.design import load_design
    from spicekit.models.rram import load_rram
    from spicekit.ngspice import evaluate, ngspice_version

    print(f"spicekit {version('spicekit')}, Python {platform.python_version()}, {platform.platform()}")
    print(f"libngspice {ngspice_version()}")
    for package in ("PySpice", "numpy", "scipy", "pandas", "pyarrow", "matplotlib"):
        print(f"{package} {version(package)}")
    print(f'compiled Verilog-A models (`rram_form = "osdi"`): {_osdi()}')
    technology = Technology(sky130(), load_rram(), load_design())
    deck = compliance_deck(technology, 200e-6)
    measured, outcomes = evaluate(deck, np.array([deck.row()]))
    print(f"models: {technology.process.name}, {technology.rram.name}")
    print(
        f"200 uA through the access transistor at a word line of {measured[0, 0] * 1e6:.3f} V: {outcomes[0]}"
    )
    print("all is well: try `spicekit run programming_conditions --quick`")


def _osdi() -> str:
    from spicekit.ngspice import OSDI_HINT, find_program, loads_osdi

    if not loads_osdi():
        return f"no: {OSDI_HINT}; or stay with the subcircuits, which have the same equations"
    try:
        return f"yes, by {find_program('openvaf-r')}"
    except InputError as missing:
        return f"this ngspice can load them, but {missing}"

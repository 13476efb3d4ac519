"""`spicekit doctor`: is everything here that a run needs, and does it compute?"""

import platform
import re
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from spicekit.errors import InputError, SpicekitError, install_extra

EXAMPLE = "Example: spicekit doctor"


def main() -> None:
    """Check the simulator, the libraries and the models, and simulate one transistor."""
    from spicekit.circuits.cell import Technology, compliance_deck
    from spicekit.models.cmos import sky130
    from spicekit.models.design import load_design
    from spicekit.models.rram import load_rram
    from spicekit.ngspice import ngspice_version

    check_name(metadata("spicekit")["Summary"], requires("spicekit") or [])
    print(f"spicekit {version('spicekit')}, Python {platform.python_version()}, {platform.platform()}")
    print(f"libngspice {ngspice_version()}")
    for package in ("PySpice", "numpy", "scipy", "pandas", "pyarrow", "matplotlib"):
        print(f"{package} {version(package)}")
    print(f'compiled Verilog-A models (`rram_form = "osdi"`): {_osdi()}')
    for extra, packages in extras(requires("spicekit") or []).items():
        print(f"extra `{extra}`: {_said_of(extra, packages)}")
    technology = Technology(sky130(), load_rram(), load_design())
    word_line = compliance_deck(technology, 200e-6).measure()["time"] * 1e6  # the gate rises by 1 V/us
    print(f"models: {technology.process.name}, {technology.rram.name}")
    print(f"200 uA through the access transistor at a word line of {word_line:.3f} V: ok")
    print(f"ngspice confined (starts no process, opens no connection): {_confined()}")
    print("all is well: try `spicekit run programming_conditions --quick`")


def check_name(summary: str | None, needed: list[str]) -> None:
    """Raise SpicekitError if the package installed as `spicekit` is the other project of this name."""
    if not any(re.match(r"pyspice\b", one, re.I) for one in needed):
        raise SpicekitError(
            f"another project is installed as `spicekit` ({summary or 'without a summary'}): `pip uninstall spicekit`, "
            "then `pip install .` in the folder of this spicekit's source"
        )


def extras(needed: list[str]) -> dict[str, list[str]]:
    """Return the packages of each optional part, but for that of developers."""
    found: dict[str, list[str]] = {}
    for one in needed:
        if (extra := re.search(r"""extra\s*==\s*['"]([^'"]+)""", one)) and extra[1] != "dev":
            found.setdefault(extra[1], []).append(re.split(r"[\s\[<>=!~;(]", one, maxsplit=1)[0])
    return found


def _said_of(extra: str, packages: list[str]) -> str:
    there, missing = [], []
    for package in packages:
        try:
            there.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if not missing:
        return f"yes, {', '.join(there)}"
    return f"no, {', '.join(missing)} missing: {install_extra(extra)}"


def _confined() -> str:
    from spicekit.ngspice import confined
    from spicekit.ngspice.host import in_worker

    why = in_worker(confined.why_not, None, "the filter")  # of the worker that has just simulated
    return "yes" if why is None else f"no: {why}; other protections hold, see SECURITY.md"


def _osdi() -> str:
    from spicekit.ngspice import LINKER_HINT, OSDI_HINT, find_linker, find_program, loads_osdi

    if not loads_osdi():
        return f"no: {OSDI_HINT}; or stay with the subcircuits, which have the same equations"
    try:
        compiler = find_program("openvaf-r")
        return f"yes, by {compiler}" if find_linker() else f"this ngspice can load them, but {LINKER_HINT}"
    except InputError as missing:
        return f"this ngspice can load them, but {missing}"

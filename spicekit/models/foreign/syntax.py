"""What the compiler says of a card's Verilog-A, before anything else is said of it."""

from pathlib import Path

from spicekit.errors import InputError
from spicekit.models.foreign.load import model_file
from spicekit.ngspice import NotCompiled, SimulatorLost, compile_model, find_linker, find_program
from spicekit.ngspice.flat import read_netlist
from spicekit.readers import read_toml


def refuse_syntax(card: Path) -> None:
    """Compile the Verilog-A that a foreign card names, as the user wrote it; without a compiler nothing is said.

    Raises:
        InputError: it does not compile: card, file, line and the compiler's words.
    """
    model = read_toml(card).get("model")
    name = model.get("file") if isinstance(model, dict) else None
    if not isinstance(name, str) or not name.endswith(".va"):
        return
    file = model_file(card, name)
    if not file.is_file() or not find_linker():
        return
    text = read_netlist(file)
    try:
        find_program("openvaf-r")
        compile_model(text)
    except NotCompiled as error:
        raise InputError(f"{card}: {file}: {error}") from None
    except (InputError, SimulatorLost):
        return  # no compiler, or none can start here; and what else is wrong is said where the card is loaded

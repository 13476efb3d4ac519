"""Files that an experiment names: where they are, and the text of those that run folders keep."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from spicekit.errors import InputError
from spicekit.models.foreign.device import ForeignDevice
from spicekit.models.foreign.load import model_text
from spicekit.models.memory import MemoryModel, checked_memory, load_memory
from spicekit.models.rram import RramModel
from spicekit.models.verilog_a import compiled
from spicekit.ngspice.flat import check_length, expanded, read_netlist
from spicekit.readers import read_toml

Files = dict[str, str | bytes]
"""Place below the run folder -> content."""


def own_file(spec: Path, kind: str, name: str) -> tuple[str, str]:
    """Return (place in a run folder, where it is now) of a file that a spec names.

    In a run folder its copy is used, elsewhere paths are relative to the spec, with ``~`` and ``$VAR`` replaced;
    bundled names stay as they are.

    Raises:
        InputError: a variable in the path is not set, or no file can have such a path.
    """
    check_length(name, f"`{kind}`")
    place = f"models/{kind}/{Path(name).name}"
    if (copy := spec.parent / place).is_file():  # here variables of the machine that made it may not be set
        return place, str(copy)
    name = str(expanded(name, f"`{kind}`"))
    beside = spec.parent / name
    missing = beside.suffix == ".toml" and not Path(name).is_file()
    return place, str(beside if missing or beside.is_file() else name)


def own_card(spec: Path, kind: str, name: str) -> tuple[str, Files]:
    """Return where the card is that a spec names, and what a run folder keeps of it: nothing of a bundled one."""
    place, found = own_file(spec, kind, name)
    card = Path(found)
    if not card.is_file():
        return found, {}
    text = read_netlist(card)
    files: Files = {place: text}
    if kind == "rram" and "model" in read_toml(card):
        checked_memory(card)  # which says what is wrong with it
        model, content = model_text(card)
        files[f"models/{kind}/{model}"] = content
    subcircuits = card.parent.glob("*.sub") if kind in ("rram", "mtj") else ()
    files |= {
        f"models/{kind}/{file.name}": read_netlist(file)
        for sub in subcircuits
        if sub.name in text
        for file in (sub, sub.with_suffix(".va"))
        if file.is_file()
    }
    return found, files


def memories(spec: Path, names: Iterable[str], form: str, files: Files) -> Mapping[str, MemoryModel]:
    """Load the memory devices that a grid names, by those names; what run folders keep of them joins `files`.

    Raises:
        InputError: no such card, one that is not good, or two files that would have one place in a run folder.
    """
    found: dict[str, MemoryModel] = {}
    stems: dict[str, str] = {}
    for name in names:
        try:
            card, own = own_card(spec, "rram", name)
            found[name] = in_form(load_memory(card), form)
        except InputError as error:
            raise InputError(f"`grid.rram`: {error}") from None
        other = stems.setdefault(Path(name).stem, name)
        clash = [place for place, text in own.items() if files.get(place, text) != text]
        if other != name or clash:
            what = f"`{name}` and `{other}`" if other != name else f"several files `{Path(clash[0]).name}`"
            raise InputError(f"`grid.rram`: got {what}, which would have one name in the run: rename one")
        files |= own
    return found


def in_form(model: RramModel | ForeignDevice, form: str) -> RramModel | ForeignDevice:
    """Return the model in the form that `technology.rram_form` asks for.

    Raises:
        InputError: it has no such form.
    """
    if form == "subcircuit":
        return model
    if isinstance(model, ForeignDevice):
        raise InputError(
            f"`rram_form`: the card of `{model.name}` says where its equations are (`model.file`): remove the key"
        )
    return compiled(model)

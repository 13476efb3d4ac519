"""An experiment with the models that it names: loaded and checked before anything runs."""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.surroundings import global_variation
from spicekit.errors import InputError, SimulatorError, SpicekitError
from spicekit.experiment.file import SpecFile, checked, find_spec
from spicekit.experiment.technology import TechnologyTable
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.memory import load_memory
from spicekit.models.mtj import load_mtj
from spicekit.models.own_library import own_library
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.readers import parse_toml, toml_text
from spicekit.registry import studies
from spicekit.run.grid import Place, places
from spicekit.run.own_files import Files, in_form, memories, own_card, own_file
from spicekit.studies.memory.condition import Condition
from spicekit.studies.study import Form, Study


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A checked experiment, with everything it names loaded."""

    path: Path
    text: str
    content: SpecFile
    technology: Technology
    conditions: tuple[Condition, ...]
    places: tuple[Place, ...]  # of its grid
    own_files: Files
    """Place below the run folder -> text of the models that are not spicekit's own."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def asked(self, form: Form) -> list[tuple[Study, Any]]:
        """Return the studies asked for, each with what is asked of it, in the order in which they run.

        Raises:
            InputError: a form that the experiment does not have.
        """
        found, under_studies = [], self.content.asked_studies
        for name, study in studies().items():
            try:
                table = (
                    under_studies.get(name)
                    if study.asked is None
                    else study.asked(self.content, self.technology, form)
                )
            except InputError as error:
                raise InputError(f"{self.path}: {error}") from None
            if table is not None:
                found.append((study, table))
        return found

    def as_input_error(self, error: SimulatorError) -> SpicekitError:
        """Return the error as bad input if the user's own models are in play, else as it is."""
        if not self.own_files:
            return error
        own = ", ".join(sorted(Path(place).name for place in self.own_files))
        return InputError(f"{self.path}: with the models {own}: {error}")


def load_spec(source: str | Path) -> Spec:
    """Read an experiment file, or a bundled one by its name, and load the models it names.

    Raises:
        InputError: one clear line for the first thing that is wrong.
    """
    path = find_spec(source)
    return parse_spec(toml_text(path), path)


def parse_spec(text: str, path: Path) -> Spec:
    """Return the experiment that `text` of a file is, with the models it names loaded.

    Args:
        path: where it stands: for messages, and paths in it are relative to its folder. There need not be a file.

    Raises:
        InputError: one clear line for the first thing that is wrong.
    """
    content = checked(parse_toml(path, text), path)
    conditions = tuple(
        Condition(
            name=one.name,
            set_compliance=one.set_compliance,
            reset_voltage=one.reset_voltage,
            pulse_width=one.pulse_width,
        )
        for one in content.conditions
    )
    try:
        technology, own_files = _technology(path, content.technology)
    except InputError as error:
        raise InputError(f"{path}: `technology`: {error}") from None
    try:
        named = content.grid.memories() if content.grid else ()
        devices = memories(path, named, content.technology.rram_form, own_files)
        grid = places(content.grid, technology, content.technology.library is not None, devices)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    _check_voltages(path, conditions, technology.process.access_supply)
    loaded: dict[str, Any] = {}
    for name, table in content.asked_studies.items():
        if (load := studies()[name].load) is not None:
            try:
                loaded[name], files = load(table, partial(own_file, path))
            except InputError as error:
                raise InputError(f"{path}: `studies.{name}`: {error}") from None
            own_files |= files
    return Spec(
        path=path,
        text=text,
        content=content.model_copy(update={"studies": content.studies.model_copy(update=loaded)}),
        technology=technology,
        conditions=conditions,
        places=grid,
        own_files=own_files,
    )


def _check_voltages(path: Path, conditions: tuple[Condition, ...], highest: float) -> None:
    """Refuse what the access transistor does not stand, which its model would simulate without a word."""
    for condition in conditions:
        if condition.reset_voltage > highest:
            raise InputError(
                f"{path}: condition `{condition.name}`: `reset_voltage` is {condition.reset_voltage:g} V, expected at "
                f"most {highest:g} V, the supply of the access transistor"
            )


def _technology(path: Path, table: TechnologyTable) -> tuple[Technology, Files]:
    """Load what the table names; return it with the text of the user's own files, to be kept in run folders."""
    own_files: Files = {}
    if table.library is None:
        process = sky130(table.corner)
    else:
        given = table.library.model_dump()
        place, found = own_file(path, "library", given.pop("path"))
        models = [own_file(path, "library", name) for name in given.pop("osdi")]
        process = own_library(found, osdi=[file for _, file in models], **given)
        own_files |= {copy: Path(file).read_bytes() for copy, file in models}
        text = "\n".join(process.header)
        own_files[place] = f".lib {table.library.section}\n{text}\n.endl\n" if table.library.section else text
    cards = {}
    for kind, name in (("rram", table.rram), ("design", table.design), ("mtj", table.mtj),
                       ("superparamagnetic", table.superparamagnetic)):  # fmt: skip
        if name is None:
            continue
        cards[kind], files = own_card(path, kind, name)
        own_files |= files
    rram = load_memory(cards["rram"])
    technology = Technology(
        process,
        in_form(rram, table.rram_form),
        load_design(cards["design"]),
        temperature=round(table.temperature + ZERO_CELSIUS, 9),
        telegraph_noise=table.telegraph_noise,
        supply_sigma=table.supply_sigma,
        temperature_sigma=table.temperature_sigma,
        mtj=load_mtj(cards["mtj"]) if "mtj" in cards else None,
        superparamagnetic=(
            load_superparamagnetic(cards["superparamagnetic"]) if "superparamagnetic" in cards else None
        ),
    )
    global_variation(technology)  # refuses one that is too wide
    return technology, own_files

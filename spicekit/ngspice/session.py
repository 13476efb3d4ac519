"""The one ngspice of this process, with one deck loaded; runs samples on it."""

import contextlib
import os
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from spicekit.errors import SimulatorError
from spicekit.ngspice import confined, environment
from spicekit.ngspice.deck import RELOAD, Deck
from spicekit.ngspice.library import Library, SimulatorLost, errors_in, private_folder
from spicekit.ngspice.osdi import can_load, load_compiled, load_model
from spicekit.ngspice.outcome import OK, Outcome, Reason

NO_INPUTS: Mapping[str, Callable[[float], float]] = MappingProxyType({})

_IF = re.compile(r"^\s*\.if\b", re.IGNORECASE | re.MULTILINE)
_lock = threading.RLock()  # ngspice's state is global, and so is the working folder
_session: "Session | None" = None


class Session:
    """ngspice with at most one deck loaded."""

    def __init__(self) -> None:
        self.library = Library()
        self.process = os.getpid()
        self._loaded: tuple[str, str, tuple[str, ...]] | None = None
        self._fresh = False  # loaded, and not run since
        self._shaken = False  # ngspice has asked to exit once: what it says now may come of that
        self._conditional = False  # a deck had `.if`: since then ngspice reads models without elements, too

    @property
    def lost(self) -> bool:
        """Whether ngspice has asked to end this process, which cannot simulate any more."""
        return bool(self.library.exit_requested)

    def load(self, deck: Deck, inputs: Collection[str] = ()) -> None:
        """Load `deck` unless it is loaded, and check that every parameter can be set.

        Raises:
            InputError: a Verilog-A model does not compile, or there is no compiler; an input is no constant source.
            SimulatorError: ngspice does not parse the deck, refuses a parameter's command, or cannot load a model;
                if that ended it, `lost` is true from then on.
            SimulatorLost: it is true already, or may be the fault of an earlier run or deck.
        """
        key = (deck.identity, deck.save_line, tuple(inputs))
        if self._loaded == key:
            return
        if self.lost:
            raise SimulatorLost("ngspice has ended in this process: start a new one")
        text = deck.loaded_text(inputs)
        self.unload()
        for source in deck.verilog_a:
            load_model(self.library, source)
        for file in deck.osdi:
            load_compiled(self.library, file)
        confined.begin()  # compilers have done their work
        said = self.library.load(text)
        # ngspice 39 returns 0 for circuits that it could not parse, and says so on stderr only.
        conditional = bool(_IF.search(text))
        self._conditional, before = self._conditional or conditional, self._conditional
        if self.lost or errors_in(said):
            if self._shaken or (before and not conditional):
                raise SimulatorLost(_failed_to_load(deck, said))
            if not self.lost:
                self.library.command("remcirc")
            raise SimulatorError(_failed_to_load(deck, said))
        for parameter in deck.parameters:
            refused = errors_in(self.library.command(parameter.set_to(parameter.nominal)))
            if any("no circuit loaded" in line for line in refused):
                raise SimulatorError(_failed_to_load(deck, said))
            if refused:
                self.library.command("remcirc")
                raise SimulatorError(
                    f"deck `{deck.name}`, parameter `{parameter.name}`: ngspice refuses "
                    f"`{parameter.set_to(parameter.nominal)}`: {'; '.join(refused)}"
                )
        self._loaded = key
        self._fresh = True

    def unload(self) -> None:
        """Drop the circuit and all plots; a second circuit beside the first would leak."""
        self.library.command("destroy all")
        if self._loaded is not None:
            self._loaded = None
            self.library.command("remcirc")

    def run(
        self, deck: Deck, row: Sequence[float], inputs: Mapping[str, Callable[[float], float]] = NO_INPUTS
    ) -> tuple[dict[str, np.ndarray], Outcome]:
        """Set all parameters, run, and return (waves, outcome); sources in `inputs` follow functions of the time [s].

        The waves are those there are, `time` (s) among them; after a discard they may be short or missing.
        A failure counts only on a freshly loaded deck, since what ngspice says depends on the runs before.
        And it leaves traces that would change the last bits of the next run, so the deck is dropped.
        """
        self.load(deck, inputs)
        if inputs:
            self.library.feed(inputs)
        fresh, self._fresh = self._fresh, False
        waves, outcome = self._run(deck, row)
        if outcome.ok:
            self.library.command("destroy all")  # else each run slows down the next
            return waves, outcome
        if self.library.exit_requested == "quit":
            raise SimulatorLost(f"deck `{deck.name}`: {outcome.detail}")
        self._shaken = self._shaken or self.lost
        self.library.exit_requested = ""
        self.unload()
        return (waves, outcome) if fresh else self.run(deck, row, inputs)

    def _run(self, deck: Deck, row: Sequence[float]) -> tuple[dict[str, np.ndarray], Outcome]:
        for command in deck.commands(row):
            with environment.no_new_processes() if command == RELOAD else contextlib.nullcontext():
                said = self.library.command(command)
            if refused := errors_in(said):
                return {}, Outcome(Reason.BAD_VALUE, f"`{command}`: {'; '.join(refused[:2])}")
        with environment.no_new_processes():
            said = self.library.command("run")
        plot = self.library.plot()
        waves = {name: self.library.vector(plot, name) for name in ("time", *deck.vectors)}
        present = {name: wave for name, wave in waves.items() if wave is not None}
        if self.library.exit_requested:
            return present, Outcome(Reason.SIMULATOR_EXIT, f"{self.library.exit_requested}: {_last(said)}")
        if errors := errors_in(said):
            return present, Outcome(Reason.ABORTED, _explained(said) or errors[-1])
        if missing := [name for name in waves if name not in present]:
            raise SimulatorError(
                f"deck `{deck.name}`: ngspice has no vector `{missing[0]}` after the run; {_last(said)}"
            )
        end = present["time"][-1]
        if not end >= deck.stop_time * (1 - 1e-9):
            return present, Outcome(Reason.NOT_FINISHED, f"ends at {end:g} s, expected {deck.stop_time:g} s")
        if not np.isfinite(np.concatenate(list(present.values()))).all():
            bad = [name for name, wave in present.items() if not np.isfinite(wave).all()]
            return present, Outcome(Reason.NOT_FINITE, f"`{bad[0]}`")
        return present, OK


@contextlib.contextmanager
def in_session() -> Iterator[Session]:
    """Use this process's session, alone and in its private folder; the first use loads ngspice.

    Raises:
        SimulatorError: ngspice is missing or too old.
    """
    global _session
    with _lock:
        if _session is None or _session.process != os.getpid():
            _session = Session()
        with private_folder(_session.library.folder):
            yield _session


def is_lost() -> bool:
    """Return whether ngspice was used in this process, and cannot be used any more."""
    return _session is not None and _session.process == os.getpid() and _session.lost


def ngspice_version() -> str:
    """Return the version of the libngspice found, e.g. "39". Raises SimulatorError if there is none."""
    with in_session() as session:
        return session.library.version


def loads_osdi() -> bool:
    """Return whether this ngspice can load compiled Verilog-A. Raises SimulatorError if there is no ngspice."""
    with in_session() as session:
        return can_load(session.library)


def _complaints(said: list[str]) -> list[str]:
    return [line.removeprefix("stderr ").strip() for line in said if line.startswith("stderr ")]


def _explained(said: list[str]) -> str:
    """Return the last words that explain a failure, without the progress of operating point searches."""
    noise = ("Note:", "Trying", "Supplies", "Warning: Further", "Warning: Last", "run simulation(s) aborted")
    return "; ".join([line for line in _complaints(said) if line and not line.startswith(noise)][-3:])


def _last(said: list[str]) -> str:
    return "; ".join(line.split(" ", 1)[-1].strip() for line in said[-3:])


def _failed_to_load(deck: Deck, said: list[str]) -> str:
    # the first complaint is the cause, the later ones are its consequences
    complaints = [line for line in _complaints(said) if line and not line.startswith(("Note:", "Warning:"))]
    return f"deck `{deck.name}`: ngspice does not load it: {'; '.join(list(dict.fromkeys(complaints))[:6])}"

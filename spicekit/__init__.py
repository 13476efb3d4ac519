"""spicekit: what a memory nanodevice is worth to a neural network, computed from the transistor up.

Nothing is loaded before it is used: `import spicekit` takes no time, and the command line and worker processes load
only what they need.
"""

from typing import TYPE_CHECKING, Any

from spicekit.lazy import names_of

if TYPE_CHECKING:
    from importlib.metadata import version

    from spicekit import ngspice, statistics
    from spicekit.errors import InputError, InputWarning, ResultWarning, SimulatorError, SpicekitError
    from spicekit.face import networks, randomness
    from spicekit.face.experiment import Condition, Experiment
    from spicekit.face.inputs import load
    from spicekit.face.run import Run
    from spicekit.ngspice import Deck, Parameter, evaluate, waveforms
    from spicekit.sampling.rare import estimate as failure_probability
    from spicekit.statistics import Statistics

    __version__ = version("spicekit")

__all__ = [
    "Condition",
    "Deck",
    "Experiment",
    "InputError",
    "InputWarning",
    "Parameter",
    "ResultWarning",
    "Run",
    "SimulatorError",
    "SpicekitError",
    "Statistics",
    "__version__",
    "evaluate",
    "failure_probability",
    "load",
    "networks",
    "ngspice",
    "randomness",
    "statistics",
    "waveforms",
]

_MODULES = {
    "networks": "spicekit.face.networks",
    "ngspice": "spicekit.ngspice",
    "randomness": "spicekit.face.randomness",
    "statistics": "spicekit.statistics",
}
_NAMES = {
    "spicekit.errors": ("InputError", "InputWarning", "ResultWarning", "SimulatorError", "SpicekitError"),
    "spicekit.face.experiment": ("Condition", "Experiment"),
    "spicekit.face.inputs": ("load",),
    "spicekit.face.run": ("Run",),
    "spicekit.ngspice": ("Deck", "Parameter", "evaluate", "waveforms"),
    "spicekit.statistics": ("Statistics",),
}
_loaded = names_of(
    __name__,
    {name: module for module, names in _NAMES.items() for name in names}
    | {name: f"{module}:" for name, module in _MODULES.items()}
    | {"failure_probability": "spicekit.sampling.rare:estimate"},
)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("spicekit")
    return _loaded(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""A parameter set whose equations come compiled from Verilog-A instead of from the ngspice subcircuit.

Both forms have the same nodes and the same alterable parameters: circuits do not care which they get.
"""

import hashlib
from collections.abc import Mapping

from spicekit.errors import InputError
from spicekit.models.rram import RramModel
from spicekit.ngspice.verilog_a import module_name

_STORE = "c_gap"  # parameter of the module that hands the storage of the gap to the netlist


class CompiledRram(RramModel):
    """A parameter set with the Verilog-A that implements it, for an ngspice that loads OSDI."""

    @property
    def alter(self) -> Mapping[str, str]:
        """Return the commands that set parameters of one instance."""
        names = super().alter
        return {name: f"alter @n.{{}}.ncell[{name}]={{{{}}}}" for name in names}

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the Verilog-A text."""
        return (self.verilog_a,)

    def subcircuit(self, temperature: float) -> str:  # noqa: ARG002 - the module takes that of the circuit
        """Return a subcircuit with the interface of the interpreted one around the compiled device."""
        module = module_name(self.verilog_a)
        digest = hashlib.sha256(self.verilog_a.encode()).hexdigest()
        card = "\n".join(f"+ {k}={q.value!r}  $ {q.unit}, {q.status}" for k, q in self.quantities.items())
        return "\n".join(
            [
                f"* {module}: compiled from Verilog-A with the SHA-256 {digest}",
                f".subckt {self.subcircuit_name} te be gap_initial=0",
                f".model card {module}",
                card,
                f"+ {_STORE}=0  $ stored in a capacitor, whose initial condition can be altered",
                "ncell te be gap temp card",
                "cgap gap 0 1n ic={gap_initial}",
                f".ends {self.subcircuit_name}",
            ]
        )


def compiled(model: RramModel) -> CompiledRram:
    """Return the parameter set in its compiled form.

    Raises:
        InputError: its subcircuit has no Verilog-A text beside it.
    """
    text_of(model)
    return CompiledRram(**vars(model))


def text_of(model: RramModel) -> str:
    """Return the Verilog-A text of a parameter set.

    Raises:
        InputError: there is none.
    """
    if not model.verilog_a:
        raise InputError(
            f"parameter set `{model.name}`: no Verilog-A text; put it beside the subcircuit, named like it with the "
            "ending `.va`"
        )
    return model.verilog_a

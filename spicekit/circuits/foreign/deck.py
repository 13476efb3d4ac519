"""The deck that a user's netlist becomes."""

from collections.abc import Mapping

from spicekit.circuits.foreign.named import Number, with_value
from spicekit.circuits.foreign.source import Source
from spicekit.errors import InputError
from spicekit.ngspice import Deck, Measurement, Parameter
from spicekit.ngspice.compiled import Compiled


def foreign_deck(
    name: str,
    source: Source,
    numbers: Mapping[str, tuple[Number, float]],
    measurements: tuple[Measurement, ...],
    temperature: float,
    more: tuple[Parameter, ...] = (),
    osdi: tuple[Compiled, ...] = (),
) -> Deck:
    """Return the netlist as a deck.

    Args:
        name: of the deck.
        source: the netlist.
        numbers: each with the value that it has where nothing spreads; those of `.param` are set in the text, all
            others are parameters of the deck.
        measurements: what is read.
        temperature: C.
        more: further parameters, of mismatch.
        osdi: compiled models that it needs.

    Raises:
        InputError: a `.param` whose value nothing in the netlist takes.
    """
    lines = [line.written() for line in source.lines if line.word != ".tran"]
    transient = next(line.written() for line in source.lines if line.word == ".tran")
    for key, (number, value) in numbers.items():
        if not number.command:
            changed = with_value(lines, key.lower(), value)
            if changed is None:
                raise InputError(
                    f"{source.file}: parameter `{key.lower()}`: its `.param` line is not of the form "
                    f"`.param {key.lower()}=VALUE`"
                )
            lines = changed
    return Deck(
        name,
        "\n".join(
            [f"* {name}: {source.file}", *lines, f".options temp={temperature:.10g}", transient, ".end", ""]
        ),
        tuple(
            Parameter(key, number.command, value, in_netlist=False)
            for key, (number, value) in numbers.items()
            if number.command
        )
        + more,
        measurements,
        source.stop_time,
        osdi=osdi,
    )

"""What is asked of a circuit, in words."""

from collections.abc import Mapping

from spicekit.studies.circuit.table import MeasurementTable, OneCircuitTable

_UNITS = {"crossing": "s", "delay": "s", "energy": "J", "charge": "C"}


def unit_of(asked: MeasurementTable) -> str:
    """Return the unit of a measurement."""
    of = asked.of.strip().lower()
    return _UNITS.get(asked.kind) or ("V" if of.startswith("v(") else "A" if of.startswith("i(") else "1")


def setting_in_words(values: Mapping[str, str]) -> str:
    """Return the values of listed parameters, such as "vdd = 1.6 V, temperature = 85 C"."""
    return ", ".join(f"{name} = {text}" for name, text in values.items())


def limit_in_words(circuit: OneCircuitTable) -> str:
    """Return what fails, such as "delay above 1.5 ns"."""
    limit = circuit.limit
    if limit is None:
        return ""
    ends = [
        f"{side} {text}"
        for side, text in (("below", limit.below), ("above", limit.above))
        if text is not None
    ]
    return f"{limit.of} {' or '.join(ends)}"

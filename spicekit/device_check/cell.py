"""SET and RESET in the 1T1R cell of a design: window, energies, and the voltages that it needs."""

from dataclasses import dataclass, replace

from spicekit.device_check.bench import Bench
from spicekit.device_check.finding import Finding, Mark, Number
from spicekit.device_check.guarded import Ran, run
from spicekit.device_check.pulses import COMPLIANCES, RESET_VOLTAGE, pulses_of, read_resistance
from spicekit.errors import InputError
from spicekit.units import engineering

_STEP = 0.5  # V, between the voltages that are tried where these do not switch
_MOVED = (
    0.25  # share of the window: less is no switching; a small compliance need not reach the card's low state
)
_WINDOW = 2.0  # ratio below which a cell is hardly one


@dataclass(frozen=True)
class _Written:
    """SET, and RESET from where it ended."""

    low: Ran
    high: Ran
    set_voltage: float
    reset_voltage: float

    @property
    def ratio(self) -> float:
        return read_resistance(self.high) / read_resistance(self.low)


def check_cell(bench: Bench) -> tuple[Finding, Bench]:
    """Write the cell under both compliances; return also the bench with the voltages that switch it under the first."""
    said, advice, numbers, marks = [], "", {}, set[Mark]()
    works = bench
    for compliance in COMPLIANCES:
        current = engineering(compliance, "A")
        key = current.replace(" ", "").replace("µ", "u")
        try:
            found = _written(works, compliance)
        except InputError as error:
            said.append(f"{current}: {error}")
            marks.add(_severity(compliance))
            continue
        if isinstance(found, str):
            said.append(f"{current}: {found}")
            marks.add(_severity(compliance))
            advice = advice or _help(found, compliance)
            continue
        numbers |= _numbers(key, found)
        said.append(_sentence(current, found))
        if compliance == COMPLIANCES[0]:
            works = replace(bench, set_voltage=found.set_voltage, reset_voltage=found.reset_voltage)
        asked = (bench.technology.design.set_voltage, RESET_VOLTAGE)
        if (found.set_voltage, found.reset_voltage) != asked:
            marks.add("look")
            more = "" if compliance == COMPLIANCES[0] else ", or a higher compliance"
            advice = advice or f"under {current} it needs {_other_voltages(found, *asked)}{more}"
        elif found.ratio < _WINDOW:
            marks.add("wrong" if found.ratio < 1 else "look")
            advice = advice or "the window is small: try another compliance, RESET voltage or pulse width"
    mark: Mark = "wrong" if "wrong" in marks else "look" if marks else "ok"
    return Finding("1T1R cell", mark, "; ".join(said), advice, numbers), works


def _severity(compliance: float) -> Mark:
    """Return how bad it is that a cell does not work: the other checks need the first compliance."""
    return "wrong" if compliance == COMPLIANCES[0] else "look"


def _written(bench: Bench, compliance: float) -> _Written | str:
    """Return the cell after SET and RESET, at the lowest voltages that switch it; or why there are none."""
    technology = bench.technology
    highest = technology.process.access_supply
    ended: Ran | None = None
    set_voltage = 0.0
    for set_voltage in _from(bench.set_voltage or technology.design.set_voltage, highest):
        pulse = pulses_of(technology, compliance, set_voltage, RESET_VOLTAGE)
        (ended,) = run(pulse.set_deck.deck, [{"cell.gap": bench.start("hrs")}])
        if ended.why:
            return f"SET fails at {set_voltage:g} V: {ended.why}"
        if _way(bench, bench.start("hrs"), ended["gap"]) < -_MOVED:
            break
    else:
        return f"no SET at up to {highest:g} V"
    low = ended
    for reset_voltage in _from(bench.reset_voltage, highest):
        pulse = pulses_of(technology, compliance, set_voltage, reset_voltage)
        (ended,) = run(pulse.reset_deck.deck, [{"cell.gap": low["gap"]}])
        if ended.why:
            return f"RESET fails at {reset_voltage:g} V: {ended.why}"
        if _way(bench, low["gap"], ended["gap"]) > _MOVED:
            return _Written(low, ended, set_voltage, reset_voltage)
    return f"SET, but no RESET at up to {highest:g} V"


def _way(bench: Bench, start: float, end: float) -> float:
    """Return how far a state has moved towards the high one, in windows."""
    return (end - start) / bench.window * (1 if bench.device.high_is_wide else -1)


def _from(first: float, highest: float) -> list[float]:
    steps = int((highest - first) / _STEP + 1e-9)
    return [first, *(first + _STEP * k for k in range(1, steps + 1))]


def _sentence(current: str, found: _Written) -> str:
    low, high = read_resistance(found.low), read_resistance(found.high)
    return (
        f"{current}: {engineering(low, 'Ω')} and {engineering(high, 'Ω')}, ratio {found.ratio:.3g}, SET "
        f"{engineering(found.low['energy_path'], 'J')}, RESET {engineering(found.high['energy_path'], 'J')}"
    )


def _numbers(key: str, found: _Written) -> dict[str, Number]:
    return {
        f"resistance_lrs_{key}": Number(read_resistance(found.low), "Ohm"),
        f"resistance_hrs_{key}": Number(read_resistance(found.high), "Ohm"),
        f"energy_set_{key}": Number(found.low["energy_path"], "J"),
        f"energy_reset_{key}": Number(found.high["energy_path"], "J"),
        f"set_voltage_{key}": Number(found.set_voltage, "V"),
        f"reset_voltage_{key}": Number(found.reset_voltage, "V"),
    }


def _other_voltages(found: _Written, set_voltage: float, reset_voltage: float) -> str:
    needs = []
    if found.set_voltage != set_voltage:
        needs.append(f"a `set_voltage` of {found.set_voltage:g} V in the design (it has {set_voltage:g} V)")
    if found.reset_voltage != reset_voltage:
        needs.append(
            f"a `reset_voltage` of {found.reset_voltage:g} V ({reset_voltage:g} V does not switch it)"
        )
    return " and ".join(needs)


def _help(found: str, compliance: float) -> str:
    if "fails" in found:
        return "see `numerics`"
    if compliance != COMPLIANCES[0]:
        return f"give it a compliance above {engineering(compliance, 'A')}"
    if "no RESET" in found:
        return (
            "its RESET takes more current than the access transistor gives: widen `access_width` of the design, or "
            "raise `parameters` that make the low state more resistive"
        )
    return (
        "the transistor takes too much of the voltage: lower what SET takes, or raise the device's resistance"
    )

"""Reading disturbs the states that are read: how soon a chip in use must be programmed again, and what that costs."""

from dataclasses import dataclass
from typing import Any

from spicekit.network.bnn.disturb import Endured, Refreshing, endured, refreshing
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.tiling import tile
from spicekit.page.numbers import scientific
from spicekit.statistics import Statistics
from spicekit.studies.read_disturb.result import ReadDisturb
from spicekit.units import engineering

RATE = 1e6  # inferences per second, for the example


@dataclass(frozen=True)
class Refresh:
    """What reads in use ask of a network's weights; layers are programmed again one by one, as they are read."""

    endured: Endured
    reads_per_inference: int  # of the weight that is read most
    reads: int  # of all weights, in one inference
    of_conditions: dict[str, Refreshing]  # of those whose energy to program is known

    @property
    def seconds(self) -> float:
        """Time at `RATE` until half of the devices in the state that moves first have moved by a tenth."""
        return self.endured.reads / self.reads_per_inference / RATE

    def energy(self, condition: str) -> tuple[float | None, float, float | None] | None:
        """Return low, best and high of the energy [J] of an inference; None where programming was not measured."""
        found = self.of_conditions.get(condition)
        if found is None:
            return None
        low, high = found.ends(self.reads) or (None, None)
        return low, found.energy(self.reads), high

    def energy_for_the_weakest(self, condition: str) -> float | None:
        """Return the energy [J] of an inference if the weakest device sets the time; None where that is not known."""
        found = self.of_conditions.get(condition)
        return None if found is None else found.for_the_weakest(self.reads)


def refresh_of(statistics: Statistics, network: Network) -> Refresh | None:
    """Return what reads do to the network's weights; None if the statistics do not say."""
    disturb: ReadDisturb | None = statistics.read_disturb
    found = endured(disturb)
    if found is None:
        return None
    tiles = tile(network)
    known = {c.name: one for c in statistics.conditions if (one := refreshing(disturb, c)) is not None}
    return Refresh(found, max(t.places for t in tiles), sum(t.reads for t in tiles), known)


def refresh_in_words(refresh: Refresh, condition: str) -> str | None:
    """Return the energy of an inference that refreshing takes, with its ends; None where it is not known."""
    energy = refresh.energy(condition)
    if energy is None:
        return None
    low, best, high = energy
    said = engineering(best, "J")
    return (
        said
        if low is None or high is None
        else f"{said} ({engineering(low, 'J')} … {engineering(high, 'J')})"
    )


def refresh_note(refresh: Refresh | None, network: Network) -> str:
    """Return in words what reads in use ask for, with numbers where the statistics have them."""
    if refresh is None:
        return (
            "Not counted: each read disturbs a device a little, so that a chip in use must be programmed again from "
            "time to time. These statistics do not say how many reads a state survives (study `read_disturb`)."
        )
    found = refresh.endured
    times = "once" if refresh.reads_per_inference == 1 else f"up to {refresh.reads_per_inference} times"
    ends = (
        ""
        if found.low is None or found.high is None
        else f" ({scientific(found.low)} … {scientific(found.high)})"
    )
    said = (
        f"Reading disturbs: {found.criterion} after {scientific(found.reads)}{ends} reads of the sense amplifier; an "
        f"inference reads each weight {times}, so at a million inferences per second that is "
        f"{engineering(refresh.seconds, 's')}."
    )
    if refresh.of_conditions:
        said += (
            " To program weights again that often is the row “refresh” of the energy of an inference, whatever "
            "inferences per second: a programming, shared out over so many reads. Each counts as a cycle of wear."
        )
    if found.weakest:
        said += (
            f" A device four standard deviations on the weak side moves so far after {found.weakest:,.0f} reads "
            f"(extrapolated){_weakest(refresh)}."
        )
    return (
        f"{said} Having moved by a tenth is not yet an error; how many reads make one was not simulated, so that both "
        f"are what is asked for and not what is needed. Of {network.weights:,} weights none is read to see whether "
        "it needs it."
    )


def _weakest(refresh: Refresh) -> str:
    each = [e for name in refresh.of_conditions if (e := refresh.energy_for_the_weakest(name)) is not None]
    if not each:
        return ""
    low, high = (engineering(e, "J") for e in (min(each), max(each)))
    return f": refreshed for it, an inference takes {low if low == high else f'{low} to {high}'} more"


def summary_of_refresh(refresh: Refresh, condition: str) -> dict[str, Any] | None:
    """Return it as JSON; the best value is in `energy_inference` of the same condition."""
    energy, found = refresh.energy(condition), refresh.endured
    if energy is None:
        return None
    ends = ("low", "best", "high")
    return {
        "criterion": found.criterion,
        "reads": dict(zip(ends, (found.low, found.reads, found.high), strict=True)),
        "reads_per_inference": refresh.reads,
        "energy_inference": dict(zip(ends, energy, strict=True)),
        "reads_of_the_weakest": found.weakest,
        "energy_inference_for_the_weakest": refresh.energy_for_the_weakest(condition),
    }

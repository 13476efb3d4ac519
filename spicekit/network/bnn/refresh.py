"""Reading disturbs the states that are read: how soon a chip in use must be programmed again, and what that costs."""

from dataclasses import dataclass

from spicekit.network.bnn.conditions import ConditionResult
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.tiling import tile
from spicekit.page.numbers import scientific
from spicekit.studies.read_disturb.result import DisturbPoint, ReadDisturb
from spicekit.units import engineering

RATE = 1e6  # inferences per second, for the example


@dataclass(frozen=True)
class Refresh:
    """The state that moves first under the sense amplifier's reads."""

    state: str
    reads: float  # until half of the devices have moved by a tenth
    weakest: float | None  # reads, of a device four standard deviations on the weak side, extrapolated
    reads_per_inference: int  # of the weight that is read most

    @property
    def seconds(self) -> float:
        """Time at `RATE` until half of the devices in that state have moved by a tenth."""
        return self.reads / self.reads_per_inference / RATE


def refresh_of(disturb: ReadDisturb | None, network: Network) -> Refresh | None:
    """Return what reads do to the network's weights; None if the statistics do not say."""
    points = [] if disturb is None else [p for p in disturb.points if p.unit == "reads" and p.median]
    if not points:
        return None
    first: DisturbPoint = min(points, key=lambda point: point.median or 0)
    assert first.median is not None
    most = max(tiled.places for tiled in tile(network))
    return Refresh(first.state, first.median, first.four_sigma, most)


def refresh_note(refresh: Refresh | None, conditions: tuple[ConditionResult, ...], network: Network) -> str:
    """Return in words what reads in use would ask for, with numbers where the statistics have them."""
    if refresh is None:
        return (
            "Not counted: each read disturbs a device a little, so that a chip in use must be programmed again from "
            "time to time. These statistics do not say how many reads a state survives (study `read_disturb`)."
        )
    times = "once" if refresh.reads_per_inference == 1 else f"up to {refresh.reads_per_inference} times"
    said = (
        f"Not counted in any energy: reading disturbs. Half of the devices in {refresh.state.upper()} have moved by a "
        f"tenth after {scientific(refresh.reads)} reads of the sense amplifier; an inference reads each weight "
        f"{times}, so at a million inferences per second that is {engineering(refresh.seconds, 's')}."
    )
    energies = [found.programming_energy for found in conditions if found.programming_energy]
    if energies:
        low, high = (
            engineering(e * network.weights / refresh.seconds, "W") for e in (min(energies), max(energies))
        )
        between = low if low == high else f"{low} to {high}"
        said += f" To program all weights again that often takes {between}, and counts as a cycle of wear each time."
    if refresh.weakest:
        said += (
            f" A device four standard deviations on the weak side moves so far after {refresh.weakest:,.0f} reads "
            "(extrapolated). Having moved by a tenth is not yet an error; how many reads make one was not simulated."
        )
    return said

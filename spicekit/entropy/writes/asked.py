"""What is asked of pairs that are written again and again."""

from dataclasses import dataclass

from spicekit.entropy.sp800_22 import LEAST_BITS
from spicekit.entropy.trng.asked import MOST_BITS
from spicekit.errors import InputError, did_you_mean
from spicekit.statistics import Statistics
from spicekit.studies.random_writes.law import Law
from spicekit.studies.random_writes.result import RandomState, RandomWrites


@dataclass(frozen=True)
class Setting:
    """Pairs in one state at one corner, temperature and supply."""

    name: str
    found: RandomWrites
    state: RandomState

    @property
    def law(self) -> Law:
        """The law of their bits."""
        found, state = self.found, self.state
        return Law(state.mean, state.constant.best or 0.0, state.slow.best or 0.0, found.slow_cycles)

    @property
    def laws(self) -> tuple[Law, Law, Law]:
        """That law with the least, the best, and the largest part that stays with the pair."""
        low, high = (
            Law(one.mean, end, min(one.slow, 1 - 1e-6 - end), one.cycles)
            for one in (self.law,)
            for end in (self.state.constant.low, min(self.state.constant.high, 1 - 1e-6))
        )
        return low, self.law, high

    @property
    def energy(self) -> float:
        """Of a write and its read [J]."""
        return self.state.energy_write.mean + self.state.energy_read.mean

    @property
    def time(self) -> float:
        """Of a write and its read [s]."""
        return self.found.write_time + self.found.read_time


@dataclass(frozen=True)
class Asked:
    """All that a study of such bits rests on.

    Raises:
        InputError: no `random_writes` in the statistics, no such state, or a number out of range.
    """

    statistics: Statistics
    source: str = "the statistics"
    bits: int = 1_000_000  # of each stream that is tested
    interval: float | None = (
        None  # s between reads of one write; None: the shortest that leaves little correlation
    )
    pairs: int = 1000  # whose bias is looked at
    seed: int = 0
    state: str | None = None  # None: that of which least stays with the pair
    bound: float = 0.05  # of the share of ones of a chosen pair, to either side of one half
    tests: int = 64  # writes by which pairs are chosen

    def __post_init__(self) -> None:
        if not LEAST_BITS <= self.bits <= MOST_BITS:
            raise InputError(f"`--bits` is {self.bits}, expected {LEAST_BITS} to {MOST_BITS}")
        first = self.settings[0]
        noise = first.state.read_noise
        if self.interval is not None and (noise is None or noise.relaxation_time is None):
            raise InputError(
                "`--interval` is the time between two reads of one write, and these statistics do not say how fast "
                "traps change (no `relaxation_time` in their `read_noise`): leave it out"
            )
        if self.interval is not None and not first.found.read_time <= self.interval <= 1e6:
            raise InputError(
                f"`--interval` is {self.interval:g} s, expected {first.found.read_time:g} s at least (a read) and "
                f"1e6 s at most"
            )

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The experiment's own one first, then those of its grid."""
        own = self.statistics.of(RandomWrites)
        found = [] if own is None else [("the experiment's own", own)]
        for point in self.statistics.grid:
            if block := point.studies.get("random_writes"):
                found.append((point.name, RandomWrites.model_validate(block)))
        if not found:
            raise InputError(
                f"{self.source}: has no `random_writes`: run an experiment with `[studies.random_writes]`, such as "
                "`spicekit run random_writes`, and give its folder"
            )
        states = {one.state: one for one in found[0][1].states}
        if self.state is not None and self.state not in states:
            raise InputError(
                f"`--state` is `{self.state}`{did_you_mean(self.state, states)}; {self.source} has {', '.join(states)}"
            )
        chosen = self.state or min(states.values(), key=lambda one: one.constant.best or 0.0).state
        return tuple(
            Setting(name, block, one) for name, block in found for one in block.states if one.state == chosen
        )

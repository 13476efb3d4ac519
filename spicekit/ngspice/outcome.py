"""How one sample ended: ok, or discarded for a stated reason."""

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Why a sample has no (complete) result."""

    BAD_VALUE = (
        "bad value"  # NaN or infinite parameter; never sent to ngspice, which would keep the old value
    )
    ABORTED = "aborted"  # ngspice gave up, e.g. time step too small
    NOT_FINISHED = "not finished"  # the waveforms end before the deck's stop time
    NOT_FINITE = "not finite"  # a saved vector holds NaN or infinity
    MEASUREMENT = "measurement"  # the run is fine, but a measurement has no answer
    SIMULATOR_EXIT = "simulator exit"  # ngspice asked to end the process
    TIMEOUT = "timeout"  # no sign of life for too long; the worker was ended
    CRASHED = "crashed"  # the worker process died


@dataclass(frozen=True)
class Outcome:
    """One sample's outcome; `reason` is None for a good one, `detail` says what happened."""

    reason: Reason | None = None
    detail: str = ""

    @property
    def ok(self) -> bool:
        """True if every measurement of the sample can be used."""
        return self.reason is None

    def __str__(self) -> str:
        if self.reason is None:
            return "ok"
        return (
            f"discard({self.reason.value}: {self.detail})" if self.detail else f"discard({self.reason.value})"
        )


OK = Outcome()

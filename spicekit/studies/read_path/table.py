"""Keys of `[studies.read_path]`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from spicekit.experiment.fields import MOST_SAMPLES, Distinct, Ohms, key
from spicekit.experiment.study import StudyTable
from spicekit.studies.circuit.table import CircuitEstimateTable

Ratio = Annotated[float, Field(gt=1, le=1e4)]


class ReadEstimateTable(CircuitEstimateTable):
    """Rare-event estimates of the error probability, one for each kind of read, resistance and ratio."""

    ratios: Annotated[
        list[Ratio], Field(min_length=1), Distinct, key("list, of ratios at which errors are estimated")
    ]


class ReadPathTable(StudyTable):
    """`[studies.read_path]`: samples are sense amplifiers; each reads all ratios."""

    grid_samples: Annotated[
        int | None,
        Field(ge=1, le=MOST_SAMPLES),
        key("amplifiers at each point of a grid, but for the experiment's own", "`samples`"),
    ] = None
    reads: Annotated[
        list[Literal["plain", "xnor", "reference"]],
        Field(min_length=1),
        Distinct,
        key("list, of kinds of read"),
    ]
    resistances: Annotated[
        list[Ohms],
        Field(min_length=1),
        Distinct,
        key("list, of the lower one of both resistances, at the verify voltage"),
    ]
    ratios: Annotated[
        list[Ratio],
        Field(min_length=1),
        Distinct,
        key(
            "list, of high over low resistance that are read. The largest stands for the memory's window: delay, "
            "energy and disturb are of its reads. A reference lies in the middle, √ratio from either"
        ),
    ]
    reference_sigma: Annotated[
        float,
        Field(ge=0, le=1),
        key(
            "standard deviation of the logarithm of the reference between columns: what trimming leaves, drift and "
            "mismatch (assumed; 0: an ideal reference)"
        ),
    ] = 0.05
    estimate: Annotated[
        ReadEstimateTable | None,
        key("a rare-event estimate beside law and count; a grid repeats it too, but with `of`"),
    ] = None

    @property
    def quick_leaves_out(self) -> tuple[str, ...]:
        """What ``--quick`` leaves out, in words."""
        skipped = self.estimate and not self.estimate.quick_max_runs
        return ("rare-event estimates of reads",) if skipped else ()

    subject: ClassVar[str] = "sense amplifiers"
    example: ClassVar[str] = """
reads = ["plain", "reference"]
resistances = ["4 kOhm"]
ratios = [2.0, 20.0]
"""


TABLE = ReadPathTable
"""What `[studies.read_path]` holds."""

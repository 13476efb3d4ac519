"""Keys that tables of studies share; each study has its own in `spicekit/studies/NAME/table.py`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import MOST_SAMPLES, Amperes, Seconds, Table, Volts, key


class StudyTable(Table):
    """Keys of every study's table; a sample is a device unless the study says otherwise."""

    samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES), key("devices at each point of the study")]
    quick_samples: Annotated[
        int, Field(ge=0, le=MOST_SAMPLES), key("the same with `--quick`; 0 leaves the study out")
    ] = 0

    subject: ClassVar[str] = "memory devices"
    """What the study is of, in words: reports say it first."""
    transistors: ClassVar[bool] = True
    """Whether its circuits have transistors of the process, which reports name then."""
    files: ClassVar[tuple[str, ...]] = ()
    """Keys that name files, such as ``circuits.netlist`` of each of `circuits`."""
    example: ClassVar[str] = ""
    """Keys of a small table, without `samples`: enough to say something. Documentation and tests take it from here."""

    @property
    def quick_leaves_out(self) -> tuple[str, ...]:
        """What ``--quick`` leaves out of the study, in words, where it does not leave out all of it."""
        return ()


class ProgrammedTable(StudyTable):
    """Keys of studies that start from programmed states."""

    set_compliance: Annotated[
        Amperes, key("how both states are programmed, at the temperature of the experiment")
    ]
    reset_voltage: Annotated[Volts, key("the same")]
    pulse_width: Annotated[Seconds, key("the same, of both pulses")]

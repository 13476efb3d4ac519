"""What an array says."""

from typing import Annotated

from spicekit.block import Block, Distribution, Moments, Probability, quantity


class ArrayEnergy(Block):
    """Energy of one XNOR-and-read of a bit in its array, and of a write; means over the bits that were simulated.

    All columns of a row are read at once: what the row costs is shared by them. The population count behind the
    amplifiers is not in it.
    """

    precharge: Annotated[
        float, quantity("J", "per bit read: the amplifier's supply before sense-enable, bit lines included")
    ]
    sense: Annotated[float, quantity("J", "per bit read: the amplifier's supply after sense-enable")]
    control: Annotated[
        float,
        quantity(
            "J", "per bit read: sense-enable, discharge and input of the column, as gates that are charged"
        ),
    ]
    word_line: Annotated[float, quantity("J", "per bit read: the row's word line, shared by its columns")]
    drivers: Annotated[
        float,
        quantity("J", "per bit read: level shifter and gates of the row's driver, shared by its columns"),
    ]
    read: Annotated[float, quantity("J", "per bit read: the sum of these")]
    read_word: Annotated[float, quantity("J", "per word read: of all columns of a row")]
    write_set: Annotated[float, quantity("J", "per bit written: bit-line rail in the SET phase")]
    write_reset: Annotated[float, quantity("J", "per bit written: both rails in the RESET phase")]
    write_word_line: Annotated[
        float, quantity("J", "per bit written: the row's word line in both phases, shared by its columns")
    ]
    write_drivers: Annotated[
        float, quantity("J", "per bit written: level shifters of its lines and of the row")
    ]
    write: Annotated[float, quantity("J", "per bit written: the sum of these")]
    bits: Annotated[int, quantity("1", "that were simulated")]
    read_alone: Annotated[
        float | None,
        quantity(
            "J", "of a plain read of the same devices and amplifiers as lone cells, out of their supply alone"
        ),
    ] = None


class ArrayPoint(Block):
    """Dies of one size, written in one way."""

    condition: Annotated[str, quantity("", "name of the way of writing")]
    set_compliance: Annotated[float, quantity("A", "that the word line makes of a cell alone", "setting")]
    reset_voltage: Annotated[float, quantity("V", "of the rail of the source lines", "setting")]
    pulse_width: Annotated[float, quantity("s", "of both pulses", "setting")]
    rows: Annotated[int, quantity("1", "of the array", "setting")]
    columns: Annotated[int, quantity("1", "of the array", "setting")]
    dies: Annotated[int, quantity("1", "that were drawn")]
    failed: Annotated[
        Probability, quantity("1", "bit error rate: wrong and undecided reads in the array", "counted")
    ]
    failed_alone: Annotated[
        Probability,
        quantity(
            "1", "the same of the same devices and amplifiers as lone cells, without the array", "counted"
        ),
    ]
    unwritten: Annotated[
        Probability,
        quantity(
            "1",
            "write failures: share of devices whose resistance ends beyond the geometric mean of both medians",
            "counted",
        ),
    ]
    bad_dies: Annotated[
        float, quantity("1", "share of dies with at least one wrong bit, among the bits simulated")
    ]
    most_in_column: Annotated[int, quantity("1", "wrong bits in the worst column of any die")]
    margin: Annotated[Moments | None, quantity("V", "toward what is stored")] = None
    margin_alone: Annotated[Moments | None, quantity("V", "the same of lone cells")] = None
    delay: Annotated[Moments | None, quantity("s", "of reads that decided, from sense-enable")] = None
    delay_alone: Annotated[Moments | None, quantity("s", "the same of lone cells")] = None
    lrs: Annotated[Distribution | None, quantity("Ohm", "low resistance state, as written in the array")] = (
        None
    )
    hrs: Annotated[Distribution | None, quantity("Ohm", "high resistance state")] = None
    lrs_alone: Annotated[Distribution | None, quantity("Ohm", "low resistance state of lone cells")] = None
    hrs_alone: Annotated[Distribution | None, quantity("Ohm", "high resistance state of lone cells")] = None
    set_current: Annotated[Moments | None, quantity("A", "at the end of the SET plateau, in the array")] = (
        None
    )
    energy: Annotated[ArrayEnergy | None, quantity("J", "per bit and per word, with its parts")] = None


class Array(Block):
    """Dies with their own bad bits: errors, margins, delay and energy in the array, beside lone cells."""

    points: Annotated[tuple[ArrayPoint, ...], quantity("", "by condition, then by size")]
    word_line_load: Annotated[
        float, quantity("F", "of a cell that is not read on its word line, without the wire")
    ]
    bit_line_load: Annotated[
        float, quantity("F", "of a cell that is not selected on each bit line, without the wire")
    ]
    source_line_load: Annotated[
        float, quantity("F", "of a cell that is not selected on its source line, without the wire")
    ]
    status: Annotated[str, quantity("", "how sure the numbers behind it are, in words")]
    method: Annotated[str, quantity("", "in words")]
    cell_area: Annotated[float | None, quantity("m2", "of a cell of two devices", "setting")] = None
    supply: Annotated[float | None, quantity("V", "of amplifiers", "setting")] = None
    process: Annotated[str | None, quantity("", "transistors and their corner", "setting")] = None
    temperature: Annotated[float | None, quantity("K", "of the surroundings", "setting")] = None


RESULTS = {"array": Array}
"""Its blocks by their key in `statistics.json`."""

"""When what happens in one transient of a whole array: rows are written, read back, some taken with a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from spicekit.circuits.array.column import Programming, WriteTimes, pulse
from spicekit.circuits.circuit_builder import Points
from spicekit.models.array import ArrayDesign
from spicekit.models.design import Design


@dataclass(frozen=True)
class Read:
    """One read of a row."""

    row: int
    begin: float  # s
    sense: float  # s: sense-enable rises
    end: float  # s: it falls


@dataclass(frozen=True)
class Schedule:
    """Beginnings of all writes [s], and all reads; those from number `rows` on are with the input word."""

    times: WriteTimes  # of a write, from its beginning
    writes: tuple[float, ...]
    written: float  # when the last write is over; the switches then change from the drivers to the amplifiers
    reads: tuple[Read, ...]
    stop: float


def schedule(design: Design, array: ArrayDesign, rows: int, xnor: Sequence[int], width: float) -> Schedule:
    """Return the times of an array of `rows`, each written and read once, and those of `xnor` with the input word.

    Raises:
        InputError: the pulse is shorter than its edges.
    """
    times = WriteTimes.of(design, width)
    slot = times.verify + design.settle_time
    writes = tuple(row * slot for row in range(rows))
    begin, reads = rows * slot + 2 * array.control_edge + array.discharge_time, []
    for row in (*range(rows), *xnor):
        sense = begin + design.precharge_time
        end = sense + design.sense_time
        reads.append(Read(row, begin, sense, end))
        begin = end + 2 * array.control_edge + array.discharge_time
    return Schedule(times, writes, rows * slot, tuple(reads), begin)


@dataclass(frozen=True)
class Signals:
    """What ideal sources follow, by node; for level shifters when an input is high."""

    word_rail: Points
    bit_rail: Points
    source_rail: Points
    sense_enable: Points
    write_enable: Points
    read_enable: Points
    discharge: Points
    rows: tuple[tuple[tuple[float, bool], ...], ...]


def signals(design: Design, array: ArrayDesign, asked: Programming, plan: Schedule) -> Signals:
    """Return what the sources of a whole array follow."""
    times, settle, edge = plan.times, design.settle_time, array.control_edge
    word, bit, source = ([(0.0, 0.0)] for _ in range(3))
    rows: list[list[tuple[float, bool]]] = [[(0.0, False)] for _ in plan.writes]
    for row, begin in enumerate(plan.writes):
        reset, over = begin + times.reset, begin + times.verify
        rows[row] += [(begin, True)] if begin else []
        rows[row] = rows[row] if begin else [(0.0, True)]
        rows[row].append((over, False))
        word += [
            (begin, 0.0), (begin + settle / 2, asked.set_word_line),
            (reset, asked.set_word_line), (reset + settle / 2, asked.reset_word_line),
            (over + edge, asked.reset_word_line), (over + settle / 2, 0.0),
        ]  # fmt: skip
        bit += pulse(begin + times.set_pulse, asked.set_voltage, design, asked.width)
        bit += pulse(begin + times.reset_pulse, asked.reset_voltage, design, asked.width)
        source += pulse(begin + times.reset_pulse, asked.reset_voltage, design, asked.width)
    high, supply = asked.reset_word_line, design.supply
    sense, over = [(0.0, 0.0)], plan.written
    write = ((0.0, high), (over, high), (over + edge, 0.0))
    read = ((0.0, 0.0), (over + edge, 0.0), (over + 2 * edge, high))
    discharge = [(0.0, 0.0), (over, 0.0), (over + edge, supply)]
    for one in plan.reads:
        rows[one.row] += [(one.begin, True), (one.end, False)]
        word += [(one.begin, 0.0), (one.begin + design.word_line_edge, design.read_word_line)]
        word += [(one.end + edge, design.read_word_line), (one.end + 2 * edge, 0.0)]
        sense += [(one.sense, 0.0), (one.sense + design.logic_edge, supply)]
        sense += [(one.end, supply), (one.end + edge, 0.0)]
        discharge += [(one.begin, supply), (one.begin + edge, 0.0), (one.end, 0.0), (one.end + edge, supply)]
    return Signals(
        _rising(word), _rising(bit), _rising(source), _rising(sense), write, read, _rising(discharge),
        tuple(map(tuple, rows)),
    )  # fmt: skip


def _rising(points: list[tuple[float, float]]) -> Points:
    """Return the points without those that repeat a time."""
    return tuple(one for k, one in enumerate(points) if k == 0 or one[0] > points[k - 1][0] * (1 + 1e-9))

"""The read path: sense amplifiers with drawn mismatch read pairs of resistances, and one resistance by a reference."""

from collections.abc import Mapping

import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.studies.fewer_over_grid import fewer_over_grid
from spicekit.studies.read_path.content import Content, content_of
from spicekit.studies.read_path.extract import block_of
from spicekit.studies.read_path.level import level_of
from spicekit.studies.read_path.readings import rows_of
from spicekit.studies.read_path.table import ReadPathTable
from spicekit.studies.study import Point, Study
from spicekit.units import engineering


def points(technology: Technology, table: ReadPathTable) -> tuple[Point, ...]:
    """Return one point per kind of read and resistance.

    Raises:
        InputError: the device's state does not reach a resistance.
        SimulatorError: the device does not simulate.
    """
    found = []
    for resistance in table.resistances:
        level = level_of(technology, resistance, table.ratios[-1])
        for kind in table.reads:
            content = content_of(technology, kind, level, tuple(table.ratios), table.reference_sigma)
            labels = {
                "kind": kind,
                "resistance": resistance,
                "process": technology.process.name,
                "temperature": technology.temperature,
                "supply": technology.design.supply,
                "sense_time": technology.design.sense_time,
            }
            decks = {f"{kind}{way.neuron_input or ''}": way.read.deck for way in content.ways}
            name = f"{kind}_{engineering(resistance, 'Ohm', 12)}".replace(" ", "")
            found.append(Point(name, labels, decks, content, named=False))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per read at a ratio that is asked for.

    Columns: ``sample``, ``outcome`` ("error": wrong or undecided), ``reason``, ``neuron_input`` (0: none), ``weight``,
    ``ratio``, ``decided`` (1 or 0), ``decision`` [V], ``delay`` and ``energy``; of the amplifier ``offset`` in u and
    ``offset_step``, how far its last step moved; of the nominal one, number 0, ``disturb``, the change of ln R of the
    device in the high state by one read, and ``regeneration`` [s], the latch's time constant.
    """
    content: Content = point.content
    tables = [rows_of(content, way, seed, start, stop) for way in content.ways]
    return pd.concat(tables, ignore_index=True).sort_values("sample", kind="stable", ignore_index=True)


def analyze(table: ReadPathTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return what each point says; points without an amplifier are left out."""
    block = block_of(table, rows, confidence)
    return {"read_path": block} if block else {}


STUDY = Study("read_path", points, simulate, analyze, rule=fewer_over_grid)

"""Statistics of an array and of adders, made up: round figures to count with by hand."""

from spicekit.statistics import Condition, Moments, Probability, Statistics
from spicekit.studies.adders.result import Adders, AdderTree
from spicekit.studies.array.result import Array, ArrayEnergy, ArrayPoint

RATE = Probability(
    low=0, best=0.0, high=0.05, confidence=0.95, samples=64, errors=0, discards=0, method="by hand"
)
CONDITION = Condition(
    name="own", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6, energy_read=Moments(mean=1e-13, std=0)
)  # fmt: skip
TEXTS = {"status": "", "method": ""}


def array_of(rows=32, alone=None, failed=RATE, **programmed):
    energy = ArrayEnergy(
        precharge=1e-13, sense=1e-15, control=2e-14, word_line=3e-13, drivers=4e-14, read=4.61e-13,
        read_word=1.4752e-11, write_set=0, write_reset=0, write_word_line=0, write_drivers=0, write=0, bits=64,
        read_alone=alone,
    )  # fmt: skip
    alone_too = {key: programmed.pop(key) for key in ("lrs_alone", "hrs_alone") if key in programmed}
    written = {"set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6, **programmed}
    point = ArrayPoint(
        condition="array's own", **written, rows=rows, columns=rows, dies=1, failed=failed, failed_alone=RATE,
        unwritten=RATE, bad_dies=0, most_in_column=0, energy=energy, **alone_too,
    )  # fmt: skip
    return Array(
        points=(point,), word_line_load=0, bit_line_load=0, source_line_load=0, cell_area=1.68e-11, **TEXTS
    )


def tree_of(kind, inputs, width, energy):
    return AdderTree(
        kind=kind, inputs=inputs, width=width, outputs=6, full_adders=26, transistors=1000,
        energy=Moments(mean=energy, std=0), delay=1e-9, leakage=0, wrong=RATE,
    )  # fmt: skip


ADDERS = Adders(
    trees=(tree_of("count", 32, 1, 6.4e-13), tree_of("held", 32, 1, 9.6e-13), tree_of("sum", 8, 8, 6.4e-12)),
    supply=1.4, period=4e-9, **TEXTS,
)  # fmt: skip


def array_statistics(**more):
    return Statistics(conditions=(), array=array_of(**more), adders=ADDERS)

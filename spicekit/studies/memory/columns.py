"""The columns of a table of samples, each with its unit and meaning: what is stored, shown and documented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of `samples/*.parquet`."""

    name: str
    unit: str  # SI, "nm" of gaps; "1" for pure numbers, empty for text
    meaning: str


COLUMNS = (
    Column("condition", "", "name of the programming condition"),
    Column("cycles", "cycles", "done before; 0: fresh"),
    Column("grid", "", "point of the grid, empty for the experiment itself; only there with a `[grid]`"),
    Column("sample", "1", "its number"),
    Column(
        "outcome",
        "",
        "`ok`, `error` (the read was wrong, or did not decide), `discard` (not simulated)",
    ),
    Column("reason", "", "of a discard"),
    Column("weight", "1", "the value stored: +1 has the low resistance on the left, -1 on the right"),
    Column("lrs", "Ohm", "resistance of the device in the low state"),
    Column("hrs", "Ohm", "resistance of the device in the high state"),
    Column("lrs_gap", "nm", "filament gap of the device in the low state"),
    Column("hrs_gap", "nm", "filament gap of the device in the high state"),
    Column("energy_set", "J", "of the SET pulse, whole path"),
    Column("energy_reset", "J", "of the RESET pulse, whole path"),
    Column("energy_set_cell", "J", "of the SET pulse in the memory device alone"),
    Column("energy_reset_cell", "J", "of the RESET pulse in the memory device alone"),
    Column("set_current", "A", "at the end of the SET pulse"),
    Column("decision", "V", "difference of the outputs after the read"),
    Column("margin", "V", "difference of the outputs toward the value stored: negative is an error"),
    Column("read_delay", "s", "until the outputs are apart; inf: never"),
    Column("energy_read", "J", "of the read, pre-charge included"),
    Column(
        "offset_shift",
        "1",
        "ln of right over left resistance, in the extra read that measures the offset",
    ),
    Column("offset_decision", "V", "difference of the outputs after that read"),
)

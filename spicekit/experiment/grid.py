"""`[grid]` of an experiment file: the same at other corners, temperatures, supplies, values of parameters."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from spicekit.experiment.fields import Celsius, Distinct, Table, Volts, key

MOST = 1000
"""Points of a grid: more are a slip."""
MEMORY_DEVICE = "rram"
"""What a point calls another memory device; with a dot and a name behind, it is a parameter of one."""
Corner = Literal["tt", "ss", "ff", "sf", "fs"]
Value = Annotated[float, Field(allow_inf_nan=False)]


class GridPointTable(Table):
    """One point; what it does not name is as in `[technology]`."""

    corner: Annotated[Corner | None, key("of the transistors")] = None
    temperature: Annotated[Celsius | None, key("of the surroundings")] = None
    supply: Annotated[Volts | None, key("of the sense amplifier")] = None
    rram: Annotated[
        str | dict[str, Value], key("another memory device; or a table of parameters of the memory's card")
    ] = Field(default={})
    design: Annotated[dict[str, Value], key("quantities of the cell design")] = Field(default={})


class GridTable(Table):
    """Points at which the experiment is made too: the product of all lists, then those of `points`."""

    corner: Annotated[
        list[Corner], Distinct, key("list of corners of SkyWater 130 nm: `tt`, `ss`, `ff`, `sf`, `fs`")
    ] = Field(default=[])
    temperature: Annotated[list[Celsius], Distinct, key("list of temperatures of the surroundings")] = Field(
        default=[]
    )
    supply: Annotated[list[Volts], Distinct, key("list of supplies of the sense amplifier")] = Field(
        default=[]
    )
    rram: Annotated[
        list[str] | dict[str, list[Value]],
        key(
            'list of memory devices, by bundled names or cards: `rram = ["vteam", "my_cell.toml"]`; or lists of values '
            "of any parameter of the memory's card, in the card's unit: `rram.e_reset = [0.46, 0.48]`"
        ),
    ] = Field(default={})
    design: Annotated[
        dict[str, list[Value]],
        key(
            "the same of any quantity of the cell design, in SI units, such as "
            "`design.bit_line_capacitance = [75e-15, 600e-15]`"
        ),
    ] = Field(default={})
    points: Annotated[
        list[GridPointTable],
        key('single points beside the product: `points = [{corner = "ss", temperature = "125 C"}]`'),
    ] = Field(default=[])
    of: Annotated[
        list[str],
        Field(min_length=1),
        key(
            "what is done at every point, of `conditions`, `estimate`, `endurance` and the names of studies",
            "all that the experiment asks for",
        ),
    ] = Field(default=[])

    @pydantic.model_validator(mode="after")
    def _of_a_size(self) -> "GridTable":
        lists = [values for values in self._lists().values() if values]
        if not lists and not self.points:
            raise ValueError(
                "got no list of values, expected at least one, such as `corner`, `temperature` or `supply`, or `points`"
            )
        count = len(self.points) + (0 if not lists else _size(lists))
        if count > MOST:
            raise ValueError(f"got {count} points, expected at most {MOST}")
        return self

    def _lists(self) -> dict[str, list[Any]]:
        lists: dict[str, list[Any]] = {
            "corner": self.corner,
            "temperature": self.temperature,
            "supply": self.supply,
        }
        for kind in ("rram", "design"):
            lists |= _named(kind, getattr(self, kind))
        return lists

    def memories(self) -> list[str]:
        """Return the memory devices that it names, each once."""
        listed = self.rram if isinstance(self.rram, list) else []
        return list(dict.fromkeys([*listed, *(p.rram for p in self.points if isinstance(p.rram, str))]))

    def settings(self) -> Iterator[Mapping[str, float | str]]:
        """Yield what each point changes, each once.

        Keys: `corner`, `temperature` [C], `supply` [V], `rram`, `rram.NAME`, `design.NAME`.
        """
        lists, seen = {name: values for name, values in self._lists().items() if values}, []
        found = (
            [dict(zip(lists, values, strict=True)) for values in product(*lists.values())] if lists else []
        )
        for point in self.points:
            one: dict[str, float | str] = {
                name: value
                for name in ("corner", "temperature", "supply")
                if (value := getattr(point, name)) is not None
            }
            for kind in ("rram", "design"):
                one |= _named(kind, getattr(point, kind))
            found.append(one)
        for one in found:
            if one not in seen:
                seen.append(one)
                yield one


def _named(kind: str, given: Any) -> dict[str, Any]:
    """Return what stands under a key: itself, or each of a table by its whole name."""
    return (
        {f"{kind}.{name}": value for name, value in given.items()}
        if isinstance(given, dict)
        else {kind: given}
    )


def _size(lists: list[list[Any]]) -> int:
    count = 1
    for values in lists:
        count *= len(values)
    return count

"""`[technology]` of an experiment file: the models that everything is made of, by name; they are not looked at here."""

from typing import Annotated, Literal

from pydantic import Field

from spicekit.experiment.fields import Celsius, CelsiusSigma, Table, Volts, VoltsSigma, key


class Library(Table):
    """The user's own transistors: a `.lib` file and the names in it."""

    path: Annotated[str, key("of the library file")]
    section: Annotated[str | None, key("name behind `.lib` in that file; left out: the whole file")] = None
    nmos: Annotated[str, key("name in it of the logic transistor; pins drain, gate, source, bulk")]
    pmos: Annotated[str, key("the same")]
    access: Annotated[str, key("the same, of the transistor in series with each memory device")]
    thick_pmos: Annotated[
        str | None,
        key(
            "the same, of the pmos that stands the voltage of the word lines: drivers of [arrays](array.md)",
            "no arrays",
        ),
    ] = None
    element: Annotated[str, key('`"X"`: the names are subcircuits; `"M"`: models')] = "X"
    length_unit: Annotated[
        float,
        Field(ge=1e-12, le=1),
        key(
            "metres per unit of `w` and `l`, a plain number: `1e-6` where the library sets `.option scale=1u`",
            unit="m",
        ),
    ] = 1.0
    avt_nmos: Annotated[
        float,
        Field(ge=0, le=1e-6),
        key(
            "mismatch A_VT, a plain number: 3 mV·µm is `3e-9`. **0 is none** but what the library itself draws; "
            "without either error rates come out too low",
            unit="V·m",
        ),
    ] = 0.0
    avt_pmos: Annotated[float, Field(ge=0, le=1e-6), key("the same", unit="V·m")] = 0.0
    avt_access: Annotated[float, Field(ge=0, le=1e-6), key("the same", unit="V·m")] = 0.0
    access_supply: Annotated[
        Volts, key('highest word line, such as `"5 V"`: limits the SET current that can be reached')
    ] = 5.0
    statistics: Annotated[
        Literal["drawn", "process", "mismatch", "nominal"],
        key(
            "where the library draws random numbers (`agauss`, `limit`, …), each becomes a coordinate of the samples "
            '([how](cmos.md#statistics-of-a-library)): `"drawn"` all, `"process"` those outside of subcircuits, '
            '`"mismatch"` those inside, `"nominal"` none'
        ),
    ] = "drawn"
    osdi: Annotated[
        list[str],
        key(
            "list of files with the library's compiled Verilog-A transistors (`N…` elements); needs ngspice 44 with "
            "OSDI. They run inside of ngspice: name only files that you trust"
        ),
    ] = Field(default=[])


class TechnologyTable(Table):
    rram: Annotated[str, key("parameter set: a bundled name or a TOML file ([how](rram.md))")] = "hfo2_130nm"
    rram_form: Annotated[
        Literal["subcircuit", "osdi"],
        key('`"subcircuit"`, or `"osdi"`: the compiled [Verilog-A](verilog_a.md), where ngspice can load it'),
    ] = "subcircuit"
    mtj: Annotated[
        str | None,
        key(
            'tunnel junction of studies of oscillators: `"vortex"`, `"uniform"`, or the path of an own card '
            "([oscillators](oscillators.md))"
        ),
    ] = None
    superparamagnetic: Annotated[
        str | None,
        key(
            'junction of the study of that name and of p-bits: `"superparamagnetic_inplane"`, '
            '`"superparamagnetic_perpendicular"`, `"superparamagnetic_pbit"`, or the path of an own card '
            "([how](oscillators.md#superparamagnetic))"
        ),
    ] = None
    design: Annotated[
        str,
        key("sizes, capacitances, supplies, timing: a bundled name or a TOML file ([every key](design.md))"),
    ] = "2t2r_130nm"
    corner: Annotated[str, key("SkyWater 130 nm: `tt`, `ss`, `ff`, `sf`, `fs`")] = "tt"
    temperature: Annotated[Celsius, key('of the surroundings, such as `"85 C"`')] = 27.0
    telegraph_noise: Annotated[
        bool,
        key(
            "`true`: traps of the memory devices are occupied or not while a read lasts "
            "([how](rram.md#spread-noise-ageing))"
        ),
    ] = False
    supply_sigma: Annotated[
        VoltsSigma,
        key(
            'standard deviation over samples of the sense amplifier\'s supply, such as `"30 mV"`, with the level of '
            "sense-enable"
        ),
    ] = 0.0
    temperature_sigma: Annotated[
        CelsiusSigma,
        key('that of `temperature`, such as `"10 C"`: one per sample, in programming and read'),
    ] = 0.0
    library: Annotated[Library | None, key("transistors of a SPICE library of your own")] = None

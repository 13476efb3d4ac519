"""The card of a memory device whose equations come from elsewhere."""

from typing import Annotated

import pydantic

from spicekit.models.quantity import Quantity
from spicekit.models.spread_law import CorrelationLaw, SpreadLaw

_Name = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.#]*$", max_length=100)]


class ForeignMeta(pydantic.BaseModel, extra="forbid", frozen=True):
    """What the card says about itself."""

    name: str = pydantic.Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)
    description: str
    licence: str = ""


class Terminals(pydantic.BaseModel, extra="forbid", frozen=True):
    """Which terminal of the model is which electrode: a positive voltage from top to bottom is SET."""

    top: _Name
    bottom: _Name


class ForeignModel(pydantic.BaseModel, extra="forbid", frozen=True):
    """Where the equations are."""

    file: str = pydantic.Field(min_length=1)  # SPICE text, or Verilog-A with the ending `.va`
    name: _Name  # of the `.subckt`, or of the module
    terminals: Terminals
    capacitance: Quantity  # F, of the electrodes; added beside the model
    temperature: _Name | None = None  # parameter of the model that takes that of the surroundings, in K
    heat: _Name | None = None  # node whose voltage is the device's temperature in K


class State(pydantic.BaseModel, extra="forbid", frozen=True):
    """The state variable: the voltage of a node."""

    node: _Name
    unit: str
    minimum: Annotated[float, pydantic.Field(strict=True, allow_inf_nan=False)]
    maximum: Annotated[float, pydantic.Field(strict=True, allow_inf_nan=False)]
    stored_in: _Name | None = (
        None  # the capacitor of the subcircuit that holds it; found by itself if only one does
    )
    storage: _Name | None = (
        None  # Verilog-A: parameter that takes the storage's capacitance [F] out of the module
    )

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> "State":
        if not self.minimum < self.maximum:
            raise ValueError("`minimum` must be below `maximum`")
        return self


class ForeignInitial(pydantic.BaseModel, extra="forbid", frozen=True):
    """State of a device before its first pulse, and of one that was never formed."""

    lrs: Quantity
    hrs: Quantity
    pristine: Quantity | None = None  # none: it needs no forming, and starts from its high state


class ForeignCycling(pydantic.BaseModel, extra="forbid", frozen=True):
    """How long a device remembers its slow parts."""

    correlation_cycles: Quantity


class Numerics(pydantic.BaseModel, extra="forbid", frozen=True):
    """What simulating the device takes."""

    # ngspice's `reltol` of pulses, where the usual 1e-4 is too coarse for the device
    relative_tolerance: Annotated[float, pydantic.Field(ge=1e-8, le=1e-4)]


class ForeignCard(pydantic.BaseModel, extra="forbid", frozen=True):
    """All of it; `docs/devices.md` explains each key."""

    meta: ForeignMeta
    model: ForeignModel
    state: State
    initial: ForeignInitial
    parameters: dict[_Name, Quantity] = {}  # values other than the model's own
    spread: dict[_Name, SpreadLaw] = {}
    correlation: tuple[CorrelationLaw, ...] = ()  # between devices
    cycling: ForeignCycling | None = None
    numerics: Numerics | None = None
    fitted_at: dict[str, tuple[float, float]] = {}  # SI: lowest and highest condition measured, by name

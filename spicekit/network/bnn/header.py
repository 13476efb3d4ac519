"""The header of a network file: types and bounds of all that is not an array."""

from typing import Annotated, Any, Literal

import pydantic

FORMAT = "spicekit.bnn/1"
_MOST_LAYERS = 1000
Size = Annotated[int, pydantic.Field(strict=True, ge=1, le=1 << 24)]
Text = Annotated[str, pydantic.Field(strict=True, max_length=100_000)]
_Kind = Literal["encode", "dense", "convolution", "max_pool", "flatten", "scores"]
KINDS = ("encode", "dense", "convolution", "max_pool", "flatten", "scores")
_NEEDED = {
    "dense": ("inputs",),
    "scores": ("inputs",),
    "convolution": ("inputs", "kernel", "channels", "stride", "padding"),
    "max_pool": ("window",),
}


class Described(pydantic.BaseModel):
    """One layer; which keys it needs follows from its kind."""

    kind: _Kind
    inputs: Size | None = None
    kernel: tuple[Size, Size] | None = None
    channels: Size | None = None
    stride: Size | None = None
    padding: Annotated[int, pydantic.Field(strict=True, ge=0)] | None = None
    window: tuple[Size, Size] | None = None

    def missing(self) -> str | None:
        """Return the first key that the kind needs and the file lacks."""
        return next((key for key in _NEEDED.get(self.kind, ()) if getattr(self, key) is None), None)


class Header(pydantic.BaseModel):
    """All that stands in the array `header` as JSON; unknown keys are ignored, as a newer version may have more."""

    model_config = pydantic.ConfigDict(allow_inf_nan=False)

    format: Literal["spicekit.bnn/1"]
    name: Annotated[str, pydantic.Field(strict=True, min_length=1, max_length=200)]
    input_shape: Annotated[tuple[Size, ...], pydantic.Field(min_length=1, max_length=3)]
    layers: Annotated[tuple[Described, ...], pydantic.Field(min_length=1, max_length=_MOST_LAYERS)]
    notes: Text = ""
    input_range: tuple[float, float] | None = None

    @pydantic.field_validator("name")
    @classmethod
    def _printable(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("has characters that cannot be printed")
        return name

    @pydantic.field_validator("input_range")
    @classmethod
    def _rising(cls, ends: tuple[float, float] | None) -> tuple[float, float] | None:
        if ends is not None and not ends[0] < ends[1]:
            raise ValueError("expected the lowest value, then a higher one")
        return ends


def first_error(error: pydantic.ValidationError) -> str:
    """Return the first of the errors in words, with its key."""
    first: Any = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"`{key}` is missing in `header`"
    said = first["msg"].lower().removeprefix("value error, ")
    return f"`{key}` in `header`: {said}, got {str(first['input'])[:80]!r}"

"""Identities: the SHA-256 of everything that affects a sample, from public facts that anyone can read."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pydantic

ENGINE = 3
"""Raised whenever the same decks and spread would give other samples: how points are drawn, mapped or judged."""

UNSEEN: Mapping[str, Any] = {"identity": False}
"""Metadata of a dataclass field that no sample depends on, such as a name: it stays out of the identity."""


def sha256(public: object) -> str:
    """Return the SHA-256 (hex) of plain data."""
    return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()


def identity_of(content: object) -> str:
    """Return the SHA-256 of all that `content` holds."""
    return sha256(plain(content))


def plain(content: object) -> Any:
    """Return all that `content` holds as plain data, field by field: what it is the identity of.

    An object that has an ``identity`` of its own, such as a deck or a quantity of a card, is that; a field marked
    `UNSEEN` is left out.

    Raises:
        TypeError: something of which nobody can tell what a sample would see of it.
    """
    if content is None or isinstance(content, (bool, int, float, str)):
        return content
    if isinstance(content, np.generic):
        return content.item()
    if isinstance(content, np.ndarray):
        return content.tolist()
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [plain(value) for value in content]
    own = getattr(content, "identity", None)
    if own is not None:
        return own
    if dataclasses.is_dataclass(content):
        fields = [f for f in dataclasses.fields(content) if f.metadata.get("identity", True)]
        return {f.name: plain(getattr(content, f.name)) for f in fields}
    if isinstance(content, pydantic.BaseModel):
        return {name: plain(getattr(content, name)) for name in type(content).model_fields}
    raise TypeError(f"no identity is known of {type(content).__name__}")

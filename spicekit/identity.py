"""Identities: the SHA-256 of everything that affects a sample, from public facts that anyone can read."""

import hashlib
import json

ENGINE = 2
"""Raised whenever the same decks and spread would give other samples: how points are drawn, mapped or judged."""


def sha256(public: object) -> str:
    """Return the SHA-256 (hex) of plain data."""
    return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()

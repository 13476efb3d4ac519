"""Locking of an oscillator to a drive: Arnold tongues."""

ORDER = 100

"""Streams of random bits of any source: whitened, tested, and shown."""

"""Random bits of pairs that are written, or read, again and again: what they cost, and how random they are."""

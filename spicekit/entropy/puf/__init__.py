"""Physically unclonable functions of pairs that are written equally: chips, their distances, and keys."""

"""Probabilities of rare failures, with error bars and reasons for doubt, from as few runs as they need."""

from spicekit.sampling.rare.estimate import METHODS, estimate
from spicekit.sampling.rare.limit import LimitFunction
from spicekit.sampling.rare.result import Estimate, Outcome, Region, SecondEstimate

__all__ = ["METHODS", "Estimate", "LimitFunction", "Outcome", "Region", "SecondEstimate", "estimate"]

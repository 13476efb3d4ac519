"""Learning inside the array: Metropolis-Hastings whose proposals are programming cycles of the simulated devices."""

from spicekit.network.mcmc.law import Law, aged_law, fresh_law
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.sampler import Learned, Rule, learn
from spicekit.network.mcmc.target import Coding, coding

__all__ = ["Coding", "Law", "Learned", "Model", "Rule", "aged_law", "coding", "fresh_law", "learn"]

"""You hold log-probabilities of a policy and its reference: estimates, losses, controllers.

P is the policy π, whose actions were drawn, and Q the reference, in that order, everywhere.
"""

from kullback.rl.clamp import Clamp
from kullback.rl.controllers import (
    AdaptiveController,
    FixedController,
    TargetController,
    TargetStop,
)
from kullback.rl.divergence import kl, sequence_kl
from kullback.rl.importance_ratios import Ratios, ratios
from kullback.rl.per_token import penalties
from kullback.rl.surrogate_loss import exact_loss, loss
from kullback.rl.trust_region import TrustRegionStep, trust_region_step

__all__ = [
    "AdaptiveController",
    "Clamp",
    "FixedController",
    "Ratios",
    "TargetController",
    "TargetStop",
    "TrustRegionStep",
    "exact_loss",
    "kl",
    "loss",
    "penalties",
    "ratios",
    "sequence_kl",
    "trust_region_step",
]

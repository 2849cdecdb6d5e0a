"""One step of trust-region policy optimisation, in PyTorch."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any

from kullback.arguments import function, number, whole
from kullback.errors import InputError, MissingDependencyError
from kullback.rl.conjugate_gradient import conjugate_gradient
from kullback.units import format_number

# A step must bring this share of what its gradient promised; each trial is SHRINK of the last.
LEAST_SHARE = 0.1
SHRINK = 0.8
# KL(old‖new) before the step is at most this share of the radius; in float32 it is 1e-7 or so.
AT_START = 1e-3

Scalar = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class TrustRegionStep:
    """What a step did.

    Parameters
    ----------
    accepted : bool
        Whether the parameters have moved; where not, they are as they were.
    kl : float
        KL(old‖new) after the step, in nats; at most the radius.
    improvement : float
        By how much the surrogate rose.
    promised : float
        The rise that its gradient promised for the step taken.
    share : float
        The share of the full step that was taken; 0 where none was.
    trials : int
        Steps tried.
    residual : float
        Relative residual of the conjugate gradients.
    reason : str
        Why no step was taken; "" where one was.
    """

    accepted: bool
    kl: float
    improvement: float
    promised: float
    share: float
    trials: int
    residual: float
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return asdict(self)

    def __str__(self) -> str:
        if not self.accepted:
            return f"not accepted: {self.reason}"
        kl, rise, promised = map(format_number, (self.kl, self.improvement, self.promised))
        return (
            f"accepted: KL(old‖new) = {kl} nats, rose by {rise} (promised {promised}), "
            f"step {self.share:.3g} of trial {self.trials}"
        )


def trust_region_step(
    parameters: Iterable[Any],
    surrogate: Scalar,
    kl: Scalar,
    *,
    radius: float = 0.01,
    damping: float = 0.1,
    iterations: int = 10,
    trials: int = 10,
) -> TrustRegionStep:
    """Raise a surrogate as far as KL(old‖new) ≤ radius allows, and move the parameters there.

    Parameters
    ----------
    parameters : iterable of torch.nn.Parameter
        Changed in place if a step is accepted.
    surrogate : callable () -> scalar tensor
        The objective to raise, at the present parameters: mean(π/π_old · advantage).
    kl : callable () -> scalar tensor
        Mean KL(old‖new), differentiable twice and 0 at the start, for example
        ``lambda: kullback.logits.kl(old_logits, policy(states)).mean()``.
    radius : float
        The largest KL(old‖new), in nats.
    damping : float
        Added to the diagonal of the Fisher matrix, which is singular where parameters are many.
        Along parameters of which the policy says nothing it alone limits the step: the KL does not
        see them.
    iterations : int
        Of the conjugate gradients.
    trials : int
        Steps tried, each 0.8 of the one before.

    Returns
    -------
    TrustRegionStep
        Whether a step was taken, its KL and its improvement. A step must not leave the region,
        and must bring a tenth of the promised improvement.

    Raises
    ------
    InputError
        Numbers out of range, no parameters, a surrogate, gradient or KL that is not finite, or a
        KL that is not 0 before the step.
    MissingDependencyError
        PyTorch is not installed.

    Notes
    -----
    With g the gradient of the surrogate and F the Hessian of the KL, the Fisher matrix:
    x ≈ (F + damping·I)⁻¹ g by conjugate gradients, each product F v a gradient of a gradient;
    the full step is √(2 radius/(xᵀ(F + damping·I)x)) x. Where a call raises, the parameters are
    put back.

    References
    ----------
    Schulman, Levine, Moritz, Jordan and Abbeel (2015), Trust region policy optimization,
    section 6 and appendix C.

    Examples
    --------
    In PyTorch::

        theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        reward = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)
        old = theta.detach().clone()
        step = trust_region_step(
            [theta],
            lambda: torch.softmax(theta, 0) @ reward,
            lambda: kullback.logits.kl(old, theta),
        )

    >>> print(TrustRegionStep(True, 0.0073, 0.0541, 0.0491, 1.0, 1, 0.0))
    accepted: KL(old‖new) = 0.0073 nats, rose by 0.0541 (promised 0.0491), step 1 of trial 1
    """
    chosen = _checked(parameters, radius, damping, iterations, trials)
    function("kl", kl)
    value = function("surrogate", surrogate)()
    before = _value("surrogate", value)
    gradient = _flat_gradient(value, chosen, graph=False)
    apart = kl()
    _check_start(_value("kl", apart), gradient, radius)
    slope = _flat_gradient(apart, chosen, graph=True)

    def product(vector: Any) -> Any:
        return _flat_gradient(slope @ vector, chosen, graph=False, keep=True) + damping * vector

    found = conjugate_gradient(product, gradient, iterations=iterations)
    curvature = float(found.x @ product(found.x))
    if not curvature > 0:
        why = "the gradient of the surrogate is 0" if not gradient.any() else "no curvature"
        return _refused(0, found.residual, why)
    full = found.x * math.sqrt(2 * radius / curvature)
    line = _Line(chosen, full, float(gradient @ full), before, found.residual)
    return line.search(surrogate, kl, radius, trials)


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The line from the old parameters along the full step."""

    parameters: Sequence[Any]
    full: Any
    promised: float
    before: float
    residual: float

    def search(self, surrogate: Scalar, kl: Scalar, radius: float, trials: int) -> TrustRegionStep:
        """Shorten the step until it stays in the region and brings a share of what it promised."""
        old = [parameter.detach().clone() for parameter in self.parameters]
        apart = rise = math.nan
        accepted = False
        try:
            for trial in range(trials):
                share = SHRINK**trial
                self._move(old, share)
                rise, apart = _number(surrogate()) - self.before, _number(kl())
                promised = self.promised * share
                inside = -AT_START * radius <= apart <= radius
                accepted = inside and rise >= LEAST_SHARE * promised and rise > 0
                if accepted:
                    return TrustRegionStep(
                        accepted, apart, rise, promised, share, trial + 1, self.residual
                    )
        finally:
            if not accepted:
                self._move(old, 0.0)
        why = (
            f"none of {trials} steps stayed within KL {radius:g} and rose: the last had KL "
            f"{apart:.3g} and rose by {rise:.3g}"
        )
        return _refused(trials, self.residual, why)

    def _move(self, old: Sequence[Any], share: float) -> None:
        start = 0
        for parameter, origin in zip(self.parameters, old, strict=True):
            piece = self.full[start : start + origin.numel()].reshape(origin.shape)
            parameter.data.copy_(origin + share * piece if share else origin)
            start += origin.numel()


def _refused(trials: int, residual: float, why: str) -> TrustRegionStep:
    return TrustRegionStep(
        accepted=False,
        kl=0.0,
        improvement=0.0,
        promised=0.0,
        share=0.0,
        trials=trials,
        residual=residual,
        reason=why,
    )


def _check_start(apart: float, gradient: Any, radius: float) -> None:
    """Refuse a KL that is not of the present policy from itself, and slopes that are none."""
    if abs(apart) > max(AT_START * radius, 1e-6):
        raise InputError(
            f"kl is {apart:.4g} nats before the step, and KL(old‖new) is 0 there: take the old "
            f"policy's logits at the present parameters, detached"
        )
    if not math.isfinite(float(abs(gradient).sum())):
        raise InputError("the gradient of surrogate holds NaN or ∞ before the step; mend it first")


def _number(scalar: Any) -> float:
    return float(scalar.detach() if hasattr(scalar, "detach") else scalar)


def _flat_gradient(
    value: Any, parameters: Sequence[Any], *, graph: bool, keep: bool = False
) -> Any:
    import torch

    pieces: Any = torch.autograd.grad(
        value, parameters, create_graph=graph, retain_graph=graph or keep, allow_unused=True
    )
    each = zip(pieces, parameters, strict=True)
    return torch.cat([(torch.zeros_like(p) if g is None else g).reshape(-1) for g, p in each])


def _value(name: str, scalar: Any) -> float:
    value = _number(scalar)
    if not math.isfinite(value):
        raise InputError(f"{name} is {value} before the step; mend it first")
    return value


def _checked(
    parameters: Iterable[Any], radius: float, damping: float, iterations: int, trials: int
) -> list[Any]:
    if find_spec("torch") is None:
        raise MissingDependencyError(
            "trust_region_step needs PyTorch: pip install 'kullback[torch]'"
        )
    if (
        not 0 < number("radius", radius) < math.inf
        or not 0 <= number("damping", damping) < math.inf
    ):
        raise InputError(f"radius={radius} must be above 0, and damping={damping} at least 0")
    if number("iterations", iterations) < 1 or number("trials", trials) < 1:
        raise InputError(f"iterations={iterations} and trials={trials} must be at least 1")
    whole("iterations", iterations)
    whole("trials", trials)
    chosen = [parameter for parameter in parameters if parameter.requires_grad]
    if not chosen:
        raise InputError("parameters holds none that requires a gradient")
    return chosen

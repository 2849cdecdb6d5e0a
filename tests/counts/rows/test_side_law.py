"""Laws of sides: with a tilt they are as likely as a tilt allows, however large it is."""

import numpy as np
import pytest

from kullback.counts.rows.side_law import GRID, POINTS, side_laws, tilted


def rare_outcomes(seed: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    q = np.arange(1, 401) ** -1.1
    p = q * np.exp(spread * rng.normal(size=400))
    return tuple(rng.multinomial(2000, side / side.sum()).astype(float) for side in (p, q))


def shortfall(law, gain, weights, tilt):
    """How far below the highest a concave objective can be: its steepest way up (Frank-Wolfe).

    Points at which nothing that was seen is possible are in no law.
    """
    possible = law.likelihood.max(axis=0) > 1e-100
    seen = law.likelihood @ weights
    slope = law.likelihood.T @ (law.cells.repeats / seen) + tilt * gain
    return slope[possible].max() - weights @ slope


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("spread", [0.0, 2.0])
def test_large_tilts_converge(sign, spread):
    laws, _ = side_laws(*rare_outcomes(5, spread))
    gains = [(2 * GRID - 1) ** 2 * law.observations for law in laws]
    tilts = sign * np.array([0.1, 1.0, 10.0, 100.0, 1e4, 1e6])
    for law, gain, found in zip(laws, gains, tilted(laws, gains, tilts, 1200), strict=True):
        assert found.shape == (POINTS, len(tilts))
        assert np.allclose(found.sum(axis=0), 1.0)
        assert (found >= 0).all()
        moved = gain @ found - gain @ law.weights
        assert (np.diff(sign * moved) >= -0.05).all(), "more tilt never gains less"
        for tilt, weights, far in zip(tilts, found.T, moved, strict=True):
            assert shortfall(law, gain, weights, tilt) <= 1.0 + 1e-3 * abs(tilt * far), tilt

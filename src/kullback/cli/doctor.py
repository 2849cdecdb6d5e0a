"""``kullback doctor``: what is installed, and whether known values come out."""

import math
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import click

from kullback.cli.help import help_option
from kullback.cli.streams import signs, write
from kullback.cli.version import version

HELP = """\b
Examples:
  kullback doctor

Versions, which kernels answer, which optional packages are there, and a self-test against known
values; exits with 1 if a value is wrong.
"""

NEEDED = ("numpy", "scipy", "duckdb", "click", "rich", "jinja2", "array-api-compat")
OPTIONAL = (
    "pandas",
    "polars",
    "pyarrow",
    "matplotlib",
    "scikit-learn",
    "torch",
    "jax",
    "cupy",
    "pyspark",
    "psycopg",
    "chdb",
    "fsspec",
)
KERNELS = {
    "native": "native (C++)",
    "reference": "NumPy twins (no compiled kernel was found: same numbers, slower)",
}


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that is known, and how to compute it here."""

    name: str
    expected: float
    compute: Callable[[], float]


@click.command(help=HELP, short_help="Show versions and run a self-test.")
@help_option
def doctor() -> int:
    """Print what is installed and whether known values come out."""
    tests = [(value, _outcome(value)) for value in _known_values()]
    lines = [*_versions(), "", "self-test", *(line for _, (_, line) in tests)]
    passed = sum(good for _, (good, _) in tests)
    lines += ["", f"{passed} of {len(tests)} known values come out"]
    write(signs("\n".join(lines)))
    return 0 if passed == len(tests) else 1


def _versions() -> Iterator[str]:
    from kullback.kernels import BACKEND

    yield f"kullback {version()}"
    yield f"  Python    {platform.python_version()} ({platform.python_implementation()})"
    yield f"  platform  {platform.platform()}"
    yield f"  kernels   {KERNELS.get(BACKEND, BACKEND)}"
    yield ""
    yield "needed"
    yield from (f"  {name:<17} {version(name)}" for name in NEEDED)
    yield "optional"
    yield from (f"  {name:<17} {_optional(name)}" for name in OPTIONAL)


def _optional(name: str) -> str:
    return version(name) if find_spec(name) is not None else "not installed"


def _known_values() -> Iterator[KnownValue]:
    import kullback

    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    a, b = [0.4, 0.3, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1]
    ln2 = math.log(2)
    yield KnownValue(
        "KL(P‖Q) of 0.7,0.2,0.1 and 0.4,0.4,0.2",
        0.7 * math.log(7 / 4) - 0.3 * ln2,
        lambda: float(kullback.kl(p, q)),
    )
    yield KnownValue(
        "KL(Q‖P) of the same",
        0.4 * math.log(4 / 7) + 0.6 * ln2,
        lambda: float(kullback.kl(q, p)),
    )
    yield KnownValue(
        "KL(P‖Q) of 0.4,0.3,0.2,0.1 and 0.3,0.4,0.2,0.1",
        0.1 * math.log(4 / 3),
        lambda: float(kullback.kl(a, b)),
    )
    yield KnownValue("H of a fair coin", ln2, lambda: float(kullback.entropy([0.5, 0.5])))
    yield KnownValue(
        "JS of two that share nothing", ln2, lambda: float(kullback.jensen_shannon([1, 0], [0, 1]))
    )
    yield KnownValue(
        "KL(P‖Q) where Q forbids what P does",
        math.inf,
        lambda: float(kullback.kl([0.5, 0.5], [1, 0])),
    )


def _outcome(known: KnownValue) -> tuple[bool, str]:
    from kullback.report.blocks.cell import exact

    try:
        value = known.compute()
    except Exception as error:  # noqa: BLE001 - whatever is broken here must be shown, not raised
        return False, f"  FAIL  {known.name}: {type(error).__name__}: {error}"
    if value == known.expected or math.isclose(value, known.expected, rel_tol=1e-12):
        return True, f"  ok    {known.name} = {exact(value)} nats"
    return False, f"  FAIL  {known.name} = {value!r} nats, not {known.expected!r}"

"""Two arguments of ``kullback kl`` that are formulas, such as ``normal(0,1)``."""

import re

from kullback.cli.output import Result
from kullback.errors import InputError

# normal(0,1), also where its end was forgotten; but not a(1)=0.5,b(2)=0.5 and not data(1).csv.
FORMULA = re.compile(r"\s*[A-Za-z_]\w*\s*\((.*\)\s*|[^)]*)", flags=re.DOTALL)


def are_formulas(p: str, q: str) -> bool:
    """Return whether both arguments are formulas; one alone is an error."""
    given = [side for side in (p, q) if FORMULA.fullmatch(side)]
    if len(given) == 1:
        other = q if given[0] == p else p
        raise InputError(
            f"{given[0]!r} is a formula and {other!r} is not; give two formulas, such as "
            "normal(0,1) normal(1,2), or two lists of numbers"
        )
    return len(given) == 2


def compared(p: str, q: str, unit: str) -> Result:
    """Compare two formulas by every measure that has a definition for them.

    Parameters
    ----------
    p, q : str
        As the user typed them.
    unit : {"nats", "bits", "bans"}
        Of the results.

    Returns
    -------
    Result
        The facts, the document, and KL(P‖Q) alone.
    """
    from kullback import distributions as d
    from kullback.report.blocks.cell import exact
    from kullback.report.text.ascii import for_encoding

    found = d.compare(d.from_text(p), d.from_text(q), unit=unit)
    # For programs: float() reads "inf" and not "∞".
    number = for_encoding("ascii")(exact(float(found.kl.value)))
    return Result(found.to_dict(), found.document(), number)

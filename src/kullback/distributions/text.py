"""Distributions written as text: ``normal(0, 1)``, ``gamma(shape=2, rate=1)``.

Literals only: numbers, lists of numbers, and ``inf``; nothing is evaluated.
"""

import ast
import math
from dataclasses import fields
from typing import Any

from kullback.distributions.families import by_name
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError

WORDS = {"inf": math.inf, "pi": math.pi, "e": math.e}


def from_text(text: str) -> Distribution:
    """Read a family with its parameters from text.

    Parameters
    ----------
    text : str
        A name of `FAMILIES` and its parameters, in order or by name.

    Returns
    -------
    Distribution
        The distribution.

    Raises
    ------
    InputError
        If the text is no call of a family; shows the parameters that it takes.

    Examples
    --------
    >>> from_text("normal(0, 1)")
    Normal(loc=0, scale=1)
    >>> from_text("categorical([0.5, 0.5])")
    Categorical(probs=[0.5, 0.5])
    """
    call = _call(text)
    family = by_name(call.func.id)  # type: ignore[attr-defined]
    names = [f.name for f in fields(family)]  # type: ignore[arg-type]
    usage = f"{call.func.id}({', '.join(names)})"  # type: ignore[attr-defined]
    if len(call.args) > len(names):
        raise InputError(f"{text!r} gives {len(call.args)} parameters; the family is {usage}")
    values = dict(zip(names, (_literal(text, a) for a in call.args), strict=False))
    for keyword in call.keywords:
        if keyword.arg not in names or keyword.arg in values:
            raise InputError(f"{text!r}: {keyword.arg!r} is unknown or given twice in {usage}")
        values[keyword.arg] = _literal(text, keyword.value)
    try:
        return family(**values)
    except TypeError:
        missing = ", ".join(n for n in names if n not in values)
        raise InputError(f"{text!r} lacks {missing}; the family is {usage}") from None


def _call(text: str) -> ast.Call:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        tree = None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise InputError(f"{text!r} is no distribution; write it as in normal(0, 1)")
    return tree


def _literal(text: str, node: ast.expr) -> Any:
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(text, item) for item in node.elts]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _literal(text, node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Name) and node.id in WORDS:
        return WORDS[node.id]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    raise InputError(f"{text!r}: {ast.unparse(node)!r} is no number")

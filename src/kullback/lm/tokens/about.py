"""What a set of tokens is about: only tokens about the same things may be put together."""

from dataclasses import dataclass, fields, replace

from kullback.errors import InputError

FORWARD = "KL(base‖model)"


@dataclass(frozen=True, slots=True)
class About:
    """What was compared, and how. None is unknown, and fits to everything.

    Parameters
    ----------
    base, model : str or None
        The names of both sides, without folders.
    vocabulary : int or None
        Tokens that a row has a number for.
    tokenizer : str or None
        A name or hash of the tokeniser, as the caller gives it.
    temperature : float
        By which the logits were divided.
    direction : str
        Of the divergence that is called KL.
    decode : {"clean", "llama.cpp"}
        How stored rows were read.
    cluster : str or None
        What holds tokens that are alike: "chunk", "document", "token" or "given".
    text : str or None
        SHA-256 of the ids of the tokens.
    rows : int or None
        How many tokens there are in all.
    content : str or None
        SHA-256 of the first and last rows of both sides: names may be alike where files are not.

    Examples
    --------
    >>> About(vocabulary=8).together(About(tokenizer="bpe")).vocabulary
    8
    """

    base: str | None = None
    model: str | None = None
    vocabulary: int | None = None
    tokenizer: str | None = None
    temperature: float = 1.0
    direction: str = FORWARD
    decode: str = "clean"
    cluster: str | None = None
    text: str | None = None
    rows: int | None = None
    content: str | None = None

    def together(self, other: "About") -> "About":
        """Return what both are about.

        Raises
        ------
        InputError
            If they differ: says in what.
        """
        known = {}
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if mine is not None and theirs is not None and mine != theirs:
                raise InputError(
                    f"these tokens do not belong together: {field.name} is {mine!r} in one "
                    f"and {theirs!r} in the other; merge only parts of one comparison"
                )
            known[field.name] = theirs if mine is None else mine
        return replace(self, **known)

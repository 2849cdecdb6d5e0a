"""A note: one thing that was decided or noticed on the user's behalf."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was decided or noticed on the user's behalf.

    Parameters
    ----------
    code : str
        A short stable name, for programs.
    text : str
        A sentence, for people.
    """

    code: str
    text: str

    def __str__(self) -> str:
        return self.text

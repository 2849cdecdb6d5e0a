"""Check-sums of JSON files: a byte that changed on a disk is an error, and no other number."""

import re
import zlib

from kullback.errors import FormatError

_SEAL = re.compile(r'\{"check":"([0-9a-f]{8})",')


def sealed(text: str) -> str:
    """Return a JSON object with the check-sum of all the rest as its first entry.

    Examples
    --------
    >>> sealed('{"rows":3}')
    '{"check":"83e2def9","rows":3}'
    """
    return f'{{"check":"{_sum(text)}",{text[1:]}'


def intact(text: str, where: str) -> str:
    """Return a text that is as it was sealed, or that has no seal in its first place.

    Parameters
    ----------
    text : str
        As it was read.
    where : str
        What errors call it.

    Raises
    ------
    FormatError
        If it changed since.
    """
    seal = _SEAL.match(text)
    if seal and seal[1] != _sum("{" + text[seal.end() :]):
        raise FormatError(
            f"{where} is not as it was written: its check-sum is another, so it is damaged; take a "
            'copy, or make it again (if you changed it by hand, take out its first entry, "check")'
        )
    return text


def _sum(text: str) -> str:
    lines = text.replace("\r\n", "\n")  # which a repository may have changed
    return f"{zlib.crc32(lines.encode('utf-8', 'surrogatepass')):08x}"

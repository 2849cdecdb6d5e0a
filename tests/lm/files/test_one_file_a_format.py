"""A format of logits is one file and one line of the table of formats."""

import importlib
import sys
import textwrap

import numpy as np
import pytest

from kullback import lm
from kullback.errors import FormatError
from kullback.lm.files import open as opening

PLUG_IN = '''
    """Logits as plain text: a line `LOGITS rows vocabulary`, then a row a line."""

    import numpy as np

    from kullback.errors import FormatError
    from kullback.lm.files.logits_file import LogitsFile

    def recognises(first):
        return first.startswith(b"LOGITS ")

    def read(path):
        with open(path) as file:
            rows, vocabulary = map(int, file.readline().split()[1:])
            values = np.loadtxt(file, dtype=np.float64, ndmin=2)
        if values.shape != (rows, vocabulary):
            raise FormatError(f"{path} announces {rows} rows and holds {len(values)}")
        return LogitsFile(
            path=path, format="plain text", vocabulary=vocabulary,
            clusters=np.zeros(rows, np.int64), positions=np.arange(rows), targets=None,
            contexts=None, storage="float64", normalized=False,
            read=lambda start, stop: values[start:stop],
        )
'''


@pytest.fixture
def plain_text(tmp_path, monkeypatch):
    package = tmp_path / "someones_formats"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "plain_text.py").write_text(textwrap.dedent(PLUG_IN))
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("someones_formats.plain_text")
    for name in ("someones_formats", "someones_formats.plain_text"):
        sys.modules.pop(name, None)


def test_a_format_from_a_single_file(plain_text, tmp_path, monkeypatch):
    rows = np.random.default_rng(0).normal(size=(3, 5))
    file = tmp_path / "logits.txt"
    file.write_text("LOGITS 3 5\n" + "\n".join(" ".join(map(repr, r.tolist())) for r in rows))
    with pytest.raises(FormatError, match="no file of logits"):
        lm.open(file)
    monkeypatch.setattr(opening, "FORMATS", (*opening.FORMATS, plain_text))
    found = lm.open(file)
    assert (found.format, len(found), found.vocabulary) == ("plain text", 3, 5)
    np.testing.assert_array_equal(found.read(0, 3), rows)
    assert lm.compare(file, rows).kl.value == 0
    file.write_text("LOGITS 4 5\n" + "\n".join(" ".join(map(repr, r.tolist())) for r in rows))
    with pytest.raises(FormatError, match="announces 4 rows"):
        lm.open(file)

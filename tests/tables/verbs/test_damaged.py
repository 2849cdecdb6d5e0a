"""Files cut short or with bytes changed: an error that names the file, or an honest result."""

import gzip
import random

import pandas as pd
import pytest

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables.results.comparison import Skipped

FRAME = pd.DataFrame(
    {"a": [1.5, 2.5, None, 4] * 200, "s": ["x", "y", "z;", 'it"s'] * 200, "i": range(800)}
)


def written(path):
    if path.suffix == ".parquet":
        FRAME.to_parquet(path)
    elif path.suffix == ".feather":
        FRAME.to_feather(path)
    elif path.suffix == ".jsonl":
        FRAME.to_json(path, orient="records", lines=True)
    else:
        FRAME.to_csv(path, index=False)
    return path.read_bytes()


def read(path):
    """Return the profile, or what the error says."""
    try:
        return tables.profile(path)
    except (FormatError, InputError) as error:
        return str(error)


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz", "jsonl", "feather"])
def test_damaged_files(tmp_path, ending):
    whole = written(tmp_path / f"whole.{ending.removesuffix('.gz')}")
    whole = gzip.compress(whole) if ending.endswith("gz") else whole
    draw = random.Random(20)
    path = tmp_path / f"bad.{ending}"
    refused = 0
    for cut in [True, False] * 15:
        content = bytearray(whole[: draw.randrange(len(whole))] if cut else whole)
        for _ in range(0 if cut else draw.choice([1, 3, 10])):
            content[draw.randrange(len(content))] = draw.randrange(256)
        path.write_bytes(content)
        profile = read(path)
        refused += isinstance(profile, str)
        assert not isinstance(profile, str) or path.name in profile
        for column in () if isinstance(profile, str) else profile:
            # A page that cannot be read costs its own column only, and says so.
            assert isinstance(column, Skipped) or column.rows == profile.rows
    assert refused >= 5


@pytest.mark.parametrize("rows", [10_000, 100_000])
def test_a_footer_that_promises_more_rows_than_there_are(tmp_path, rows):
    """The head of a large file with the tail of a small one."""
    large, small = tmp_path / "large.parquet", tmp_path / "small.parquet"
    pd.DataFrame({"a": range(rows)}).to_parquet(large)
    pd.DataFrame({"a": range(10)}).to_parquet(small)
    small.write_bytes(small.read_bytes()[:200] + large.read_bytes()[-600:])
    profile = read(small)
    said = profile if isinstance(profile, str) else f"small.parquet {profile['a'].reason}"
    assert "small.parquet" in said
    assert "cannot be read" in said or "failed: " in said


def test_a_line_that_is_a_whole_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1," + "x" * 3_000_000 + "\n2,y\n")
    with pytest.raises(FormatError, match=r"t\.csv.*CSV"):
        tables.profile(path)


def test_objects_that_are_nested_without_end(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"a":' * 5_000 + "1" + "}" * 5_000 + "\n")
    with pytest.raises(FormatError, match=r"t\.jsonl"):
        tables.profile(path)

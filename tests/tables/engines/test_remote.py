"""Files behind URLs, through fsspec; stores are stood in for by memory under their protocols."""

import gzip
import sys

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather, ipc

from kullback import tables
from kullback.errors import FormatError, InputError

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
FRAME = pd.DataFrame({"a": [1.5, 2.5, None] * 100, "s": ["x", "y", "z;"] * 100})


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("remote")
    FRAME.to_parquet(folder / "t.parquet")
    FRAME.to_csv(folder / "t.csv", index=False)
    FRAME.to_csv(folder / "t;.csv", index=False, sep=";")
    FRAME.to_json(folder / "t.jsonl", orient="records", lines=True)
    (folder / "t.csv.gz").write_bytes(gzip.compress((folder / "t.csv").read_bytes()))
    for compression in ("lz4", "uncompressed"):
        feather.write_feather(FRAME, folder / f"{compression}.feather", compression=compression)
    table = pa.Table.from_pandas(FRAME)
    with ipc.new_stream(folder / "stream.arrow", table.schema) as stream:
        stream.write_table(table)
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(params=["memory", "s3", "gs", "https"])
def store(request, monkeypatch, contents):
    """A store that answers under a protocol, and holds the files."""
    from fsspec.implementations.memory import MemoryFileSystem

    class Store(MemoryFileSystem):
        protocol = request.param
        store = {}  # noqa: RUF012  as in the class above it
        pseudo_dirs = [""]  # noqa: RUF012
        cachable = False

        @classmethod
        def _strip_protocol(cls, path):
            return "/" + path.removeprefix(f"{cls.protocol}://").strip("/")

        def unstrip_protocol(self, name):
            return f"{self.protocol}://{name.strip('/')}"

    known = sys.modules["fsspec.registry"]._registry  # there is no public way to take one back
    monkeypatch.setitem(known, request.param, Store)
    for name, path in contents.items():
        Store().pipe(f"/bucket/{name}", path.read_bytes())
    Store().pipe("/bucket/parts/1.csv", b"a,s\n1.5,x\n")
    Store().pipe("/bucket/parts/2.csv", b"a,s\n2.5,y\n")
    Store().pipe("/bucket/empty.csv", b"")
    Store().pipe("/bucket/cut.parquet", contents["t.parquet"].read_bytes()[:500])
    return f"{request.param}://bucket"


def test_remote_files_are_counted_like_local_ones(store, contents):
    expected = tables.profile(contents["t.parquet"])
    for name in contents:
        profile = tables.profile(f"{store}/{name}")
        assert profile.columns == expected.columns or name == "t.jsonl", name
        assert [c.body for c in profile] == [c.body for c in expected], name
        assert profile.source == f"{store}/{name}"
    assert tables.profile(f"{store}/parts/*.csv").rows == 2


def test_bad_remote_files(store):
    with pytest.raises(InputError, match=r"data: no such file: '.*://bucket/none.csv'"):
        tables.profile(f"{store}/none.csv")
    with pytest.raises(InputError, match=r"no such file: '.*://bucket/none-\*.csv'"):
        tables.profile(f"{store}/none-*.csv")
    with pytest.raises(FormatError, match="is empty"):
        tables.profile(f"{store}/empty.csv")
    with pytest.raises(FormatError, match="cannot be read as Parquet"):
        tables.profile(f"{store}/cut.parquet")
    with pytest.raises(InputError, match="mixes formats"):
        tables.profile(f"{store}/t.*")


@pytest.mark.parametrize("name", ["lz4.feather", "uncompressed.feather", "stream.arrow"])
def test_arrow_files_here(contents, name):
    expected = tables.profile(contents["t.parquet"])
    assert tables.profile(contents[name]).columns == expected.columns
    assert tables.profile(f"file://{contents[name]}").columns == expected.columns


@pytest.mark.parametrize("content", [b"no arrow at all", b"ARROW1\0\0" + b"\xff" * 200, b"ARROW1"])
def test_bad_arrow_files(tmp_path, content):
    path = tmp_path / "t.arrow"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"data: .*t\.arrow' cannot be read as Arrow"):
        tables.profile(path)


def test_a_truncated_arrow_file(tmp_path, contents):
    for name in ("lz4.feather", "stream.arrow"):
        whole = contents[name].read_bytes()
        for size in range(1, len(whole), len(whole) // 12):
            (tmp_path / name).write_bytes(whole[:size])
            with pytest.raises(FormatError, match="cannot be read as Arrow"):
                tables.profile(tmp_path / name)


def test_a_folder_of_partitions_is_read_with_its_keys(store):
    from fsspec import open as opened

    for year in (2024, 2025):
        with opened(f"{store}/sales/year={year}/a.csv", "wb") as file:
            file.write(b"x,y\n1,2\n3,4\n")
    with opened(f"{store}/sales/_SUCCESS", "wb"):
        pass
    profile = tables.profile(f"{store}/sales")
    assert profile["year"].body.counts == {2024: 2, 2025: 2}
    assert profile["x"].body.counts == {1: 2, 3: 2}
    with pytest.raises(InputError, match=r"is a folder; name its files"):
        tables.profile(f"{store}/parts")


def test_a_remote_file_that_changes_is_refused(store, monkeypatch):
    from fsspec import open as opened

    from kullback.tables.engines import several_files

    names_of = several_files.names_of

    def changed(*given):
        with opened(f"{store}/t.csv", "wb") as file:
            file.write(b"a,s\n1.5,x\n")
        return names_of(*given)

    monkeypatch.setattr(several_files, "names_of", changed)
    with pytest.raises(InputError, match=r"t\.csv' \(.* bytes, then 10\) changed while"):
        tables.profile(f"{store}/t.csv")


def test_an_address_that_a_filesystem_cannot_take_is_refused_in_our_words():
    pytest.importorskip("fsspec")
    with pytest.raises(InputError, match=r"'reference://x' cannot be used"):
        tables.profile("reference://x")

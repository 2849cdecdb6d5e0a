"""Files in other encodings, archives, workbooks and pipes: read, said, and bounded."""

import bz2
import contextlib
import gzip
import json
import lzma
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import FormatError, InputError, KullbackError

N = 400
TOWNS = ["Zürich", "Graz", "Wien", "Köln"]


def frame(seed, towns=TOWNS):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"town": rng.choice(towns, N), "größe": rng.normal(size=N).round(3)})


@pytest.fixture
def reference(tmp_path):
    frame(0).to_csv(tmp_path / "reference.csv", index=False)
    return tmp_path / "reference.csv"


def counted(path, **how):
    """Return how often each town comes, as kullback reads a file."""
    return tables.profile(path, **how)["town"].body.counts


TRUE = frame(1)["town"].value_counts().to_dict()
ENCODINGS = {
    "latin-1": ("latin-1", "latin-1"),
    "cp1252": ("cp1252", "cp1252"),
    "utf-16": ("utf-16", "UTF-16"),
    "utf-16-le": ("utf-16-le", "UTF-16-LE"),
    "utf-16-be": ("utf-16-be", "UTF-16-BE"),
    "utf-32": ("utf-32", "UTF-32"),
    "utf-8 with a mark": ("utf-8-sig", ""),
}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("packed", [False, True])
def test_an_encoding_is_found_out_and_said(reference, tmp_path, name, packed):
    encoding, said = ENCODINGS[name]
    data = frame(1)
    if encoding == "cp1252":
        data = data.replace({"town": {"Graz": "Graz – 5 €"}})
    path = tmp_path / ("now.csv.gz" if packed else "now.csv")
    content = data.to_csv(index=False).encode(encoding)
    path.write_bytes(gzip.compress(content) if packed else content)
    assert counted(path) == data["town"].value_counts().to_dict()
    assert counted(path, encoding=encoding) == counted(path)
    notes = " ".join(note.text for note in tables.compare(reference, path).notes)
    assert (said in notes) if said else not notes
    assert tables.compare(reference, path)["größe"].verdict in {"same", "undecided"}


def test_an_encoding_that_cannot_be_told_is_named(tmp_path):
    path = tmp_path / "now.csv"
    frame(1, ["東京", "大阪"])[["town"]].to_csv(path, index=False, encoding="shift_jis")
    assert set(counted(path, encoding="shift_jis")) == {"東京", "大阪"}
    with pytest.raises(FormatError, match="is not utf-16"):
        tables.profile(path, encoding="utf-16")
    with pytest.raises(InputError, match="encoding='klingon' is unknown"):
        tables.profile(path, encoding="klingon")


def test_json_lines_in_another_encoding(tmp_path):
    path = tmp_path / "now.jsonl"
    lines = "".join(json.dumps({"town": t}, ensure_ascii=False) + "\n" for t in frame(1)["town"])
    path.write_bytes(lines.encode("utf-16"))
    assert counted(path) == TRUE


def test_damaged_utf_8_is_no_other_encoding(tmp_path):
    path = tmp_path / "now.csv"
    content = frame(1).to_csv(index=False).encode()
    path.write_bytes(content.replace("Zürich".encode(), b"Z\xffrich", 2))
    with pytest.raises(FormatError, match=r"line .*utf-8"):
        tables.profile(path)


@pytest.mark.parametrize(("ending", "pack"), [("bz2", bz2.compress), ("xz", lzma.compress)])
def test_other_compressions(tmp_path, ending, pack):
    path = tmp_path / f"now.csv.{ending}"
    path.write_bytes(pack(frame(1).to_csv(index=False).encode()))
    assert counted(path) == TRUE


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return path


def test_zip_archives(tmp_path):
    text = frame(1).to_csv(index=False)
    assert counted(archive(tmp_path / "a.zip", now__csv=text, readme__md="x")) == TRUE
    both = counted(archive(tmp_path / "b.zip", one__csv=text, two__csv=text))
    assert both == {town: 2 * n for town, n in TRUE.items()}
    book = tmp_path / "now.xlsx"
    frame(1).to_excel(book, index=False)
    assert counted(archive(tmp_path / "c.zip", now__xlsx=book.read_bytes())) == TRUE
    for members, said in (
        ({"readme__md": "x"}, "holds no data file: 'readme.md'"),
        ({"a__csv": text, "b__jsonl": "{}"}, "mixes formats"),
        ({"inner__zip": (tmp_path / "a.zip").read_bytes()}, "holds no data file"),
    ):
        with pytest.raises(InputError, match=said):
            tables.profile(archive(tmp_path / "d.zip", **members))


def test_what_expands_beyond_measure_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("KULLBACK_MAX_FILE", "1MB")
    zeros = "a\n" + "0\n" * 2_000_000
    for path in (
        archive(tmp_path / "bomb.zip", x__csv=zeros),
        archive(
            tmp_path / "bomb.xlsx", **{"xl/workbook__xml": "", "xl/worksheets/sheet1__xml": zeros}
        ),
    ):
        with pytest.raises(InputError, match="expands to more than 1 MB; KULLBACK_MAX_FILE"):
            tables.profile(path)
    (tmp_path / "bomb.csv.bz2").write_bytes(bz2.compress(zeros.encode()))
    with pytest.raises(InputError, match="expands to more"):
        tables.profile(tmp_path / "bomb.csv.bz2")


def test_workbooks_and_their_sheets(reference, tmp_path):
    path = tmp_path / "now.xlsx"
    data = frame(1).assign(
        day=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(N) % 60, "D"),
        paid=np.arange(N) % 3 == 0,
        code=[f"{i % 40:05d}" for i in range(N)],
    )
    with pd.ExcelWriter(path) as book:
        data.to_excel(book, sheet_name="Data", index=False, startrow=2)
        frame(2).to_excel(book, sheet_name="Other", index=False)
    made = tables.profile(path)
    kinds = {column.name: column.kind for column in made}
    assert kinds == {
        "town": "text",
        "größe": "number",
        "day": "time",
        "paid": "boolean",
        "code": "text",
    }
    assert counted(path) == TRUE
    other = frame(2)["town"].value_counts().to_dict()
    assert counted(path, sheet="Other") == counted(path, sheet=2) == other
    with pytest.raises(InputError, match="has the sheets \\['Data', 'Other'\\]"):
        tables.profile(path, sheet="Nothing")
    notes = [note.text for note in tables.compare(reference, path).notes]
    assert any("from sheet 'Data', one of 2" in note for note in notes)


def test_headers_and_delimiters_can_be_told(tmp_path):
    path = tmp_path / "now.csv"
    frame(1).to_csv(path, index=False, header=False, sep="~")
    made = tables.profile(path, header=False, delimiter="~")
    assert [column.name for column in made] == ["column0", "column1"]
    assert made.rows == N
    assert made["column0"].body.counts == TRUE
    for wrong in ({"delimiter": "ab"}, {"header": "no"}, {"sheet": 0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            tables.profile(path, **wrong)


def test_numbers_with_zeros_before_them_stay_codes(tmp_path):
    path = tmp_path / "now.csv"
    codes = np.random.default_rng(0).integers(0, 90, N)
    pd.DataFrame({"zip": [f"{i:05d}" for i in codes]}).to_csv(path, index=False)
    cut = tmp_path / "cut.csv"
    pd.DataFrame({"zip": [str(i) for i in codes]}).to_csv(cut, index=False)
    assert tables.profile(path)["zip"].kind == "text"
    assert not tables.compare(path, cut).check()


PIPED = {
    "csv": lambda path: frame(1).to_csv(path, index=False),
    "csv.gz": lambda path: frame(1).to_csv(path, index=False),
    "jsonl": lambda path: frame(1).to_json(path, orient="records", lines=True),
    "parquet": lambda path: frame(1).to_parquet(path),
    "xlsx": lambda path: frame(1).to_excel(path, index=False),
}


QUICK = {"csv.gz", "xlsx"}
ENDINGS = [pytest.param(e, marks=() if e in QUICK else pytest.mark.slow) for e in PIPED]


@pytest.mark.parametrize("ending", ENDINGS)
def test_pipes(reference, tmp_path, ending):
    path = tmp_path / f"now.{ending}"
    PIPED[ending](path)
    program = f"{sys.executable} -m kullback compare"
    done = subprocess.run(
        ["bash", "-c", f"{program} {reference} <(cat {path}) --json"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    again = tables.compare(reference, path)
    assert [c["p_value"] for c in found["columns"]] == [c.p_value for c in again]


def test_the_settings_and_the_options_say_the_same(tmp_path):
    for seed, name in ((0, "a"), (1, "b")):
        text = frame(seed).to_csv(index=False, header=False, sep="~")
        (tmp_path / f"{name}.csv").write_bytes(text.encode("cp1250"))
    (tmp_path / "kullback.toml").write_text("header = false\nencoding = 'cp1250'\n")
    done = subprocess.run(
        [sys.executable, "-m", "kullback", "compare", "a.csv", "b.csv", "--delimiter=~", "--json"],
        capture_output=True,
        cwd=tmp_path,
        check=True,
    )
    found = json.loads(done.stdout)
    how = {"header": False, "encoding": "cp1250", "delimiter": "~"}
    again = tables.compare(tmp_path / "a.csv", tmp_path / "b.csv", **how)
    assert [c["name"] for c in found["columns"]] == ["column0", "column1"]
    assert [c["p_value"] for c in found["columns"]] == [c.p_value for c in again]


@pytest.mark.parametrize("form", ["xlsx", "zip", "csv"])
def test_damaged_files_are_refused_or_read(tmp_path, form):
    """Cut and flipped anywhere: an error of ours, or some table, and nothing else."""
    whole = tmp_path / f"whole.{form}"
    small = frame(1).head(40)
    if form == "xlsx":
        small.to_excel(whole, index=False)
    elif form == "zip":
        archive(whole, now__csv=small.to_csv(index=False))
    else:
        whole.write_bytes(small.to_csv(index=False).encode("utf-16"))
    content = whole.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(content), 12):
        flipped = bytearray(content)
        flipped[place] ^= 1 << int(rng.integers(8))
        for harmed in (content[:place], bytes(flipped)):
            path = tmp_path / f"harmed.{form}"
            path.write_bytes(harmed)
            with contextlib.suppress(KullbackError):
                assert tables.profile(path).rows >= 1

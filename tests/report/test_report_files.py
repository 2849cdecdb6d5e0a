"""A file is the new one, whole, or the old one, untouched."""

import os
import stat
from pathlib import Path

import pytest

from kullback.files import write_text


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "a.html"
    assert write_text(path, "née") == 4
    assert write_text(str(path), "two") == 3
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


def test_the_mode_is_that_of_an_ordinary_file(tmp_path):
    path = tmp_path / "a.html"
    write_text(path, "x")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o600)
    write_text(path, "y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "a.html"
    write_text(path, "old")

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    owner = os if step == "fsync" else Path
    monkeypatch.setattr(owner, step, full)
    with pytest.raises(OSError, match="No space"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_no_such_folder(tmp_path):
    with pytest.raises(FileNotFoundError) as told:
        write_text(tmp_path / "nowhere" / "a.html", "x")
    assert told.value.filename == str(tmp_path / "nowhere" / "a.html")

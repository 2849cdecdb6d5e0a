"""A monitor as a file: the counts of its reference, its settings, and the evidence so far."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kullback.errors import FormatError, InputError
from kullback.files import read_text, write_text
from kullback.limits import intact, json_of, sealed
from kullback.statistics.e_detector import Winnings
from kullback.tables.profiles.parse import profile_of
from kullback.tables.profiles.storage import text
from kullback.tables.watch.windows_seen import WindowsSeen

if TYPE_CHECKING:
    from kullback.tables.watch.monitor import Monitor

VERSION = 1
PARTS = ("product", "detector", "growth", "counted", "since")


def save(monitor: "Monitor", path: Path) -> None:
    """Write a monitor as JSON."""
    from kullback.tables.watch.seasons import spoken

    facts = {
        "kullback_monitor": VERSION,
        **monitor.settings(),
        "seen": monitor.seen.to_dict(),
        "alarms": monitor.alarms,
        "whole": json.loads(text(monitor.whole)),
        "reference": [
            [None if at is None else spoken(at), json.loads(text(window))]
            for at, window in monitor.windows
            if window is not monitor.whole
        ],
        "evidence": {name: _written(watched.evidence) for name, watched in monitor.watched()},
    }
    write_text(path, sealed(json.dumps(facts, ensure_ascii=False, allow_nan=False) + "\n"))


def load(path: Path) -> "Monitor":
    """Read a monitor, checking its shape."""
    try:
        whole = intact(read_text(path), f"monitor {str(path)!r}")
        facts = json_of(whole, f"{str(path)!r} is not a monitor: it")
    except FileNotFoundError:
        raise InputError(f"no such monitor: {str(path)!r}") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{str(path)!r} is not a monitor: {error}") from error
    try:
        return _monitor(facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"{str(path)!r} is not a monitor: {error}") from error


def _monitor(facts: dict[str, Any]) -> "Monitor":
    from kullback.tables.watch.monitor import SETTINGS, Monitor
    from kullback.tables.watch.reference import ReferenceWindows

    if facts["kullback_monitor"] > VERSION:
        raise ValueError(f"it is of version {facts['kullback_monitor']}, this reads {VERSION}")
    windows = [(at, profile_of(window)) for at, window in facts["reference"]]
    whole = profile_of(facts["whole"])
    monitor = Monitor(
        ReferenceWindows(windows or [(None, whole)], whole),
        **{name: facts[name] for name in SETTINGS},
    )
    monitor.seen = WindowsSeen.from_dict(facts["seen"])
    monitor.alarms = {str(name): str(at) for name, at in facts["alarms"].items()}
    for name, watched in monitor.watched():
        watched.evidence = _read(facts["evidence"][name], len(watched.events.names))
    return monitor


def _written(evidence: Winnings) -> dict[str, Any]:
    """Write numbers so that they are read back to the last bit; −∞ as null."""
    parts: dict[str, Any] = {
        name: [v if np.isfinite(v) else None for v in getattr(evidence, name).ravel().tolist()]
        for name in PARTS
    }
    return parts | {"start": evidence.start.ravel().tolist(), "windows": evidence.windows}


def _read(facts: dict[str, Any], events: int) -> Winnings:
    like = Winnings.none(events)
    parts = {
        name: np.array([-np.inf if v is None else float(v) for v in facts[name]]).reshape(
            getattr(like, name).shape
        )
        for name in PARTS
    }
    start = np.array(facts["start"], dtype=np.int64).reshape(like.start.shape)
    return Winnings(start=start, windows=int(facts["windows"]), **parts)

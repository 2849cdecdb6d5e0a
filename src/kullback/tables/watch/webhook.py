"""Telling a server about an alarm: one POST of JSON."""

import json
import urllib.error
import urllib.request
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kullback.errors import InputError
from kullback.report.blocks.label import visible

if TYPE_CHECKING:
    from kullback.tables.watch.monitoring import Monitoring

TIMEOUT = 10.0  # seconds


def check_address(address: str) -> None:
    """Refuse what is no address of a web server, before hours of counting."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(
            f"webhook {address!r:.200} is no address of a server, such as https://example.org/hook"
        )


def tell(address: str, monitoring: "Monitoring") -> bool:
    """Post the alarms to a server, if there are any; return whether there were.

    A column stays alarmed until it is restarted, and is told of in every run until then: a
    message that was lost is sent again, and the receiver tells alarms apart by column and window.

    Parameters
    ----------
    address : str
        http:// or https://.
    monitoring : Monitoring
        What `kullback.tables.monitor` returned.

    Raises
    ------
    InputError
        If it is no address, or the server does not answer, or not with success.
    """
    check_address(address)
    if not monitoring.alarmed:
        return False
    said = [monitoring.headline, *map(str, monitoring.changes)]
    facts = {
        # Chats read <…> as a link, or as a call of everybody.
        "text": escape("\n".join(map(visible, said)), quote=False),
        "alarms": monitoring.monitor.alarms,
        "changes": [change.to_dict() for change in monitoring.changes],
    }
    data = json.dumps(facts, allow_nan=False).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT):
            return True
    except (urllib.error.URLError, OSError) as error:
        host = urlsplit(address).hostname  # the rest of an address may be a secret
        raise InputError(
            f"the webhook at {host} did not take the alarm: {error}; run again to send it again"
        ) from error

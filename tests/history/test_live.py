"""The live page: one page, for this machine only, and nothing else."""

import http.client
import threading

import pandas as pd
import pytest

from kullback import history, tables
from kullback.errors import InputError
from kullback.history.live import LivePage


@pytest.fixture
def live():
    """Serve a page that says how often it was drawn."""
    drawn = []

    def draw():
        drawn.append(1)
        if len(drawn) == 3:
            raise InputError("the store is locked")
        return f"<p>{len(drawn)}</p>"

    with LivePage(draw) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, method="GET", path="/", host=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers={} if host is None else {"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_it_is_drawn_at_every_request_and_says_what_is_wrong(live):
    assert ask(live)[:2] == (200, "<p>1</p>")
    assert ask(live, host="localhost:80")[:2] == (200, "<p>2</p>")
    assert ask(live)[:2] == (500, "the store is locked\n")
    headers = ask(live)[2]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": ""}, 403),
        ({"path": "/../../etc/passwd"}, 404),
        ({"path": "//127.0.0.1/x"}, 404),
        ({"method": "POST"}, 501),
        ({"method": "PUT"}, 501),
    ],
)
def test_everything_else_is_refused(live, asked, status):
    assert ask(live, **asked)[0] == status


def test_a_port_that_is_taken(live):
    with pytest.raises(InputError, match=f"port {live.server_port} of 127.0.0.1 cannot be used"):
        LivePage(str, live.server_port)


def test_the_history_itself_is_served(tmp_path):
    from kullback.history import History
    from kullback.report.html.page import page

    rows = pd.DataFrame({"paid": ["card", "cash"] * 500})
    store = tmp_path / "h.duckdb"
    history.append(store, tables.compare(rows, rows))

    def draw():
        return page(History(tuple(history.read(store, measure="kl"))).document())

    with LivePage(draw) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        status, text, _ = ask(server)
        history.append(store, tables.compare(rows, rows))  # readers let go of the store
        server.shutdown()
        thread.join()
    assert status == 200
    assert "same, 1 of 1 columns" in text

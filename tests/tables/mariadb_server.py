"""A MariaDB server of its own on loopback, out of Debian's package."""

import getpass
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path


def missing():
    """Return why no server can be started here, or an empty text."""
    try:
        import pymysql  # noqa: F401
    except ImportError:
        return "PyMySQL is not installed"
    return "" if server() else "MariaDB's server is not installed"


def server():
    return shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")


@contextmanager
def running(folder):
    """Start a server, and give a connection to it; stop it at the end."""
    import pymysql

    data, user = Path(folder, "data"), getpass.getuser()
    make = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={user}"]
    make += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(make, check=True, capture_output=True)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    options = [f"--datadir={data}", f"--socket={data}/s", f"--port={port}", f"--user={user}"]
    options += ["--bind-address=127.0.0.1", "--skip-log-bin", f"--pid-file={data}/pid"]
    options += ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"]
    with Path(folder, "log").open("w") as log:
        process = subprocess.Popen([server(), "--no-defaults", *options], stdout=log, stderr=log)
    try:
        connection = _connected(pymysql, port)
        connection.cursor().execute("CREATE DATABASE k CHARACTER SET utf8mb4")
        connection.select_db("k")
        yield connection
        connection.close()
    finally:
        process.terminate()
        process.wait(timeout=60)


def _connected(pymysql, port):
    end = time.monotonic() + 60
    while True:
        try:
            return pymysql.connect(host="127.0.0.1", port=port, user="root", charset="utf8mb4")
        except pymysql.err.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)

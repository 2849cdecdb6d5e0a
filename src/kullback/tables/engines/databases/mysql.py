"""MySQL: MariaDB's text, but for the collation that compares bytes; only its text is tested."""

from dataclasses import replace

from kullback.tables.engines.database import Database
from kullback.tables.engines.databases import mariadb

DIALECT = replace(mariadb.dialect("utf8mb4_0900_bin"), back="$")
DATABASE = Database(
    "MySQL",
    DIALECT,
    mariadb.types,
    describe=mariadb.describe,
    drivers=mariadb.DRIVERS,
    odd=mariadb.ODD,
    lacks=frozenset({"INTERVAL"}),
)

"""MySQL: MariaDB's text, but for the collation that compares bytes; only its text is tested."""

from kullback.tables.engines.database import Database
from kullback.tables.engines.databases import mariadb

DIALECT = mariadb.dialect("utf8mb4_0900_bin")
DATABASE = Database(
    "MySQL",
    DIALECT,
    mariadb.types,
    describe=mariadb.describe,
    drivers=mariadb.DRIVERS,
    odd=mariadb.ODD,
    lacks=frozenset({"INTERVAL"}),
)

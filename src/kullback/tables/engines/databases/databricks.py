"""Databricks: the dialect and the types of Spark."""

from kullback.tables.engines.database import Database, DescribedTable, Execute
from kullback.tables.engines.spark import DIALECT, ODD, canonical


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types that DESCRIBE QUERY tells."""
    rows = execute(f"DESCRIBE QUERY SELECT * FROM {table.relation}")
    return [canonical(str(row[1])) for row in rows]


DATABASE = Database("Databricks", DIALECT, types, drivers=("databricks.sql",), odd=ODD)

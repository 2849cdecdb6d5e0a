"""``kullback sql PROFILE``: the SQL that counts a table after a profile."""

import click

from kullback.cli.help import help_option
from kullback.cli.names import columns_of
from kullback.cli.streams import for_programs, write

HELP = """\b
Examples:
  kullback profile sales.parquet -o sales.json
  kullback sql sales.json --table shop.sales --dialect postgres
  kullback sql sales.json --table "{{ ref('sales') }}" --dialect snowflake --test > tests/sales.sql

Prints one statement that counts a table in the bins and categories of a profile, for a database to
run: a row for each outcome, with the rows of the reference and of the table. It counts what
kullback compare counts there.

With --test its rows are the columns whose Jensen-Shannon divergence, less what chance gives it, is
above the tolerance: a test that passes without rows, as dbt has them.
"""


@click.command(help=HELP, short_help="Print the SQL that counts a table after a profile.")
@click.argument("profile", metavar="PROFILE")
@click.option("--table", required=True, metavar="NAME", help="A table, a query, or {{ … }}.")
@click.option("--dialect", required=True, metavar="NAME", help="duckdb, postgres, snowflake, ….")
@click.option("--columns", metavar="A,B", multiple=True, help="Count these columns only.")
@click.option("--test", is_flag=True, help="Only the columns that differ by more.")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=0.01,
    help="For --test, in bits.  [default: 0.01]",
)
@help_option
def sql(
    *,
    profile: str,
    table: str,
    dialect: str,
    columns: tuple[str, ...],
    test: bool,
    tolerance: float,
) -> int:
    """Print the SQL of a profile given on the command line."""
    from kullback import tables
    from kullback.tables.counting.counting_sql import counting_sql

    text = counting_sql(
        tables.Profile.load(profile),
        table,
        dialect,
        columns=columns_of(columns),
        tolerance=tolerance if test else None,
    )
    write(for_programs(text.rstrip("\n")))
    return 0

"""Which engine counts a dataset: the one where it lies, else DuckDB."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from kullback.errors import InputError
from kullback.tables.engines import Engine, Source, databases, duckdb, spark
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.messages import translated
from kullback.tables.engines.relation import Relation

ENGINES = ("auto", "duckdb", "spark")
_TOLD_NOTHING = FileForm()


class Engines:
    """The engines in use: each dataset is opened by its own, and one DuckDB serves the others."""

    def __init__(
        self, engine: Any, stack: ExitStack, data: tuple[Any, ...], form: FileForm
    ) -> None:
        self._engine = engine
        self._form = form
        self._data = data
        self._stack = stack
        self._shared: list[Engine] = []

    def open(self, data: Any, argument: str, texts: Collection[str] = ()) -> tuple[Engine, Source]:
        """Open a dataset; return also the engine that counts it.

        Of files without types the columns that `texts` name are read as text.

        Raises
        ------
        InputError
            If the engine cannot count this dataset, or it cannot be found.
        FormatError
            If a file is not what its name says.
        MissingDependencyError
            If a package that is needed is not installed.
        """
        if databases.is_database(data):
            data = self._stack.enter_context(databases.relation_at(data, argument))
        engine = self._engine_of(data, argument)
        if texts and isinstance(engine, duckdb.DuckDB):
            return engine, engine.open_texts(data, argument, texts)
        return engine, engine.open(data, argument)

    def _engine_of(self, data: Any, argument: str) -> Engine:
        if isinstance(data, Relation):
            _require_auto(self._engine, argument, "a table in a database")
            return self._stack.enter_context(databases.connected(data, argument))
        if spark.is_frame(data):
            if self._engine == "duckdb":
                _require_auto(self._engine, argument, "a Spark frame")
            return self._stack.enter_context(spark.connect(data.sparkSession))
        if not self._shared:
            self._shared.append(
                self._stack.enter_context(_embedded_or_spark(self._engine, self._data, self._form))
            )
        return self._shared[0]


@contextmanager
def open_engines(engine: Any, *data: Any, form: FileForm = _TOLD_NOTHING) -> Iterator[Engines]:
    """Check the name of an engine; what is opened meanwhile is closed on leaving.

    Of the disk, DuckDB reaches the files that `data` name and no others. An engine's own error
    becomes one of ours.

    Raises
    ------
    InputError
        If the engine is unknown.
    """
    check(engine)
    with ExitStack() as stack:
        try:
            yield Engines(engine, stack, data, form)
        except Exception as error:
            ours = translated(error)
            if ours is error:
                raise
            raise ours from error


def check(engine: Any) -> None:
    """Refuse what is no engine."""
    if spark.is_session(engine) or (isinstance(engine, str) and engine in ENGINES):
        return
    choices = ", ".join(repr(choice) for choice in ENGINES)
    raise InputError(
        f"engine={engine!r} is unknown; choose one of {choices}, or pass a SparkSession; a table "
        "in a database is given as tables.Relation(connection, table)"
    )


def _require_auto(engine: Any, name: str, what: str) -> None:
    if engine != "auto":
        raise InputError(f"{name} is {what}, which is counted where it lies: leave engine='auto'")


def _embedded_or_spark(
    engine: Any, data: tuple[Any, ...], form: FileForm
) -> AbstractContextManager[Engine]:
    if engine not in {"auto", "duckdb"} and form != _TOLD_NOTHING:
        raise InputError(
            "encoding=, delimiter=, header= and sheet= are for files that DuckDB reads: leave "
            "engine='auto', or read them with Spark and pass the frame"
        )
    if spark.is_session(engine):
        return spark.connect(engine)
    if engine == "spark":
        return spark.connect(spark.active_session())
    return duckdb.connect(*data, form=form)

"""What engines say is told by its cause, and what is of no column ends everything."""

import pytest

from kullback.errors import FormatError
from kullback.tables.engines.messages import ends_all, one_line, translated

CALLING = "An error occurred while calling o139.collectToPython.\n: "
OF_SPARK = CALLING + "org.apache.spark.SparkException: "
MIXED = (
    "[FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH] Encountered error while reading file "
    "file:///t/2.parquet. Data type mismatches when reading Parquet column [a]. Expected Spark "
    "type int, actual Parquet type INT64. SQLSTATE: KD001\n\tat org.apache.spark.sql.X(X.java:1)"
)
DAMAGED = (
    "[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///t/3.parquet.  "
    "SQLSTATE: KD001\nCaused by: java.lang.RuntimeException: corrupted file"
)


class SparkError(Exception):
    """An error of Py4J's, by where it comes from."""

    __module__ = "py4j.protocol"


@pytest.mark.parametrize("calling", [OF_SPARK, ""])  # classic and Connect
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MIXED, r"2\.parquet\. .* type INT64\. Write the files with one type"),
        (DAMAGED, r"3\.parquet\.$"),
    ],
)
def test_a_file_that_spark_cannot_read_ends_all_and_is_named(calling, text, said):
    error = SparkError(calling + text)
    assert ends_all(error)
    with pytest.raises(FormatError, match=rf"the data cannot be read: Encountered .*{said}"):
        raise translated(error)


def test_what_a_call_of_sparks_met_is_said_and_not_the_call():
    error = SparkError(f"{CALLING}java.lang.ArithmeticException: long overflow\n\tat x.Y(Y.java:1)")
    assert one_line(error) == "java.lang.ArithmeticException: long overflow"
    assert not ends_all(error)

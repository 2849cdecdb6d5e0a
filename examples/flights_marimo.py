"""A marimo notebook: drag the tolerance, and see which columns of the flights still drift.

``marimo edit examples/flights_marimo.py``; as a script it prints the verdicts.
"""

import marimo

app = marimo.App()


@app.cell
def _():
    from pathlib import Path

    import marimo as mo

    import kullback

    folder = Path(__file__).parent
    return folder, kullback, mo


@app.cell
def _(mo):
    tolerance = mo.ui.slider(0.005, 0.1, step=0.005, value=0.01, label="tolerance (bits of JS)")
    tolerance  # noqa: B018 - the last expression of a cell is what it shows
    return (tolerance,)


@app.cell
def _(folder, kullback, tolerance):
    flights = kullback.tables.compare(
        folder / "flights-january.parquet",
        folder / "flights-july.parquet",
        columns=["origin", "carrier", "distance", "air_time"],
        tolerance=tolerance.value,
    )
    print({column.name: column.verdict for column in flights})
    flights  # noqa: B018
    return (flights,)


if __name__ == "__main__":
    app.run()

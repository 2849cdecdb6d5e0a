"""Draw the pictures of the README from real output: ``python docs/pictures.py``."""

import os
from pathlib import Path

from rich.console import Console
from rich.text import Text

from kullback import tables
from kullback.report.text.page import render
from kullback.tables.results.comparison_document import document

DOCS = Path(__file__).parent
WIDTH = 96
COMMAND = "kullback compare examples/flights-january.parquet examples/flights-july.parquet"

# A terminal without the web font that rich would load from elsewhere.
FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>kullback compare: one verdict a column</title>
<style>
{styles}
text {{ font: {char_height}px Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#16191d"/>
<g transform="translate({terminal_x}, {terminal_y})"
 clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g>{matrix}</g>
</g>
</svg>
"""


def compare_svg() -> str:
    """Return the picture of the README's comparison."""
    os.chdir(DOCS.parent)
    reference, current = COMMAND.split()[2:]
    comparison = tables.compare(reference, current)
    output = render(document(comparison), width=WIDTH, color=True)
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        console.print(Text(f"$ {COMMAND}", style="bold"))
        console.print(Text.from_ansi(output))
    return console.export_svg(code_format=FORMAT, unique_id="compare")


if __name__ == "__main__":
    (DOCS / "compare.svg").write_text(compare_svg(), encoding="utf-8")

"""What draws itself: text, JSON, Markdown and HTML from one document."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kullback.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kullback.report.blocks.charts import Block
    from kullback.report.blocks.document import Document, Fact

LINE = 200  # characters at a prompt


class Renderable(ABC):
    """A result in every form; a class says what its facts and its document are."""

    __slots__ = ()

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""

    @abstractmethod
    def document(self) -> "Document":
        """Return what every format is drawn from; the report is imported there, when shown."""

    @property
    def headline(self) -> str:
        """The one sentence that a reader in a hurry takes away."""
        from kullback.report.blocks.document import Verdict

        blocks = self.document().blocks
        return next(block.headline for block in blocks if isinstance(block, Verdict))

    @property
    def pictures(self) -> "tuple[Block, ...]":
        """The charts of its document, in order; `plot` draws the first."""
        from kullback.report.blocks.plain import charts_of

        return charts_of(self.document())

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw its first picture with matplotlib, and return the axes.

        Raises
        ------
        InputError
            If there is nothing to draw.
        MissingDependencyError
            If matplotlib is not installed.
        """
        from kullback.report.axes.draw import draw

        pictures = self.pictures
        if not pictures:
            raise InputError(f"{self!r} has no picture")
        return draw(pictures[0], ax)

    @staticmethod
    def run() -> "tuple[Fact, ...]":
        """Return when and with which versions this is drawn."""
        from kullback.report.versions import run_facts

        return run_facts()

    def to_json(self) -> str:
        """Return JSON; what is infinite is null, with ``<name>_infinite: true`` beside it."""
        from kullback.report.json import dumps

        return dumps(self.to_dict())

    def to_markdown(self) -> str:
        """Return a Markdown page."""
        from kullback.report.markdown import render

        return render(self.document())

    def to_html(self, path: str | Path | None = None) -> str:
        """Return one self-contained HTML page, and write it to `path` if one is given."""
        from kullback.files import write_text
        from kullback.report.html.page import page

        html = page(self.document(), self.run())
        if path is not None:
            write_text(path, html)
        return html

    def __repr__(self) -> str:
        from kullback.report.blocks.label import shorten, unheard, visible

        return f"<{type(self).__name__}: {unheard(shorten(visible(self.headline), LINE))}>"

    def __str__(self) -> str:
        from kullback.report.text.page import render

        return render(self.document())

    def _repr_html_(self) -> str:
        from kullback.report.html.page import fragment

        return fragment(self.document())

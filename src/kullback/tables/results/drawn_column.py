"""What one compared column shows of itself: a line at a prompt, a card in a notebook."""

from typing import TYPE_CHECKING

from kullback.renderable import Renderable

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document


class DrawnColumn(Renderable):
    """A column that draws itself."""

    def document(self) -> "Document":
        """Return its verdict, its numbers, its two distributions and what is to be said."""
        from kullback.tables.results.column_document import document

        return document(self)  # type: ignore[arg-type]  # the one class of this kind

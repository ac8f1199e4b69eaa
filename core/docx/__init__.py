"""Word texts (.docx): read with everything that stands in them, written on the grid of official documents."""

from core.docx.reading import plain_text, read

__all__ = ["plain_text", "read"]

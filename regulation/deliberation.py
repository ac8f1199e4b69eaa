"""The symposium or expert review meeting that a major or difficult matter needs while it is drafted (§3.2)."""

from regulation.records import Code, Text

EXPERTS = Code(
    "experts_least",
    Text("论证会听取意见的专家不少于", "Experts whose opinion an expert review meeting hears, at least"),
    "§3.2",
)
"""The product's own limit: the article names no number."""

EXPERTS_LEAST = 3
"""An installation sets another number with EXPERTS_LEAST; one is the least that makes such a meeting."""

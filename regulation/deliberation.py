"""The symposium or expert review meeting that a major or difficult matter needs while it is drafted (§3.2)."""

ARTICLE = "§3.2"

EXPERTS_LEAST = 3
"""Experts whose opinion an expert review meeting hears at least: the product's own limit, the article names none.
An installation sets another number with EXPERTS_LEAST; one is the least that makes such a meeting."""

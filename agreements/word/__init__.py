"""Drafts as Word texts: written out, and read back into clauses and sheets."""

"""Screening of a text for what no agreement may contain (§1.2) and for slips of drafting.

`screen` reads a text sentence by sentence. A rule (`Rule`) names wordings; a wording counts unless it is negated,
quoted from a law, lawful by what stands beside it, used in another sense, or the act of the other side. Checks
that compare facts (dates, amounts, shares, names, blanks, the governing law) are functions in `checks`.
"""

from regulation.screening.codes import CODES
from regulation.screening.engine import check_rule, screen
from regulation.screening.records import Context, Finding, Rule
from regulation.screening.rules import BUILT_IN

__all__ = ["BUILT_IN", "CODES", "Context", "Finding", "Rule", "check_rule", "screen"]

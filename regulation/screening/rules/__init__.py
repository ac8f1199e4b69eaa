"""The built-in rules: for each code the wordings that put a prohibition (§1.2), written as an administrator would."""

from regulation.screening.records import Rule
from regulation.screening.rules import (
    exclusivity,
    guarantee,
    industry_meaning,
    industry_policy,
    land_meaning,
    land_quota,
    public_frames,
    public_interest,
    public_meaning,
    ultra_vires,
    waiver,
)

BUILT_IN: tuple[Rule, ...] = (
    *exclusivity.RULES,
    *ultra_vires.RULES,
    *guarantee.RULES,
    *waiver.RULES,
    *public_interest.RULES,
    *public_frames.RULES,
    *public_meaning.RULES,
    *industry_policy.RULES,
    *industry_meaning.RULES,
    *land_quota.RULES,
    *land_meaning.RULES,
)

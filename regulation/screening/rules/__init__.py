"""The built-in rules: for each code the wordings that put a prohibition (§1.2), written as an administrator would."""

from regulation.screening.records import Rule
from regulation.screening.rules import (
    exclusivity,
    exclusivity_frames,
    exclusivity_roots,
    guarantee,
    guarantee_frames,
    industry_meaning,
    guarantee_roots,
    industry_policy,
    land_meaning,
    land_quota,
    public_interest,
    public_meaning,
    ultra_vires,
    ultra_vires_frames,
    ultra_vires_roots,
    waiver,
    waiver_frames,
    waiver_roots,
)

BUILT_IN: tuple[Rule, ...] = (
    *exclusivity.RULES,
    *exclusivity_frames.RULES,
    *exclusivity_roots.RULES,
    *ultra_vires.RULES,
    *ultra_vires_frames.RULES,
    *ultra_vires_roots.RULES,
    *guarantee.RULES,
    *guarantee_frames.RULES,
    *guarantee_roots.RULES,
    *waiver.RULES,
    *waiver_frames.RULES,
    *waiver_roots.RULES,
    *public_interest.RULES,
    *public_meaning.RULES,
    *industry_policy.RULES,
    *industry_meaning.RULES,
    *land_quota.RULES,
    *land_meaning.RULES,
)

"""What several cases of the demonstration rest on: who prepares them, kinds of counterparties, working days."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from demo.story import TO_REVIEW

People = Mapping[str, User]
TO_PRESENTED = TO_REVIEW + 4
"""Working days until a text is presented: the road to the review, three days of review, and the presenting."""
STEPS = {"sign_off": 5, "meeting": 6}
"""Working days of an approval from the presenting to the mayor's decision, one for each step."""
STATE, STATE_OWNED, PRIVATE, FOREIGN = (
    "state_organ",
    "state_owned_enterprise",
    "private_enterprise",
    "foreign_government",
)
INDUSTRY = {"officer": "gongxin_staff", "head": "gongxin_head"}
ABROAD = {"officer": "waishi_staff", "head": "waishi_head"}
DISTRICT = {"officer": "district", "head": "district_head"}

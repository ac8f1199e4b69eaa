"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .confirmation import Confirmation, Recording
from .copy import Copy
from .decision import Decision, MeetingResult
from .intervention import Intervention
from .party_committee import PartyCommitteeReport
from .review import LegalReview, ReviewPoint
from .revision import Revision
from .route import RouteStep
from .run import Assignment, OnDisagree, PassRule, Run, Step, StepKind, StepSeat
from .urge import Urge

__all__ = [
    "Assignment",
    "Confirmation",
    "Copy",
    "Decision",
    "Intervention",
    "LegalReview",
    "MeetingResult",
    "OnDisagree",
    "PartyCommitteeReport",
    "PassRule",
    "Recording",
    "ReviewPoint",
    "Revision",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
    "StepSeat",
    "Urge",
]

"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .decision import Decision, MeetingResult
from .party_committee import PartyCommitteeReport
from .pause import Pause
from .review import LegalReview, ReviewPoint
from .revision import Revision
from .route import Basis, ForumRule, RouteSeat, RouteStep
from .run import Assignment, OnDisagree, PassRule, Run, Step, StepKind, StepSeat

__all__ = [
    "Assignment",
    "Basis",
    "Decision",
    "ForumRule",
    "LegalReview",
    "MeetingResult",
    "OnDisagree",
    "PartyCommitteeReport",
    "PassRule",
    "Pause",
    "ReviewPoint",
    "Revision",
    "RouteSeat",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
    "StepSeat",
]

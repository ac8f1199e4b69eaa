"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .party_committee import PartyCommitteeReport
from .review import LegalReview, ReviewPoint
from .route import Basis, ForumRule, RouteSeat, RouteStep
from .run import Assignment, Decision, MeetingResult, OnDisagree, PassRule, Run, Step, StepKind

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
    "ReviewPoint",
    "RouteSeat",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
]

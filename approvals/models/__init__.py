"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .party_committee import PartyCommitteeReport
from .review import LegalReview, ReviewPoint
from .route import RouteStep
from .run import Assignment, Decision, MeetingResult, Run, Step, StepKind

__all__ = [
    "Assignment",
    "Decision",
    "LegalReview",
    "MeetingResult",
    "PartyCommitteeReport",
    "ReviewPoint",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
]

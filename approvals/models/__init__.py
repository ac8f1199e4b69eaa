"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .decision import Decision, MeetingResult
from .meeting import Attendance, EntrustedOpinion, Invitation, Meeting, MeetingPaper, Topic
from .party_committee import PartyCommitteeReport
from .review import LegalReview, ReviewPoint
from .revision import Revision
from .route import RouteStep
from .run import Assignment, OnDisagree, PassRule, Run, Step, StepKind, StepSeat

__all__ = [
    "Assignment",
    "Attendance",
    "Decision",
    "EntrustedOpinion",
    "Invitation",
    "LegalReview",
    "Meeting",
    "MeetingPaper",
    "MeetingResult",
    "OnDisagree",
    "PartyCommitteeReport",
    "PassRule",
    "ReviewPoint",
    "Revision",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
    "StepSeat",
    "Topic",
]

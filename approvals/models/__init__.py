"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .completeness import CompletenessCheck, Supplement, SupplementItem
from .joint import (
    ExpertOpinion,
    JointReview,
    ReviewSetting,
    ReviewStop,
    ReviewTopic,
    SectionOpinion,
)
from .party_committee import PartyCommitteeReport
from .review import (
    FindingJudgement,
    FindingReply,
    LegalReview,
    ReviewFinding,
    ReviewPoint,
    ScreeningLook,
)
from .route import RouteStep
from .run import Assignment, Decision, MeetingResult, Run, Step, StepKind

__all__ = [
    "Assignment",
    "CompletenessCheck",
    "Decision",
    "ExpertOpinion",
    "FindingJudgement",
    "FindingReply",
    "JointReview",
    "LegalReview",
    "MeetingResult",
    "PartyCommitteeReport",
    "ReviewFinding",
    "ReviewPoint",
    "ReviewSetting",
    "ReviewStop",
    "ReviewTopic",
    "RouteStep",
    "Run",
    "ScreeningLook",
    "SectionOpinion",
    "Step",
    "StepKind",
    "Supplement",
    "SupplementItem",
]

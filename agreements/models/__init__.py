"""What an agreement is: its category, parties, text, opinions, clock and files."""

from .agreement import (
    Access,
    Agreement,
    AgreementField,
    AgreementNature,
    Standing,
    StandingProposal,
    Station,
    SupportingUnit,
)
from .clock import Alarm, Deadline, DeadlineStop, Notice, ToDo
from .configuration import CalendarDay, CalendarYear, Category, CategoryEdition, DeadlineSetting
from .consultation import Consultation, ConsultedUnit, Opinion, OpinionAnswer
from .files import Attachment, PrintedDocument
from .parties import Counterparty, DueDiligence, Party, RiskArgument
from .parts import (
    PART_MODELS,
    AssistanceScope,
    Duty,
    FundingShare,
    KeyProject,
    Mechanism,
    Pairing,
    Part,
    Phase,
    Safeguard,
    Target,
    WorkItem,
)
from .screening import FindingAnswer, Screening, ScreeningFinding, ScreeningRule
from .text import Clause, TextVersion
from .writing import SetAside, TextPresence

__all__ = [
    "PART_MODELS",
    "Access",
    "Agreement",
    "AgreementField",
    "AgreementNature",
    "Alarm",
    "AssistanceScope",
    "Attachment",
    "CalendarDay",
    "CalendarYear",
    "Category",
    "CategoryEdition",
    "Clause",
    "Consultation",
    "ConsultedUnit",
    "Counterparty",
    "Deadline",
    "DeadlineSetting",
    "DeadlineStop",
    "DueDiligence",
    "Duty",
    "FindingAnswer",
    "FundingShare",
    "KeyProject",
    "Mechanism",
    "Notice",
    "Opinion",
    "OpinionAnswer",
    "Pairing",
    "Part",
    "Party",
    "Phase",
    "PrintedDocument",
    "RiskArgument",
    "Safeguard",
    "Screening",
    "ScreeningFinding",
    "ScreeningRule",
    "SetAside",
    "Standing",
    "StandingProposal",
    "Station",
    "SupportingUnit",
    "Target",
    "TextPresence",
    "TextVersion",
    "ToDo",
    "WorkItem",
]

"""What preparation asks before a text is drafted (§3.1)."""

from regulation.records import Code, DueDiligencePoint, Text
from regulation.vocabulary import COUNTERPARTY_KINDS

_POINTS = (
    DueDiligencePoint(
        "standing",
        "§3.1",
        Text("主体资格", "Standing"),
        Text("对方是否依法设立、有权签约。", "Does it lawfully exist, and may it sign?"),
    ),
    DueDiligencePoint(
        "assets",
        "§3.1",
        Text("资产状况", "Assets"),
        Text("资产、负债、经营情况如何。", "What are its assets, its debts and the course of its business?"),
    ),
    DueDiligencePoint(
        "credit",
        "§3.1",
        Text("资质信用", "Credit and qualifications"),
        Text(
            "资质是否齐备，有无失信、处罚、诉讼。",
            "Has it the qualifications, and any record of dishonesty, penalty or suit?",
        ),
    ),
    DueDiligencePoint(
        "ability",
        "§3.1",
        Text("履约能力", "Ability to perform"),
        Text("资金、技术、人员能否支撑所作承诺。", "Do its funds, technology and people bear what it promises?"),
    ),
)

DILIGENCE_POINTS: dict[str, DueDiligencePoint] = {point.code: point for point in _POINTS}

RISK_ARGUMENT = Code(
    "risk_argument",
    Text("签约履约风险论证", "Performance risk argument"),
    "§3.1",
    Text(
        "政府签约、履约有哪些风险，如何防范；不论对方是谁都要论证。",
        "What risk does the government run by signing and performing, and how is it met? Argued whoever the "
        "counterpart is.",
    ),
    rests_on="risk_argument_always",
)

_EXEMPT = frozenset({"state_organ", "state_owned_enterprise", "public_institution"})


def diligence_required(kind: str) -> bool:
    """Return whether the four points are assessed of a counterparty of this kind (§3.1).

    State organs, state-owned enterprises and public institutions are exempt. Raises KeyError for a kind the
    vocabulary does not have.
    """
    return COUNTERPARTY_KINDS[kind].code not in _EXEMPT

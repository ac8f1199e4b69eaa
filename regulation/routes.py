"""The way of an approval (§3.4): who signs in which order, where it is decided, and why."""

from collections.abc import Collection

from regulation.posts import POSTS
from regulation.records import AuthorityKind, Forum, Reason, Route, Submitter, Text
from regulation.vocabulary import NATURES

FORUMS: dict[Forum, Text] = {
    Forum.SIGN_OFF: Text("审签", "Sign-off"),
    Forum.MAYORS_OFFICE_MEETING: Text("市长办公会议", "Mayor's office meeting"),
    Forum.EXECUTIVE_MEETING: Text("市政府常务会议", "Executive meeting"),
    Forum.DISTRICT_OFFICE_MEETING: Text("区长办公会议", "District head's office meeting"),
    Forum.DISTRICT_EXECUTIVE_MEETING: Text("区政府常务会议", "District executive meeting"),
    Forum.DEPARTMENT_MEETING: Text("部门办公会议", "Department's office meeting"),
    Forum.PARTY_GROUP_MEETING: Text("部门党组会议", "Meeting of the department's Party group"),
}

SUBMITTERS: dict[Submitter, Text] = {
    Submitter.DEPARTMENT: Text("市政府部门", "Municipal department"),
    Submitter.DISTRICT: Text("区政府", "District government"),
}

FORUMS_OF: dict[AuthorityKind, tuple[Forum, Forum, Forum]] = {
    AuthorityKind.MUNICIPAL: (Forum.SIGN_OFF, Forum.MAYORS_OFFICE_MEETING, Forum.EXECUTIVE_MEETING),
    AuthorityKind.DISTRICT: (Forum.SIGN_OFF, Forum.DISTRICT_OFFICE_MEETING, Forum.DISTRICT_EXECUTIVE_MEETING),
    AuthorityKind.DEPARTMENT: (Forum.SIGN_OFF, Forum.DEPARTMENT_MEETING, Forum.PARTY_GROUP_MEETING),
}
"""Where each kind of authority decides; each forum prevails over those before it."""

MAYORS_OFFICE_NATURES = frozenset({"funds", "land"})
EXECUTIVE_NATURES = frozenset({"overall", "policy"})

_ARTICLE = "§3.4"
_GENERAL_OFFICE = Reason(
    "general_office",
    _ARTICLE,
    Text(
        "六个方面审核完毕后由办公厅呈报；审核结论已在前一环节作出，此处只拟办，不再另作决定。",
        "The General Office presents the text once its review of the six points is closed; it decided there, so here "
        "it only presents. The text names no such step; that is how it is read.",
    ),
    rests_on="general_office_presents",
)
_DEPUTY_SECRETARY_GENERAL = Reason(
    "deputy_secretary_general",
    _ARTICLE,
    Text("分管副秘书长先行复核。", "The deputy secretary-general in charge re-checks first."),
)
_SECRETARY_GENERAL = Reason(
    "secretary_general",
    _ARTICLE,
    Text("秘书长随后复核。", "The secretary-general re-checks next."),
)
_VICE_MAYOR = Reason(
    "vice_mayor",
    _ARTICLE,
    Text("部门报送的文本，先由分管副市长审核。", "A department's text goes to the vice mayor in charge first."),
)
_EXECUTIVE_VICE_MAYOR = {
    Submitter.DEPARTMENT: Reason(
        "executive_vice_mayor",
        _ARTICLE,
        Text(
            "部门报送的文本，分管副市长审核之后由常务副市长统筹协调。",
            "A department's text is coordinated by the executive vice mayor after the vice mayor in charge.",
        ),
    ),
    Submitter.DISTRICT: Reason(
        "executive_vice_mayor",
        _ARTICLE,
        Text(
            "区政府报送的文本由常务副市长统筹协调；不经分管副市长，系与部门报送相对照得出的理解。",
            "A district's text is coordinated by the executive vice mayor; that no vice mayor in charge comes before "
            "is a reading, from the contrast with departments.",
        ),
        rests_on="district_without_vice_mayor",
    ),
}
_MAYOR = Reason(
    "mayor",
    _ARTICLE,
    Text("最后由市长审定。", "The mayor decides last."),
)

_SIGN_OFF = Reason(
    "forum",
    _ARTICLE,
    Text("只有意向性、框架性内容，可以审签。", "Intent and framework only: sign-off may be used."),
)
_MAYORS_OFFICE_MEETING = Reason(
    "forum",
    _ARTICLE,
    Text(
        "动用资金、用地或类似单一事项，必须上市长办公会议，优先于审签。",
        "Use of funds, land or a similar single matter must go to the mayor's office meeting, which prevails over "
        "sign-off.",
    ),
)
_EXECUTIVE_MEETING = Reason(
    "forum",
    _ARTICLE,
    Text(
        "全局性、政策性的重大决策，必须上市政府常务会议，优先于审签。",
        "An overall or policy matter must go to the executive meeting, which prevails over sign-off.",
    ),
)
_EXECUTIVE_OVER_MAYORS_OFFICE = Reason(
    "forum",
    _ARTICLE,
    Text(
        "两种会议的情形并存：原文未排先后，按以市政府常务会议为准理解。",
        "Matters for both meetings at once: the text does not rank them; it is read so that the executive meeting "
        "prevails.",
    ),
    rests_on="executive_meeting_prevails",
)
_PARTY_COMMITTEE = Reason(
    "party_committee",
    _ARTICLE,
    Text("重大合作事项，还要报告市委。", "A major cooperation matter is also reported to the Party committee."),
)

_BY_REFERENCE = "own_name_by_reference"
_OWN_STEPS: dict[AuthorityKind, tuple[str, ...]] = {
    AuthorityKind.DISTRICT: (
        "general_office",
        "office_director",
        "deputy_district_head",
        "executive_deputy_district_head",
        "district_head",
    ),
    AuthorityKind.DEPARTMENT: ("general_office", "deputy_department_head", "department_head"),
}
_OWN_FORUMS = (
    Text(
        "参照执行：只有意向性、框架性内容，可以审签。", "By reference: intent and framework only, sign-off may be used."
    ),
    Text(
        "参照执行：动用资金、用地或类似单一事项，上本级办公会议。",
        "By reference: use of funds, land or a similar single matter goes to its own office meeting.",
    ),
    Text(
        "参照执行：全局性、政策性的重大决策，上本级最高一级会议。",
        "By reference: an overall or policy matter goes to its own highest meeting.",
    ),
)
_OWN_COMMITTEE = {
    AuthorityKind.DISTRICT: Text(
        "重大合作事项，参照执行，报告区委。",
        "A major matter is reported to the district's Party committee, by reference.",
    ),
    AuthorityKind.DEPARTMENT: Text(
        "重大合作事项，参照执行，报告上级党委。",
        "A major matter is reported to the Party committee above, by reference.",
    ),
}


class NatureNeeded(ValueError):
    """No nature is given: the forum cannot be computed."""

    def __init__(self) -> None:
        super().__init__("the General Office decides the nature first")


def compute_route(
    submitter: Submitter,
    natures: Collection[str],
    major: bool = False,
    *,
    kind: AuthorityKind = AuthorityKind.MUNICIPAL,
) -> Route:
    """Return the route of an approval (§3.4): post codes in order, the forum, and a reason for each.

    A meeting prevails over sign-off, the executive meeting over the mayor's office meeting. `major` adds the
    report to the Party committee and changes nothing else. A district or a department that signs in its own name
    (`kind`) applies this by reference (§2): its own posts and meetings, whoever of its units submits.

    Raises `NatureNeeded` when `natures` is empty and ValueError for a nature the vocabulary does not have.
    """
    unknown = sorted(set(natures) - NATURES.keys())
    if unknown:
        raise ValueError(f"unknown nature: {', '.join(unknown)}")
    if not natures:
        raise NatureNeeded
    submitter, kind = Submitter(submitter), AuthorityKind(kind)
    steps = required_steps(submitter, kind)
    forum, forum_reason = _forum(frozenset(natures), kind)
    committee = (
        _PARTY_COMMITTEE if kind is AuthorityKind.MUNICIPAL else _referred(_OWN_COMMITTEE[kind], "party_committee")
    )
    return Route(
        steps=tuple(reason.step for reason in steps),
        forum=forum,
        party_committee=major,
        why=(*steps, forum_reason, *((committee,) if major else ())),
    )


def required_steps(submitter: Submitter, kind: AuthorityKind = AuthorityKind.MUNICIPAL) -> tuple[Reason, ...]:
    """Return the steps in their order, each with its reason: those of §3.4, or those set by reference to it."""
    if kind is not AuthorityKind.MUNICIPAL:
        return tuple(_own_step(code) for code in _OWN_STEPS[kind])
    vice_mayors = (_VICE_MAYOR,) if submitter is Submitter.DEPARTMENT else ()
    return (
        _GENERAL_OFFICE,
        _DEPUTY_SECRETARY_GENERAL,
        _SECRETARY_GENERAL,
        *vice_mayors,
        _EXECUTIVE_VICE_MAYOR[submitter],
        _MAYOR,
    )


def _referred(text: Text, step: str) -> Reason:
    return Reason(step, "§2", text, rests_on=_BY_REFERENCE)


def _own_step(code: str) -> Reason:
    post = POSTS[code]
    if post.step_role is None:
        raise ValueError(f"post {code} has no part in the route")
    name = "办公室" if code == "general_office" else post.name.zh
    return _referred(
        Text(
            f"本级自行签约，参照市级程序，由{name}{post.step_role.zh}。",
            f"Signed in its own name, by reference to the municipal order: {post.step_role.en.lower()} here.",
        ),
        code,
    )


def _forum(natures: frozenset[str], kind: AuthorityKind) -> tuple[Forum, Reason]:
    for_mayors_office = not natures.isdisjoint(MAYORS_OFFICE_NATURES)
    rank = 2 if not natures.isdisjoint(EXECUTIVE_NATURES) else int(for_mayors_office)
    forum = FORUMS_OF[kind][rank]
    if kind is not AuthorityKind.MUNICIPAL:
        return forum, _referred(_OWN_FORUMS[rank], "forum")
    if rank == 2:
        return forum, _EXECUTIVE_OVER_MAYORS_OFFICE if for_mayors_office else _EXECUTIVE_MEETING
    return forum, _MAYORS_OFFICE_MEETING if rank else _SIGN_OFF

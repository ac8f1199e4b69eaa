"""The regulation as one readable document, `docs/regulation.md`, made from the records alone."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from regulation import vocabulary
from regulation.articles import ARTICLES
from regulation.calendar_data import SOURCE, VERSION, YEARS
from regulation.categories import CATEGORIES
from regulation.deadlines import DEADLINES, LATE_FIRST_WORKDAYS, LATE_SECOND_WORKDAYS, ROLES, UNITS
from regulation.deliberation import EXPERTS, EXPERTS_LEAST
from regulation.diligence import DILIGENCE_POINTS, RISK_ARGUMENT, diligence_required
from regulation.posts import POSTS
from regulation.prohibitions import PROHIBITIONS
from regulation.readings import READINGS
from regulation.records import AuthorityKind, CategoryRecord, Code, DeadlineRule, Part, Start, Submitter, Text
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS
from regulation.routes import FORUMS, FORUMS_OF, SUBMITTERS, compute_route, required_steps
from regulation.vocabulary import NATURES

_HEAD = """\
# 合作协议规定：数据 · The regulation as data

Generated from the package `regulation` by `python -m regulation > docs/regulation.md`; a test compares the two.
Do not edit by hand.

天津市人民政府办公厅《关于进一步规范市政府与相关方面签署合作协议的规定（试行）》，
2017年6月16日印发，自印发之日起施行。以下为转述，不是原文；标°的是本系统自定的时限，标†的出自对原文的理解，见文末。

Trial rules of the General Office of the Tianjin Municipal People's Government on signing cooperation agreements,
issued and in force on 16 June 2017. Restated, not quoted. A rule marked ° is a limit of the product's own; † rests
on a reading of the text, listed at the end.
"""

_PARTS: dict[Part, Text] = {
    Part.TARGETS: Text("目标", "targets"),
    Part.WORK_ITEMS: Text("工作事项", "work items"),
    Part.KEY_PROJECTS: Text("重点项目", "key projects"),
    Part.FUNDING: Text("出资", "funding shares"),
    Part.MECHANISMS: Text("机制", "mechanisms"),
    Part.SAFEGUARDS: Text("保障", "safeguards"),
    Part.ASSISTANCE: Text("帮扶范围", "assistance scope"),
    Part.PHASES: Text("阶段", "phases"),
    Part.PAIRINGS: Text("结对", "pairings"),
    Part.DUTIES: Text("权利义务", "rights and duties"),
}

_STARTS: dict[Start, Text] = {
    Start.SIGNING: Text("签署", "signing"),
    Start.SEALING: Text("用印", "sealing"),
    Start.YEAR_END: Text("年底", "end of the year"),
    Start.TERM_END: Text("期满", "end of the term"),
    Start.REVIEW: Text("上次评估", "the last review"),
    Start.SENDER: Text("发出之日，发文单位可另定日期", "sending, unless the sender sets another day"),
    Start.PLAN: Text("计划所定日期", "the day set by the plan"),
    Start.SUBMISSION: Text("送审", "submission for review"),
    Start.COMPLETE: Text("材料齐全", "the completeness check"),
    Start.STEP_OPENED: Text("到达本步骤", "the opening of the step"),
}

_VOCABULARIES: tuple[tuple[Text, dict[str, Code]], ...] = (
    (Text("文书类型", "Document types"), vocabulary.DOCUMENT_TYPES),
    (Text("合作领域", "Fields"), vocabulary.FIELDS),
    (Text("协议性质", "Natures"), vocabulary.NATURES),
    (Text("承诺类型", "Commitment kinds"), vocabulary.COMMITMENT_KINDS),
    (Text("金额类型", "Amount kinds"), vocabulary.AMOUNT_KINDS),
    (Text("期限类型", "Term kinds"), vocabulary.TERM_KINDS),
    (Text("来由", "Origins"), vocabulary.ORIGINS),
    (Text("事项类型", "Work item kinds"), vocabulary.WORK_ITEM_KINDS),
    (Text("保障类型", "Safeguard kinds"), vocabulary.SAFEGUARD_KINDS),
    (Text("频次", "Frequencies"), vocabulary.FREQUENCIES),
    (Text("权利义务的一方", "Sides of a right or duty"), vocabulary.DUTY_SIDES),
    (Text("权利与义务", "Rights and duties"), vocabulary.DUTY_KINDS),
    (Text("完成时间的写法", "Kinds of due time"), vocabulary.DUE_KINDS),
    (Text("文稿", "Kinds of text"), vocabulary.DOCUMENT_KINDS_OF_TEXT),
    (Text("与对方往来方式", "Ways of exchange with the counterpart"), vocabulary.EXCHANGE_MEDIA),
    (Text("环节", "Stations"), vocabulary.STATIONS),
    (Text("状态", "Standings"), vocabulary.STANDINGS),
    (Text("评估建议", "Evaluation proposals"), vocabulary.EVALUATION_PROPOSALS),
    (Text("资金渠道", "Funding channels"), vocabulary.FUNDING_CHANNELS),
    (Text("保管期限", "Retention periods"), vocabulary.RETENTIONS),
    (Text("密级", "Classifications"), vocabulary.CLASSIFICATIONS),
)


def markdown() -> str:
    """Return the whole regulation in both languages as Markdown; the same records give the same bytes."""
    sections = (
        _articles(),
        _categories(),
        _prohibitions(),
        _preparation(),
        _drafting(),
        _review(),
        _posts(),
        _routes(),
        _deadlines(),
        _vocabularies(),
        _calendar(),
        _readings(),
    )
    return _HEAD + "".join(f"\n{line}" for section in sections for line in section) + "\n"


def _pair(text: Text) -> str:
    return f"{text.zh} · {text.en}"


def _stacked(text: Text) -> str:
    return f"{text.zh}<br>{text.en}"


def _section(title: Text) -> Iterator[str]:
    yield from (f"## {_pair(title)}", "")


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(header)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _articles() -> Iterator[str]:
    yield from _section(Text("条款", "Articles"))
    yield from _table(
        ("§", "条款 · title", "要点 · gist"),
        ((record.code, _pair(record.title), _stacked(record.gist)) for record in ARTICLES.values()),
    )


def _categories() -> Iterator[str]:
    yield from _section(Text("七类协议", "The seven categories"))
    for record in CATEGORIES.values():
        yield from _category(record)


def _category(record: CategoryRecord) -> Iterator[str]:
    retention = vocabulary.RETENTIONS[record.retention].name
    yield from (f"### {record.article} {_pair(record.name)} `{record.code}`", "")
    yield from (_stacked(record.purpose), "")
    yield f"- 牵头 · led by: {_pair(record.lead_unit)}"
    yield f"- 保管期限 · retention: {_pair(retention)}"
    yield f"- 移交起算 · handover runs from: {_pair(_STARTS[record.handover_starts])}"
    if record.foreign_affairs:
        yield "- 外事协议 · foreign-affairs agreement"
    if record.project_facts_required:
        yield "- 重点项目五项事实必填 · the five facts of a key project are asked"
    yield ""
    yield from _table(
        ("条款 · clause", "要求 · asks", "填报 · parts (**必填 · required**)"),
        (
            (
                f"{_pair(clause.heading)} `{clause.code}`",
                _stacked(clause.asks),
                "<br>".join(
                    f"**{_pair(_PARTS[part])}**" if part in clause.required_parts else _pair(_PARTS[part])
                    for part in clause.parts
                )
                or "—",
            )
            for clause in record.clauses
        ),
    )


def _prohibitions() -> Iterator[str]:
    yield from _section(Text("不得出现的内容", "What no agreement may contain"))
    yield from _table(
        ("§", "代码 · code", "名称 · name", "规则 · rule", "建议 · advice", "级别 · severity"),
        (
            (
                item.article,
                f"`{item.code}`",
                _pair(item.name),
                _stacked(item.rule),
                _stacked(item.advice),
                item.severity,
            )
            for item in PROHIBITIONS.values()
        ),
    )


def _preparation() -> Iterator[str]:
    yield from _section(Text("前期准备", "Preparation"))
    yield from _table(
        ("§", "代码 · code", "评估要点 · point", "内容 · asks"),
        ((item.article, f"`{item.code}`", _pair(item.name), _stacked(item.asks)) for item in DILIGENCE_POINTS.values()),
    )
    yield from _table(
        ("合作方性质 · counterparty", "四项评估 · the four points"),
        (
            (f"{_pair(kind.name)} `{code}`", "要 · yes" if diligence_required(code) else "免 · no")
            for code, kind in vocabulary.COUNTERPARTY_KINDS.items()
        ),
    )
    yield from _code_table((RISK_ARGUMENT,))


def _drafting() -> Iterator[str]:
    yield from _section(Text("起草", "Drafting"))
    yield from (f"- {EXPERTS.article}° {_pair(EXPERTS.name)} `{EXPERTS.code}`: {EXPERTS_LEAST}", "")


def _review() -> Iterator[str]:
    yield from _section(Text("审核", "Review"))
    yield from _table(
        ("§", "代码 · code", "方面 · point", "内容 · asks"),
        ((item.article, f"`{item.code}`", _pair(item.name), _stacked(item.asks)) for item in REVIEW_POINTS.values()),
    )
    yield from _code_table(REVIEW_CONCLUSIONS.values())


def _posts() -> Iterator[str]:
    yield from _section(Text("岗位", "Posts"))
    yield from _table(
        ("代码 · code", "岗位 · post", "步骤 · step", "§"),
        (
            (f"`{post.code}`", _pair(post.name), _pair(post.step_role) if post.step_role else "—", post.article or "—")
            for post in POSTS.values()
        ),
    )


def _routes() -> Iterator[str]:
    yield from _section(Text("审批路线", "Routes of approval"))
    yield from _table(
        ("报送 · submitted by", "步骤 · steps"),
        (
            (
                f"{_pair(SUBMITTERS[submitter])} `{submitter.value}`",
                " → ".join(
                    f"{_pair(POSTS[reason.step].name)}{_mark(reason.rests_on)}"
                    for reason in compute_route(submitter, ("intent",)).why
                    if reason.step in POSTS
                ),
            )
            for submitter in Submitter
        ),
    )
    yield from _table(
        ("自行签约 · signs in its own name", "步骤 · steps", "会议 · meetings"),
        (
            (
                f"`{kind.value}`",
                " → ".join(
                    f"{_pair(POSTS[reason.step].name)}{_mark(reason.rests_on)}"
                    for reason in required_steps(Submitter.DEPARTMENT, kind)
                ),
                ", ".join(_pair(FORUMS[forum]) for forum in FORUMS_OF[kind][1:]),
            )
            for kind in AuthorityKind
            if kind is not AuthorityKind.MUNICIPAL
        ),
    )
    yield from _table(
        ("性质 · natures", "方式 · forum", "理由 · why"),
        (_forum_row(natures) for size in (1, 2) for natures in combinations(NATURES, size)),
    )


def _forum_row(natures: tuple[str, ...]) -> tuple[str, str, str]:
    route = compute_route(Submitter.DEPARTMENT, natures)
    reason = next(reason for reason in route.why if reason.step == "forum")
    names = " + ".join(_pair(NATURES[nature].name) for nature in natures)
    return names, _pair(FORUMS[route.forum]), f"{reason.article} {_stacked(reason.text)}{_mark(reason.rests_on)}"


def _deadlines() -> Iterator[str]:
    yield from _section(Text("时限", "Deadlines"))
    yield f"逾期后第{LATE_FIRST_WORKDAYS}个工作日告知前者，第{LATE_SECOND_WORKDAYS}个工作日告知后者。"
    yield f"Told {LATE_FIRST_WORKDAYS} working day after a lapse, and {LATE_SECOND_WORKDAYS} working days after it."
    yield ""
    yield from _table(
        ("§", "时限 · deadline", "起算 · from", "到期 · due", "责任 · answers", "逾期告知 · told when late"),
        (
            (
                rule.article,
                f"{_pair(rule.name)} `{rule.code}`{'°' if rule.own_limit else ''}{_mark(rule.rests_on)}",
                " / ".join(_pair(_STARTS[start]) for start in (rule.starts, rule.starts_again) if start),
                _due(rule),
                _pair(ROLES[rule.answers]),
                " → ".join(_pair(ROLES[role]) for role in (rule.told_first, rule.told_second) if role) or "—",
            )
            for rule in DEADLINES.values()
        ),
    )


def _due(rule: DeadlineRule) -> str:
    if not rule.amount:
        return "当日 · that day"
    unit = UNITS[rule.unit]
    return f"{rule.amount}{unit.zh} · {rule.amount} {unit.en}"


def _vocabularies() -> Iterator[str]:
    yield from _section(Text("词表", "Vocabularies"))
    for title, codes in _VOCABULARIES:
        yield from (f"### {_pair(title)}", "")
        yield from _code_table(codes.values())


def _code_table(codes: Iterable[Code]) -> Iterator[str]:
    yield from _table(
        ("代码 · code", "名称 · name", "§", "说明 · note"),
        (
            (
                f"`{code.code}`{_mark(code.rests_on)}",
                _pair(code.name),
                code.article or "—",
                _stacked(code.note) if code.note else "—",
            )
            for code in codes
        ),
    )


def _calendar() -> Iterator[str]:
    yield from _section(Text("工作日历", "Working calendar"))
    yield from (f"Version {VERSION}. {SOURCE}.", "")
    yield from _table(
        ("年 · year", "通知 · notices", "工作日放假 · weekdays off", "周末上班 · weekends worked"),
        (
            (
                str(year.year),
                "<br>".join(year.notices),
                " ".join(day[5:] for day in year.holidays),
                " ".join(day[5:] for day in year.workdays),
            )
            for year in YEARS
        ),
    )


def _readings() -> Iterator[str]:
    yield from _section(Text("理解", "Readings"))
    yield from _table(
        ("§", "代码 · code", "理解 · reading"),
        ((item.article, f"`{item.code}`", _stacked(item.text)) for item in READINGS.values()),
    )


def _mark(rests_on: str) -> str:
    return f" †`{rests_on}`" if rests_on else ""

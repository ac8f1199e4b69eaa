"""How the review of §3.3 is prepared and kept: what a submission brings, who is asked by what the text touches,
how findings are weighed, why its clock stands still. The article names the functional departments without saying
which: what leads to which department is the office's practice, settable by each authority (`rests_on`)."""

from __future__ import annotations

from dataclasses import dataclass

from regulation.records import Code, Text


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject on which a functional department reviews with the legal affairs office, and what in a case leads to it.

    `natures`, `fields`, `party_kinds`, `screening` and `channels` are codes; `facts` are facts of the agreement and of
    the structured parts that a function reads; `words` are looked for in the prose of the clauses.
    """

    code: str
    name: Text
    asks: Text
    role: str
    unit: Text
    article: str = "§3.3"
    natures: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    party_kinds: tuple[str, ...] = ()
    screening: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rests_on: str = "review_departments"


_TOPICS = (
    Topic(
        "land",
        Text("土地和规划", "Land and planning"),
        Text("选址、用地指标、供地方式和土地作价是否合规。", "Are site, land quota, supply and valuation in order?"),
        role="planning",
        unit=Text("规划和自然资源部门", "Planning and natural resources department"),
        natures=("land",),
        screening=("land_quota",),
        channels=("land_equity",),
        facts=("project_sites",),
        words=("用地", "出让", "划拨", "土地"),
    ),
    Topic(
        "funds",
        Text("财政资金", "Fiscal funds"),
        Text("资金来源、支出责任和预算安排是否落实，有无变相举债。", "Are source, duty to pay and budget settled?"),
        role="finance",
        unit=Text("财政部门", "Finance department"),
        natures=("funds",),
        screening=("guarantee",),
        channels=("budget",),
        facts=("assistance_funds", "binding_amount"),
        words=("财政", "补贴", "税收返还", "奖补"),
    ),
    Topic(
        "environment",
        Text("生态环境", "Environment"),
        Text("项目的环境影响、排放和准入要求。", "The projects' impact, emissions and access rules."),
        role="ecology",
        unit=Text("生态环境部门", "Ecology and environment department"),
        screening=("industry_policy",),
        facts=("projects",),
        words=("排放", "污染", "环境影响", "化工", "危险废物"),
    ),
    Topic(
        "state_assets",
        Text("国有资产", "State assets"),
        Text("国有资产的处置、出资和保值是否合规。", "Are disposal, contribution and value of state assets in order?"),
        role="state_assets",
        unit=Text("国有资产监督管理机构", "State-asset administration"),
        screening=("waiver",),
        words=("国有资产", "国有股权", "国有产权", "资产划转", "混合所有制"),
    ),
    Topic(
        "foreign",
        Text("涉外事项", "Foreign affairs"),
        Text("对外政策、适用法律和称谓。", "Foreign policy, governing law and names."),
        role="foreign_affairs",
        unit=Text("外事部门", "Foreign affairs department"),
        party_kinds=("foreign_government", "foreign_enterprise"),
        screening=("governing_law",),
        facts=("foreign_related", "foreign_affairs"),
    ),
)

TOPICS: dict[str, Topic] = {topic.code: topic for topic in _TOPICS}

FACTS: dict[str, Text] = {
    "project_sites": Text("写有重点项目选址", "it names sites of key projects"),
    "projects": Text("写有重点项目", "it names key projects"),
    "assistance_funds": Text("写有帮扶资金", "it names funds of assistance"),
    "binding_amount": Text("写明我方承担的金额", "it states an amount that binds"),
    "foreign_related": Text("属涉外协议", "it is foreign-related"),
    "foreign_affairs": Text("属外事协议", "it is a foreign-affairs agreement"),
}

_ITEMS = (
    Code("text", Text("送审文本", "The text"), "§3.2", Text("文本齐全，附件附上。", "Whole, with its annexes.")),
    Code(
        "explanation",
        Text("送审说明", "The explanation"),
        "§3.2",
        Text("必要性、背景和磋商经过。", "The need, the background, how it was negotiated."),
    ),
    Code("origin", Text("来源依据", "The paper of origin"), "§3.1", Text("批示、来函等。", "Instruction, letter.")),
    Code(
        "party_papers",
        Text("合作方资料", "Papers of the counterparties"),
        "§3.1",
        Text("主体资格、资信、授权。", "Standing, credit, authority."),
    ),
    Code(
        "diligence",
        Text("调研评估和风险论证", "Due diligence and the risk argument"),
        "§3.1",
        Text("结论有依据。", "Its results rest on evidence."),
    ),
    Code(
        "opinions",
        Text("征求意见情况", "Opinions and their answers"),
        "§3.2",
        Text("有关部门和区的意见及采纳情况。", "Of the departments and districts concerned, with what became of them."),
    ),
    Code(
        "deliberation",
        Text("座谈会或论证会材料", "Papers of the symposium or expert meeting"),
        "§3.2",
        Text("重大、疑难事项应当有。", "For a major or difficult matter."),
    ),
    Code(
        "section",
        Text("本单位法制机构意见", "The unit's own legal opinion"),
        "§3.3",
        Text("没有法制机构的，写明。", "A unit without a legal section says so."),
    ),
)

SUBMISSION_ITEMS: dict[str, Code] = {item.code: item for item in _ITEMS}
"""What the General Office looks for before the review begins: the product's own list."""

RISKS: dict[str, Code] = {
    code.code: code
    for code in (
        Code("high", Text("高风险", "High risk")),
        Code("medium", Text("中风险", "Medium risk")),
        Code("low", Text("低风险", "Low risk")),
    )
}

SECTION_CONCLUSIONS: dict[str, Code] = {
    code.code: code
    for code in (
        Code("agree", Text("同意送审", "May be submitted"), "§3.3"),
        Code("agree_after_changes", Text("已按意见修改，同意送审", "May be submitted, changed as asked"), "§3.3"),
        Code("object", Text("不同意，意见如下", "Objects, for the reasons given"), "§3.3"),
        Code("no_section", Text("本单位未设法制机构", "The unit has no legal section"), "§3.3"),
    )
}

STOPS: dict[str, Code] = {
    code.code: code
    for code in (
        Code("supplement", Text("等待补正", "Waiting for the supplement")),
        Code("departments", Text("等待会审单位", "Waiting for the joint reviewers")),
        Code("experts", Text("等待专家意见", "Waiting for the experts")),
        Code("other", Text("其他原因", "Another reason")),
    )
}

"""Clauses, and what is asked of a clause, that several categories of §2 share."""

from regulation.records import FrameworkClause, Part, Text

KEY_PROJECTS = FrameworkClause(
    code="key_projects",
    heading=Text("重点项目", "Key projects"),
    asks=Text(
        "项目合乎国家产业政策和天津发展方向。逐个填写五项：实施主体、资金来源、初步选址、开工竣工时间、预期效果；缺项"
        "须说明理由。",
        "Projects fit national industrial policy and Tianjin's direction. Give five facts of each: implementing body, "
        "source of funds, preliminary site, start and completion dates, expected effect; a missing one needs a reason.",
    ),
    parts=(Part.KEY_PROJECTS,),
)

FOUR_MECHANISMS = FrameworkClause(
    code="mechanisms",
    heading=Text("合作机制", "Mechanisms"),
    asks=Text(
        "协商合作、组织管理、资金筹措、利益共享四类机制逐一写明；确定双方牵头部门，定期会商并定频次。",
        "Four mechanisms: consultation, organisation, funding and benefit-sharing. Name both lead departments; "
        "consult regularly, with a frequency.",
    ),
    parts=(Part.MECHANISMS,),
    required_parts=(Part.MECHANISMS,),
)

SAFEGUARDS = FrameworkClause(
    code="safeguards",
    heading=Text("保障措施", "Safeguards"),
    asks=Text(
        "政策、人员、资金三类保障分别写明由谁提供、提供什么。",
        "Policy, personnel and funds: for each of the three say who provides what.",
    ),
    parts=(Part.SAFEGUARDS,),
    required_parts=(Part.SAFEGUARDS,),
)

LIABILITY = FrameworkClause(
    code="liability",
    heading=Text("法律责任", "Legal liability"),
    asks=Text(
        "写明合作期内双方各有哪些权利、承担哪些义务；任何形式的排他性条款都不得出现。",
        "State each side's rights and duties during the term; no exclusivity clause of any kind.",
    ),
    parts=(Part.DUTIES,),
    required_parts=(Part.DUTIES,),
)

MEASURED_THOUGHTS = Text(
    "逐一对照三个方面：中央的精神、国家的要求、天津的实际。写清双方共识、合作重点和各自的比较优势，不写空话。",
    "Measure the cooperation against three things: the centre's spirit, the state's requirements and Tianjin's "
    "reality. Say what both sides agree on, where the weight lies and which strengths each brings.",
)

ENTERPRISE_PRINCIPLES = Text(
    "体现产业优先、尊重企业；企业是主体，资源由市场配置，政府发挥好作用；各展所长，壮大实体经济；讲求质量和效益。",
    "Industry and enterprises come first; the enterprise is the actor and the market allocates, with government in "
    "its proper part; comparative advantage serves the real economy; quality and return count.",
)

ENTERPRISE_CONTENT = Text(
    "围绕新产业、新技术、新产品、新模式列出合作事项，每项有抓手、载体、平台，定责任单位和完成时间；政府引导、市场运"
    "作。",
    "List the items of cooperation in new industries, technologies, products and models; each has a handle, a carrier "
    "and a platform, a responsible unit and a due date. Government guides, the market runs.",
)

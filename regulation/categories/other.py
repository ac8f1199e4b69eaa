"""§2.7: agreements with any other counterpart."""

from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="other",
    article="§2.7",
    name=Text("其他方面", "Others"),
    purpose=Text(
        "与高校、科研院所、社会组织等前六类以外各方的合作协议。",
        "With anyone the first six categories do not name: universities, institutes, associations.",
    ),
    lead_role=LeadRole.CONCERNED_UNIT,
    lead_unit=Text("相关部门或单位", "The department or unit concerned"),
    clauses=(
        FrameworkClause(
            code="guiding_thoughts",
            heading=Text("合作思路", "Guiding thoughts"),
            asks=Text(
                "逐一对照三个方面：中央的精神、国家的要求、天津的实际。写清双方共识、合作重点和各自的比较优势，不写空"
                "话。",
                "Measure the cooperation against three things: the centre's spirit, the state's requirements and "
                "Tianjin's reality. Say what both sides agree on, where the weight lies and which strengths each "
                "brings.",
            ),
        ),
        FrameworkClause(
            code="targets",
            heading=Text("合作目标", "Targets"),
            asks=Text(
                "抓住战略机遇，从问题和目标两头出发：产业转型升级到什么程度，拓展哪些市场，带动地方经济多少。写成有指"
                "标、有时间、有责任单位的目标。",
                "Seize the strategic opportunity, starting from problems and from goals: how far industry is "
                "restructured, which markets are gained, how much the local economy grows. Put it as targets with "
                "indicator, date and responsible unit.",
            ),
            parts=(Part.TARGETS,),
            required_parts=(Part.TARGETS,),
        ),
        FrameworkClause(
            code="content",
            heading=Text("合作内容（重点项目）", "Cooperation content (key projects)"),
            asks=Text(
                "围绕新产业、新技术、新产品、新模式列出合作事项，每项有抓手、载体、平台，定责任单位和完成时间；政府引"
                "导、市场运作。有重点项目的一并填报。",
                "List the items of cooperation in new industries, technologies, products and models; each has a "
                "handle, a carrier and a platform, a responsible unit and a due date. Government guides, the market "
                "runs. Enter key projects where there are any.",
            ),
            parts=(Part.WORK_ITEMS, Part.KEY_PROJECTS),
            required_parts=(Part.WORK_ITEMS,),
        ),
        FrameworkClause(
            code="mechanisms",
            heading=Text("合作机制", "Mechanisms"),
            asks=Text(
                "协商合作、组织管理、资金筹措、利益共享四类机制逐一写明；确定双方牵头部门，定期会商并定频次。",
                "Four mechanisms: consultation, organisation, funding and benefit-sharing. Name both lead "
                "departments; consult regularly, with a frequency.",
            ),
            parts=(Part.MECHANISMS,),
            required_parts=(Part.MECHANISMS,),
        ),
        FrameworkClause(
            code="safeguards",
            heading=Text("保障措施", "Safeguards"),
            asks=Text(
                "政策、人员、资金三类保障分别写明由谁提供、提供什么。",
                "Policy, personnel and funds: for each of the three say who provides what.",
            ),
            parts=(Part.SAFEGUARDS,),
            required_parts=(Part.SAFEGUARDS,),
        ),
        FrameworkClause(
            code="liability",
            heading=Text("法律责任", "Legal liability"),
            asks=Text(
                "写明合作期内双方各有哪些权利、承担哪些义务；任何形式的排他性条款都不得出现。",
                "State each side's rights and duties during the term; no exclusivity clause of any kind.",
            ),
        ),
    ),
)

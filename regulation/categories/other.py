"""§2.7: agreements with any other counterpart."""

from regulation.clauses import FOUR_MECHANISMS, LIABILITY, MEASURED_THOUGHTS, SAFEGUARDS
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
            asks=MEASURED_THOUGHTS,
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
        FOUR_MECHANISMS,
        SAFEGUARDS,
        LIABILITY,
    ),
)

"""§2.3: agreements with sister provinces and municipalities."""

from regulation.clauses import FOUR_MECHANISMS, SAFEGUARDS
from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="sister_province",
    article="§2.3",
    name=Text("兄弟省市", "Sister provinces and municipalities"),
    purpose=Text(
        "与其他省（区、市）政府开展的区域合作、对口合作协议。",
        "With the government of another province or municipality: regional and paired cooperation.",
    ),
    lead_role=LeadRole.COOPERATION_EXCHANGE,
    lead_unit=Text("市合作交流主管部门", "The municipal cooperation and exchange department"),
    clauses=(
        FrameworkClause(
            code="purpose",
            heading=Text("合作宗旨（思路）", "Purpose (guiding thoughts)"),
            asks=Text(
                "贯穿四条原则：创新引领、市场主导、政府推动、互利共赢。说明整合双方哪些战略资源，共同向国家争取什么，"
                "探索怎样的区域合作路子。",
                "Four principles run through it: innovation leads, the market decides, government promotes, both "
                "sides gain. Say which strategic resources are joined, what both ask of the state and which new way "
                "of regional cooperation is tried.",
            ),
        ),
        FrameworkClause(
            code="positioning",
            heading=Text("目标定位", "Goals and positioning"),
            asks=Text(
                "从两地区位和发展基础出发，兼顾长远；写明在双方哪些重点区域建示范区、引领区、新高地。有指标的填指标，"
                "分年推进的列阶段目标。",
                "Start from both places' location and base, with the long run in view; say in which areas "
                "demonstration zones, leading zones and new heights are built. Enter indicators where there are any, "
                "and a goal per year where work goes by phases.",
            ),
            parts=(Part.TARGETS, Part.PHASES),
        ),
        FrameworkClause(
            code="priorities",
            heading=Text("合作重点（内容）", "Priorities (content)"),
            asks=Text(
                "每项合作都要有抓手、载体、平台，分清重点工作、重点项目、重点政策，定责任单位和完成时间。政府引导、市"
                "场运作，形成别处也能用的经验。有重点项目、区县结对、阶段安排的分别填报。",
                "Each item has a handle, a carrier and a platform; tell key work, key projects and key policies "
                "apart, with responsible unit and due date. Government guides, the market runs; experience others can "
                "use. Enter key projects, pairings of districts and phases where there are any.",
            ),
            parts=(Part.WORK_ITEMS, Part.KEY_PROJECTS, Part.PHASES, Part.PAIRINGS),
            required_parts=(Part.WORK_ITEMS,),
        ),
        FOUR_MECHANISMS,
        SAFEGUARDS,
    ),
)

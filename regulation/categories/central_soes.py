"""§2.2: agreements with central state-owned enterprises and related units."""

from regulation.clauses import ENTERPRISE_CONTENT, ENTERPRISE_PRINCIPLES, KEY_PROJECTS, LIABILITY
from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="central_soe",
    article="§2.2",
    name=Text("中央企业和相关单位", "Central enterprises and related units"),
    purpose=Text(
        "与中央企业及相关单位开展产业、项目、国企改革等合作的战略协议。",
        "With a central state-owned enterprise or a related unit: industry, projects, reform of enterprises.",
    ),
    lead_role=LeadRole.FIELD_DEPARTMENT,
    lead_unit=Text("所涉领域的市级主管部门", "The municipal department in charge of the field"),
    clauses=(
        FrameworkClause(
            code="targets",
            heading=Text("合作目标", "Targets"),
            asks=Text(
                "抓住战略机遇，从问题和目标两头出发：产业转型升级到什么程度，企业拓展哪些市场，带动地方经济多少。写成"
                "有指标、有时间、有责任单位的目标。",
                "Seize the strategic opportunity, starting from problems and from goals: how far industry is "
                "restructured, which markets the enterprise gains, how much the local economy grows. Put it as "
                "targets with indicator, date and responsible unit.",
            ),
            parts=(Part.TARGETS,),
            required_parts=(Part.TARGETS,),
        ),
        FrameworkClause(
            code="principles",
            heading=Text("合作原则", "Principles"),
            asks=ENTERPRISE_PRINCIPLES,
        ),
        FrameworkClause(
            code="content",
            heading=Text("合作内容（范围）", "Cooperation content (scope)"),
            asks=ENTERPRISE_CONTENT,
            parts=(Part.WORK_ITEMS,),
            required_parts=(Part.WORK_ITEMS,),
        ),
        KEY_PROJECTS,
        FrameworkClause(
            code="ways",
            heading=Text("合作方式", "Ways of cooperation"),
            asks=Text(
                "各级政府、本地企业怎样与央企对接；央企在津参与混合所有制改革、试点示范、创新的安排；政府和社会资本合"
                "作；共同向国家争取的政策和资金。",
                "How governments and local firms are matched with the enterprise; its part in mixed-ownership reform, "
                "pilots and innovation in Tianjin; public–private partnership; joint bids for national policy and "
                "funds.",
            ),
        ),
        FrameworkClause(
            code="mechanisms",
            heading=Text("合作机制", "Mechanisms"),
            asks=Text(
                "写明双方牵头部门及日常对接办法；高层领导不定期会晤，解决执行中的重大问题。",
                "Name both lead departments and how they keep in touch; leaders of both sides meet from time to time "
                "and settle major problems of performance.",
            ),
            parts=(Part.MECHANISMS,),
            required_parts=(Part.MECHANISMS,),
        ),
        LIABILITY,
    ),
    project_facts_required=True,
)

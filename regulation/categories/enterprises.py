"""§2.4: agreements with enterprises at home and abroad."""

from regulation.clauses import ENTERPRISE_CONTENT, ENTERPRISE_PRINCIPLES, LIABILITY
from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="enterprise",
    article="§2.4",
    name=Text("国内外企业集团", "Enterprises at home and abroad"),
    purpose=Text(
        "与国内外企业集团的投资、产业合作协议，重在项目、选址和出资。",
        "With a group of enterprises at home or abroad: investment and industry, with project, site and capital in "
        "the foreground.",
    ),
    lead_role=LeadRole.FIELD_DEPARTMENT,
    lead_unit=Text("所涉领域的市级主管部门", "The municipal department in charge of the field"),
    clauses=(
        FrameworkClause(
            code="principles",
            heading=Text("合作原则（宗旨）", "Principles (purpose)"),
            asks=ENTERPRISE_PRINCIPLES,
        ),
        FrameworkClause(
            code="content",
            heading=Text("合作内容（范围）", "Cooperation content (scope)"),
            asks=ENTERPRISE_CONTENT,
            parts=(Part.WORK_ITEMS, Part.TARGETS),
            required_parts=(Part.WORK_ITEMS,),
        ),
        FrameworkClause(
            code="key_projects",
            heading=Text("重点项目（规划选址）", "Key projects (site)"),
            asks=Text(
                "项目合乎国家产业政策和天津发展方向，选址是本条的组成部分。逐个填写五项：实施主体、资金来源、初步选"
                "址、开工竣工时间、预期效果；缺项须说明理由。",
                "Projects fit national industrial policy and Tianjin's direction; the site belongs to this clause. "
                "Give five facts of each: implementing body, source of funds, preliminary site, start and completion "
                "dates, expected effect; a missing one needs a reason.",
            ),
            parts=(Part.KEY_PROJECTS,),
        ),
        FrameworkClause(
            code="funding",
            heading=Text("资金来源", "Funding source"),
            asks=Text(
                "写明建设资金从哪些渠道来、双方各出多少、贷款占多少、土地是否作价入股。双方出资（含土地作价）合计为资"
                "本金的100%，贷款比例以总投资计，金额与比例相符。",
                "State the channels of the funds, each side's share, the share of loans and whether land is "
                "contributed as equity. The two contributions (land counted in) make 100 % of the capital; the loan "
                "ratio is of total funds; amounts agree with ratios.",
            ),
            parts=(Part.FUNDING,),
            required_parts=(Part.FUNDING,),
        ),
        FrameworkClause(
            code="ways",
            heading=Text("合作方式（机制）", "Ways of cooperation (mechanisms)"),
            asks=Text(
                "政府和社会资本怎样合作；各级政府、本地企业怎样与企业集团对接；企业集团在津参与混合所有制改革、试点示"
                "范、创新的安排；共同向国家争取的政策和资金。有固定会商的列为机制。",
                "How public–private partnership works; how governments and local firms are matched with the group; "
                "its part in mixed-ownership reform, pilots and innovation in Tianjin; joint bids for national policy "
                "and funds. Enter regular consultations as mechanisms.",
            ),
            parts=(Part.MECHANISMS,),
        ),
        LIABILITY,
    ),
    project_facts_required=True,
)

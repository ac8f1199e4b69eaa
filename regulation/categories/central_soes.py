"""§2.2: agreements with central state-owned enterprises and related units."""

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
            asks=Text(
                "体现产业优先、尊重企业；企业是主体，资源由市场配置，政府发挥好作用；各展所长，壮大实体经济；讲求质量"
                "和效益。",
                "Industry and enterprises come first; the enterprise is the actor and the market allocates, with "
                "government in its proper part; comparative advantage serves the real economy; quality and return "
                "count.",
            ),
        ),
        FrameworkClause(
            code="content",
            heading=Text("合作内容（范围）", "Cooperation content (scope)"),
            asks=Text(
                "围绕新产业、新技术、新产品、新模式列出合作事项，每项有抓手、载体、平台，定责任单位和完成时间；政府引"
                "导、市场运作。",
                "List the items of cooperation in new industries, technologies, products and models; each has a "
                "handle, a carrier and a platform, a responsible unit and a due date. Government guides, the market "
                "runs.",
            ),
            parts=(Part.WORK_ITEMS,),
            required_parts=(Part.WORK_ITEMS,),
        ),
        FrameworkClause(
            code="key_projects",
            heading=Text("重点项目", "Key projects"),
            asks=Text(
                "项目合乎国家产业政策和天津发展方向。逐个填写五项：实施主体、资金来源、初步选址、开工竣工时间、预期效"
                "果；缺项须说明理由。",
                "Projects fit national industrial policy and Tianjin's direction. Give five facts of each: "
                "implementing body, source of funds, preliminary site, start and completion dates, expected effect; a "
                "missing one needs a reason.",
            ),
            parts=(Part.KEY_PROJECTS,),
        ),
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
        FrameworkClause(
            code="liability",
            heading=Text("法律责任", "Legal liability"),
            asks=Text(
                "写明合作期内双方各有哪些权利、承担哪些义务；任何形式的排他性条款都不得出现。",
                "State each side's rights and duties during the term; no exclusivity clause of any kind.",
            ),
        ),
    ),
    project_facts_required=True,
)

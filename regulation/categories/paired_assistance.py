"""§2.6: agreements of paired assistance."""

from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="paired_assistance",
    article="§2.6",
    name=Text("对口帮扶", "Paired assistance"),
    purpose=Text(
        "与受援地区商定帮扶范围、资金和重点的对口帮扶协议。",
        "With an assisted region: which places are helped, with what funds and in which fields.",
    ),
    lead_role=LeadRole.PAIRED_ASSISTANCE,
    lead_unit=Text("市政府对口帮扶主管部门", "The municipal department in charge of paired assistance"),
    clauses=(
        FrameworkClause(
            code="guiding_thoughts",
            heading=Text("帮扶思路", "Guiding thoughts of assistance"),
            asks=Text(
                "落实中央有关帮扶工作的部署：规划科学、实施有序，政府主导、各方参与，重点突出、示范先行，改革创新、互"
                "惠互利；写明现阶段的帮扶目标。",
                "Carry out the centre's decisions on assistance: planned and in order, led by government with many "
                "taking part, weighted and shown by example, with reform and mutual gain. State the goal of "
                "assistance in the present period.",
            ),
            parts=(Part.TARGETS, Part.PHASES),
        ),
        FrameworkClause(
            code="scope",
            heading=Text("帮扶范围（资金安排）", "Scope of assistance (funds)"),
            asks=Text(
                "逐个列明受援地区和帮扶资金规模，注明年度安排。",
                "Name each assisted region and the size of the funds, by year where they go by year.",
            ),
            parts=(Part.ASSISTANCE,),
            required_parts=(Part.ASSISTANCE,),
        ),
        FrameworkClause(
            code="priorities",
            heading=Text("帮扶重点（内容）", "Priorities of assistance (content)"),
            asks=Text(
                "按产业、教育、劳务、交流、生态、公共服务六方面列出帮扶事项，定责任单位和完成时间，使帮扶目标件件落"
                "地。有重点项目、区县结对、阶段安排的分别填报。",
                "List items of industry, education, labour, exchange, ecology and public services with responsible "
                "unit and due date, so that every goal is met. Enter key projects, pairings of districts and phases "
                "where there are any.",
            ),
            parts=(Part.WORK_ITEMS, Part.KEY_PROJECTS, Part.PHASES, Part.PAIRINGS),
            required_parts=(Part.WORK_ITEMS,),
        ),
        FrameworkClause(
            code="mechanisms",
            heading=Text("工作机制（保障措施）", "Working mechanisms (safeguards)"),
            asks=Text(
                "写明两地联席会议；共同制定帮扶资金管理办法；对受援地区逐一建档立卡、清单管理；适时督查；每年通报成"
                "效。各项定频次。",
                "A joint meeting of both places; fund rules made together; a file per region and list management; "
                "inspection as needed; an annual circular of results. Each with its frequency.",
            ),
            parts=(Part.MECHANISMS, Part.SAFEGUARDS),
            required_parts=(Part.MECHANISMS,),
        ),
    ),
)

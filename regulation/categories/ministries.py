"""§2.1: agreements with central ministries."""

from regulation.clauses import KEY_PROJECTS, MEASURED_THOUGHTS, SAFEGUARDS
from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="ministry",
    article="§2.1",
    name=Text("中央部委", "Central ministries"),
    purpose=Text(
        "与国家部委共同推进国家战略、落实重点项目和政策的部市协议。",
        "With a ministry of the central government: national strategies, key projects and policies carried out "
        "together.",
    ),
    lead_role=LeadRole.MATCHING_DEPARTMENT,
    lead_unit=Text("市级对口部门", "The matching municipal department"),
    clauses=(
        FrameworkClause(
            code="guiding_thoughts",
            heading=Text("总体思路", "Guiding thoughts"),
            asks=MEASURED_THOUGHTS,
        ),
        FrameworkClause(
            code="targets",
            heading=Text("合作目标", "Targets"),
            asks=Text(
                "每项目标都要能监测、能分解、能考核、能做到：填写指标、单位、基数、目标值、完成时间和责任单位，分解后"
                "的分目标之和与总目标一致。主要经济指标和国家重大战略、重点项目的进展节点要列出。",
                "Each target can be monitored, broken down, assessed and reached: give indicator, unit, baseline, "
                "target value, due date and responsible unit; sub-targets add up. List the main economic indicators "
                "and the points in time of national strategies and key projects.",
            ),
            parts=(Part.TARGETS,),
            required_parts=(Part.TARGETS,),
        ),
        FrameworkClause(
            code="content",
            heading=Text("合作内容", "Cooperation content"),
            asks=Text(
                "每项合作都要有抓手、载体、平台，分别列出重点工作、重点项目、重点政策，定责任单位和完成时间。政府引"
                "导、市场运作，说明探索的新模式新路径以及可以推广的经验。",
                "Each item has a handle, a carrier and a platform. List key work, key projects and key policies with "
                "responsible unit and due date. Government guides, the market runs; name the new ways tried and the "
                "experience others can copy.",
            ),
            parts=(Part.WORK_ITEMS,),
            required_parts=(Part.WORK_ITEMS,),
        ),
        KEY_PROJECTS,
        FrameworkClause(
            code="mechanisms",
            heading=Text("工作机制", "Working mechanisms"),
            asks=Text(
                "写明双方各自的工作责任，具体到牵头部门、责任单位和责任人；建立定期会商、情况通报、信息反馈机制，并定"
                "频次。",
                "State each side's duties down to lead department, responsible unit and responsible person; set up "
                "regular consultation, circulation of progress and feedback, each with its frequency.",
            ),
            parts=(Part.MECHANISMS,),
            required_parts=(Part.MECHANISMS,),
        ),
        SAFEGUARDS,
    ),
    project_facts_required=True,
)

"""§2.5: agreements with sister cities abroad."""

from regulation.clauses import SAFEGUARDS
from regulation.records import CategoryRecord, FrameworkClause, LeadRole, Part, Text

CATEGORY = CategoryRecord(
    code="sister_city",
    article="§2.5",
    name=Text("友好城市", "Sister cities"),
    purpose=Text(
        "与已结好的外国城市深化各领域交流的外事协议。",
        "With a foreign city that is a sister city: exchange in many fields. A foreign-affairs agreement.",
    ),
    lead_role=LeadRole.FOREIGN_AFFAIRS,
    lead_unit=Text("市外事部门", "The municipal foreign affairs department"),
    clauses=(
        FrameworkClause(
            code="targets",
            heading=Text("合作目标", "Targets"),
            asks=Text(
                "服从国家外交全局，合于两国之间的合作框架，落实现有友城协议；写明增进了解、扩大交流要达到的具体目标和"
                "时间。",
                "Serve the state's foreign policy, keep within the two states' framework and carry out the existing "
                "sister-city agreement; say which concrete goals of understanding and exchange are reached by when.",
            ),
            parts=(Part.TARGETS,),
            required_parts=(Part.TARGETS,),
        ),
        FrameworkClause(
            code="content",
            heading=Text("合作内容", "Cooperation content"),
            asks=Text(
                "在已有合作之上，逐个领域说明如何加深：经贸、投资、产业、科技、旅游、文化、教育等。",
                "Field by field, on top of what exists, say how cooperation deepens: trade, investment, industry, "
                "science and technology, tourism, culture, education.",
            ),
            parts=(Part.WORK_ITEMS,),
        ),
        FrameworkClause(
            code="priorities",
            heading=Text("重点工作（项目）", "Key work (projects)"),
            asks=Text(
                "每项工作都要有抓手、载体、平台，分清重点工作、重点项目、重点政策，定责任单位和完成时间。政府引导、市"
                "场运作，形成别处也能用的经验。",
                "Each item has a handle, a carrier and a platform; tell key work, key projects and key policies "
                "apart, with responsible unit and due date. Government guides, the market runs; experience others can "
                "use.",
            ),
            parts=(Part.WORK_ITEMS, Part.KEY_PROJECTS),
            required_parts=(Part.WORK_ITEMS,),
        ),
        FrameworkClause(
            code="mechanisms",
            heading=Text("合作机制", "Mechanisms"),
            asks=Text(
                "写明双方牵头部门以及各方怎样参与；会商、人员互访、展会各定频次。",
                "Name both lead departments and how others take part; consultations, mutual visits and exhibitions, "
                "each with its frequency.",
            ),
            parts=(Part.MECHANISMS,),
            required_parts=(Part.MECHANISMS,),
        ),
        SAFEGUARDS,
    ),
    foreign_affairs=True,
)

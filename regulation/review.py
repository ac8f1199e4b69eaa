"""The review before approval (§3.3): its six points and its conclusions."""

from regulation.records import Code, ReviewPointRecord, Text

_POINTS = (
    ReviewPointRecord(
        "duties_rights",
        "§3.3",
        Text("双方责权利", "The sides' duties, rights and benefits"),
        Text(
            "双方的责任、权利、利益是否写清、是否对等，履约能力是否相称。",
            "Are both sides' duties, rights and benefits clear and in balance, and can each side perform?",
        ),
    ),
    ReviewPointRecord(
        "lawfulness",
        "§3.3",
        Text("合法合规", "Lawfulness and compliance"),
        Text(
            "有无违法排他、越权承诺、政府担保、放弃权益等内容；国有资产和财政资金是否安全。",
            "Is there unlawful exclusivity, a promise beyond powers, a guarantee or a waiver? Are state assets and "
            "fiscal funds safe?",
        ),
    ),
    ReviewPointRecord(
        "land_planning",
        "§3.3",
        Text("土地规划", "Land and planning"),
        Text(
            "选址是否合乎规划，用地面积是否在控制指标之内并与投资相称。",
            "Does the site fit the plans, and is the land within the control indicators and in step with the "
            "investment?",
        ),
    ),
    ReviewPointRecord(
        "environment_safety",
        "§3.3",
        Text("环保安全", "Environment and safety"),
        Text(
            "是否带来污染或安全隐患，自然资源和公共资源是否用得其所。",
            "Does it bring pollution or danger, and are natural and public resources used well?",
        ),
    ),
    ReviewPointRecord(
        "policy",
        "§3.3",
        Text("政策原则", "Policy principle"),
        Text(
            "是否合乎国家产业政策和本市发展方向，所承诺的优惠有无依据。",
            "Does it fit national industrial policy and the city's direction, and has each promised benefit a basis?",
        ),
    ),
    ReviewPointRecord(
        "effect",
        "§3.3",
        Text("落地见效", "Prospects of taking effect"),
        Text(
            "目标、项目、机制是否具体可行，签了能否兑现。",
            "Are targets, projects and mechanisms concrete and workable; can what is signed be kept?",
        ),
    ),
)

REVIEW_POINTS: dict[str, ReviewPointRecord] = {point.code: point for point in _POINTS}

_CONCLUSIONS = (
    Code("lawful", Text("合法，可以报批", "Lawful, may go to approval"), "§3.3"),
    Code(
        "lawful_after_changes",
        Text("修改后合法", "Lawful after changes"),
        "§3.3",
        Text(
            "退回起草修改，并与合作方重新谈妥。",
            "Returned to drafting; the changes are agreed with the counterpart again.",
        ),
    ),
    Code(
        "not_lawful",
        Text("不合法", "Not lawful"),
        "§3.3",
        Text("不得报批，退回起草。", "May not go to approval; returned to drafting."),
    ),
)

REVIEW_CONCLUSIONS: dict[str, Code] = {conclusion.code: conclusion for conclusion in _CONCLUSIONS}

"""The vocabularies of an agreement: each a dict of `Code` by its code, in the order of the text."""

from collections.abc import Iterable

from regulation.records import Code, Text


def _codes(*entries: Code) -> dict[str, Code]:
    return {entry.code: entry for entry in entries}


def _plain(article: str, entries: Iterable[tuple[str, str, str]]) -> dict[str, Code]:
    return _codes(*(Code(code, Text(zh, en), article) for code, zh, en in entries))


DOCUMENT_TYPES = _plain(
    "§2",
    (
        ("agreement", "协议书", "Agreement"),
        ("protocol", "议定书", "Protocol"),
        ("letter_of_intent", "意向书", "Letter of intent"),
        ("declaration", "宣言", "Declaration"),
        ("memorandum", "备忘录", "Memorandum"),
        ("other", "其他文书", "Other document"),
    ),
)

FIELDS = _plain(
    "§2",
    (
        ("trade", "经贸", "Trade"),
        ("investment", "投资", "Investment"),
        ("science", "科技", "Science and technology"),
        ("education", "教育", "Education"),
        ("health", "卫生", "Health"),
        ("finance", "金融", "Finance"),
        ("tourism", "旅游", "Tourism"),
        ("sport", "体育", "Sport"),
        ("paired_assistance", "对口帮扶", "Paired assistance"),
        ("regional_cooperation", "区域合作", "Regional cooperation"),
        ("other", "其他领域", "Other field"),
    ),
)

NATURES = _codes(
    Code(
        "intent",
        Text("意向性", "Intent"),
        "§3.4",
        Text("只表达合作意愿，可以审签。", "States a wish to cooperate; sign-off may be used."),
    ),
    Code(
        "framework",
        Text("框架性", "Framework"),
        "§3.4",
        Text("只定合作框架，可以审签。", "Sets the frame of cooperation; sign-off may be used."),
    ),
    Code(
        "funds",
        Text("财务资金使用", "Use of funds"),
        "§3.4",
        Text(
            "动用资金，不限于财政资金，上市长办公会议。",
            "Uses funds, fiscal or not; goes to the mayor's office meeting.",
        ),
        rests_on="funds_beyond_fiscal",
    ),
    Code(
        "land",
        Text("土地利用等单一事项", "Land use or a similar single matter"),
        "§3.4",
        Text(
            "用地及类似单项事务，上市长办公会议。",
            "Land and similar single matters; goes to the mayor's office meeting.",
        ),
    ),
    Code(
        "overall",
        Text("全局性", "Overall"),
        "§3.4",
        Text(
            "牵动全市的重大决策部署，上市政府常务会议。",
            "A major decision for the whole city; goes to the executive meeting.",
        ),
    ),
    Code(
        "policy",
        Text("政策性", "Policy"),
        "§3.4",
        Text(
            "涉及政策的重大决策部署，上市政府常务会议。", "A major decision of policy; goes to the executive meeting."
        ),
    ),
)

COUNTERPARTY_KINDS = _plain(
    "§3.1",
    (
        ("state_organ", "国家机关", "State organ"),
        ("state_owned_enterprise", "国有企业", "State-owned enterprise"),
        ("public_institution", "国有事业单位", "Public institution"),
        ("private_enterprise", "民营企业", "Private enterprise"),
        ("foreign_government", "外国政府及其机构", "Foreign government or its body"),
        ("foreign_enterprise", "外国企业", "Foreign enterprise"),
        ("other", "其他组织", "Other organisation"),
    ),
)

COMMITMENT_KINDS = _plain(
    "",
    (
        ("key_target", "重点目标承诺", "Key target"),
        ("policy_benefit", "政策优惠承诺", "Policy benefit"),
        ("contract_performance", "合同履约承诺", "Contract performance"),
        ("service", "服务承诺", "Service"),
        ("duty", "履职承诺", "Duty"),
    ),
)

AMOUNT_KINDS = _plain(
    "",
    (
        ("none", "不涉及金额", "No amount"),
        ("exact", "确定金额", "Exact amount"),
        ("at_least", "不低于", "At least"),
        ("range", "金额区间", "Range"),
    ),
)

TERM_KINDS = _plain(
    "§4.3",
    (
        ("until_date", "至约定日期", "Until a date"),
        ("years", "按年计", "A number of years"),
        ("none", "未约定期限", "No term agreed"),
    ),
)

ORIGINS = _plain(
    "",
    (
        ("instruction", "领导批示", "Leader's instruction"),
        ("meeting", "会议议定", "Decision of a meeting"),
        ("proposal", "单位提议", "Proposal of a unit"),
        ("letter", "对方来函", "Letter of the counterpart"),
    ),
)

WORK_ITEM_KINDS = _plain(
    "§2.1",
    (
        ("work", "重点工作", "Key work"),
        ("project", "重点项目", "Key project"),
        ("policy", "重点政策", "Key policy"),
    ),
)

SAFEGUARD_KINDS = _plain(
    "§2.1",
    (
        ("policy", "政策保障", "Policy"),
        ("personnel", "人员保障", "Personnel"),
        ("funds", "资金保障", "Funds"),
    ),
)

FREQUENCIES = _plain(
    "§4.2",
    (
        ("yearly", "每年一次", "Yearly"),
        ("half_yearly", "每半年一次", "Half-yearly"),
        ("quarterly", "每季度一次", "Quarterly"),
        ("monthly", "每月一次", "Monthly"),
        ("as_needed", "适时（不定期）", "As needed"),
    ),
)

DUTY_SIDES = _plain(
    "§2.2",
    (
        ("ours", "我方", "Our side"),
        ("theirs", "对方", "Their side"),
        ("both", "双方", "Both sides"),
    ),
)

DUTY_KINDS = _plain(
    "§2.2",
    (
        ("duty", "义务", "Duty"),
        ("right", "权利", "Right"),
    ),
)

DUE_KINDS = _plain(
    "§4.2",
    (
        ("month", "至该月底", "To the end of the month"),
        ("year", "至该年底", "To the end of the year"),
        ("recurring", "定期", "Recurring"),
    ),
)

_MONTHS_BETWEEN: dict[str, int | None] = {
    "yearly": 12,
    "half_yearly": 6,
    "quarterly": 3,
    "monthly": 1,
    "as_needed": None,
}


def months_between(code: str) -> int | None:
    """Return the months from one event of a mechanism to the next (§4.2); None when it meets as needed.

    Raises KeyError for a frequency the vocabulary does not have.
    """
    return _MONTHS_BETWEEN[code]


DOCUMENT_KINDS_OF_TEXT = _codes(
    Code("kept", Text("存稿", "Kept draft"), "§3.2"),
    Code("consultation", Text("征求意见稿", "Draft for consultation"), "§3.2"),
    Code("review", Text("送审稿", "Draft for review"), "§3.3"),
    Code("approved", Text("审定稿", "Approved text"), "§3.4"),
    Code("signed", Text("签署稿", "Signed text"), "§3.5"),
)

EXCHANGE_MEDIA = _plain(
    "§3.2",
    (
        ("letter", "公函", "Official letter"),
        ("courier", "专人或机要送达（纸质、光盘）", "By courier, on paper or disc"),
        ("email", "电子邮件", "E-mail"),
        ("meeting", "会谈", "Talks"),
        ("visit", "上门沟通", "Visit"),
        ("phone", "电话、传真", "Telephone or fax"),
        ("other", "其他方式", "Another way"),
    ),
)

STATIONS = _codes(
    Code("preparation", Text("前期准备", "Preparation"), "§3.1"),
    Code("drafting", Text("起草", "Drafting"), "§3.2"),
    Code("legal_review", Text("法制审核", "Legal review"), "§3.3"),
    Code("approval", Text("审批", "Approval"), "§3.4"),
    Code("signing", Text("签署", "Signing"), "§3.5"),
    Code("sealing", Text("用印", "Sealing"), "§3.5"),
    Code("archiving", Text("归档", "Archiving"), "§4.1"),
    Code("performance", Text("履行", "Performance"), "§4.2"),
    Code("concluded", Text("办结", "Concluded"), "§4.3"),
)

STANDINGS = _codes(
    Code("active", Text("在办", "Active")),
    Code(
        "suspended",
        Text("中止", "Suspended"),
        "§4.3",
        Text("由市政府决定，情势明朗后可恢复。", "Decided by the government; may be resumed."),
    ),
    Code(
        "withdrawn",
        Text("撤销", "Withdrawn"),
        "",
        Text("签署之前由牵头单位放弃。", "Given up by the lead unit before signing."),
    ),
    Code(
        "terminated",
        Text("终止", "Terminated"),
        "§4.3",
        Text("签署之后由市政府决定结束。", "Ended by the government's decision after signing."),
    ),
)

EVALUATION_PROPOSALS = _plain(
    "§4.3",
    (
        ("upgrade", "合作升级", "Upgrade the cooperation"),
        ("continue", "继续合作", "Continue the cooperation"),
        ("end", "终止合作", "End the cooperation"),
    ),
)

FUNDING_CHANNELS = _plain(
    "§2.4",
    (
        ("budget", "财政资金", "Budget"),
        ("enterprise", "企业自有资金", "Enterprise's own funds"),
        ("loan", "贷款", "Loan"),
        ("land_equity", "土地作价入股", "Land contributed as equity"),
        ("fund", "基金", "Fund"),
        ("other", "其他渠道", "Other channel"),
    ),
)

RETENTIONS = _codes(
    Code("P", Text("永久", "Permanent")),
    Code("D30", Text("30年", "30 years")),
    Code("D10", Text("10年", "10 years")),
)

CLASSIFICATIONS = _codes(
    Code("open", Text("非涉密", "Not classified")),
    Code(
        "classified",
        Text("涉密", "Classified"),
        "",
        Text(
            "涉密材料不得录入本系统，只登记编号与去向。",
            "Classified material never enters this system; only a register entry is kept.",
        ),
    ),
)

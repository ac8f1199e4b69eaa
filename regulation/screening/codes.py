"""What screening can find: the eight prohibitions of §1.2, and slips of drafting (§3.2)."""

from __future__ import annotations

from regulation.prohibitions import PROHIBITIONS
from regulation.records import Prohibition, Text

_SLIPS = (
    Prohibition(
        "blank",
        "§3.2",
        Text("未填内容", "Blank left over"),
        Text(
            "送审的文本不留空白、占位符和模板说明。",
            "A text for review has no blanks, placeholders or template remarks.",
        ),
        Text(
            "填写完整，或删去模板中的占位符和说明。", "Fill it in, or strike the placeholder or remark of the template."
        ),
        severity="warning",
    ),
    Prohibition(
        "wrong_name",
        "§3.2",
        Text("名称有误", "Wrong name"),
        Text(
            "地名、部门名和签约方名称与本协议一致，前后统一。",
            "Names of places, authorities and parties are those of this agreement, the same throughout.",
        ),
        Text(
            "核对签约方全称，改正其他文本带入的地名和单位名。",
            "Check the parties' full names; mend names brought in from another text.",
        ),
        severity="warning",
    ),
    Prohibition(
        "date_conflict",
        "§3.2",
        Text("日期矛盾", "Dates contradict"),
        Text(
            "日期真实存在，先后合理，期限与起止日期相符。",
            "Days exist, follow in order, and a term fits its first and last day.",
        ),
        Text("核对起止日期、期限和签署日期。", "Check first and last day, term and signing day."),
        severity="warning",
    ),
    Prohibition(
        "amount_mismatch",
        "§3.2",
        Text("金额不一致", "Amounts differ"),
        Text(
            "金额大小写一致，分项之和等于总额。",
            "An amount is the same in figures and in capitals; the parts add up to the total.",
        ),
        Text(
            "核对金额大小写、单位和分项合计。", "Check figures, capitals, units (万元, 亿元) and the sum of the parts."
        ),
        severity="warning",
    ),
    Prohibition(
        "share_sum",
        "§2.4",
        Text("比例合计有误", "Shares do not add up"),
        Text("各方出资（持股）比例合计为 100%。", "The shares of contribution make 100 %."),
        Text("核对各方比例，使合计为 100%。", "Check each side's share so that they make 100 %."),
        severity="warning",
    ),
)

CODES: dict[str, Prohibition] = {**PROHIBITIONS, **{slip.code: slip for slip in _SLIPS}}

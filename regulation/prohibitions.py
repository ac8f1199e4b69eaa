"""What no agreement may contain (§1.2), whatever its category."""

from regulation.records import Prohibition, Text

_ALL = (
    Prohibition(
        "exclusivity",
        "§1.2",
        Text("排他性条款", "Exclusivity"),
        Text(
            "各类协议都不得有违法的排他约定；央企、企业集团和其他协议（§2.2、§2.4、§2.7）一律不得有排他性条款。",
            "No category may carry exclusivity contrary to law; agreements with central enterprises, enterprises and "
            "others (§2.2, §2.4, §2.7) none at all.",
        ),
        Text(
            "删去独家、唯一、不得与他人合作等表述，或改为同等条件下优先。",
            "Strike words of sole or exclusive right and of not dealing with others; at most preference on equal "
            "terms.",
        ),
    ),
    Prohibition(
        "ultra_vires",
        "§1.2",
        Text("越权承诺", "Promise beyond powers"),
        Text(
            "政府机构不得作出职权以外或违反法律法规的承诺，也不得承担这样的义务。",
            "A government body makes no promise and takes no duty beyond its powers or against law or regulation.",
        ),
        Text(
            "改为在职权范围内依法支持，需上级批准的写明报批。",
            "Say support within powers and by law; where a higher level must approve, say that it will be asked.",
        ),
    ),
    Prohibition(
        "guarantee",
        "§1.2",
        Text("政府担保", "Government guarantee"),
        Text(
            "政府机构不以任何形式担保，包括保证、承诺函、差额补足和回购。",
            "No guarantee by a government body in any form: surety, comfort letter, making up a shortfall, buying "
            "back.",
        ),
        Text(
            "删去担保及变相担保的约定，由企业自行增信。",
            "Strike the guarantee in whatever guise; the enterprise secures itself.",
        ),
    ),
    Prohibition(
        "waiver",
        "§1.2",
        Text("放弃合法权益", "Waiver of lawful rights"),
        Text(
            "不得要求政府机构放弃其依法享有的权利和利益。",
            "No government body gives up its lawful rights or interests.",
        ),
        Text(
            "删去放弃追索、豁免责任、不得解除等约定。",
            "Strike waivers of recourse, releases from liability and bars on ending.",
        ),
    ),
    Prohibition(
        "public_interest",
        "§1.2",
        Text("损害国家和公共利益", "Harm to national or public interest"),
        Text(
            "内容不得有损国家利益或社会公共利益。", "Nothing in the text may harm the national or the public interest."
        ),
        Text(
            "说明影响并调整条款，必要时作专题论证。",
            "State the effect and change the clause; argue it separately if need be.",
        ),
    ),
    Prohibition(
        "governing_law",
        "§1.2",
        Text("适用法律", "Governing law"),
        Text(
            "涉外协议和备忘录优先约定中国法律；另选法律要有正当理由，未作约定也要提示。",
            "A foreign-related agreement or memorandum chooses Chinese law first; another choice needs a good reason, "
            "and silence is pointed out too.",
        ),
        Text("写明适用中国法律，确需例外的附理由。", "Choose Chinese law; for an exception add the reason."),
        severity="warning",
    ),
    Prohibition(
        "industry_policy",
        "§1.2",
        Text("产业政策", "Industrial policy"),
        Text("不引进水平低、污染重、产能过剩的项目。", "No low-level, polluting or over-capacity project."),
        Text(
            "对照国家产业政策核实项目，不符合的撤下。",
            "Check the project against national industrial policy; drop what does not fit.",
        ),
    ),
    Prohibition(
        "land_quota",
        "§1.2",
        Text("用地指标", "Land quota"),
        Text(
            "供地面积在本市建设用地控制指标以内，并与投资规模匹配。",
            "The land stays within the city's land-use control indicators and in step with the investment.",
        ),
        Text("核定面积和投资强度，超出的压减。", "Check area and investment per area; cut what goes beyond."),
    ),
)

PROHIBITIONS: dict[str, Prohibition] = {prohibition.code: prohibition for prohibition in _ALL}

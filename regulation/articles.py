"""The points of the regulation, as cited everywhere, restated in our own words."""

from regulation.records import Article, Text

_ALL = (
    Article(
        "opening",
        Text("制定目的与施行", "Purpose and entry into force"),
        Text(
            "规范以市政府名义开展的合作签约，2017年6月16日印发即施行，2010年的旧规（津政办发〔2010〕79号）随之作废。",
            "Puts the signing of the municipal government's cooperation agreements in order; in force on issue, 16 "
            "June 2017; repeals the rules of 2010 (津政办发〔2010〕79号).",
        ),
    ),
    Article(
        "§1",
        Text("总体要求", "General requirements"),
        Text(
            "说明对内对外合作的指导思想和应守的四条原则。",
            "The guiding ideas of cooperation at home and abroad, and its four principles.",
        ),
    ),
    Article(
        "§1.1",
        Text("指导思想", "Guiding ideas"),
        Text(
            "以新发展理念引领对内对外开放合作，服务天津的功能定位。",
            "Opening and cooperation follow the new concept of development and serve Tianjin's part in the country.",
        ),
    ),
    Article(
        "§1.2",
        Text("合作原则", "Principles of cooperation"),
        Text(
            "四条原则：服务大局、依法依规、产业政策、守信务实。由此得出任何协议文本都不得触碰的底线，涉外文本优先选择"
            "中国法律。",
            "Four principles: the wider interest, lawfulness, industrial policy, good faith. From them follow the "
            "limits no text may cross, and the preference for Chinese law in foreign-related texts.",
        ),
    ),
    Article(
        "§2",
        Text("协议范围和内容", "Scope and content of agreements"),
        Text(
            "市领导（或市长授权的负责人）本人签字的，以及用市政府名义盖章的，均属本规定的协议；按合作方分为七类，各有"
            "牵头单位和框架条款。",
            "In scope: what a municipal leader (or a person authorised by the mayor) signs, and what is signed in the "
            "municipal government's name under its seal. Seven categories by counterpart, each with its lead unit and "
            "framework clauses.",
        ),
    ),
    Article(
        "§2.1",
        Text("与中央部委的协议", "Agreements with central ministries"),
        Text(
            "市级对口部门牵头；目标要能监测、分解、考核；重点项目交代五项事实。",
            "Led by the matching municipal department; targets can be monitored, broken down and assessed; five facts "
            "of each key project are stated.",
        ),
    ),
    Article(
        "§2.2",
        Text("与中央企业和相关单位的协议", "Agreements with central enterprises and related units"),
        Text(
            "行业主管部门牵头；写明合作方式、牵头部门、高层会晤和双方权利义务；任何排他性条款都不允许。",
            "Led by the department in charge of the field; ways of cooperation, lead departments, meetings of leaders "
            "and both sides' rights and duties; no exclusivity clause at all.",
        ),
    ),
    Article(
        "§2.3",
        Text("与兄弟省市的协议", "Agreements with sister provinces and municipalities"),
        Text(
            "市合作交流主管部门牵头；协商、组织、筹资、利益共享四项机制齐备。",
            "Led by the cooperation and exchange department; mechanisms of consultation, organisation, funding and "
            "benefit-sharing.",
        ),
    ),
    Article(
        "§2.4",
        Text("与国内外企业集团的协议", "Agreements with enterprises at home and abroad"),
        Text(
            "行业主管部门牵头；重点项目连同选址，资金渠道与出资、贷款、土地入股比例都要写明；任何排他性条款都不允许。",
            "Led by the department in charge of the field; key projects with their site, the channel of funds and the "
            "shares of capital, loan and land; no exclusivity clause at all.",
        ),
    ),
    Article(
        "§2.5",
        Text("与友好城市的协议", "Agreements with sister cities"),
        Text(
            "市外事部门牵头；服从国家外交，承接已有的友城协议；会商、互访、展会成为常态。",
            "Led by the foreign affairs department; serves the state's foreign policy and builds on the existing "
            "sister-city agreement; consultations, visits and exhibitions become regular.",
        ),
    ),
    Article(
        "§2.6",
        Text("对口帮扶协议", "Paired-assistance agreements"),
        Text(
            "对口帮扶主管部门牵头；写明帮扶哪些地区、资金多少；建档、清单、督查、年度通报四项制度。",
            "Led by the department in charge of paired assistance; names the regions and the size of the funds; a "
            "file per region, list management, inspection and an annual circular.",
        ),
    ),
    Article(
        "§2.7",
        Text("其他协议", "Other agreements"),
        Text(
            "由有关部门或单位牵头；思路、目标、内容、机制、保障、责任六项；任何排他性条款都不允许。",
            "Led by the department or unit concerned; guiding thoughts, targets, content, mechanisms, safeguards and "
            "liability; no exclusivity clause at all.",
        ),
    ),
    Article(
        "§3",
        Text("审批程序", "Procedure"),
        Text("从前期准备到签署用印的五个步骤。", "Five steps from preparation to signing and sealing."),
    ),
    Article(
        "§3.1",
        Text("前期准备", "Preparation"),
        Text(
            "牵头单位对接合作方、调研项目；国家机关、国有企业、事业单位以外的合作方还要查四项情况；政府自身的签约履约"
            "风险要论证。",
            "The lead unit contacts the counterpart and studies the project; of a counterpart that is no state organ, "
            "state-owned enterprise or public institution it assesses four points; the government's own risk in "
            "signing and performing is argued.",
        ),
    ),
    Article(
        "§3.2",
        Text("起草文本", "Drafting"),
        Text(
            "可由我方或对方起草；初稿要向有关部门和地区征求意见，重大疑难事项开座谈会或论证会。",
            "Drafted by either side; the draft goes out for the opinions of departments and districts; a major or "
            "difficult matter needs a symposium or an expert review meeting.",
        ),
    ),
    Article(
        "§3.3",
        Text("审核把关", "Review"),
        Text(
            "送批之前，办公厅会同法制办和职能部门审核六个方面；牵头单位据此修改，改动与合作方重新谈妥。",
            "Before approval the General Office, with the legal affairs office and the functional departments, "
            "reviews six points; the lead unit revises and agrees the changes with the counterpart.",
        ),
    ),
    Article(
        "§3.4",
        Text("审批", "Approval"),
        Text(
            "办公厅审核后逐级复核、审定；部门报的先经分管副市长，区里报的由常务副市长把关；依内容走审签或上会；重大合"
            "作报告市委。",
            "After the General Office's review the text goes up level by level; a department's passes the vice mayor "
            "in charge, a district's the executive vice mayor; the content decides between sign-off and a meeting; "
            "major cooperation is reported to the Party committee.",
        ),
    ),
    Article(
        "§3.5",
        Text("签署与用印", "Signing and sealing"),
        Text(
            "与对方商定时间、地点、方式和级别大体相当的签署人；需用市政府印章的，签后五个工作日内到秘书处办妥；领导未"
            "签字的凭批示件。",
            "Time, place, manner and signatories of matching rank are agreed; where the municipal seal is due it is "
            "affixed at the secretariat within five working days of signing; without a leader's signature on the text "
            "a written instruction is needed.",
        ),
    ),
    Article(
        "§4",
        Text("协议管理和落实", "Management and performance"),
        Text(
            "归档、跟踪、报告考核三项制度，以及各区各部门参照执行。",
            "Archive, follow-up, reporting and assessment; districts and departments apply the rules by reference.",
        ),
    ),
    Article(
        "§4.1",
        Text("归档保管", "Archive"),
        Text(
            "秘书处集中保管签署文本；牵头单位交原件并附说明，写清背景、时间、地点、签署人；外事协议连同中文译本五个工"
            "作日内移交。",
            "The secretariat keeps every signed text; the lead unit hands over the original with a note of "
            "background, time, place and signatories; a foreign-affairs agreement with its Chinese translation within "
            "five working days.",
        ),
    ),
    Article(
        "§4.2",
        Text("跟踪落实", "Follow-up"),
        Text(
            "任务入台账，分工、时间表、路线图齐全；有项目、投资、工期的订计划和方案，原则性的商定措施；督查室开展专项"
            "督查。",
            "Tasks enter a ledger with divided responsibility, timetable and roadmap; concrete projects get a plan "
            "and a scheme, matters of principle get measures; the supervision office inspects.",
        ),
    ),
    Article(
        "§4.3",
        Text("报告与考核", "Reporting and assessment"),
        Text(
            "遇到大困难及时报告；情势变化提出调整或中止；每年自查考核，年底前报市政府；期满总结评估并提建议，无期限的"
            "三年一评。",
            "Major difficulty is reported promptly; a change of circumstances leads to a proposal to adjust or "
            "suspend; a yearly self-check before the year ends; summary, evaluation and proposal at expiry, or every "
            "three years without a term.",
        ),
    ),
    Article(
        "closing",
        Text("参照执行", "Application by reference"),
        Text(
            "各区、各部门用自己名义签约的，比照办理，责任自负。",
            "Districts and departments that sign in their own name apply the same rules and answer for themselves.",
        ),
    ),
)

ARTICLES: dict[str, Article] = {record.code: record for record in _ALL}


def article(code: str) -> Article:
    """Return the point of the regulation cited as `code`; raise KeyError when there is none."""
    return ARTICLES[code]

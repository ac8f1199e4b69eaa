"""Where the text is silent or open: how the product reads it. Records that rest on a reading name its code."""

from regulation.records import Reading, Text

_ALL = (
    Reading(
        "scope_signature_or_seal",
        "§2",
        Text(
            "原文用“和”连接领导签名与政府盖章两种情形；§3.5另行规定了领导未签字的用印，故理解为具备其一即属本规定的协"
            "议。",
            "The text joins a leader's signature and the government's seal with 和. As §3.5 provides for sealing "
            "without a leader's signature, either of them brings an agreement into scope.",
        ),
    ),
    Reading(
        "own_name_by_reference",
        "§2",
        Text(
            "区政府、部门以本级名义签约参照执行：市级职务由本级相应职务替代，两种会议由本级相应会议替代，各步由本级自定，自行负责。",
            "A district or a department that signs in its own name applies the rules by reference: its own posts and "
            "meetings take the part of the municipal ones, its steps are its own to set, and it answers for itself.",
        ),
    ),
    Reading(
        "clause_omission",
        "§2",
        Text(
            "“一般应”包括的条款可以省略，但要写明理由，连同文本一并送法制审核。",
            "A clause that an agreement generally should include may be left out; the reason goes to legal review "
            "with the text.",
        ),
    ),
    Reading(
        "targets_as_fields",
        "§2",
        Text(
            "目标可监测、可分解、可考核的要求只见于§2.1；凡设合作目标条款的类别（§2.2、§2.5、§2.7）都照此填写。",
            "That targets can be monitored, broken down and assessed is said in §2.1 only; every category with a "
            "clause on targets (§2.2, §2.5, §2.7) enters them the same way.",
        ),
    ),
    Reading(
        "paired_cooperation",
        "§2.3",
        Text(
            "与外省城市的对口合作不是对口帮扶，比照兄弟省市一类办理。",
            "Paired cooperation with a city of another province is not paired assistance; it goes by analogy with "
            "sister provinces.",
        ),
    ),
    Reading(
        "contribution_base",
        "§2.4",
        Text(
            "双方出资比例（土地作价计入）以资本金为基数，合计100%；贷款比例以总投资为基数。",
            "The contribution shares (land counted in) are shares of the capital and make 100 %; the loan ratio is of "
            "total funds.",
        ),
    ),
    Reading(
        "assistance_goal",
        "§2.6",
        Text(
            "2020年的脱贫目标已经完成，条款保留，帮扶目标按现阶段要求填写。",
            "The goal of 2020 is history; the clause stays and states the goal of the present period.",
        ),
    ),
    Reading(
        "foreign_government_diligence",
        "§3.1",
        Text(
            "“国家机关”指本国机关；对外国政府及其机构同样评估四项情况。",
            "State organs are those of this country; a foreign government or its body is assessed on the four points "
            "as well.",
        ),
    ),
    Reading(
        "risk_argument_always",
        "§3.1",
        Text(
            "政府签约履约风险论证是否也只限于非国有的合作方，原文两可；从严理解，每份协议都论证。",
            "Whether the government's own risk is argued only for counterparts outside the state sector is open; on "
            "the stricter reading it is argued for every agreement.",
        ),
    ),
    Reading(
        "general_office_presents",
        "§3.4",
        Text(
            "办公厅的意见在审核环节已经给出，进入审批时由其拟办呈报，不作第二次决定。",
            "The General Office gave its decision in the review; at the head of the approval it presents the text and "
            "takes no second decision.",
        ),
    ),
    Reading(
        "district_without_vice_mayor",
        "§3.4",
        Text(
            "区政府报送的只提常务副市长，与部门报送先经分管副市长相对照，理解为不经分管副市长。",
            "For a district's text only the executive vice mayor is named; by contrast with departments no vice mayor "
            "in charge comes before.",
        ),
    ),
    Reading(
        "nature_first",
        "§3.4",
        Text(
            "审批方式取决于协议性质；性质未定的，由办公厅先行认定再送批。",
            "The content decides the mode of approval; where no nature is given the General Office decides it before "
            "submission.",
        ),
    ),
    Reading(
        "funds_beyond_fiscal",
        "§3.4",
        Text(
            "“财务资金使用”不限于财政资金，动用其他资金的同样上会。",
            "Use of funds is not use of fiscal funds only; any use of funds goes to the meeting.",
        ),
    ),
    Reading(
        "executive_meeting_prevails",
        "§3.4",
        Text(
            "一份协议同时具备两种会议的情形，原文未排先后，以市政府常务会议为准。",
            "Where an agreement meets the conditions of both meetings the text does not rank them; the executive "
            "meeting prevails.",
        ),
    ),
    Reading(
        "meeting_before_mayor",
        "§3.4",
        Text(
            "需要上会的，会议在市长审定之前召开，市长审定仍是最后一步。",
            "A meeting, where due, comes before the mayor's decision, which stays the last step.",
        ),
    ),
    Reading(
        "instruction_for_authorised_signatory",
        "§3.5",
        Text(
            "由市长授权但不是市政府领导的人签字的，不属领导签字，用印仍凭批示件。",
            "The signature of an authorised person who is not a municipal leader is not a leader's: sealing still "
            "needs the written instruction.",
        ),
    ),
    Reading(
        "handover_window",
        "§4.1",
        Text(
            "外事以外的协议只要求按规定及时移交，未定天数；本系统同样按五个工作日提醒，超过不算违反规定。",
            "For agreements other than foreign-affairs ones the text says in time, without a number; the product runs "
            "the same five working days and calls no lapse a breach.",
        ),
    ),
    Reading(
        "self_check_signing_year",
        "§4.3",
        Text(
            "“每年”含签署当年，不论几月签署，12月31日前都要自查。",
            "Every year includes the year of signing: whatever the month, the self-check is due on 31 December.",
        ),
    ),
    Reading(
        "expiry_limit",
        "§4.3",
        Text(
            "期满总结评估未定天数，本系统按期满后30日提醒，超过不算违反规定。",
            "The text sets no number of days for the evaluation at expiry; the product asks for it 30 days after and "
            "calls no lapse a breach.",
        ),
    ),
    Reading(
        "anniversary_not_moved",
        "§4.3",
        Text(
            "三年之期按周年日计算，遇休息日不顺延；2月29日签署的，平年以2月28日为准。",
            "Three years end on the anniversary, which does not move to a working day; 29 February becomes 28 "
            "February in a common year.",
        ),
    ),
    Reading(
        "proposal_at_review",
        "§4.3",
        Text(
            "升级、继续、终止的建议原文只要求期满时提出；三年总结评估时一并提出，系本系统的延伸。",
            "The proposal to upgrade, continue or end is asked at expiry only; asking it at the three-year review too "
            "is an extension of ours.",
        ),
    ),
    Reading(
        "review_departments",
        "§3.3",
        Text(
            "原文只说会同有关职能部门审核，未列部门；按文本涉及的土地、资金、环境、国有资产、涉外事项提出会审单位，由审核"
            "人确定。",
            "The text speaks of functional departments without naming them; those whose subject the text touches "
            "(land, funds, environment, state assets, foreign affairs) are proposed, the reviewer decides.",
        ),
    ),
)

READINGS: dict[str, Reading] = {reading.code: reading for reading in _ALL}

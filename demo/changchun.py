"""The Tianjin–Changchun plan (发改振兴〔2018〕437号) as the demonstration uses it.

True are the groups, tasks, projects, pairings, phase goals, mechanisms and safeguards. Invented for the demonstration,
because the plan names none: the agreement around them, its dates, responsible units, carriers, rhythms, the funds
safeguard and the signatories. The plan counts its phases from 2018; the demonstration counts them from this year and
says so in the agreement.
"""

from __future__ import annotations

SOURCE = "发改振兴〔2018〕437号"
PARTY = "长春市人民政府"
SOURCE_YEARS = "2018—2020"
TARGET = "全领域、全方位、多层次、开放式的广泛深度合作，在平台、产业、人才、项目、体制创新上形成亮点"

GROUPS: tuple[tuple[str, tuple[tuple[int, str, str, str], ...]], ...] = (
    (
        "体制机制创新",
        (
            (1, "行政管理体制改革", "两市审批服务对接专班", "zhengwu"),
            (2, "国有企业改革", "国企混改项目对接会", "guozi"),
            (3, "民营经济发展", "民营企业合作对接会", "gongxin"),
            (4, "对内对外开放", "口岸与自贸政策共享平台", "shangwu"),
            (5, "发展理念共享", "赴津学习交流班", "hezuo"),
        ),
    ),
    (
        "产业务实合作",
        (
            (6, "装备制造业等优势产业合作", "企业技术联盟", "gongxin"),
            (7, "新兴产业合作", "津长产业合作园", "gongxin"),
            (8, "生产性服务业合作", "两市金融机构对接平台", "jinrong"),
            (9, "农业和绿色食品产业合作", "绿色食品展销平台", "nongye"),
            (10, "文化、旅游和健康产业合作", "两市旅游推介平台", "wenlv"),
        ),
    ),
    (
        "科技成果转化",
        (
            (11, "科技研发与转化合作", "科技会商制度", "keji"),
            (12, "高校院所交流合作", "院校合作联盟", "jiaowei"),
            (13, "创业创新合作", "津长双创示范基地", "keji"),
        ),
    ),
    (
        "合作平台载体",
        (
            (14, "合作园区共建", "津长产业合作园", "gongxin"),
            (15, "重点区县和功能区合作", "区县结对机制", "hezuo"),
            (16, "多层次合作体系建设", "商会协会合作平台", "hezuo"),
        ),
    ),
    (
        "干部人才交流",
        (
            (17, "干部交流与培训", "干部互派挂职计划", "renshe"),
            (18, "高端人才交流", "跨市人力资源服务联盟", "renshe"),
        ),
    ),
)
"""Group → (number, task; then invented: carrier, code of the responsible unit)."""

PROJECTS = (
    {
        "title": "津长产业合作园",
        "site": (
            "一个主园、三个分园：长德开发区津长产业合作园、长德开发区通用航空产业园、"
            "北湖开发区生物医药产业园、北湖开发区大数据产业园"
        ),
        "effect": "智能装备、航空航天、生物医药、大数据",
        "unit": "gongxin",
    },
    {
        "title": "津长双创示范基地",
        "site": "一核一城多点：津长双创示范基地核心区、津长双创城、净月高新区",
        "effect": "双创服务指导中心、科技金融服务中心、新兴产业研发中心",
        "unit": "keji",
    },
)

PAIRINGS: tuple[tuple[str, str, str], ...] = (
    ("滨海新区", "长春新区", ""),
    ("武清区", "长春经济技术开发区", ""),
    ("天津港保税区、东疆保税港区", "长春兴隆综合保税区", "长春经济技术开发区"),
    ("南开区、滨海新区中心商务区", "长春净月高新技术产业开发区", ""),
    ("宁河区、滨海新区天津经济技术开发区", "长春汽车经济技术开发区", ""),
    ("静海区、中新天津生态城", "长春莲花山生态旅游度假区", ""),
    ("和平区", "朝阳区", ""),
    ("河西区", "南关区", ""),
    ("红桥区", "宽城区", ""),
    ("河东区", "二道区", ""),
    ("河北区", "绿园区", ""),
    ("津南区", "双阳区", ""),
    ("北辰区", "九台区", ""),
    ("西青区", "榆树市", ""),
    ("宝坻区", "农安县", ""),
    ("东丽区", "德惠市", ""),
)
"""Ours, theirs, the larger area theirs lies in."""

PHASES = (
    "完善机制；合作园区全面建设；谋划、落位、开工、投产各一批项目",
    "合作园区初步建成；标志性重点项目",
    "总结提升经验；合作持续化、常态化",
)
"""What is reached in the first, the second and the third year."""

MECHANISMS: tuple[tuple[str, str, str], ...] = (
    ("对口合作联席会议", "as_needed", "hezuo"),
    ("领导小组会议", "half_yearly", "hezuo"),
    ("互设联络处", "as_needed", "hezuo"),
    ("督查评估", "yearly", "hezuo"),
    ("国家发展改革委年度工作总结评估", "yearly", "hezuo"),
    ("科技会商制度", "quarterly", "keji"),
    ("科研院所与企业对接交流", "yearly", "keji"),
    ("企业技术联盟", "as_needed", "gongxin"),
    ("长春赴津学习交流", "yearly", "hezuo"),
    ("师资交流和学生互访", "yearly", "jiaowei"),
    ("长春赴津招聘毕业生", "yearly", "renshe"),
    ("跨市人力资源服务联盟", "as_needed", "renshe"),
    ("人力资源信息共享与服务对接机制", "as_needed", "renshe"),
)
"""Title, rhythm (where one stands and the plan says only "regular", it is invented), code of the responsible unit."""

SAFEGUARDS = (
    ("personnel", "组织领导"),
    ("policy", "机制保障"),
    ("policy", "政策扶持"),
    ("policy", "推进时序"),
    ("personnel", "舆论宣传"),
    ("personnel", "督查考核"),
    ("funds", "合作工作经费列入双方年度预算"),
)

"""Harm to the public by what is meant (§1.2): what is taken, lowered, spoilt or hidden, in any order."""

from regulation.screening.records import Rule
from regulation.screening.rules import words_harm as words

RULES = (
    Rule(
        "public_interest.lost",
        "public_interest",
        (f"{words.LOST} {words.OWNED} {words.HANDED} （{{对方}}|私有|民营|个人|外资） -{words.FAIR}",),
        actor="any",
        hits=("国有林地无偿给乙方砍伐。", "把全市公交站亭打包赠予乙方，不收取任何费用。"),
        misses=("支援方无偿援助的设备，产权归受援医院所有。", "低效国有厂房经公开招租，租金不低于评估价。"),
    ),
    Rule(
        "public_interest.files",
        "public_interest",
        (
            (
                f"{words.FILES} {words.HAND} （{{对方}}|境外|外方|国外|第三方|合作机构|平台公司|商业|营销|广告|转售|"
                f"出售） -{words.GUARDED}"
            ),
        ),
        actor="any",
        hits=("公共摄像头的录像全部传给乙方，由其随意出售。", "学籍库、户籍库的原始接口对乙方敞开。"),
        misses=("乙方拿到的数据须先脱敏，并且只能在政务平台里看。",),
    ),
    Rule(
        "public_interest.lower",
        "public_interest",
        (
            f"{words.GUARD}…{words.LOWER} {words.LET} -{words.FIRM}",
            f"{words.LOWER}…{words.GUARD} {words.LET} -{words.FIRM}",
        ),
        actor="any",
        hits=("检测不合格的奶粉也可以上市。", "校舍的抗震等级可以低一级，以便早日完工。"),
        misses=("工程质量不得低于国家强制性规范。",),
    ),
    Rule(
        "public_interest.spoilt",
        "public_interest",
        (
            f"{words.WILD}…{words.SPOIL} -{words.KEPT}",
            f"{words.SPOIL}…{words.WILD} -{words.KEPT}",
        ),
        actor="any",
        hits=("为了赶工期，砍掉河边的防护林。", "湿地填平后用作停车场。"),
        misses=("古树名木原地保护，项目选址须予避让。", "自然保护区里不得建任何房子。"),
    ),
    Rule(
        "public_interest.folk",
        "public_interest",
        (
            f"{words.FOLK}……{words.TAKE} {{对方}} -{words.CARED}",
            f"{words.TAKE}……{words.FOLK} {{对方}} -{words.CARED}",
        ),
        actor="any",
        hits=("水库的水都归乙方，农民用水要向乙方买。",),
        misses=("公园由乙方打扫，市民照样免费进。",),
    ),
    Rule(
        "public_interest.owed",
        "public_interest",
        (
            f"{words.WAGES}……{words.WITHHELD} （{{对方}}|项目|工程|企业|{words.FOLK}） -{words.CARED} -承担违约",
            f"{words.WITHHELD}……{words.WAGES} （{{对方}}|项目|工程|企业|{words.FOLK}） -{words.CARED} -承担违约",
            (
                "（停水|停电|断水|断电|断气|断供|断路|堵门|堵路|强拆|强制搬|强行搬|强行拆|强征|连坐|株连|停工资|"
                "停职）……（未签|不签|不搬|"
                "不配合|不同意|拒不|拆迁|搬迁|征收|腾退|促签|签约）"
            ),
            (
                "（未签|不签|不搬|不配合|不同意|拒不|拆迁户|搬迁户|腾退） （停水|停电|断水|断电|断气|断路|堵门|"
                "强拆|强制搬|强行搬|强行拆|"
                f"停发工资|停职） -{words.CARED}"
            ),
            f"{words.FEES} {words.UNBOUND} {{对方}} -{words.CARED} -（政府定价|指导价|核定|不得）",
        ),
        actor="any",
        hits=("拖欠农民工的工资，等项目赚了钱再说。", "由乙方掌管全市的自来水定价，政府不过问。"),
        misses=("乙方不得拖欠农民工工资。", "收费标准依法核定，乙方不得自行定价。"),
    ),
    Rule(
        "public_interest.hush",
        "public_interest",
        (
            f"{words.TRUTH}…{words.HUSH} -{words.OPEN}",
            f"{words.HUSH}…{words.TRUTH} -{words.OPEN}",
            (
                f"{words.TRUTH} （不予公示|不公示|不公开|不予公开|不上报|压下|不对外|内部掌握|互不通报|秘而不宣|"
                f"不予披露|不披露|不告知） -{words.OPEN}"
            ),
        ),
        actor="any",
        hits=("对断面水质超标情况互不通报。", "双方签订秘密补充条款，实际执行另行约定。"),
        misses=("污染情况向社会公开，谁也不得隐瞒。",),
    ),
)

"""Polluting, surplus or outdated industry by what is meant (§1.2): what is brought in, kept or built, in any order."""

from regulation.screening.records import Rule
from regulation.screening.rules import words_industry as words

_NOT = f"-{words.GOOD}"

RULES = (
    Rule(
        "industry_policy.heavy",
        "industry_policy",
        (
            f"{words.HEAVY} {words.BRING} {words.BAD} {_NOT}",
            (
                f"（矿机|挖矿|比特币|虚拟货币|加密货币|虚拟币|地条钢|中频炉炼|土法炼|洋垃圾|"
                f"电子垃圾） {words.BRING} {_NOT}"
            ),
            (
                f"{words.HEAVY} （新建|新上|新增|新添|增建|再建|扩建|扩容|扩大|扩产|兴建|兴办|开办|设立|引进|引入|"
                f"引来|承接|上马|"
                "布局|投建|投资|建设|迁入|迁至|移至|落户|搬来|接收|恢复|合办|合作开办|装机|拟上|转到|改迁|整体迁|"
                "开工|年产|"
                "合作发展|在津建|共建|建造|拟投|开展|从事|拟建|计划建|开办|经营|重启|复产） （座|条|台|家|万吨|吨|"
                "万千瓦|产能|生产线|作坊|厂|炉|窑|机组|"
                "项目|装置|锅炉|"
                f"企业|基地|场|线|业务|车间|亿元|门|机房） {_NOT}"
            ),
        ),
        actor="any",
        hits=("双方新上两座捣固焦炉。", "乙方设立土法炼焦场，年产焦炭三十万吨。"),
        misses=("严禁新增钢铁产能。", "支援方帮助受援县关闭土石灰窑，转产食用菌种植。"),
    ),
    Rule(
        "industry_policy.bad",
        "industry_policy",
        (
            (
                f"{words.BAD} {words.BRING} （项目|产能|工艺|企业|生产线|设备|产业|装置|厂|作坊|炉|窑|线|机组|"
                f"车间|船坞|锅炉|"
                f"行业|加工|点|基地|产品|机|园区|造纸|冶炼） {_NOT} -（淘汰出局|比赛|电脑|校舍|住宅|公交车|货车|"
                f"二手车|二手房|"
                "闲置|低效用地|旧厂房|人口老龄）"
            ),
        ),
        actor="any",
        hits=("乙省关掉的化工厂，由甲市接收过来。", "能耗超过限额的项目，也欢迎来。"),
        misses=("高污染企业一律不准进园区。", "园区不收污染企业，不搞重复建设。"),
    ),
)

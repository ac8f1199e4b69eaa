"""Land out of bounds by what is meant, in whatever order it is said (§1.2): who lacks leave and gets land still."""

from regulation.screening.records import Rule
from regulation.screening.rules import words_land as words

_NOT = f"-{words.LAWLESS_LAND}"

RULES = (
    Rule(
        "land_quota.spent",
        "land_quota",
        (
            f"{words.LIMIT}…{words.SPENT} {words.GROUND} {words.GRANT} {_NOT}",
            f"{words.SPENT}…{words.LIMIT} {words.GROUND} {words.GRANT} {_NOT}",
            (
                "（多占|超占|多圈|多批|超批|多用|超用|扩占）…（亩|土地|用地|公顷|平方米|面积|部分） （不|免|补办|"
                f"默认|追认|继续|归|照旧） {_NOT}"
            ),
            (
                "（先进场|先开工|先动工|先占|先用|先建|先让{对方}施工|先施工|先围|先平）…（后报批|后办|后批|后补|"
                "再报批|再办|再补|再批|再审|后审）"
                f" -（施工许可|环评） {_NOT}"
            ),
            (
                f"（没批|未批|没批下|批不下|未报批|没报批|没有批）…{words.GROUND} （先|就|便|即|仍|"
                f"照） {words.GRANT} {_NOT}"
            ),
            (
                "（租来|租用|承租|流转|租赁|借用）…（农地|农田|耕地|林地|集体土地|村里的地|农用地|草场|鱼塘|果园|"
                "菜地） （盖|建厂|建设|厂房|"
                f"仓库|商业|酒店|硬化|停车） -（大棚|种|养殖|农业） {_NOT}"
            ),
            (
                "划拨…（商业|酒店|住宅|综合体|写字楼|厂房|工业|经营性|物流|度假|商品房） （供地|用地|土地|亩|"
                "地块） -（符合划拨|目录|公益|"
                f"保障房|安置） {_NOT}"
            ),
            (
                "（超|超出|超过|突破|多占|大于|高于|扩出）…（规划|批准|核定|红线|计划|标准|定额|面积|指标|规定|"
                "范围）…（占地|用地|面积|"
                "部分|亩|土地|地块） （不予追究|不追究|视同|默认|追认|认可|予以确认|补办|照样|同样|仍|不作处理|"
                "不处罚|免罚|保留|"
                f"不予处罚|不认定|均可|乙方可|由甲方|由政府|甲方承诺|甲方同意） {_NOT}"
            ),
            (
                "（基本农田|永久农田|生态红线|保护红线|耕地保护|绿线|蓝线|紫线|开发边界）…（调出|调为|调整|改划|"
                "划出|核销|变更|"
                "补划|置换|腾出|挪|改为|扩|修改|让） （乙方|建设|项目|施工|{对方}|用地） -（占补平衡方案|国务院|"
                "监测|从严|确需）"
                f" {_NOT}"
            ),
        ),
        actor="any",
        hits=("本年指标已经用光，先借用后年的，土地先交乙方。", "不论利用计划还剩多少，均向乙方供地一千亩。"),
        misses=("指标用完的，暂停供地。", "用地规模不得突破年度计划。"),
    ),
    Rule(
        "land_quota.paperless",
        "land_quota",
        (
            f"{words.PAPER}…{words.LACKING} {words.GROUND} {words.GRANT} {_NOT}",
            f"{words.LACKING}…{words.PAPER} {words.GROUND} {words.GRANT} {_NOT}",
        ),
        actor="any",
        hits=("村集体的地不办征收，就交乙方盖厂房。", "用地批文未到之前，乙方可以开挖基坑。"),
        misses=("未取得农用地转用批准的，不得交付土地。",),
    ),
    Rule(
        "land_quota.untied",
        "land_quota",
        (
            f"{words.EFFORT}…{words.UNTIED} {words.GROUND} {words.GRANT} {_NOT}",
            f"{words.UNTIED}…{words.EFFORT} {words.GROUND} {words.GRANT} {_NOT}",
            (
                "（按|依|照|根据|视|由|满足|听凭|任由）…（{对方}|投资方|企业|业主）…（意愿|需要|需求|要求|提出|"
                "规划布局|发展|圈定|自定|"
                "决定|指定） （圈定|供地|扩大|面积|用地|划定|亩|土地） （不核减|不作|均予|照|足额|不限|自行|认可|"
                "不予调整|多少|"
                f"不审核|随时|确保|全部） {_NOT}"
            ),
            f"{words.AT_WILL} {words.GROUND} {_NOT}",
            (
                "（达不到|未达到|未达|不达|没有达到|没达到|没到|低于|不足|不够|差于|够不上|不满足|不符合）…（门槛|"
                "标准|强度|要求|"
                f"下限|约定|定额|承诺|条件|底线） （仍|照常|照样|照供|照给|依旧|亦照|也照|还是|破例|同意|"
                f"可） {words.GROUND} {words.GRANT} "
                f"{_NOT}"
            ),
            f"{words.SPARE} {words.GROUND} （过户|登记|供|留|归|划|使用|储备|持有|乙方|不收回|交） {_NOT}",
            (
                "（控制指标|亩均|投资强度|容积率|开工期限|准入门槛）…（对{对方}|对本项目|对该项目|对其）…（不适用|"
                f"不作要求|不执行|免|放宽|例外|网开一面） {_NOT}"
            ),
        ),
        actor="any",
        hits=("供地节奏与投资进度脱钩。", "乙方要多大的地，甲方就给多大的地。", "余下九百亩一并过户，作战略储备。"),
        misses=("供地面积与投资规模相匹配。", "乙方投资不到位的，甲方不供第二块地。"),
    ),
    Rule(
        "land_quota.cheap",
        "land_quota",
        (
            f"{words.FREE}…{words.PRICED} {words.CHEAP_GRANT} -（补缴后|厂房|流转） {_NOT}",
            f"{words.PRICED}…{words.FREE} {words.CHEAP_GRANT} -（补缴后|流转） {_NOT}",
            (
                "（只付|仅付|只收|仅收|只缴|只交|压至|压到|降至|降到|按|让价|优惠）…（成|折|一半|半价|三分之一|"
                "四分之一|每亩一元） "
                f"{words.PRICED} （成交价|基准地价|评估价|成本价|底价|市价|出让价|邻近地块|最低价|拍） {_NOT}"
            ),
            (
                "每亩（一|二|两|三|四|五|六|七|八|九|几|数|1|2|3|4|5|6|7|8|9|）（百|千|万|000|）元 （供|出让|取得|"
                "作价|计价|价格|地价） "
                f"（工业|产业|土地|用地|地块|项目） -（投资|税|产值|补偿|租金|流转|奖|补助|补贴|能耗|保证金） {_NOT}"
            ),
            f"{words.PLAIN_USE} {words.FREE} （改|转|变|盖|建|用途） （价|款|钱|金|费|补） {_NOT}",
        ),
        actor="any",
        hits=("乙方分文不付即可取得该宗土地使用权。", "出让底价压至基准地价的两成。"),
        misses=("援助企业用地一样要竞价，不白给。", "地块通过公开拍卖出让，价高者得。"),
    ),
    Rule(
        "land_quota.turned",
        "land_quota",
        (f"{words.PLAIN_USE}…{words.TURN}…{words.RICH_USE} -（补缴|经有权机关） {_NOT}",),
        actor="any",
        hits=("工业地改成住宅地，不补钱。", "高尔夫球场由设施农用地改建酒店。"),
        misses=("擅自将工业用地变为住宅的，甲方有权收回土地。",),
    ),
)

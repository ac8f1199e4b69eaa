"""What excuses a wording: a negation or prohibition, a quoted rule, a lawful course, an innocent sense of the word."""

from __future__ import annotations

import re

_NOT_A_NEGATION = re.compile(
    r"不可(?:撤销|抗力|分割|推卸|推脱|抗辩|逆转)|无条件|不(?:低|少|小|短|晚|迟|早|高|多|大|超过?|劣)于|不超过|"
    r"不足|不论|无论|不管|不(?:仅|但|光|只是|断|时|限于|定期)|不动产|不良|不利|不附(?:带|加)?(?:任何)?条件|不得不|"
    r"不得(?:以[^，]{0,20})?(?:拒绝|推诿|推脱|拖延|撤销|撤回|免除)|不(?:免除|影响|妨碍|减损|排除|撤回)|无(?:偿|息|"
    r"限|形|缝|期限|障碍|论)|(?:不能|未能|无法|无力|未|不|没有|尚未|逾期不|仍不)(?:再)?(?:按照?(?:约|期|时)?|如期|"
    r"及时|足额|全额|全部|履行|偿还|偿付|归还|清偿|兑付|支付|还|实现|达到|达|满|及|完成|覆盖|收回|取得|获得|经|"
    r"依法|到位|回款|抵)[^，由的]{0,10}|不(?:予|再|能|会)?(?:配合|同意)的|未来|未经[^，]{0,14}|并非易事|"
    r"非经[^，]{0,10}|不(?:少|同|久|够)|无疑|非(?:税|公|遗|盈利|营利|居民|经营性|必要)"
)
_NEGATION = re.compile(
    r"不|无(?:需|须|权|意|任何|其他|义务)?|没有|未(?!来)|非|严禁|禁止|杜绝|避免|防止|防范|拒绝|反对|抵制|警惕|"
    r"谨防|免于(?=承担)"
)
_ENDING = re.compile(
    r"(?:替代|取代|制止|遏制|打击|查处|整治|清理|取缔|废止|取消|严控|严格控制|控制|淘汰|压减|压缩|化解|关停|退出|"
    r"破除|打破|消除|纠正|限制|规避|排除|治理|减少|削减|禁绝|拆除|搬出|迁出|破解|"
    r"关停并转)[^，。的时后并以将]{0,12}$"
)
_RELEASE = re.compile(
    r"[并且而但]|同时|从而|以便|(?<!为)由(?!此|于)|而是|改为|仍|应当?|负责|承诺(?!函|书)|保证(?!人|函|金)|确保|，"
)
_BOUND = re.compile(
    r"^因[^，]{1,20}而(?=$|免除|减轻|消灭|丧失|放弃)|^(?:得|予|会|能|再|可|应)?(?:以[^，]{1,12}?(?:形式|方式|名义|理由|借口))?(?:向|为|对|"
    r"就)?(?:[^，承保确负由应]{1,6}(?=承诺|保证|确保))?(?:承诺|保证|确保|负责|由|应当?)"
)
_BEHIND = re.compile(
    r"^[^，。；由]{0,10}?(?:[，]?(?:甲方|乙方|双方|政府方?|其)?(?:一律|均|概|都|也|亦|皆)?)(?:不予?|不得|未|无)"
    r"(?:提供|承担|负责|接受|适用|构成|设立|设定|存在|具有|作出|采用|认可|承认|办理|出具|签署)"
    r"|^[^，。；]{0,12}(?:无效|应(?:当)?(?:予以)?(?:删除|拒绝|取消|清理|废止)|予以拒绝|不产生效力|不受法律保护)"
)
_VOIDED = re.compile(
    r"^[^，。；]{0,12}的[^，。；]{0,8}，[^，。；]{0,8}?(?:不发生效力|不生效|无效|作废|不予同意|不同意|不予采纳|不予认可|不予接受|"
    r"不作数|不算数|口头拒绝|依法追究|追究相关人员)"
)
_DECLINED = re.compile(
    r"乙方[^，。；]{0,6}(?:希望|提出|要求|请求|主张|建议)[^。；]{0,30}，(?:甲方|政府|管委会)[^，。；]{0,6}(?:拒绝|不予?同意|未予?同意|"
    r"未(?:予)?采纳|不予采纳|不予接受|不予支持|谢绝|婉拒)"
)
_FORBIDDEN_BEHIND = re.compile(
    r"^[^，。；]{0,24}?(?:不得|严禁|禁止|一律不|均不|概不|谢绝|一票否决|不(?:予)?(?:支持|备案|核准|审批|供地|受理|"
    r"引进|批准|"
    r"开工|办理|享受)|坚决|依法查处|依法处理|予以(?:关停|取缔|清退|淘汰|整治|查处))"
)
_DENYING = re.compile(r"不|未(?!来)|严禁|禁止|没有|无(?:需|须|权|义务)|拒绝|非(?!经)")
_FORBIDDING = re.compile(r"不得|严禁|禁止|不准")
_RELEASING = re.compile(r"免|豁|减|放弃|核销|勾销")
_AT_ONCE = re.compile(r"(?:不|不得|不能|不应|不予|不会|不再|未|没有)$")
_TOPICAL = re.compile(r"对|凡|任何|未|不符合|违反|属于|列入|如")
_REFUSED = re.compile(
    r"[^，。；]{0,10}?(?:一律不|不得|禁止|严禁|不予(?:引进|办理|备案|核准|审批|供地|受理|支持|批准)|予以(?:关停|"
    r"取缔|淘汰|清退)|责令|坚决不|一票否决|[^，]{0,4}谢绝)"
)
_REDUCING = re.compile(
    r"关停|替代|取代|淘汰(?!的|下来|类|目录|名录|设备|工艺|装置|生产线)|压减|拆除|减少|削减|化解|治理|整治|防治|"
    r"处置|搬出|迁出|管控"
)
_TOPIC = re.compile(r"任何|一切|凡|对于|关于|涉及|各类|如|形式")
_CASE = re.compile(r"(?:^|，)(?:如果?|若|倘|凡|一旦|对|擅自)|的$|者$")
_SANCTION = re.compile(
    r"(?:，)(?:甲方|双方|各方|管委会|政府方?|市政府|区政府|有关部门|主管部门|[^，不]{2,8}(?:局|部门|委))?"
    r"(?:应当?|须|将|均|概|一律|可以|可|都)*(?:由?乙方(?:依法)?(?:承担|缴纳|落实|履行)[^，]{0,8}(?:占补|开垦费|"
    r"补充耕地)|有权|依法|责令|拒绝|谢绝|不予(?:引进|办理|备案|"
    r"核准|审批|供地|受理|支持|批准|"
    r"通过)|收回|查处|取缔|追究|处罚|清退|终止|解除|关闭|关停|停止|限期|立即|不供|不准|不许|不接收|不引进|"
    r"一票否决|停工|整改|"
    r"恢复|赔偿|由[^，]{1,10}(?:查处|处罚|纠正|收回))"
)
_QUOTED = re.compile(
    r"^(?:同时|此外|双方知悉|双方确认|鉴于)?，?(?:(?:根据|依据|按照|依照|遵照)[^，]{0,50}?"
    r"(?:》|法|条例|规定|办法|通知|意见|规则|第[一二三四五六七八九十百\d]+条)[^，]{0,12}，|"
    r"《[^》]+》[^，]{0,14}(?:规定|要求|明确)|[^，]{2,16}(?:法|条例|规定|办法|通知)(?:明确|有关)?(?:规定|要求)，)"
)
_MODAL = re.compile(r"不得|可以|应当|禁止|必须|严禁|无效|方可|由[^，]{2,12}(?:批准|决定)|有权|不予|的义务|原则上")
_LABELLED = re.compile(r"甲方|乙方|双方|丙方|各方|我方|(?<!人民)政府方|市政府|某")
_DEFINED = re.compile(r"(?:所称|所谓|是指|系指|包括下列|下列情形)")

LAWFUL = (
    r"依法|依规|依照(?:法律|有关)|法定|权限(?:范围)?内|职权(?:范围)?内|按(?:照)?(?:规定|程序|有关规定|相关规定|"
    r"国家(?:有关|相关|统一)?(?:规定|政策)|法律|法规)|报[^，]{0,16}(?:批准|审批|决定|审定)|经[^，]{0,20}(?:批准|"
    r"审批|同意|审议通过)后|法律(?:法规)?允许|符合[^，]{0,14}(?:规定|要求|条件|标准|前提|规划)|以[^，]{0,16}为准|"
    r"上报"
)
CURES: dict[str, re.Pattern[str]] = {
    "ultra_vires": re.compile(
        LAWFUL
        + (
            r"|(?:积极|共同|努力|帮助|大力|协助|合力)争取|争取(?:国家|上级|纳入|获得|列入|中央)|"
            r"协助[^，]{0,10}(?:办理|申请|申报|对接|做好|完成|开展|准备|协调|提供)|提出建议|(?:支持|组织|共同|联合|"
            r"积极|推荐)[^，]{0,10}申报|不超越|合法合规"
        )
    ),
    "exclusivity": re.compile(
        r"同等条件|公平竞争|招标投标法|依法(?:授予|取得|享有)|知识产权归|自主选择|(?:一律|均|自始|应当?)(?:作废|无效|删除|"
        r"删去)|不予(?:同意|采纳|认可|接受|支持)|法域|去标识|发明专利|有限责任"
    ),
    "guarantee": re.compile(
        r"(?:自始|均|一律|行为)(?:不发生效力|无效)|依法追究|予以(?:取消|废止|删除)|市场化原则|风险补偿资金|探索|研究设立|支持各自|体系|合作机制|普惠"
    ),
    "waiver": re.compile(r"依法(?:减免|免除|豁免|放弃)|按照?规定(?:减免|免除)"),
    "public_interest": re.compile(
        LAWFUL + r"|脱敏|安全评估|知情同意|本人同意|公开挂牌|核定|政府定价|指导价|惠民|保密义务|捐赠|修复工程|保护工程"
    ),
    "governing_law": re.compile(r"(?!)"),
    "industry_policy": re.compile(
        r"上大压小|等容量|等煤量|提标|余热|煤气制氢|短流程|集中治理|零排放|循环经济|清洁生产|煤改|提升改造|"
        r"改造提升|碳捕集|脱硫脱硝|遗址|遗产|公园|期货|配送|转运|装卸|会展|教学|实训|实验室|检测|认证|数字化|软件|"
        r"转型升级|淘汰更新|节能降碳|污染治理|环境治理|达标改造|总量控制|去产能|安全改造|产能置换|等量置换|"
        r"减量置换|减量替代|超低排放|协同处置|综合利用|去产能|不增加产能|不新增产能|不涉及|研发|论坛|展览|博览|"
        r"博物馆|节能改造|环保改造|升级改造|改造升级|绿色化|智能化|技术攻关|非遗|手工艺|传统工艺|替代燃煤|"
        r"清洁化改造|技术改造|文创|旅游|退城|搬迁改造|原址(?:用于|改造|腾退)|标准体系|电子商务|互联网平台|"
        r"交易中心|贸易|物流|集散|受电|清洁能源|绿电|送电|输电"
    ),
    "land_quota": re.compile(
        LAWFUL
        + (
            r"|危害|弊端|(?<!办)(?<!落实)占补平衡(?!暂|指标|缓|从缓|不|的?缺)|(?<!不)(?<!不予)(?<!不再)(?<!而相应)核减"
            r"|相匹配|挂钩|指标(?:范围|限额)?(?:以)?内|招标拍卖挂牌|招拍挂|避让|增减挂钩"
        )
    ),
}
INNOCENT: dict[str, re.Pattern[str]] = {
    "exclusivity": re.compile(
        r"独家(?:报道|专访|新闻|采访|发布|品种|秘方|揭秘|策划|首发|原创|特色|记忆|冠名|直播|转播|播出)|反垄断|"
        r"专营店|专卖店|专属经济区|独占鳌头|唯一(?:的)?(?:联系|标识|编码|代码|编号|账户|账号|合法|标准|途径|名称|"
        r"社会信用|适用法律|有效|依据|识别|身份|路径|解释)|独特|垄断行业|自然垄断|独(?:家|占|有|享)(?:的)?(?:研发|研制|"
        r"自主|著作权|专利|知识产权|技术|配方|工艺|商标|商号)|不得?(?:被|作)?(?:解释|理解|视|认定)为[^。；]*|不具(?:有|备)"
        r"(?:任何)?排他[^。；]*|(?:不得|不应|不能)(?:要求|强迫|迫使)(?:对方|乙方|他方|另一方)[^。；]*|未[^，。]{0,8}"
        r"也(?:不会|不再|未|不)[^，。]*|(?:其他|其它|任何)(?:法域|国家|国|地区的法律|法律|部门|出资人|股东)|(?:仅|只)(?:从事|"
        r"能在(?:政务|隔离|安全|指定|内网|园区|厂区|合作)|供[^，。]{0,4}员工|用于|限于)|乙方不得[^。；]{0,20}"
        r"(?:排斥|排除|排挤)[^。；]*|与(?:他人|第三方|其他[^，。]{0,4})合作开发房地产|集中采购平台|定点企业"
    ),
    "industry_policy": re.compile(
        r"钢结构|钢铁(?:大街|意志|学院|研究|物流|贸易|行业会|侠)|水泥(?:路|道|硬化|管|桩|地|窑)|沥青路|"
        r"玻璃(?:栈道|幕墙|温室|钢|艺术)|化肥农药|农药(?:残留|减量|包装|使用|检测)|中国石化|中石化|石化油|加氢站|"
        r"煤炭(?:清洁|储备|港口|下水|转运|期货)|高炉(?:煤气|渣|遗址)|焦炉煤气|燃煤(?:散烧|锅炉(?:清零|改造|替代|"
        r"淘汰|关停))|(?:印染|造纸|制陶|陶瓷|皮革)(?:技艺|非遗|艺术|文化|工坊|工艺美术|体验)|(?:电镀|印染|焦化|"
        r"造纸|制革|农药)废水|煤矿(?:安全|机械|装备|遗址)"
    ),
    "land_quota": re.compile(
        r"不(?:得|应|能)?(?:低于|少于)(?:国家|本?省|天津|规定|的|同级|最低|基准|评估|出让|地价|价格?|标准|底价|相应|"
        r"对应|工业|成本|控制|指标|约定){0,8}|(?:产能|能耗|排放|排污|取水|用水|用能)指标|取水总量|无限量抽取|"
        r"施工许可|无偿援助|无偿捐赠"
    ),
    "public_interest": re.compile(r"不(?:得|应|能)?(?:低于|少于)"),
    "ultra_vires": re.compile(
        r"不适用[^，。；]{0,6}(?:国|日本|新加坡|香港|澳门|台湾|外国|境外|任何)[^，。；]{0,4}法律?|高新技术企业减按[^。；]*|"
        r"以人大批准为准[^。；]*|(?:农用地|用地|土地|供地|填海|海域)[^，。；]{0,10}(?:批复|批准|手续|转用|未批)[^。；]*|"
        r"成本价[^。；]*挂牌|法律(?:之|的)?适用[^。；]*|排除[^，。；]{0,12}法律[^。；]*|"
        r"任何(?:一|其他)国家?[^，。；]*法律[^，。；]*|国有资产评估|国有产权|不受[^，。]{0,6}(?:产能|总体规划|用地|土地)[^，。]*|"
        r"告知承诺制[^。；]*|凡[^。；]{2,40}(?:一律|均|概)无效|依照?[^，。]{2,14}(?:法律|法规)?规定可以?不[^。；]*|"
        r"依法不(?:需|必|须)[^。；]*|按(?:照)?国务院规定[^。；]*|减免政策落地|符合条件的小微"
    ),
    "waiver": re.compile(
        r"依(?:法|照?《[^》]*》)(?:的)?(?:规定)?(?:减免|免除|豁免)|地震[^。；]*|志愿者[^。；]*放弃[^，。；]*|"
        r"凡(?:涉及|含有|有)?(?:免除|放弃)[^。；]*无效|无权要求(?:甲方|政府|管委会)[^。；]*|会议室[^，。；]*|犯罪[^。；]*|"
        r"不起诉的，应当[^。；]*|社保费[^。；]*"
    ),
    "guarantee": re.compile(
        r"发放[^，。；]{0,16}贷款|(?:质量|组织|制度|人才|政治|思想|服务|安全|要素|技术|法治|物质|纪律|人力|时间|供应|坚强|有力|重要|根本|"
        r"可靠|基本|坚实)(?:上的?)?保证|社会保障兜底|工程款支付担保|[无没](?:有)?(?:任何)?担保之?责|保证(?:金|质量|安全|工期|进度|供应|体系|书面)|兜底(?:保障|服务|政策|帮扶|"
        r"性|线|民生|困难|救助|安置|帮扶)|(?:民生|社会|救助|基本|政策|生活)(?:性)?兜底|(?:融资|再|信贷|贷款|"
        r"政府性|农业|信用|创业)+担保(?:机构|公司|集团|基金|体系|业务|服务|合作|中心|机制|产品|费|行业|贷款)|"
        r"担保(?:机构|公司|集团|基金|体系|业务|服务|合作|中心|机制|产品|费|行业|法|贷款)|(?:履约|投标|预付款|质量|"
        r"工程)(?:保函|担保|保证)|(?:(?:知识产权|专利|商标|股权|应收账款|仓单|林权|排污权|碳排放权|订单|"
        r"土地经营权|存货)(?:质押|抵押)、?)+等?(?:融资|贷款)(?:服务|业务|试点|产品|模式)|(?<=承)担保|担保(?=密|护|"
        r"留|管|险|障|养|洁|卫|育|修)|(?:废旧|产品|电池|旧|余热|废弃|资源|物资)[^，]{0,6}回购|回购(?:商品|旧|废)"
    ),
}
_PRETEXT = re.compile(r"(?:不得|严禁|禁止|不)[^，]{0,4}以[^，]{1,24}(?:为由|为名|名义|方式|形式|借口|条件)，")
_UNREAL = re.compile(r"(?:不|未|免|无需|无须|无论|不论|是否|即使|毋需|不必|不用|不再)$")
_NEVER = re.compile(r"(?!)")


def blotted(code: str, sentence: str) -> str:
    """Return the sentence with the innocent uses of the words of a code, and what was asked and declined, blotted
    out."""
    open_to = _DECLINED.sub(lambda found: "〇" * len(found[0]), sentence)
    return INNOCENT.get(code, _NEVER).sub(lambda found: "〇" * len(found[0]), open_to)


def without_false_negations(sentence: str) -> str:
    """Return the sentence with words that only look like a negation (不可撤销, 不能按期 …) blotted out."""
    joined = _PRETEXT.sub(lambda found: found[0][:-1] + "、", sentence)
    return _NOT_A_NEGATION.sub(lambda found: "〇" * len(found[0]), joined)


def negated(view: str, sentence: str, start: int, end: int) -> bool:
    """Tell whether the wording at start..end is negated or forbidden: before it in its comma clause, or behind it
    where it is the topic. `view` is the sentence of `without_false_negations`."""
    if _RELEASING.match(sentence, start) and _AT_ONCE.search(sentence, max(start - 4, 0), start):
        return True
    left = view.rfind("，", 0, start) + 1
    ahead = view[left:start]
    for match in _NEGATION.finditer(ahead):
        rest = _BOUND.sub("", ahead[match.end() :])
        if not _RELEASE.search(rest) and not ("的" in rest and view[start] in "不无未免"):
            return True
    if _ENDING.search(ahead):
        return True
    behind = view[end:]
    if _VOIDED.match(sentence[end:]):
        return True
    if _BEHIND.match(behind):
        clause_end = behind.find("，")
        cross = clause_end >= 0 and not _BEHIND.match(behind[:clause_end])
        return not cross or bool(_TOPIC.search(view[left:end]))
    return False


def forbidden_behind(view: str, start: int, end: int) -> bool:
    """Tell whether what was named is then forbidden: in the same clause (未达标的项目不得开工), or in the next one
    where it was the topic (对淘汰类项目，一律不予引进)."""
    if _FORBIDDEN_BEHIND.match(view[end:]):
        return True
    left, right = view.rfind("，", 0, start) + 1, view.find("，", end)
    return right >= 0 and bool(_TOPICAL.match(view, left) and _REFUSED.match(view, right + 1))


def sanctioned(sentence: str, start: int, end: int) -> bool:
    """Tell whether the wording is the case for which the next clause sets a sanction (未批先用的，依法查处)."""
    left, right = sentence.rfind("，", 0, start) + 1, sentence.find("，", end)
    return right >= 0 and bool(_CASE.search(sentence[left:right]) and _SANCTION.match(sentence, right))


def reduced_within(code: str, wording: str) -> bool:
    """Tell whether the wording is about less of a thing, not more (建成后关停燃煤锅炉)."""
    return code == "industry_policy" and bool(_REDUCING.search(wording))


def denied_within(wording: str) -> bool:
    """Tell whether the wording found holds a denial of its own (污水不得排入河道, 甲方不承担偿还责任)."""
    return bool(_DENYING.search(wording, 1))


def forbidden_within(wording: str) -> bool:
    """Tell whether the wording found holds a prohibition of its own (未经处理的污水不得排入河道)."""
    return bool(_FORBIDDING.search(wording, 1))


def quoted(sentence: str) -> bool:
    """Tell whether the sentence cites a rule or defines a term rather than agrees on something."""
    if _DEFINED.search(sentence):
        return True
    return bool(_QUOTED.match(sentence) and _MODAL.search(sentence)) and not _LABELLED.search(
        sentence.split("，", 1)[-1].split("双方对此")[0]
    )


def cured(code: str, sentence: str, start: int, end: int) -> bool:
    """Tell whether the clauses around the wording name the lawful course that makes it harmless."""
    pattern = CURES.get(code, _NEVER)
    left = sentence.rfind("，", 0, start) + 1
    right = sentence.find("，", end)
    for match in pattern.finditer(sentence, left, len(sentence) if right < 0 else right):
        apart = match.end() <= start or match.start() >= end
        if apart and not _UNREAL.search(sentence, max(match.start() - 3, 0), match.start()):
            return True
    return False

"""The governing law of a foreign-related text (§1.2): another law, an open one, or none at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulation.screening.checks.hit import Hit
from regulation.screening.passage import Passage, clause_bounds
from regulation.screening.records import Context

_PLACES = (
    r"英国|英格兰|威尔士|苏格兰|爱尔兰|美国|美利坚|纽约|特拉华|加利福尼亚|加州|德克萨斯|加拿大|魁北克|新加坡|香港|"
    r"澳门|台湾|德国|德意志|法国|法兰西|瑞士|瑞典|日本|韩国|大韩民国|朝鲜|俄罗斯|俄联邦|荷兰|比利时|卢森堡|意大利|"
    r"西班牙|葡萄牙|奥地利|丹麦|挪威|芬兰|波兰|捷克|匈牙利|希腊|土耳其|以色列|阿联酋|迪拜|沙特|卡塔尔|印度|"
    r"巴基斯坦|泰国|越南|马来西亚|印度尼西亚|印尼|菲律宾|柬埔寨|老挝|缅甸|蒙古|哈萨克斯坦|乌兹别克斯坦|澳大利亚|"
    r"新西兰|南非|埃及|尼日利亚|肯尼亚|埃塞俄比亚|巴西|阿根廷|智利|墨西哥|秘鲁|百慕大|开曼|维尔京|白俄罗斯|乌克兰|"
    r"保加利亚|罗马尼亚|塞尔维亚|欧盟|欧洲|普通法|大陆法系|衡平法"
)
_OTHER = (
    r"外方|乙方|对方|友城|被请求方|请求方|被告|原告|第三国|外国|境外|本国|其国|所在国|所在地国|注册地|住所地|卖方|"
    r"买方|出资方|投资方|派遣国|东道国|接待国|守约方|母国|各自|双方国|两国|仲裁地|法院地|任何一方|技术提供方|"
    r"许可方|最密切联系"
)
_LAW = (
    r"(?:的|现行|有效|有关|相关|特别行政区|共和国|联邦|国|州|及其|实体|国内|合同|民|商事|公司|判例|成文)*(?:法律|"
    r"法(?![院定人官国兰规庭制学系])|法典|判例|国内法)"
)
_BY = (
    r"(?:适用|选用|采用|援用|准用|从|受|依据|依照|按照?|根据|遵循|遵照|依|以"
    r"|由|据|为|准据法|管辖法律|适用法律|法律适用)"
)
_CHINA = re.compile(
    r"(?:中华人民共和国|中国|我国|中方|甲方所在国|甲方所在地)(?:境内|大陆|内地|地区|（[^）]*）)*"
    r"(?:的|之|现行|有效|有关|相关|实体|国内|合同|涉外|商事|民商事|民事|成文|全部|各项|届时|生效|《|、|和|及)*"
    r"(?:民法典|法律|法典|法规|法令|法域|法制|法(?![院定人官国庭学系规治]))"
)
_ENGLISH = re.compile(
    (
        r"(?:governed by|construed in accordance with|subject to|under)[^.;\n]{0,60}?laws? of (?:the "
        r")?(?P<place>[A-Z][A-Za-z’' ]+)"
    ),
    re.I,
)
_ENGLISH_CHINA = re.compile(r"china|prc|people.?s republic", re.I)
_FOREIGN = re.compile(
    rf"{_BY}[^，。；]{{0,14}}?(?:{_PLACES}|{_OTHER})[^，。；适]{{0,12}}?{_LAW}"
    rf"|(?:{_PLACES})[^，。；适]{{0,10}}?{_LAW}[^，。；]{{0,8}}(?:管辖|解释|为准|准据|适用|约束|执行)"
    rf"|(?:{_OTHER})[^，。；]{{0,8}}?{_LAW}[^，。；]{{0,8}}(?:管辖|解释|为准|准据|约束|审理|裁判)"
    rf"|依该地法律|依当地法律|适用当地法"
)
_NEUTRAL = re.compile(
    r"(?:适用|依据|依照|按照?|根据|遵循|受|以)[^，。；]{0,10}?(?:国际商事惯例|国际惯例|国际商法|国际法|国际公约|"
    r"国际条约|国际货物销售合同公约|销售公约|国际商事合同通则|通则|一般法律原则|商人习惯法|公平正义原则|公允善良)"
)
_OPEN = re.compile(
    r"适用(?:的|何种|哪国|哪一)?法律[^，。；]{0,6}[，]?[^，。；]{0,10}(?:另行|协商|商定|再议|待定|日后|届时|另议|"
    r"决定|确定|选择|约定|不作|未作|不予)|(?:决定|确定|选择|选定|商定|裁量)[^，。；]{0,16}(?:适用的?法律|"
    r"适用何种法律|准据法)|不(?:约定|指定|适用|选择)[^，。；]{0,8}(?:适用法律|准据法|任何(?:一方|"
    r"国家)?[^，。；]{0,6}法律)|准据法[^，。；]{0,8}(?:待定|另行|空缺|协商)"
)
_ABROAD = re.compile(
    rf"(?:适用|管辖|准据)[^，。；]{{0,14}}?(?:{_PLACES})|"
    rf"(?:{_PLACES})[^，。；]{{0,10}}法(?:律)?[^，。；]{{0,4}}(?:管辖|准据|解释)"
)
_REJECTED = re.compile(
    r"^[^。；]{0,24}?(?:未被?(?:采纳|接受|采用|获)|没有?(?:被)?(?:采纳|接受|采用)|不予(?:采纳|接受|采用)|"
    r"被(?:否决|拒绝|删除|"
    r"排除)|遭(?:拒|否决)|不获采纳|予以(?:删除|废止|撤回)|已(?:撤回|放弃|删除|废止|失效)|(?:改|变更|修改|修订|"
    r"更正|替换|调整)为"
    r"[^。；]{0,10}?(?:中国|中华人民共和国|我国))"
)
_ANOTHER = re.compile(
    r"(?:股东(?:间|之间)?(?:的)?协议|股东协议|贷款协议|采购合同|购销合同|供货合同|劳动合同|雇佣合同|保险合同|融资合同|"
    r"(?:另|另一|其他|母|子|原|旧|前)(?:一)?(?:份)?(?:协议|合同|备忘录)|与第三[方人][^，。；]{0,10}(?:合同|协议)|"
    r"公司章程|"
    r"曾经?|过去|此前|原先|原)[^。；]{0,10}$"
)
_LEFT_OPEN = re.compile(r"(?:未|没有|无)(?:作出?|有|明确)?(?:明确)?(?:规定|明文)[^。；]{0,8}$|补充[^，。；]{0,6}$")
_DENIED = re.compile(
    r"不(?:得|再|予|能|会|应)?$|排除$|(?:不包括|不含)[^，。；]*$|排除[^，。；]{0,8}$|不(?:得|"
    r"再)?[^，。；由]{0,3}$|并非$|而非$|放弃[^，]{0,6}$|拒绝[^，]{0,4}$"
)
_OBEYED = re.compile(r"协议|备忘录|意向书|议定书|合同|双方|合作|各方|宣言|本文本|办学")
_KNOWN = re.compile(r"遵守|服从|符合|了解|熟悉|学习|介绍|违反|研究|宣传|普及")
_CHOSEN = re.compile(r"适用|依据|依照|按照|管辖|解释|准据|为准|约束|执行|调整|支配|依|办理|处理|受")
_NOT_CHINA = re.compile(
    r"(?:不|不得|不予|拒绝|排除|非|无需|避免)(?:再)?(?:受|适用|援引|选择|采用|依|按|以|接受|主张)?[^，]{0,4}$"
)


def governing_law(passage: Passage, context: Context) -> Iterator[Hit]:
    """Find another or an open choice of law; in a foreign-related text also its silence, at the end of the text. A
    sister-city agreement has a foreign party, so it counts as foreign-related."""
    foreign = context.foreign or context.category == "sister_city"
    places = [*_chosen(passage, foreign)]
    for start, end in places:
        yield Hit("governing_law", "governing_law.choice", *passage.span(start, end))
    if foreign and not places and passage.even.strip() and not _chinese(passage):
        last = len(passage.text.rstrip())
        yield Hit("governing_law", "governing_law.silence", last, last)


def _chosen(passage: Passage, foreign: bool) -> Iterator[tuple[int, int]]:
    text = passage.even
    patterns = (_FOREIGN, _NEUTRAL, _OPEN) if foreign else (_ABROAD,)
    for pattern in patterns:
        for match in pattern.finditer(text):
            sentence = passage.sentences[passage.sentence_at(match.start())]
            if _denied(text, match) or _set_aside(passage, match, pattern) or _own_conduct(sentence.text, match[0]):
                continue
            if not foreign and not re.search("协议|备忘录|合同|争议|本意向书", sentence.text):
                continue
            if re.search(
                r"各自(?:国家)?[^，。；]{0,6}法律[^，。；]{0,6}(?:允许|范围|框架)",
                text[match.start() : match.end() + 12],
            ):
                continue
            start, end = clause_bounds(sentence.text, match.start() - sentence.start, match.end() - sentence.start)
            yield sentence.start + start, sentence.start + end
    for match in _ENGLISH.finditer(passage.text):
        if not _ENGLISH_CHINA.search(match["place"]):
            yield passage.even_at(match.start()), passage.even_at(match.end())


def _denied(text: str, match: re.Match[str]) -> bool:
    """Tell whether the choice is denied (不适用英国法律), or names Chinese law before the other place does."""
    ahead = text[max(match.start() - 12, 0) : match.start()]
    inside = re.search(r"中华人民共和国|中国法|我国法", match[0])
    if inside and (
        "不包括" in match[0] or "不含" in match[0] or not re.search(rf"(?:和|与|或|及|、)(?:{_PLACES})", match[0])
    ):
        return True
    return bool(_DENIED.search(ahead))


def _set_aside(passage: Passage, match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Tell whether a choice was only proposed and refused, is that of another contract, or fills gaps by custom, while
    Chinese law is chosen for this text."""
    text = passage.even
    ahead = text[max(match.start() - 24, 0) : match.start()]
    aside = _REJECTED.match(text[match.end() : match.end() + 60]) or _ANOTHER.search(ahead)
    if pattern is _NEUTRAL:
        aside = aside or _LEFT_OPEN.search(ahead)
    return bool(aside) and _chinese(passage)


def _own_conduct(sentence: str, wording: str) -> bool:
    """Tell whether a law is only to be kept to abroad (遵守所在国法律), not chosen."""
    at = sentence.find(wording)
    around = sentence[slice(*clause_bounds(sentence, at, at + len(wording)))]
    return bool(re.search(r"遵守|设立|注册|成立|允许的范围|存续|组建|登记", around)) and not re.search(
        r"适用|管辖|准据|解释|为准", around
    )


def _chinese(passage: Passage) -> bool:
    """Tell whether Chinese law is chosen for the agreement."""
    for match in _CHINA.finditer(passage.even):
        sentence = passage.sentences[passage.sentence_at(match.start())]
        at = match.start() - sentence.start
        text = passage.even[sentence.start : sentence.end]
        left, right = clause_bounds(text, at, at + len(match[0]))
        ahead, clause = text[left:at], text[left:right]
        if _NOT_CHINA.search(ahead):
            continue
        if re.match(r"(?:[^，。；]{0,6}(?:设立|注册|成立(?!并?生效|、生效)|组建|存续))", text[at + len(match[0]) :]):
            continue
        if _KNOWN.search(ahead) and not (_CHOSEN.search(clause) or _OBEYED.search(ahead)):
            continue
        return True
    return any(_ENGLISH_CHINA.search(match["place"]) for match in _ENGLISH.finditer(passage.text))

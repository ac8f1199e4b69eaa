"""Names that belong to another text, or that are not the same throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulation.screening.checks.hit import Hit
from regulation.screening.parties import LETTERS, Cast, is_government
from regulation.screening.passage import Passage
from regulation.screening.records import Context

_PROVINCES = (
    "北京 上海 重庆 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 "
    "广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"
)
_CITIES = (
    "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 呼和浩特 包头 鄂尔多斯 沈阳 大连 "
    "鞍山 抚顺 本溪 丹东 锦州 营口 长春 延边 四平 通化 哈尔滨 齐齐哈尔 大庆 牡丹江 南京 无锡 徐州 常州 苏州 南通 "
    "连云港 扬州 镇江 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 台州 合肥 芜湖 蚌埠 马鞍山 福州 厦门 泉州 漳州 南昌 "
    "九江 赣州 济南 青岛 淄博 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 安阳 新乡 "
    "许昌 南阳 武汉 宜昌 襄阳 荆州 长沙 株洲 湘潭 衡阳 岳阳 常德 广州 深圳 珠海 汕头 佛山 惠州 东莞 中山 湛江 "
    "南宁 柳州 桂林 北海 海口 三亚 成都 绵阳 宜宾 贵阳 遵义 昆明 大理 丽江 拉萨 日喀则 西安 宝鸡 咸阳 延安 榆林 "
    "兰州 天水 庆阳 平凉 西宁 银川 乌鲁木齐 克拉玛依 喀什 和田 黄南 昌都"
)
_PLACE = "|".join(sorted((_PROVINCES + " " + _CITIES).split(), key=len, reverse=True))
_BODY = (
    rf"(?P<place>{_PLACE})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|自治州|州)?(?P<body>人民政府|市政府|"
    r"省政府|政府|市委|省委|发展和?改革委员?会?|商务局|商务厅|财政局|财政厅|工业和信息化局|科技局|科技厅|招商局|"
    r"管委会|文化和旅游局|教育局|卫生健康委)"
)
_GOVERNMENT = re.compile(_BODY)
_ACTS = re.compile(
    r"^(?:（|以下简称|应|将|须|负责|承诺|同意|支持|协助|保证|给予|提供|与|和|有权|不得|为|作为|：|，(?:应|将|负责))"
)
_CITED = re.compile(
    r"(?:借鉴|学习|参照|参考|比照|依据|根据|按照|与|和|同|由|经|报|向|赴|如|类似|区别于|不同于|联合|协调|商请|"
    r"邀请|会同|、)$"
)
_SERVED = re.compile(
    rf"(?:促进|推动|推进|支持|助力|服务|加快|打造|融入)(?P<place>{_PLACE})(?:省|市|自治区)?(?:的)?(?:经济|产业|"
    r"高质量|社会|发展|振兴|建设|现代化|城市|工业|开放)"
)
_NEIGHBOURS = {"北京", "河北"}
_SIGNATURE = re.compile(rf"(?P<letter>[{LETTERS}])方(?:（[^）\n]{{0,10}}）)?：(?P<name>[^\n，。；：（]{{4,40}})")
_ORGANISATION = re.compile(r"(?:公司|集团|政府|委员会|管委会|大学|学院|银行|研究院|局|厅|部|中心|医院)$")
_NEAREST = 0.2


def names(passage: Passage, context: Context) -> Iterator[Hit]:
    """Find a government of another place as a party or as one who acts, a name almost but not quite that of a party,
    and a side that bears two names. What the parties are is told by the context, else by the text itself."""
    cast = Cast(passage, context)
    known = [*context.our_names, *context.parties]
    declared = [name for names_ in cast.labels.values() for name in names_] + [*cast.shorts.values()]
    yield from _two_names(passage)
    yield from _strangers(passage, context, cast, known, declared)
    yield from _misspelt(passage, [*context.parties, *(() if context.parties else dict.fromkeys(declared))])


def _two_names(passage: Passage) -> Iterator[Hit]:
    """Find a letter that bears another name further down (head and signature)."""
    first: dict[str, str] = {}
    for match in _SIGNATURE.finditer(passage.even):
        name = match["name"]
        if not _ORGANISATION.search(name):
            continue
        if first.setdefault(match["letter"], name) != name:
            yield Hit("wrong_name", "wrong_name.two_names", *passage.span(match.start("name"), match.end("name")))


def _strangers(passage: Passage, context: Context, cast: Cast, known: list[str], declared: list[str]) -> Iterator[Hit]:
    text = passage.plain
    places = set(re.findall(_PLACE, " ".join(known)))
    told = bool(context.parties)
    if not told:  # the counterparty is whom the text itself declares beside our side
        for letter, names_ in cast.labels.items():
            if letter != cast.ours:
                places.update(re.findall(_PLACE, " ".join(names_)))
    for letter, names_ in cast.labels.items():
        for name in dict.fromkeys(names_):
            mine = letter == cast.ours
            here = re.findall(_PLACE, name[:4])
            if (
                mine
                and is_government(name)
                and here
                and not set(here) & set(re.findall(_PLACE, " ".join(context.our_names)))
            ):
                yield from _at(passage, name, "wrong_name.our_side")
            elif (
                not mine
                and told
                and _ORGANISATION.search(name)
                and not _known(name, known)
                and not _misspells(name, context.parties)
            ):
                yield from _at(passage, name, "wrong_name.not_a_party")
    alone = told or len(cast.labels) > 1 or context.category in ("enterprise", "central_soe", "ministry")
    if not alone:
        return
    for match in _GOVERNMENT.finditer(text):
        ahead = text[max(match.start() - 4, 0) : match.start()]
        if match["place"] in places or any(match[0] in name for name in declared) or _CITED.search(ahead):
            continue
        if _ACTS.match(text[match.end() :]):
            yield Hit("wrong_name", "wrong_name.other_place", *passage.span(*match.span()))
    for match in _SERVED.finditer(text):
        if match["place"] not in places | _NEIGHBOURS:
            yield Hit("wrong_name", "wrong_name.other_place", *passage.span(*match.span()))


def _at(passage: Passage, name: str, rule: str) -> Iterator[Hit]:
    position = passage.plain.find(name)
    if position >= 0:
        yield Hit("wrong_name", rule, *passage.span(position, position + len(name)))


def _known(name: str, known: list[str]) -> bool:
    return any(name.startswith(one) or one in name or name in one for one in known)


def _misspells(name: str, parties: tuple[str, ...]) -> bool:
    return any(0 < distance(name, party) <= _allowed(party) for party in parties)


def _allowed(name: str) -> int:
    return max(1, min(3, int(len(name) * _NEAREST)))


def _misspelt(passage: Passage, parties: list[str]) -> Iterator[Hit]:
    """Find names that end like a party's, and differ from it in a few characters."""
    text = passage.plain
    for party in parties:
        if len(party) < 5:
            continue
        tail = party[-2:]
        position = text.find(tail)
        while position >= 0:
            end = position + len(tail)
            if not text.endswith(party, 0, end):
                start = _near_miss(text, end, party, parties)
                if start is not None:
                    yield Hit("wrong_name", "wrong_name.misspelt", *passage.span(start, end))
            position = text.find(tail, end)


def _near_miss(text: str, end: int, party: str, parties: list[str]) -> int | None:
    """Return where a name almost that of a party begins; None when what ends here is something else. Characters left
    out count for an abbreviation only where the first ones differ too."""
    for length in (len(party), len(party) - 1, len(party) + 1):
        start = end - length
        if start < 0:
            continue
        window = text[start:end]
        if re.search(r"[，。；：！？\n“”、《》]", window) or any(
            other in window or window.endswith(other) for other in parties
        ):
            continue
        if window[:2] == party[:2] and 0 < distance(window, party) <= _allowed(party):
            return start
    return None


def distance(one: str, other: str) -> int:
    """Return in how many characters two names differ (insertions, deletions, replacements)."""
    row: list[int] = [*range(len(other) + 1)]
    for number, mark in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, against in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (mark != against))
    return row[-1]

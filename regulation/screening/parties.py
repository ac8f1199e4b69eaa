"""Who acts: the sides of the agreement, the words for them, and whose act a wording is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from regulation.screening.passage import Passage, Sentence
from regulation.screening.records import Context


class Side(str, Enum):
    """Who may be named: our side, another, both, each of both, or a firm that our side may order about."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"
    EACH = "each"
    OWNED = "owned"


@dataclass(frozen=True, slots=True)
class Mention:
    """A side in a sentence; `acts` is false after 为, 向, 对 … and before 的; `by` tells of 由 or 被 before it; `named`
    is false for words that may mean anybody (企业, 银行)."""

    start: int
    end: int
    side: Side
    acts: bool
    by: bool
    named: bool


LETTERS = "甲乙丙丁戊"
_SHORT_LINE = 20
ORGANISATION = (
    r"(?:人民政府|政府|管理委员会|管委会|委员会|办公厅|办公室|厅|局|部|集团|公司|银行|大学|学院|研究院|研究所|"
    r"协会|商会|基金会|合作社|中心|医院|学校|市|省|合伙企业|（有限合伙）)"
)
_GOVERNMENT = re.compile(r"(?:政府|管理委员会|管委会|委员会|办公厅|厅|局|部|市|省)(?:（[^）]*）)?$")
_FIRM = re.compile(r"公司|集团|银行|企业|大学|学院|研究|协会|商会|基金|中心|医院|学校")
_NAME = r"[^，。；：！？\n（）“”、]{2,40}"
_DECLARED = re.compile(
    rf"(?P<letter>[{LETTERS}])方(?:（[^）\n]{{1,12}}）)?：(?P<after>{_NAME})"
    rf"|(?P<letter2>[{LETTERS}])方(?:指|系|即|为|是|（)(?P<named>{_NAME}?{ORGANISATION})(?=[，。；）\n]|$|与|和)"
)
_SHORT = re.compile(
    r"（(?:以下|下文|下)(?:统|简|"
    r"合)?称(?:为)?[：“\"]*(?P<short>[^”\"）]{1,12})[”\"]?(?:[、或]“?(?P<other>[^”）]{1,12})”?)?）"
)
_NAMED = re.compile(r"[^，。；：！？\n“”]{2,40}$")

_OURS = (
    r"天津市人民政府(?:办公厅)?|天津市政府|(?:市|区|县|州|省|镇|地方|各级|当地|本级|两级|同级)*(?:人民)?政府(?:方|"
    r"部门|机关|机构|一方|平台)?(?!性|采购|引导|投资|债|出资|指导|作用|规章|扶持|补贴|主导|会议|和社会资本|"
    r"与社会资本)|(?:市|区|县|地方|本级|市级|区级|同级|政府|当地)*(?:财政|国库)(?:部门|局|资金|预算|收入)?(?!部|"
    r"政策|补贴|奖励|贴息|补助|厅|困难|年度)|(?:新区|开发区|保税区|高新区|自贸区|园区|功能区)?(?:管委会|"
    r"管理委员会)|(?:有关|相关|主管|职能|行政|审批|市级|区级|国土|规划|土地|税务|环保|生态环境|公安|国资|金融|"
    r"工商|市场监管|住建|发展改革|所属)+(?:部门|机关)|(?:天津)?[市区](?:国资委|发展?改革?委|发改委|商务局|工信局|"
    r"规划资源局|税务局|财政局|住建委|科技局|教委|卫健委|生态环境局|金融局|交通局|水务局|城管委)|税务局|财政局|"
    r"海关|消防部门|环保部门|执法部门|城管|审批机关|公安局?|援助方|支援方(?:政府)?|受援(?:地|县|方|区|"
    r"市)(?:政府)?|帮扶方|甲[省市区县州地](?:政府)?|招商局|投资促进局|园区(?=[应须将可也不同予承负对按给补先])|本市|我市|市方|我方|中方|天津方面|津方|天津市?"
)
_OWNED = (
    r"(?:(?:所属|下属|辖属|直属|市属|区属|指定的?|下辖|辖区|政府|国有|城建|城投|地方|融资|投融资|城市|建设|投资|"
    r"开发)+(?:平台公司|融资平台|投资公司|城投公司|国有企业|国企|平台|企业|公司|单位|集团|[一-龥]{1,4}(?:集团|"
    r"公司|平台)))|平台公司|城投公司|融资平台公司?"
)
_THEIRS = (
    r"对方|贵方|外方|企业方|企方|(?:政府性|政策性|专业|商业|市场化|国有|第三方|独立|合格|持牌)*(?:融资|再|贷款|"
    r"信用|工程)*担保(?:机构|公司|集团|基金|中心)|保险(?:公司|机构)|(?:项目|投资|合作|运营|中标|承建|建设|施工|"
    r"设计|监理|供货|开发|管理|物业|母|子|关联|上市|平台|担保|信托|租赁|保理|资产管理)*(?:公司|单位|企业|集团|"
    r"承包商|供应商|运营商|开发商)|各?(?:大|家)?(?:商业|政策性|开发|贷款|放款|主办|债权|牵头|有关|相关|境外|国有|"
    r"经办)*银行(?!贷款|授信|借款|融资|保函|账户|存款|债务)|贷款人|债权人|出借人|放款机构|农户|群众|居民|村民|"
    r"市民|申请人|学生|员工|职工|当事人|用户|业主|消费者|受让方|出让方|竞买人|投标人|中标人|贷款机构|母公司|"
    r"(?:合作)?金融机构|投资方|投资人|投资者|投资商|社会资本方?|合作方|项目方|运营方|建设方|出租方|承租方|"
    r"控股股东|实际控制人|股东|(?:任何)?第三方|第三人|个人|院校|高校|学校|医院|法院|仲裁机构|仲裁庭|国家|国务院|"
    r"中央|省政府"
)
_BOTH = (
    r"甲、?乙(?:丙|、丙)?(?:双方|各方|三方|两方)?|[甲乙]方(?:和|与|及|、)[甲乙]方|政企双方|合作双方|协议双方|"
    r"双方(?:政府)?|各方|三方|两市|两地|双边|四方|两方"
)
_EACH = r"任何一方|任意一方|任一方|一方|守约方|违约方|另一方|他方|对方"
_PREPOSED = re.compile(
    r"(?:为了?|向|对于?|给予?|与|同|和|跟|替|就|经|从|凭|在|于|来|到|位于|因|至|请|受|以|对|根据|按照|按|除|帮助|"
    r"助|含|授予|赋予|赠与|赠予|支付|拨付|返还|补偿|奖励|豁免|免除|补贴|告知|通知|交付|移交|转让|交给|划给|借给|卖给)$"
)
_POSSESSED = re.compile(
    r"^(?:的|之(?!外)|所(?!属)|内|境内|辖区|行政区|范围|市场|全市|地区|区域|产品|注册|登记|房|土地|资产|股权|股份|"
    r"名下|设备|楼|收费|账户|资金|债|项目(?!公司|方)|还款|(?:贷款|融资|发行|借款|投资|出资|获得|取得|申请|持有|"
    r"购买|开发|建设|经营|生产|造成|引起|导致|拖欠|欠缴|欠付|应付|应缴)[^，由]{0,12}的|投资(?:本金|款|收益|回报|损失|额)|贷款(?:本|由|如|到|逾|的)|"
    r"融资(?:本|由|如|到|逾|的|提供|租赁)|借款(?:本|由|如|到|逾|的)|收益|所持|本金|应收|原因)"
)
_PIVOT = re.compile(
    r"(?:支持|要求|同意|允许|鼓励|引导|督促|促使|责成|请|委托|协调|推动|组织|帮助|敦促|指定|安排|约定|通过|引入|"
    r"引进|所属|下属|旗下|时|后|的)[^，的对向为]{0,4}$"
)
_COMMITS = re.compile(r"(?:同意|承诺|保证|确认|声明|决定|约定)$")
_TOLD = re.compile(r"（[^）]*[甲乙丙]方(?:为|系|是|指)[^）]*）")
_BY = re.compile(r"(?:(?<!为)由|被|(?<![受转出])让)$")
_TOGETHER = re.compile(r"^(?:共同|一起|均|各自|联合|双方|都|分别)")
_HEADING = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]+[条章、.]|"
    r"（[一二三四五六七八九十\d]+）)*(?P<who>[^，。；：]{1,14}?)(?:的)?(?:主要|基本|相关)?(?:权利|义务|责任|职责|"
    r"承诺|工作|支持事项|支持)(?:[和与及、]?(?:权利|义务|责任))?(?:如下|包括)?[：。\n]*$"
)
_ORDERS = re.compile(r"指定|安排|责成|指令|授权|委派|协调|要求|促使|确保|保证|组织|通过|由其|承诺")


class Cast:
    """The sides of one text. `labels` are the declared names by letter; `swapped` tells that the text calls the
    other side 甲方, in which case `plain` has the letters changed about."""

    def __init__(self, passage: Passage, context: Context) -> None:
        self.labels = _declared(passage.plain)
        self.shorts = _shorts(passage.plain)
        for letter in LETTERS:
            for short, name in self.shorts.items():
                if short == f"{letter}方":
                    self.labels.setdefault(letter, []).append(name)
        self.ours = _our_letter(self.labels, context)
        self._known = {f"{letter}方" for letter in LETTERS} | {"对方", "外方", *context.parties, *self.shorts}
        self._known.update(name for names in self.labels.values() for name in names)
        self._words = _mentions(self, context)

    def exchange(self, text: str) -> str:
        """Return the text with 甲方 for our side, whichever letter it bears."""
        if self.ours == "甲":
            return text
        return re.sub(rf"[甲{self.ours}](?=方)", lambda found: self.ours if found[0] == "甲" else "甲", text)

    def mentions(self, sentence: str) -> list[Mention]:
        """Return who is named in a sentence (with the letters exchanged), in order."""
        found: list[Mention] = []
        told = _TOLD.match(sentence)
        for match in self._words.finditer(sentence, told.end() if told else 0):
            start, end = match.span()
            kind = match.lastgroup or ""
            side = Side(kind)
            before, after = sentence[max(start - 4, 0) : start], sentence[end : end + 4]
            by = bool(_BY.search(before))
            acts = by or not (_PREPOSED.search(before) or _POSSESSED.match(after))
            if found and found[-1].end == start and not found[-1].acts:
                acts = False
            if before.endswith("作为") and after.startswith(("，", "应", "须", "将")):
                acts = True
            if before.endswith(("和", "与", "同", "及", "、")) and _TOGETHER.match(after):
                side, acts = Side.BOTH, True
            if before.endswith("经") and re.match("同意|批准|书面|认可|确认|审核", after):
                acts = False
            found.append(Mention(start, end, side, acts, by, side is not Side.THEIRS or match[0] in self._known))
        return found

    def heading(self, sentence: str) -> Side | None:
        """Return whose duties the lines under a heading are (甲方的权利和义务)."""
        match = _HEADING.match(sentence)
        if not match:
            return None
        named = self._words.match(match["who"])
        return Side(named.lastgroup or "") if named and named.end() == len(match["who"]) else None


def acting(mentions: list[Mention], sentence: str, start: int, end: int, carried: Side | None) -> Side | None:
    """Return whose act the wording at start..end is: the side named with 由 behind it in its clause, else the last
    one named before it that can act, else the one carried over from before, else None."""
    stop = sentence.find("，", end)
    stop = len(sentence) if stop < 0 else stop
    for mention in mentions:
        if mention.by and start < mention.end and mention.start < stop:
            return _resolved(mention, mentions, sentence)
    ahead = [mention for mention in mentions if mention.start < start or (mention.start == start and mention.end < end)]
    subject = _subject(ahead, sentence, start)
    if subject:
        return _resolved(subject, ahead, sentence)
    if carried is not None:
        return carried
    served = [mention for mention in ahead if not mention.acts and mention.end <= start]
    if any(
        mention.side is Side.OURS and re.search("(?:向|对|为|给)$", sentence[: mention.start]) for mention in served
    ):
        return Side.THEIRS
    return None


def _subject(mentions: list[Mention], sentence: str, start: int) -> Mention | None:
    """Return who acts at a place: the last one named in its own comma clause, else the first one of the nearest clause
    before that names anybody."""
    left, right = sentence.rfind("，", 0, start) + 1, start + 1
    own = [mention for mention in mentions if mention.acts and left <= mention.start < right]
    if own:
        last, known = own[-1], [mention for mention in own if mention.named]
        given = last.by or _PIVOT.search(sentence[left : last.start])
        joined = bool(known) and known[-1].end == last.start  # 受援地群众: who acts is the last word of the compound
        return last if last.named or given or joined or not known else known[-1]
    while left > 0:
        left, right = sentence.rfind("，", 0, left - 1) + 1, left
        if left and sentence[right - 2] == "的" and _COMMITS.search(sentence, 0, left - 1):
            continue  # 甲方同意，乙方违约的，…: what follows the condition is still what our side agreed to
        before = [mention for mention in mentions if mention.acts and left <= mention.start < right]
        if before:
            return before[0]
    return None


def _resolved(mention: Mention, mentions: list[Mention], sentence: str) -> Side:
    """A firm that our side orders about acts for it."""
    if mention.side is not Side.OWNED:
        return mention.side
    if mention.by and sentence[mention.start : mention.start + 2] in ("政府", "国有", "市属", "区属", "所属", "下属"):
        return Side.OURS
    for other in reversed([one for one in mentions if one.end <= mention.start]):
        if other.side in (Side.OURS, Side.BOTH):
            between = sentence[other.end : mention.start]
            return Side.OURS if not between or _ORDERS.search(between) else Side.THEIRS
    return Side.THEIRS


def carried_sides(sentences: list[Sentence], cast: Cast, texts: list[str]) -> list[Side | None]:
    """Return for each sentence who acts in it when it names nobody: the one of the sentence before in the same
    paragraph, else the one whose duties the heading announces."""
    carried: list[Side | None] = []
    heading: Side | None = None
    last: Side | None = None
    paragraph = -1
    for sentence, text in zip(sentences, texts, strict=True):
        named = cast.heading(text)
        if named is not None:
            heading = named
        elif text.endswith("\n") and len(text) < _SHORT_LINE:
            heading = None
        if sentence.paragraph != paragraph:
            last, paragraph = heading, sentence.paragraph
        carried.append(last)
        if named is None:
            first = next((mention for mention in cast.mentions(text) if mention.acts), None)
            last = first.side if first else last
    return carried


def _declared(text: str) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for match in _DECLARED.finditer(text):
        letter = match["letter"] or match["letter2"]
        name = match["after"] or match["named"]
        if re.search(ORGANISATION + r"(?:（[^）]*）)?$", name):
            names.setdefault(letter, []).append(name)
    return names


def _shorts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        named = _NAMED.search(text, max(match.start() - 40, 0), match.start())
        if not named:
            continue
        name = re.split(r"[和与及、]", named[0])[-1] or named[0]
        for short in (match["short"], match["other"]):
            if short:
                found[short.strip('“”"')] = name
    return found


def is_government(name: str) -> bool:
    """Tell whether a name is that of a government or of one of its bodies."""
    return bool(_GOVERNMENT.search(name)) and not _FIRM.search(name)


def _our_letter(labels: dict[str, list[str]], context: Context) -> str:
    """Return the letter of our side: the one that bears our name, else a government, else 甲 unless that is a firm."""
    for letter, names in labels.items():
        if any(name.startswith(ours) for name in names for ours in context.our_names):
            return letter
    governments = [letter for letter, names in labels.items() if any(map(is_government, names))]
    if governments:
        return "甲" if "甲" in governments else governments[0]
    if "甲" in labels and any(_FIRM.search(name) for name in labels["甲"]):
        return "乙"
    return "甲"


def _mentions(cast: Cast, context: Context) -> re.Pattern[str]:
    ours = {name for name in context.our_names if len(name) > 1}
    theirs = {name for name in context.parties if len(name) > 1}
    for short, name in cast.shorts.items():
        if short[-1:] == "方" and short[:1] in LETTERS:
            continue
        mine = any(one in name for one in context.our_names) or (is_government(name) and not theirs & {name})
        (ours if mine else theirs).add(short)
    for letter, names in cast.labels.items():
        (ours if letter == cast.ours else theirs).update(names)

    def words(names: set[str], more: str) -> str:
        known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return f"{known}|{more}" if known else more

    return re.compile(
        f"(?P<both>{_BOTH})|(?P<each>{_EACH})|(?P<owned>{_OWNED})|"
        f"(?P<theirs>{words(theirs, '[乙丙丁戊]方|' + _THEIRS)})|(?P<ours>{words(ours, '甲方|' + _OURS)})"
    )

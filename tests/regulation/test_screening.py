"""Screening of a text (§1.2): the rules on the labelled sample, and each mechanism by itself."""

from __future__ import annotations

import time

import pytest

from benchmarks.screening.report import long_text, score, screen_long
from regulation.prohibitions import PROHIBITIONS
from regulation.screening import BUILT_IN, CODES, Context, Rule, check_rule, screen
from regulation.screening.notation import Malformed, read

REACHED = {  # recall and precision by code, on the sentences tuned on and on those nobody has tuned on
    "tuning": {
        "exclusivity": (0.98, 0.97),
        "ultra_vires": (0.97, 0.95),
        "guarantee": (1.0, 0.96),
        "waiver": (1.0, 0.96),
        "public_interest": (0.99, 0.98),
        "governing_law": (1.0, 1.0),
        "industry_policy": (0.99, 0.99),
        "land_quota": (0.99, 0.95),
    },
    "unseen": {
        "exclusivity": (0.72, 0.79),
        "ultra_vires": (0.68, 0.68),
        "guarantee": (0.78, 0.9),
        "waiver": (0.89, 0.76),
        "public_interest": (0.64, 0.71),
        "governing_law": (0.96, 0.91),
        "industry_policy": (0.75, 0.87),
        "land_quota": (0.73, 0.8),
    },
}
SLIPS = ("blank", "wrong_name", "date_conflict", "amount_mismatch", "share_sum")


def codes(text: str, category: str = "enterprise", **more) -> set[str]:
    return {finding.code for finding in screen(text, Context(category=category, **more))}


@pytest.mark.article("§1.2")
@pytest.mark.parametrize("third", REACHED)
def test_recall_and_precision_do_not_get_worse(third):
    """The goal of 0.95 is not reached by every code; these are the figures to beat, and to raise when beaten."""
    scores = score(third)
    assert set(scores) == set(REACHED[third])
    worse = {
        code: (round(scores[code].recall, 3), round(scores[code].precision, 3))
        for code, (recall, precision) in REACHED[third].items()
        if scores[code].recall < recall or scores[code].precision < precision
    }
    assert worse == {}


def test_codes_are_the_prohibitions_and_the_slips():
    assert list(CODES) == [*PROHIBITIONS, *SLIPS]
    assert {CODES[code].severity for code in SLIPS} == {"warning"}


@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.id)
def test_every_built_in_rule_keeps_its_own_samples(rule):
    assert rule.hits
    assert rule.misses
    assert check_rule(rule) == []


def test_built_in_rules_have_ids_of_their_own():
    assert len({rule.id for rule in BUILT_IN}) == len(BUILT_IN)
    assert {rule.code for rule in BUILT_IN} == set(PROHIBITIONS) - {"governing_law"}


class TestFinding:
    def test_says_where_what_and_why(self):
        text = "一、合作内容\n双方共同推进。甲方 为乙方贷款\u3000提供担保，乙方按期投产。"
        (finding,) = screen(text, Context())
        assert (finding.code, finding.article, finding.severity) == ("guarantee", "§1.2", "block")
        assert text[finding.start : finding.end] == finding.excerpt == "甲方 为乙方贷款\u3000提供担保"
        assert finding.advice == PROHIBITIONS["guarantee"].advice
        assert finding.rule.startswith("guarantee.")

    def test_findings_come_in_the_order_of_the_text_and_once_a_place(self):
        text = "甲方以零地价供应土地。甲方为乙方贷款提供担保、抵押和连带责任保证。"
        assert [finding.code for finding in screen(text, Context())] == ["land_quota", "guarantee"]

    def test_lines_wrapped_in_the_middle_of_a_sentence_are_read_as_one(self):
        text = "为支持项目建设，经双方友好协商一致，甲方同意为乙方向国家开发银行申请的项目贷款提\n供连带责任担保。"
        (finding,) = screen(text, Context())
        assert finding.excerpt == text[finding.start : finding.end]
        assert "提\n供" in finding.excerpt

    @pytest.mark.parametrize("text", ["", " ", "\n\n", "。。。", "，", "（）。", "\ufeff"])
    def test_nothing_is_found_in_nothing(self, text):
        assert codes(text) <= {"blank"}

    def test_forty_thousand_characters_in_well_under_a_second_of_work(self):
        text = long_text()
        screen_long(text)
        start = time.process_time()
        assert screen_long(text) > 100
        assert time.process_time() - start < 1.5  # 0.3 s on an idle machine


@pytest.mark.article("§1.2")
class TestWhoActs:
    @pytest.mark.parametrize(
        "text",
        [
            "甲方为项目贷款提供担保。",
            "双方共同为项目公司的贷款提供担保。",
            "项目贷款的担保由市财政局提供。",
            "甲方支持乙方发展，并为其贷款提供担保。",
            "甲方指定所属城投公司为乙方贷款提供担保。",
            "甲方：滨海某某集团有限公司\n乙方：天津市人民政府\n乙方为甲方贷款提供担保。",
            "（甲方为某某集团，乙方为市政府）乙方为甲方的贷款提供担保。",
            "天津市人民政府（以下简称“市政府”）与华新集团（以下简称“华新”）约定，市政府为华新贷款提供担保。",
            "二、甲方的责任\n1.协调用地。\n2.为项目贷款提供担保。",
            "项目贷款提供全额担保。",
        ],
    )
    def test_our_side_guarantees(self, text):
        assert "guarantee" in codes(text)

    @pytest.mark.parametrize(
        "text",
        [
            "乙方为项目贷款提供担保。",
            "项目贷款的担保由乙方股东提供。",
            "甲方支持乙方为其子公司的贷款提供担保。",
            "由政府性融资担保公司为小微企业提供担保。",
            "甲方：滨海集团有限公司\n乙方：天津市人民政府\n甲方为项目贷款提供担保。",
            "（甲方为某某集团，乙方为市政府）甲方以股权质押，为项目融资提供担保。",
            "三、乙方的责任\n1.按期投产。\n2.为项目贷款提供担保。",
            "乙方应向甲方提供履约担保。",
        ],
    )
    def test_the_other_side_may(self, text):
        assert "guarantee" not in codes(text)


@pytest.mark.article("§1.2")
class TestExcuses:
    @pytest.mark.parametrize(
        "text",
        [
            "甲方不为乙方贷款提供任何形式的担保。",
            "甲方不以任何方式承诺最低收益。",
            "任何形式的担保，甲方均不提供。",
            "政府不得以奖励为名，返还土地出让金。",
            "未经处理的污水不得排入河道。",
            "本协议任何条款均不得解释为甲方放弃权利。",
            "加快淘汰钢铁、水泥落后产能。",
        ],
    )
    def test_denied(self, text):
        assert codes(text) == set()

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("甲方出具不可撤销的担保函。", "guarantee"),
            ("甲方无条件回购乙方股权。", "guarantee"),
            ("乙方不能按期偿还贷款的，由甲方代为偿还。", "guarantee"),
            ("甲方承诺乙方收益率不低于8%。", "guarantee"),
            ("甲方不得拒绝为乙方贷款提供担保。", "guarantee"),
        ],
    )
    def test_what_only_looks_like_a_denial(self, text, code):
        assert code in codes(text)

    @pytest.mark.parametrize(
        "text",
        [
            "根据《民法典》第六百八十三条，机关法人不得为保证人。",
            "依据城市房地产管理法，满二年未动工开发的，可以无偿收回土地使用权。",
            "《融资担保公司监督管理条例》由双方认真学习。",
        ],
    )
    def test_a_quoted_rule(self, text):
        assert codes(text) == set()

    @pytest.mark.parametrize(
        "text",
        [
            "甲方依法对符合条件的企业减免税收。",
            "项目用地按程序报批后供应。",
            "同等条件下优先选用乙方产品。",
            "两地媒体推出独家报道。",
            "双方建立质量保证体系，缴纳投标保证金。",
            "兜底保障困难群众基本生活。",
        ],
    )
    def test_a_lawful_course_and_an_innocent_word(self, text):
        assert codes(text) == set()

    def test_a_lawful_word_that_is_itself_denied_excuses_nothing(self):
        assert codes("甲方同意乙方项目先行开工，无需按规定办理施工许可。") == {"ultra_vires"}


@pytest.mark.article("§1.2")
class TestGoverningLaw:
    def test_silence_is_found_at_the_end(self):
        text = "双方每年互访一次。\n"
        (finding,) = screen(text, Context(foreign=True))
        assert (finding.code, finding.severity) == ("governing_law", "warning")
        assert finding.start == finding.end == len(text) - 1

    def test_a_sister_city_is_foreign(self):
        assert codes("双方每年互访一次。", "sister_city") == {"governing_law"}
        assert codes("双方每年互访一次。", "sister_province") == set()

    @pytest.mark.parametrize(
        "text",
        [
            "本协议适用新加坡法律。",
            "本协议受乙方所在国法律管辖。",
            "适用的法律由双方另行商定。",
            "本协议适用国际惯例。",
            "本协议适用中国法律，技术转让部分适用德国法律。",
            "外方人员在华期间应遵守中国法律。",
            "This Agreement is governed by the laws of Singapore.",
        ],
    )
    def test_another_law_or_none(self, text):
        assert codes(text, foreign=True) == {"governing_law"}

    @pytest.mark.parametrize(
        "text",
        [
            "本协议适用中华人民共和国法律。",
            "本协议适用中华人民共和国法律（不包括港澳台地区法律）。",
            "外方依据德国法律设立，本协议依中国法律解释。",
            "This Agreement is governed by the laws of the People's Republic of China.",
        ],
    )
    def test_chinese_law(self, text):
        assert codes(text, foreign=True) == set()


@pytest.mark.article("§1.2")
class TestLand:
    def test_land_out_of_step_with_the_investment(self):
        assert codes("乙方投资5000万元，甲方供应工业用地500亩。") == {"land_quota"}
        assert codes("乙方投资30亿元，甲方供应工业用地300亩。") == set()
        assert codes("投资2000万元，建设5000亩高标准农田。") == set()


@pytest.mark.article("§3.2")
class TestSlips:
    @pytest.mark.parametrize(
        "text",
        [
            "甲方于____年前完成交付。",
            "总投资【   】万元。",
            "乙方：XX集团有限公司",
            "由某某公司实施。",
            "××市人民政府",
            "开工时间待定。",
            "签订日期：YYYY年M月D日",
            "[填写项目名称]",
            "联系电话（  ）。",
            "本协议自    年  月  日起生效。",
            "（请根据实际情况填写）",
        ],
    )
    def test_blanks(self, text):
        assert "blank" in codes(text)

    @pytest.mark.parametrize(
        "text",
        [
            "甲方代表（签字）：____________",
            "法定代表人（签字）：______\n日期：    年  月  日",
            "定点医院名单另行公布。（一）合作内容",
            "（以下简称“华新”）",
        ],
    )
    def test_the_line_to_sign_on_is_none(self, text):
        assert "blank" not in codes(text)

    @pytest.mark.parametrize(
        "text",
        [
            "合作期自2026年1月1日至2025年12月31日。",
            "有效期三年，自2026年1月1日至2028年6月30日。",
            "合作期五年（2021年至2024年1月）。",
            "乙方应于2026年2月30日前出资。",
            "每年9月31日前报送总结。",
            "项目2026年6月开工，2025年底竣工。",
            "自二〇二六年一月一日起至二〇二四年十二月三十一日止。",
            "本协议有效期至2025年12月31日。\n签订日期：2026年3月1日",
            "自2026年7月1日起生效，有效期至2026年5月31日。",
        ],
    )
    def test_dates_that_contradict(self, text):
        assert codes(text) == {"date_conflict"}

    @pytest.mark.parametrize(
        "text",
        [
            "有效期三年，自2026年1月1日至2028年12月31日。",
            "有效期三年，自2026年1月1日至2029年1月1日。",
            "“十四五”时期（2021—2025年）五年内新增投资300亿元。",
            "自2026年11月至次年2月。",
            "项目2026年6月开工，2028年底竣工。",
            "本协议自2026年1月1日起生效，有效期五年。签订日期：2025年12月30日",
            "2028年2月29日前完成验收。",
        ],
    )
    def test_dates_that_agree(self, text):
        assert codes(text) == set()

    @pytest.mark.parametrize(
        "text",
        [
            "支付人民币伍仟万元整（¥5,500万元）。",
            "总金额5000万元（大写：人民币伍佰万元整）。",
            "价款（大写）壹亿贰仟万元，（小写）¥12,000,000.00元。",
            "费用为500万元（0.5亿元）。",
            "总投资20亿元，其中自有资金12亿元，银行贷款9亿元。",
            "总投资10亿元，其中一期投资4亿元，二期投资5亿元。",
            "甲方出资3亿元，乙方出资5亿元，合计9亿元。",
        ],
    )
    def test_amounts_that_differ(self, text):
        assert codes(text) == {"amount_mismatch"}

    @pytest.mark.parametrize(
        "text",
        [
            "支付人民币伍仟万元整（¥5,000万元）。",
            "人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分（¥1,234,567.89元）。",
            "注册资本1.2亿元（12000万元）。",
            "总投资20亿元，其中自有资金12亿元，银行贷款8亿元。",
            "总投资20亿元，其中一期投资5亿元。",
            "总投资300亿元，每年投资60亿元。",
        ],
    )
    def test_amounts_that_agree(self, text):
        assert codes(text) == set()

    @pytest.mark.article("§2.4")
    def test_shares(self):
        for wrong in (
            "甲方出资40%，乙方出资50%。",
            "项目公司由甲方持股30%、乙方持股60%、丙方持股20%。",
            "出资比例为甲方百分之四十，乙方百分之五十。",
        ):
            assert codes(wrong) == {"share_sum"}, wrong
        for right in (
            "甲方出资40%，乙方出资60%。",
            "双方按6:4的比例出资。",
            "乙方出资比例不低于51%，年增长8%。",
            "甲方出资30%，首期缴纳50%，乙方出资70%。",
        ):
            assert codes(right) == set(), right

    @pytest.mark.parametrize(
        ("text", "parties"),
        [
            ("甲方：河北省人民政府\n乙方：华新石油集团有限公司", ()),
            ("甲方：天津市人民政府\n乙方：长春市人民政府\n沈阳市人民政府应按期拨付资金。", ()),
            ("甲方：天津市人民政府\n乙方：华新石油集团有限公司\n华新石化集团有限公司按期投资。", ()),
            ("甲方：天津市人民政府\n乙方：吉林省人民政府\n甲方：天津市人民政府\n乙方：吉林市人民政府", ()),
            ("沈阳市人民政府应按期拨付资金。", ("长春市人民政府",)),
            ("华新石化集团有限公司按期投资。", ("华新石油集团有限公司",)),
            ("甲方：天津市人民政府\n乙方：东海电力有限公司", ("华新石油集团有限公司",)),
        ],
    )
    def test_names_of_another_text(self, text, parties):
        assert codes(text, parties=parties) == {"wrong_name"}

    @pytest.mark.parametrize(
        "text",
        [
            "甲方：天津市人民政府\n乙方：长春市人民政府\n长春市人民政府应按期拨付资金。",
            "甲方：天津市人民政府（盖章）\n乙方：华新石油集团有限公司（盖章）",
            "借鉴上海市人民政府的经验，推动京津冀协同发展。",
            "乙方在重庆市、成都市设有分公司。",
        ],
    )
    def test_names_in_their_place(self, text):
        assert codes(text) == set()


class TestNotation:
    @pytest.mark.parametrize(
        ("phrase", "text", "found"),
        [
            ("固定回报", "乙方取得固定回报", True),
            ("提供…担保", "提供全额担保", True),
            ("提供…担保", "提供服务，另有担保", False),
            ("提供…担保", "提供一二三四五六七八九十一二三担保", False),
            ("提供……担保", "提供一二三四五六七八九十一二三担保", True),
            ("（全额|）返还", "予以返还", True),
            ("(全额|足额)返还", "足额返还", True),
            ("{政府}承诺", "市政府承诺", True),
            ("{对方}承诺", "市政府承诺", False),
        ],
    )
    def test_words_gaps_choices_and_classes(self, phrase, text, found):
        assert bool(read(phrase).head.search(text)) is found

    def test_several_words_and_words_that_must_not_stand(self):
        rule = Rule("own", "exclusivity", ("冠名 {对方} -（公开招标|拍卖）",), actor="any")
        assert screen("由乙方冠名全部赛事。", Context(), [rule])
        assert screen("全部赛事冠名由乙方取得。", Context(), [rule])
        assert not screen("经公开招标，由乙方冠名全部赛事。", Context(), [rule])

    @pytest.mark.parametrize("phrase", ["", "  ", "保", "（担保|保）", "…", "（担保", "担保）", "{甲}担保", "-担保"])
    def test_malformed(self, phrase):
        with pytest.raises(Malformed):
            read(phrase)
        assert check_rule(Rule("own", "guarantee", (phrase,)))

    def test_hostile_phrases_are_plain_words(self):
        rule = Rule("own", "guarantee", ("(a+)+$", "a*b?[c]", "…" * 500 + "担保"))
        assert screen("a" * 2000, Context(), [rule]) == []


class TestOwnRules:
    RULE = Rule(
        "own.naming",
        "exclusivity",
        ("永久冠名",),
        severity="warning",
        categories=("enterprise",),
        hits=("甲方授予乙方体育馆永久冠名权。",),
        misses=("甲方不授予永久冠名权。", "乙方放弃永久冠名权。"),
    )

    def test_is_found_beside_the_built_in_ones(self):
        (finding,) = screen("甲方授予乙方永久冠名权。", Context("enterprise"), [*BUILT_IN, self.RULE])
        assert (finding.rule, finding.severity) == ("own.naming", "warning")

    def test_holds_in_its_categories_only(self):
        assert screen("甲方授予乙方永久冠名权。", Context("ministry"), [self.RULE]) == []

    def test_is_tested_on_its_samples(self):
        assert check_rule(self.RULE) == []
        wrong = Rule("own", "exclusivity", ("永久冠名",), hits=("没有此词。",), misses=("甲方授予永久冠名权。",))
        assert check_rule(wrong) == ["应发现而未发现：没有此词。", "不应发现而发现：甲方授予永久冠名权。"]
        assert check_rule(wrong, "en")[0] == "Not found: 没有此词。"

    def test_a_rule_of_an_unknown_code_finds_nothing(self):
        rule = Rule("own", "nothing", ("担保",))
        assert screen("甲方担保。", Context(), [rule]) == []
        assert check_rule(rule) == ["没有这个代码：nothing"]
        assert check_rule(Rule("own", "guarantee", ())) == ["规则没有词语。"]

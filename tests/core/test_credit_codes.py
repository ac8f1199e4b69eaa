"""GB 32100-2015: the check digit of unified social credit codes, on codes of real organisations and on made-up ones."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.credit_codes import ALPHABET, CreditCodeField, check_digit, is_valid, normalise

REAL = (
    "91350100M000100Y43",
    "9144030071526726XG",
    "91330100799655058B",
    "914403001922038216",
    "91110000710925462X",
    "911100007109310534",
    "91310000132612172J",
)
bodies = st.builds(
    lambda head, region, rest: head + region + rest,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("code", REAL)
def test_real_codes_check(code: str) -> None:
    assert is_valid(code)
    assert CreditCodeField().clean(code) == code


@given(bodies)
def test_every_code_that_is_made_checks(body: str) -> None:
    assert is_valid(body + check_digit(body))


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(body: str, place: int, other: str) -> None:
    code = body + check_digit(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_changed_round_are_found(body: str, place: int) -> None:
    code = body + check_digit(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(swapped) == (swapped == code)


@pytest.mark.parametrize(
    "typed",
    [
        "９１３５０１００Ｍ０００１００Ｙ４３",
        " 91350100m000100y43 ",
        "91350100 M0001 00Y43",
        "91350100M000100Y43\u3000",
    ],
)
def test_width_case_and_spaces_do_not_matter(typed: str) -> None:
    assert normalise(typed) == "91350100M000100Y43"
    assert CreditCodeField().clean(typed) == "91350100M000100Y43"


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_none_is_blank(typed: str | None) -> None:
    assert CreditCodeField().clean(typed) == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y44", "check_digit"),
        ("91350100M000100O43", "check_digit"),
        ("9135010AM000100Y43", "check_digit"),
        ("一二三四五六七八九十一二三四五六七八", "check_digit"),
    ],
)
def test_what_does_not_check_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CreditCodeField().clean(typed)
    assert caught.value.code == code

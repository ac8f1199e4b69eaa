"""Names that are nearly one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.names import key_of, tidy


@pytest.mark.parametrize(
    "typed",
    [
        "津门新能源（天津）有限公司",
        "津门新能源(天津)有限公司",
        " 津门新能源　（天津）有限责任公司 ",
        "津门 新能源【天津】有限公司",
        "津门新能源・天津・有限公司",
    ],
)
def test_width_spaces_brackets_and_the_long_form_do_not_tell_two_apart(typed: str) -> None:
    assert key_of(typed) == "津门新能源天津有限公司"


def test_what_is_another_name_is_not_nearly_one() -> None:
    names = ("津门新能源集团", "津门新能源有限公司", "津门新能源股份有限公司", "津门能源有限公司")
    assert len({key_of(name) for name in names}) == len(names)


@given(st.text(max_size=60))
def test_a_tidy_name_stays_as_it_is(name: str) -> None:
    assert tidy(tidy(name)) == tidy(name)
    assert key_of(tidy(name)) == key_of(name)

"""The cast of the tests leads every category to review: what the other tests stand on."""

from __future__ import annotations

import pytest

from agreements.models import Station, TextVersion
from regulation.categories import CATEGORIES
from tests.factories import Organisation, make_agreement


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_reaches_review(org: Organisation, category: str):
    agreement = make_agreement(org, category, Station.LEGAL_REVIEW)
    assert agreement.station == Station.LEGAL_REVIEW
    assert agreement.texts.latest("number").kind == TextVersion.Kind.REVIEW


def test_a_district_leads_its_own(org: Organisation):
    agreement = make_agreement(org, "other", Station.LEGAL_REVIEW, by=org.district, head=org.district_head)
    assert agreement.lead_unit == org.units["heping"]


def test_what_the_services_of_agreements_do_not_reach_is_refused(org: Organisation):
    with pytest.raises(ValueError, match="do not lead to signing"):
        make_agreement(org, at_station=Station.SIGNING)

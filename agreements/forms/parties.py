"""The counterparties of an agreement as rows, with what the register says to a name that is nearly one it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms import choices
from agreements.forms.rows import RowForm, sheet_of
from agreements.models import Counterparty
from agreements.names import tidy
from agreements.services import counterparties
from agreements.services.preparation import PartyContent
from regulation import vocabulary

ANOTHER = "another"


class PartyRow(RowForm):
    """A counterparty, who is to sign for it and on what authorisation."""

    unasked = ("entry",)

    name = forms.CharField(
        label=gettext_lazy("Counterparty"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "counterparties", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=choices.of(vocabulary.COUNTERPARTY_KINDS, empty=True))
    signatory = forms.CharField(label=gettext_lazy("Intended signatory"), max_length=60, required=False)
    rank = forms.CharField(label=gettext_lazy("Post of the signatory"), max_length=100, required=False)
    authorisation = forms.CharField(
        label=gettext_lazy("Authorisation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("When a deputy signs: who authorised it, by which paper."),
    )
    entry = forms.CharField(required=False, max_length=10, widget=forms.RadioSelect)

    offered: Sequence[Counterparty] = ()
    """Entries of the register that the typed name may mean."""

    may_be_another = True
    """Whether the name may be a new entry; another name of an entry may not."""

    def offer(self, entries: Sequence[Counterparty], *, may_be_another: bool) -> None:
        """Ask whether one of the register's entries is meant."""
        self.offered, self.may_be_another = entries, may_be_another
        self.add_error("name", _("The register has a counterparty of another or nearly the same name: choose below."))

    @property
    def decided(self) -> str:
        """Return what was chosen about a similar name: the id of an entry, `another`, or nothing."""
        return str(self.cleaned_data.get("entry") or "")

    def content(self, taken: Mapping[str, Counterparty]) -> PartyContent:
        """Return the row as the service takes it; `taken` are the entries that were chosen, by their ids."""
        data = self.cleaned_data
        entry = taken.get(self.decided)
        return PartyContent(
            entry.name if entry else tidy(data["name"]),
            entry.kind if entry else data["kind"],
            signatory=data["signatory"],
            rank=data["rank"],
            authorisation=data["authorisation"],
            is_another=self.decided == ANOTHER,
        )


PartySheet = sheet_of(PartyRow)


def contents(rows: Sequence[PartyRow], known: Sequence[str] = ()) -> list[PartyContent] | None:
    """Return the rows as the service takes them; None when a name is similar to the register's and nothing is chosen.

    An entry is taken only when its name is similar to what was typed in that row. `known` are the names the agreement
    has already: they are not asked about again.
    """
    names = [name for row in rows if (name := tidy(row.cleaned_data["name"])) not in known]
    similar = counterparties.similar(names)
    made: list[PartyContent] | None = []
    for row in rows:
        name = tidy(row.cleaned_data["name"])
        offered = {entry.public_id: entry for entry in similar.get(name, ())}
        other_name = bool(offered) and counterparties.is_taken(name)
        if offered and row.decided not in offered and (other_name or row.decided != ANOTHER):
            row.offer(list(offered.values()), may_be_another=not other_name)
            made = None
        elif made is not None:
            made.append(row.content(offered))
    return made

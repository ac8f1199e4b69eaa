"""Filing papers: several at once, a newer version of one, withdrawing one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements import shelf, subjects
from agreements.models import Agreement
from agreements.services import attachments
from records.inspection import ENDINGS, KINDS

MOST_FILES = 20
ACCEPTED = ",".join(f".{ending}" for ending in ENDINGS)
_ACCEPTS = format_lazy(_("Accepted: {kinds}."), kinds=" ".join(KINDS))
_LONGEST = 300


class FilesInput(forms.ClearableFileInput):
    """A field that takes several files, of the accepted kinds."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what each is worth is asked when it is stored, so that each is answered by itself."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ACCEPTED}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files that were sent, at least one and not too many."""
        sent = [one for one in data or [] if one]
        if not sent:
            raise ValidationError(_("Choose at least one file."), code="required")
        if len(sent) > MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once."), code="too_many", params={"most": MOST_FILES})
        return sent


class FileForm(forms.Form):
    """Papers to be filed: what they are, what they belong to, the files."""

    kind = forms.ChoiceField(label=pgettext_lazy("paper", "What it is"))
    subject = forms.ChoiceField(label=_("Belongs to"), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=_LONGEST, required=False)
    papers = FilesField(label=_("Files"), help_text=_ACCEPTS)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("kind", shelf.choices(attachments.kinds_now(agreement)))
        parties = agreement.parties.select_related("counterparty")
        offered = [
            (key, text)
            for party in parties
            for key, text in (
                (subjects.of_counterparty(party), str(party)),
                (subjects.of_party(party), _("due diligence of %(party)s") % {"party": party}),
            )
        ]
        if offered and attachments.Kind.DILIGENCE in attachments.kinds_now(agreement):
            self._choices("subject", [("", _("the agreement as a whole")), *offered])
        else:
            del self.fields["subject"]

    def _choices(self, name: str, found: Any) -> None:
        control = self.fields[name]
        if isinstance(control, forms.ChoiceField):
            control.choices = found

    def clean(self) -> dict[str, Any]:
        """Only evidence of due diligence belongs to that of a party, only a paper of a counterparty to a party."""
        data = self.cleaned_data
        data.setdefault("subject", "")
        topic, kind = data["subject"].partition(":")[0], data.get("kind")
        if topic == "diligence" and kind not in (None, attachments.Kind.DILIGENCE, attachments.Kind.OTHER):
            self.add_error("subject", _("Only evidence of due diligence and other papers belong to it."))
        if topic == "party" and kind not in (None, attachments.Kind.COUNTERPARTY, attachments.Kind.OTHER):
            self.add_error("subject", _("Only papers of a counterparty and other papers belong to it."))
        return data


class NewerForm(forms.Form):
    """A newer version of a paper."""

    file = forms.FileField(
        label=_("Newer version"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_ACCEPTS,
    )
    remark = forms.CharField(label=_("What is new in it"), max_length=_LONGEST, required=False)


class VoidForm(forms.Form):
    """Why a paper is void."""

    reason = forms.CharField(
        label=_("Reason"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": "3"}), strip=True
    )

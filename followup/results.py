"""What came of agreements: tasks done, and the latest evaluation with its proposal (§4.2, §4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.verdicts import Wording
from followup.models import Evaluation, Task


def words(ids: Sequence[int]) -> dict[int, list[Wording]]:
    """Return for each agreement how many of its tasks are done, and what was proposed last. Two queries."""
    found: dict[int, list[Wording]] = {}
    tasks = Task.objects.filter(agreement__in=ids).order_by().values("agreement_id")
    for row in tasks.annotate(n=Count("pk"), done=Count("pk", filter=Q(state=Task.State.DONE))):
        found[row["agreement_id"]] = [_("%(done)s of %(n)s tasks done") % row]
    latest: dict[int, Evaluation] = {}
    for evaluation in Evaluation.objects.filter(agreement__in=ids).order_by("number"):
        latest[evaluation.agreement_id] = evaluation
    for pk, evaluation in latest.items():
        line = _("%(kind)s: %(proposal)s") % {
            "kind": evaluation.get_kind_display(),
            "proposal": evaluation.get_proposal_display(),
        }
        found.setdefault(pk, []).append(line)
    return found

"""The rows of review and approval in the administration register themselves."""

from approvals import review_administration  # noqa: F401 - registers its rows

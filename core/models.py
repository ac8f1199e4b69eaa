"""Abstract bases: rows with a public id, and tracked rows that refuse writes which would pass the history by."""

from __future__ import annotations

import threading
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from django_fsm import FSMField

from core.identifiers import new_public_id

Row = TypeVar("Row", bound=models.Model)


class StateField(FSMField):
    """A state that only a transition changes.

    To re-read a row the library lifts the protection of the field itself, for every thread of the process: two
    requests at once would trip over each other. Here it is lifted for the thread that re-reads.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._lifted = threading.local()
        super().__init__(*args, **{**kwargs, "protected": True})

    @property
    def protected(self) -> bool:
        """Tell whether this thread may not set the state directly."""
        return not getattr(self._lifted, "here", False)

    @protected.setter
    def protected(self, value: bool) -> None:
        self._lifted.here = not value

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Stand in migrations as the library's field: what differs is no matter of the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django_fsm.FSMField", args, kwargs


class UntrackedWrite(RuntimeError):
    """A bulk write was tried on rows whose every change must be seen by the machine and the history."""


class TrackedQuerySet(models.QuerySet[Row]):
    """A queryset that reads freely and refuses bulk writes (they bypass machine, version and history)."""

    def _refuse(self) -> NoReturn:
        raise UntrackedWrite(f"{self.model.__name__} rows are written one by one, through their services.")

    def update(self, **kwargs: Any) -> int:
        self._refuse()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Row]:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse()


class PublicIdModel(models.Model):
    """A row that may stand in a URL."""

    public_id = models.CharField(max_length=10, unique=True, editable=False, default=new_public_id)

    class Meta:
        abstract = True


class TrackedModel(PublicIdModel):
    """A live row: it refuses bulk writes and deletion, and its protected state fields stay protected."""

    objects: models.Manager[Self] = TrackedQuerySet.as_manager()

    class Meta:
        abstract = True
        # A related manager's add() and the machine's own update would otherwise use the plain manager.
        base_manager_name = "objects"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise UntrackedWrite(f"{type(self).__name__} rows are never deleted: nothing legal is destroyed.")

"""Abstract bases: rows with a public id, and tracked rows that refuse writes which would pass the history by."""

from __future__ import annotations

from typing import Any, NoReturn, Self, TypeVar

from django.db import models

from core.identifiers import new_public_id

Row = TypeVar("Row", bound=models.Model)


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

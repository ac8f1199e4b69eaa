"""The seven categories of agreements (§2.1–2.7): one module each, found by itself.

Adding a category is adding a module with a `CATEGORY`; the order is that of the articles.
"""

from importlib import import_module
from pkgutil import iter_modules

from regulation.records import CategoryRecord


def _discover() -> dict[str, CategoryRecord]:
    records: list[CategoryRecord] = [
        import_module(f"{__name__}.{module.name}").CATEGORY for module in iter_modules(__path__)
    ]
    return {record.code: record for record in sorted(records, key=_article_order)}


def _article_order(record: CategoryRecord) -> tuple[int, ...]:
    return tuple(int(number) for number in record.article.removeprefix("§").split("."))


CATEGORIES: dict[str, CategoryRecord] = _discover()


def category(code: str) -> CategoryRecord:
    """Return the category with that code (§2); raise KeyError when there is none."""
    return CATEGORIES[code]

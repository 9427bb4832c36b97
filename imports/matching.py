"""Which enterprise and which project of the record a row means."""

from django.utils.translation import gettext as _

from accounts.scopes import Scope
from enterprises.models import Enterprise
from imports.exceptions import RowRefusedError
from imports.known import Known, KnownProject
from imports.rows import Row


def find_enterprise(known: Known, row: Row) -> Enterprise | None:
    """Return the enterprise by code, else Chinese, else English name; None if it is new."""
    by_code = known.enterprises_by_code.get(row.credit_code)
    by_zh = known.enterprises_by_zh.get(row.enterprise.zh)
    by_en = [
        found
        for found in known.enterprises_by_en.get(row.enterprise.en, ())
        # An English name is not unique; two codes prove two enterprises.
        if not (row.credit_code and found.credit_code not in {"", row.credit_code})
    ]
    if by_code and by_zh and by_code != by_zh:
        raise RowRefusedError(
            "credit_code",
            _("The code is that of “%(by_code)s”, the name that of “%(by_zh)s”.")
            % {"by_code": by_code, "by_zh": by_zh},
        )
    found = by_code or by_zh
    if found is None:
        return only_english(row, by_en) if by_en else None
    if by_en and found not in by_en:
        raise RowRefusedError(
            "enterprise_en",
            _("The names are those of two enterprises: “%(one)s” and “%(other)s”.")
            % {"one": found.name_zh or found, "other": by_en[0].name_zh or by_en[0]},
        )
    if row.credit_code and found.credit_code not in {"", row.credit_code}:
        raise RowRefusedError(
            "credit_code",
            _("“%(enterprise)s” has the credit code %(code)s already.")
            % {"enterprise": found, "code": found.credit_code},
        )
    return found


def only_english(row: Row, by_en: list[Enterprise]) -> Enterprise:
    """Return the one enterprise of an English name, or refuse a name that says too little."""
    possible = [found for found in by_en if not (row.enterprise.zh and found.name_zh)]
    if len(possible) == 1:
        return possible[0]
    if possible:
        raise RowRefusedError(
            "enterprise_en",
            _("%(count)s enterprises have this name; add the Chinese name or the credit code.")
            % {"count": len(possible)},
        )
    raise RowRefusedError(
        "enterprise_en",
        _(
            "The enterprise of this English name is “%(name)s” in Chinese; write that name, or "
            "tell the two apart by their English names."
        )
        % {"name": by_en[0].name_zh},
    )


def find_project(
    known: Known, enterprise: Enterprise | None, row: Row, scope: Scope
) -> KnownProject | None:
    """Return the project by its Chinese, else its English name; None if it is new."""
    if enterprise is None or not row.project:
        return None
    by_zh = known.projects_by_name.get((enterprise.pk, "name_zh", row.project.zh))
    by_en = known.projects_by_name.get((enterprise.pk, "name_en", row.project.en))
    if by_en and by_zh and by_en is not by_zh:
        raise RowRefusedError(
            "project_en", _("The names are those of two projects of this enterprise.")
        )
    if by_en and not by_zh and row.project.zh and by_en.project.name_zh:
        raise RowRefusedError(
            "project_en",
            _("The project of this English name is “%(name)s” in Chinese; write that name.")
            % {"name": by_en.project.name_zh},
        )
    found = by_zh or by_en
    if found is not None and not scope.holds(
        region_id=found.project.region_id, cluster_id=found.project.cluster_id
    ):
        raise RowRefusedError(
            "project_zh" if row.project.zh else "project_en",
            _("This project lies outside your regions and clusters."),
        )
    return found

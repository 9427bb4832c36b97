"""What each role may do; the roles are Django groups, kept in step after every migrate."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_permission_codename
from django.db import models

from clusters.facts import Recorded

VIEWER = "viewer"
RECORDER = "recorder"
VERIFIER = "verifier"
PLANNER = "planner"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
ROLES = (VIEWER, RECORDER, VERIFIER, PLANNER, ADMINISTRATOR, AUDITOR)

# What everybody in the office may see: each model of these apps.
OPEN_APPS = ("clusters", "enterprises", "ledger", "progress", "imports")
ENTERPRISES_WORK = (
    "enterprises.add_investorgroup",
    "enterprises.change_investorgroup",
    "enterprises.add_enterprise",
    "enterprises.change_enterprise",
    "enterprises.add_shareholding",
    "enterprises.change_shareholding",
    "enterprises.delete_shareholding",
    "enterprises.add_leadingclaim",
    "enterprises.add_project",
    "enterprises.change_project",
    "enterprises.add_projectstate",
    "enterprises.add_expecteddate",
    "enterprises.add_confirmation",
)
LEDGER_WORK = (
    "ledger.add_evidence",
    "ledger.add_entry",
    "ledger.reverse_entry",
    "ledger.add_change",
    "ledger.add_attachment",
    "ledger.add_exchangerate",
)
# Answering a returned entry is the recorder's work too; it needs no right beyond adding entries.
VERIFYING = ("ledger.add_verification", "ledger.add_attachment", "ledger.add_evidence")
ENTER = ("accounts.enter_records",)
PLANNED_MODELS = ("park", "region", "cluster", "sector", "site", "plan")
# Rules and no facts: what is asked on the way, and how long a silence may last.
RULES = tuple(
    f"enterprises.{act}_{model}"
    for act in ("add", "change", "delete")
    for model in ("gate", "staleafter")
)


def permissions_of(role: str, every: set[str]) -> set[str]:
    """Return the labels ("app.codename") that `role` holds, out of `every` one there is."""
    seen = {label for label in every if label.startswith(OPEN_APPS) and ".view_" in label}
    if role == RECORDER:
        return seen | {*ENTERPRISES_WORK, *LEDGER_WORK, *ENTER, "imports.add_upload"}
    if role == VERIFIER:
        return seen | {*VERIFYING}
    if role == PLANNER:
        work = {f"clusters.{act}_{model}" for act in ("add", "change") for model in PLANNED_MODELS}
        return seen | work | {"clusters.add_goal", "clusters.add_countingrule", *RULES, *ENTER}
    if role == AUDITOR:
        # Sees all, also who has which rights and what was done; enters nothing.
        return {label for label in every if ".view_" in label} | {"accounts.see_everything", *ENTER}
    if role == ADMINISTRATOR:
        return every
    return seen


def is_possible(permission: Any, kinds: dict[tuple[str, str], type[models.Model]]) -> bool:
    """Whether a permission can ever be used: facts are added and seen, never changed or deleted."""
    model = kinds.get((permission.content_type.app_label, permission.content_type.model))
    if model is None or not issubclass(model, Recorded):
        return True
    return permission.codename not in {
        get_permission_codename("change", model._meta),
        get_permission_codename("delete", model._meta),
    }


def sync_roles(sender: AppConfig, using: str, apps: Any = None, **kwargs: Any) -> None:
    """Make the groups and give each exactly the permissions of its role."""
    from django.apps import apps as installed

    apps = apps or installed  # flush sends the signal without any
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # a migration to a state before auth
        return
    kinds = {(m._meta.app_label, m._meta.model_name or ""): m for m in installed.get_models()}
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permission_model.objects.using(using).select_related("content_type")
        if is_possible(permission, kinds)
    }
    for role in ROLES:
        group, _ = group_model.objects.using(using).get_or_create(name=role)
        wanted = permissions_of(role, set(permissions))
        group.permissions.set(
            [permissions[label] for label in sorted(wanted) if label in permissions]
        )

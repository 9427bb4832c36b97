"""Django's own list of the same enterprises, to compare with: a stock ModelAdmin, nothing more.

Its columns, filters and search are like those of the product's list. Only measurements use it.
"""

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import path

from enterprises.models import Enterprise


class EnterpriseAdmin(ModelAdmin[Enterprise]):
    """As Django's tutorial would have it, with the one join that it needs."""

    list_display = (
        "name_zh",
        "name_en",
        "lead_group",
        "origin",
        "stage_rank",
        "leading_basis",
        "contracted_fen",
        "paid_in_fen",
    )
    list_filter = ("projects__cluster", "projects__stage", "projects__region", "leading_basis")
    search_fields = (
        "name_zh",
        "name_en",
        "credit_code",
        "groups__name_zh",
        "groups__name_en",
        "projects__name_zh",
        "projects__name_en",
    )
    list_select_related = ("lead_group",)
    list_per_page = 50


site = AdminSite(name="admin")
site.register(Enterprise, EnterpriseAdmin)
urlpatterns = [path("admin/", site.urls)]

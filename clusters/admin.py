"""The plan in the admin."""

from django.contrib import admin

from clusters.models import Cluster, Region


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin[Region]):
    """Regions."""

    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Cluster)
class ClusterAdmin(admin.ModelAdmin[Cluster]):
    """Clusters."""

    search_fields = ["slug", "name_zh", "name_en"]

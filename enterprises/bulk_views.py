"""Bulk work on enterprises and projects."""

from enterprises.views import EnterpriseListView, ProjectListView
from lists.bulk_views import BulkView


class EnterpriseBulkView(BulkView):
    """What is done to many enterprises."""

    list_view = EnterpriseListView
    list_name = "enterprises:enterprise-list"


class ProjectBulkView(BulkView):
    """What is done to many projects."""

    list_view = ProjectListView
    list_name = "enterprises:project-list"

"""Addresses of the ledger."""

from django.urls import path

from ledger import (
    bulk_views,
    evidence_views,
    inbox_views,
    project_views,
    rate_views,
    step_views,
    verdict_views,
    views,
)

app_name = "ledger"

urlpatterns = [
    path("projects/<int:pk>/", project_views.ProjectDetailView.as_view(), name="project-detail"),
    path("projects/<int:pk>/step/", step_views.ProjectStepView.as_view(), name="project-step"),
    path("ledger/", views.EntryListView.as_view(), name="entry-list"),
    path("ledger/bulk/", bulk_views.EntryBulkView.as_view(), name="entry-bulk"),
    path("ledger/<int:pk>/", views.EntryDetailView.as_view(), name="entry-detail"),
    path("ledger/<int:pk>/attach/", evidence_views.AttachView.as_view(), name="attach"),
    path("evidence/", evidence_views.EvidenceListView.as_view(), name="evidence-list"),
    path("evidence/<int:pk>/", evidence_views.EvidenceDetailView.as_view(), name="evidence-detail"),
    path(
        "evidence/<int:pk>/file/", evidence_views.EvidenceFileView.as_view(), name="evidence-file"
    ),
    path("ledger/<int:pk>/verdict/", verdict_views.VerdictView.as_view(), name="verdict"),
    path("verify/", verdict_views.VerifyQueueView.as_view(), name="verify-queue"),
    path("inbox/", inbox_views.InboxView.as_view(), name="inbox"),
    path("inbox/count/", inbox_views.InboxCountView.as_view(), name="inbox-count"),
    path("rates/", rate_views.RateListView.as_view(), name="rate-list"),
    path("rates/new/", rate_views.RateAddView.as_view(), name="rate-add"),
    path("rates/import/", rate_views.RateImportView.as_view(), name="rate-import"),
    path("rates/<int:pk>/", rate_views.RateDetailView.as_view(), name="rate-detail"),
]

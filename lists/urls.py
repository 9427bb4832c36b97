"""Addresses of what people keep of lists."""

from django.urls import path

from lists import saved_views

app_name = "lists"

urlpatterns = [
    path("filters/", saved_views.FilterAddView.as_view(), name="filter-add"),
    path("filters/<int:pk>/", saved_views.FilterEditView.as_view(), name="filter-edit"),
    path("filters/<int:pk>/delete/", saved_views.FilterDeleteView.as_view(), name="filter-delete"),
    path("begin/", saved_views.BeginView.as_view(), name="begin"),
    path("columns/", saved_views.ColumnsView.as_view(), name="columns"),
    path("per-page/", saved_views.PerPageView.as_view(), name="per-page"),
]

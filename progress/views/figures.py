"""The figures as JSON."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from clusters.models import Plan
from progress.contract import as_json
from progress.views.base import ProgressView


class ProgressJsonView(ProgressView):
    """The figures as JSON."""

    def refuse(self, problems: list[str]) -> HttpResponse:
        return JsonResponse({"problems": problems}, status=400)

    def render_with(self, template: str, context: dict[str, Any]) -> HttpResponse:
        if "json" in context:
            return JsonResponse(context["json"], json_dumps_params={"ensure_ascii": False})
        return JsonResponse({"problems": [_("No plan is loaded yet.")]}, status=404)

    def page_template(self) -> str:
        return ""

    def page(self, plan: Plan) -> dict[str, Any]:
        return {"json": as_json(self.measure(plan))}

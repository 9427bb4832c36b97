"""What every page of progress does: reads plan, clocks and definition, and measures."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from clusters.models import Plan
from progress.choosing import read_choice
from progress.figures import measure_progress
from progress.links import Links
from progress.moments import read_moment
from progress.pages import announced_rows
from progress.results import Progress
from progress.switches import CARRIED, NAMES, plans_beside, switches
from progress.time_machine import notes, time_machine


class ProgressView(PermissionRequiredMixin, TemplateView):
    """A page at one moment of one plan; a moment or plan that cannot be read answers 400."""

    permission_required = "clusters.view_plan"
    # The switches of definition that the figures of the page follow.
    follows: ClassVar[tuple[str, ...]] = NAMES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.moment, problems = read_moment(request.GET)
        self.choice, told = read_choice(request.GET)
        problems += told
        plan = self.find_plan(problems)
        if problems:
            return self.refuse(problems)
        if plan is None:
            return self.render_with("progress/first_run.html", {})
        return self.render_with(self.page_template(), self.page(plan))

    def find_plan(self, problems: list[str]) -> Plan | None:
        """Return the plan that `?plan=` names, else the current one."""
        plans = Plan.objects.select_related("park")
        slug = self.request.GET.get("plan")
        if not slug:
            return plans.current(timezone.localdate())
        plan = plans.filter(slug=slug).first()
        if plan is None:
            known = ", ".join(plans.order_by("slug").values_list("slug", flat=True))
            problems.append(
                _("There is no plan “%(slug)s”. Accepted: %(known)s.")
                % {"slug": slug[:40], "known": known}
            )
        return plan

    def refuse(self, problems: list[str]) -> HttpResponse:
        """Say what in the address cannot be read."""
        response = self.render_with("progress/bad_moment.html", {"problems": problems})
        response.status_code = 400
        return response

    def render_with(self, template: str, context: dict[str, Any]) -> HttpResponse:
        control = time_machine(self.moment)
        progress, plan = context.get("progress"), context.get("plan")
        asked = switches(progress, self.follows) if progress else []
        shown = self.get_context_data(
            control=control,
            banner=notes(control, progress),
            plans=plans_beside(plan) if plan else [],
            switches=asked,
            # What is verified alone has a banner of its own.
            is_other_definition=not all(one.is_plans or one.name == "evidence" for one in asked),
            carried=urlencode(self.carried),
            **context,
        )
        return self.response_class(self.request, template, shown, using=self.template_engine)

    def page_template(self) -> str:
        assert self.template_name is not None  # noqa: S101 each page names one
        return self.template_name

    def page(self, plan: Plan) -> dict[str, Any]:
        """Return what the page shows."""
        raise NotImplementedError

    def measure(self, plan: Plan) -> Progress:
        progress = measure_progress(
            plan,
            self.moment.as_of,
            self.moment.known_at,
            verified_only=self.moment.verified_only,
            choice=self.choice,
        )
        self.links = Links(progress, carried=self.carried)
        return progress

    def announced(self, progress: Progress, totals: Any) -> list[dict[str, Any]]:
        """Set what was announced beside the ledger, an industrial scale by the measure that the
        goal of the plan is compared by."""
        return announced_rows(progress.plan.park, totals, self.moment, progress.plans_measure)

    @property
    def carried(self) -> dict[str, str]:
        """What the address says of plan, clocks and definition, for the pages that it leads to."""
        given = self.request.GET
        return {name: given[name] for name in CARRIED if given.get(name)}

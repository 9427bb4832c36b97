"""What the record refuses of a row, as a refusal of the cell to mend."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.vocabulary import Stage, Standing
from enterprises.models import ProjectState
from imports.exceptions import RowRefusedError
from imports.rows import Row

# In which column the fields stand that the record's own functions refuse.
COLUMN_OF = {
    "reason": "stage",
    "standing": "stage",
    "origin": "origin_country",
    "basis": "leading_basis",
    "list_year": "leading_year",
    "url": "source_url",
    "source_on": "source_date",
    "dated_on": "source_date",
    "measure": "amount_kind",
    "original_amount": "amount_original",
    "name_zh": "project_zh",
    "name_en": "project_en",
}


def check_step(
    before: ProjectState | None, after: ProjectState | None, stage: str, row: Row
) -> None:
    """Refuse a step back, which needs a reason, and any step of a project that does not go on."""
    rank = Stage(stage).rank
    if before is not None and before.standing != Standing.ACTIVE:
        raise RowRefusedError(
            "stage",
            _(
                "The project is “%(standing)s” since %(date)s; if it goes on, record that on the "
                "data entry page first."
            )
            % {
                "standing": before.get_standing_display(),
                "date": date_format(before.effective_on),
            },
        )
    if before is not None and rank < Stage(before.stage).rank:
        earlier, later = before, ProjectState(stage=stage, effective_on=row.happened_on)
    elif after is not None and Stage(after.stage).rank < rank:
        earlier, later = ProjectState(stage=stage, effective_on=row.happened_on), after
    else:
        return
    raise RowRefusedError(
        "stage",
        _(
            "The project would go back, from “%(earlier)s” on %(earlier_on)s to “%(later)s” on "
            "%(later_on)s. Correct the stage or the day; a true step back is recorded with its "
            "reason on the data entry page."
        )
        % {
            "earlier": earlier.get_stage_display(),
            "earlier_on": date_format(earlier.effective_on),
            "later": later.get_stage_display(),
            "later_on": date_format(later.effective_on),
        },
    )


@contextmanager
def refusals_by_column(row: Row) -> Iterator[None]:
    """Turn what the record's own functions refuse into a refusal of the cell to mend."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise RowRefusedError("", " ".join(error.messages)) from error
        name, messages = next(iter(error.message_dict.items()))
        column = COLUMN_OF.get(name, "" if name == NON_FIELD_ERRORS else name)
        if name == "effective_on":
            column = row.date_column
        if name == "amount":
            column = row.amount_column
        raise RowRefusedError(column, " ".join(messages)) from error

"""What was typed survives a login that expired.

A form of the site says in a signed field who it was made for. Sent without a login, its text goes,
signed too, through the login page; logged in again as the same person, it waits in the session
until the form is opened, which is at once. It is never saved by this, and nobody else gets to see
it. Files do not come along, since a browser sends them only once.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, QueryDict

from accounts.models import User

OWNER_FIELD = "typed_by"
CARRIED_FIELD = "carried"
OWNER_SALT = "accounts.typed_by"
CARRIED_SALT = "accounts.carried"
SESSION_KEY = "carried"
# A page of text many times over; the session and the login page must not carry just anything.
MOST_SIGNS = 100_000
KEPT_SECONDS = 24 * 60 * 60
NEVER = {OWNER_FIELD, CARRIED_FIELD, "csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Carried:
    """The text of a form that was sent too late: by whom (key), to where; `had_files` did not
    come along."""

    user: int
    path: str
    body: str
    had_files: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """Take what was sent without a login; None when it cannot be told whose it is."""
        owner = owner_of(request.POST.get(OWNER_FIELD, ""))
        if owner is None:
            return None
        sent = request.POST.copy()
        for name in NEVER:
            sent.pop(name, None)
        body = sent.urlencode()
        if len(body) > MOST_SIGNS:
            return None
        return cls(owner, request.get_full_path(), body, bool(request.FILES))

    @classmethod
    def read(cls, sealed: str) -> Self | None:
        """Read what `seal()` wrote; None when it is not ours, or is too old."""
        try:
            return cls(**signing.loads(sealed, salt=CARRIED_SALT, max_age=KEPT_SECONDS))
        except (signing.BadSignature, TypeError):
            return None

    def seal(self) -> str:
        return signing.dumps(asdict(self), salt=CARRIED_SALT, compress=True)

    def wait(self, request: HttpRequest) -> None:
        """Lay it ready for the form, which `take()`s it."""
        request.session[SESSION_KEY] = asdict(self)

    @property
    def data(self) -> QueryDict:
        return QueryDict(self.body)


def take(request: HttpRequest) -> Carried | None:
    """Return what waits for the form at this address, once; None when nothing does."""
    kept: Any = request.session.get(SESSION_KEY)
    if request.method != "GET" or not kept or kept["path"] != request.get_full_path():
        return None
    del request.session[SESSION_KEY]
    carried = Carried(**kept)
    return carried if carried.user == request.user.pk else None


def sign_owner(user: User | AnonymousUser) -> str:
    """Return the field's value that says for whom a form is made; "" for nobody."""
    return signing.dumps(user.pk, salt=OWNER_SALT) if user.is_authenticated else ""


def owner_of(signed: str) -> int | None:
    """Return the key of the person that a form was made for."""
    try:
        return int(signing.loads(signed, salt=OWNER_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None

"""Which addresses of pages are taken: those that anybody can open."""

import ipaddress
import unicodedata
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Names that lead nowhere outside a house or a machine (RFC 6761, 6762, 8375, and common habit).
INTERNAL_ENDINGS = {
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
}
well_formed = URLValidator(
    schemes=["http", "https"],
    message=gettext_lazy("Give the address of a page, such as https://www.example.org/news."),
)


def validate_public_address(url: str) -> None:
    """Refuse what is no http(s) address of a public host.

    A link to a machine inside somebody's house proves nothing to a second person, and may be a
    trap for who clicks on it; so does one that carries a name and password.
    """
    well_formed(url)
    parts = urlsplit(url)
    # Invisible signs would let one address be read as another; a port has 16 bits.
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} for sign in url) or not has_port(
        parts
    ):
        raise ValidationError(well_formed.message, code=well_formed.code)
    # As browsers read it: they take ①② and full-width signs for digits, and 。 for a full stop.
    host = unicodedata.normalize("NFKC", parts.hostname or "").replace("。", ".")
    host = host.rstrip(".").lower()
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("Leave name and password out of the address."))
    if not is_public(host):
        raise ValidationError(
            _("“%(host)s” is not a public address; give one that others can open too.")
            % {"host": host[:80]}
        )


def has_port(parts: SplitResult) -> bool:
    """Whether the port of an address, if it names one, can be one."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def is_public(host: str) -> bool:
    """Whether a host name or number can be reached from anywhere."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        pass
    labels = host.split(".")
    last = labels[-1]
    # Browsers read 127.1, 0x7f.1 and 2130706433 as numbers too; no public name ends in one.
    is_number = last.isdecimal() or last.startswith("0x")
    return len(labels) > 1 and not is_number and last not in INTERNAL_ENDINGS

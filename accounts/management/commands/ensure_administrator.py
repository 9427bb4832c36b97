"""Makes the first administrator."""

import secrets
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from environs import Env

from accounts.models import User
from accounts.roles import ADMINISTRATOR

USERNAME = "admin"


class Command(BaseCommand):
    """Make the administrator `admin` unless there is one; print the password once."""

    help = (
        "Makes the administrator 'admin' if nobody administers yet. The password is "
        "PARKTRACKER_ADMIN_PASSWORD, else a random one that is printed once."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        given = Env().str("PARKTRACKER_ADMIN_PASSWORD", "")
        password = given or secrets.token_urlsafe(12)
        user = User.objects.create_superuser(USERNAME, password=password)
        user.groups.set(Group.objects.filter(name=ADMINISTRATOR))
        shown = "from PARKTRACKER_ADMIN_PASSWORD" if given else password
        self.stdout.write(f"Administrator: {USERNAME}\nPassword:      {shown}\n")
        if not given:
            self.stdout.write("The password is shown this once; change it under Password.\n")

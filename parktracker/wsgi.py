"""The WSGI application; it does not serve on a database whose guards are missing."""

import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parktracker.settings")

application = get_wsgi_application()

# Checks of the database too, as no server runs them by itself: an error here ends the start.
call_command("check", databases=list(settings.DATABASES))

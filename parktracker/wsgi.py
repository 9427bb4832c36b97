"""The WSGI application; it does not serve on a database whose guards are missing."""

import os
import sys

from django.conf import settings
from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parktracker.settings")

application = get_wsgi_application()

# Those of the database too, which no server runs by itself.
serious = [found for found in run_checks(databases=list(settings.DATABASES)) if found.is_serious()]
if serious:
    sys.exit("\n".join(["parktracker does not serve:", *map(str, serious)]))

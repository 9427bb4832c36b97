"""Who records when no person does."""

from django.contrib.auth.hashers import make_password

from accounts.models import User

SYSTEM_USERNAME = "parktracker"


def system_user() -> User:
    """Return the user that commands record as, made on first use; nobody can log in as it."""
    user, _ = User.objects.get_or_create(
        username=SYSTEM_USERNAME,
        defaults={
            "first_name": "parktracker",
            "is_active": False,
            "password": make_password(None),
        },
    )
    return user

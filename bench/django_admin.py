"""Django admin's list of the same table, in one file: what a city would get for free, to compare our list with.

Its own tables (people, sessions) are added to a copy of the filled database.
"""

import os
from pathlib import Path

import django
from django.conf import settings

PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; "
    "PRAGMA busy_timeout=20000; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
)

settings.configure(
    SECRET_KEY="x" * 50,
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1", "testserver"],
    USE_TZ=True,
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("BENCH_DATABASE", ":memory:"),
            "OPTIONS": {"init_command": PRAGMAS},
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()

from django.contrib import admin  # noqa: E402 - models and admin need the settings
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path, reverse  # noqa: E402

ROWS = 50  # as many as ours


class Partner(models.Model):
    """Who serves the household."""

    name = models.CharField(max_length=200)

    class Meta:
        """Their table, which we do not manage."""

        app_label, db_table, managed = "auth", "partners", False

    def __str__(self) -> str:
        """Return what the list shows."""
        return self.name


class Household(models.Model):
    """The columns that the list shows."""

    code = models.CharField(max_length=20)
    head_name = models.CharField(max_length=200)
    partner = models.ForeignKey(Partner, models.DO_NOTHING)
    phone = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    needs_device = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        """Their table, which we do not manage."""

        app_label, db_table, managed = "auth", "households", False


@admin.register(Household)
class HouseholdAdmin(admin.ModelAdmin):
    """Seven columns, fifty rows, the partner in the same statement."""

    list_display = ("head_name", "code", "partner", "phone", "language", "needs_device", "created_at")
    list_select_related = ("partner",)
    list_per_page = ROWS
    ordering = ("-id",)


urlpatterns = [path("admin/", admin.site.urls)]
application = get_wsgi_application()


def prepare() -> tuple[str, str]:
    """Add Django's own tables to the database, sign its first person in; return the list's address and the cookie."""
    from django.contrib.auth.models import User
    from django.test import Client

    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(User.objects.create_superuser("bench", "bench@example.org", "bench"))
    return reverse("admin:auth_household_changelist"), f"sessionid={client.cookies['sessionid'].value}"


def main() -> None:
    """Prepare the database named in the environment; print address and cookie."""
    print(*prepare())


if __name__ == "__main__" and Path(settings.DATABASES["default"]["NAME"]).is_file():
    main()

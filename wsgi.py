"""The web application for a WSGI server: ``gunicorn wsgi:app``."""

import sys

from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings, SettingsError
from digital_inclusion.app import create_app
from digital_inclusion.eligibility.schemas import RulebookError
from digital_inclusion.foundation.logs import set_up_logs

try:
    settings = Settings.from_env()
    set_up_logs(told=settings.is_production)
    app = create_app(settings)
except (SettingsError, RulebookError) as error:
    sys.exit(f"Not started. {error}")
if settings.trusted_proxies:
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

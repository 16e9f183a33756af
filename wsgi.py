"""The web application for a WSGI server: ``gunicorn wsgi:app``."""

from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.foundation.logs import set_up_logs

settings = Settings.from_env()
set_up_logs(told=settings.is_production)
app = create_app(settings)
if settings.trusted_proxies:
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

"""Pages of accounts: signing in, one's own account, people, teams."""

from flask import Blueprint, Flask

bp = Blueprint("accounts", __name__)


def init_app(app: Flask) -> None:
    """Register the pages and let people sign in."""
    from . import account, language, people, second_factor, sign_in, teams  # noqa: F401 - they add their pages to bp
    from .session import init_sessions

    init_sessions(app)
    app.register_blueprint(bp)

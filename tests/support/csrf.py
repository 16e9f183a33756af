"""A CSRF token for a client without opening a page first: what the form would carry."""

import secrets

from flask import current_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer


def csrf_token(client: FlaskClient) -> str:
    """Return a token that fits the client's cookie."""
    with client.session_transaction() as cookie:
        raw: str = cookie.setdefault("csrf_token", secrets.token_hex(20))
    serializer = URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="wtf-csrf-token")
    return str(serializer.dumps(raw))

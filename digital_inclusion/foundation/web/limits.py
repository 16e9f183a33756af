"""How much a request may carry: a form's worth, and a file's only where files are taken."""

from flask import Flask, current_app, request


def init_limits(app: Flask) -> None:
    """Set the limit before anything reads the body; must come before the CSRF check, which does."""

    @app.before_request
    def limit() -> None:
        most = current_app.config["TAKES_FILES"].get(request.endpoint)
        if most is None or request.mimetype != "multipart/form-data":
            # an urlencoded body is read at once, whatever its size: MAX_FORM_MEMORY_SIZE does not hold for it
            most = current_app.config["MAX_FORM_MEMORY_SIZE"]
        request.max_content_length = most

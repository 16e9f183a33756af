"""The background worker: ``python -m digital_inclusion.worker``. Stop it at any moment; nothing is lost or doubled.

One installation has one worker: a starting worker takes over whatever an earlier one left running.
"""

import logging
import sys

from config import Settings, SettingsError

from .app import create_app
from .eligibility.schemas import RulebookError
from .foundation.logs import set_up_logs
from .foundation.queue import take_over


def main() -> int:
    """Run until told to stop."""
    settings = Settings.from_env()
    set_up_logs(told=settings.is_production)
    logging.getLogger("huey").setLevel(logging.WARNING)  # else it speaks every minute
    app = create_app(settings)
    take_over(app)
    consumer = app.extensions["queue"].create_consumer(
        workers=1,
        worker_type="thread",
        periodic=True,
        initial_delay=0.05,
        max_delay=1.0,
        check_worker_health=True,
    )
    consumer.run()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (SettingsError, RulebookError) as error:
        sys.exit(f"Not started. {error}")

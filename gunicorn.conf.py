"""How pages are served. The command line and GUNICORN_CMD_ARGS come after this file and win."""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
preload_app = False  # the chart renderer hangs in a child when its parent has rendered
control_socket_disable = True
max_requests = 10_000  # a worker that leaks is replaced before anyone notices
max_requests_jitter = 1_000
timeout = 60
graceful_timeout = 10
accesslog = None  # the program writes its own, without personal data in addresses


def post_worker_init(worker: object) -> None:
    """Leave what was loaded at start out of every later collection, which shortens the slowest pages."""
    gc.collect()
    gc.freeze()

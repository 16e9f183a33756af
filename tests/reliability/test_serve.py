"""``make run``'s last step: serve.py starts server and worker, says so once they answer, and stops both on Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _programs_of(group: int) -> list[int]:
    """Return the processes whose parent is ``group``."""
    children = Path(f"/proc/{group}/task/{group}/children")
    return [int(number) for number in children.read_text().split()] if children.exists() else []


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_serve_answers_and_stops_both_programs_on_ctrl_c(tmp_path: Path) -> None:
    port = _free_port()
    env = os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(port), "FLASK_APP": "wsgi:app"}
    env.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "flask", "db", "upgrade"], cwd=REPOSITORY, env=env, check=True)
    serving = subprocess.Popen(
        [sys.executable, "scripts/serve.py"], cwd=REPOSITORY, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        said = "".join(iter(serving.stdout.readline, f"  http://127.0.0.1:{port}   (Ctrl-C stops)\n"))
        assert said.strip() == ""  # nothing else before the address
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=60) as page:
            assert page.status == 200
        programs = _programs_of(serving.pid)
        assert len(programs) == 2
        serving.send_signal(signal.SIGINT)
        assert serving.wait(timeout=30) == 0
        assert not any(_is_running(number) for number in programs)
    finally:
        serving.kill()
        serving.communicate()

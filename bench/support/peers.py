"""The environment of the peers, and serving them: pinned by bench/peers/requirements.txt, kept under ``var/bench``."""

import base64
import contextlib
import hashlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kuaiji.house.ports import HOST
from people.houses.loopback import free_port
from people.houses.stack import READY_SECONDS, STOP_SECONDS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench" / "peers"
PEERS = ROOT / "bench" / "peers"
UV = ROOT / ".uv" / "bin" / "uv"
WORKERS, THREADS = 2, 4
COMMANDS: Mapping[str, Sequence[str]] = {
    "drf": ["gunicorn", "exam_drf:application", "--worker-class", "gthread", "--workers", str(WORKERS),
            "--threads", str(THREADS), "--keep-alive", "60", "--bind"],
    **{
        name: ["uvicorn", f"exam_{name}:app", "--workers", str(WORKERS), "--loop", "uvloop", "--http", "httptools",
               "--no-access-log", "--host", HOST, "--port"]
        for name in ("fastapi", "fastapi_lean")
    },
}  # fmt: skip


def environment() -> Path:
    """The folder of the peers' programs; installed where it is missing or pinned otherwise by now."""
    pinned = (PEERS / "requirements.txt").read_bytes()
    stamp = FOLDER / "installed"
    said = hashlib.sha256(pinned).hexdigest()
    if not stamp.exists() or stamp.read_text() != said:
        FOLDER.parent.mkdir(parents=True, exist_ok=True)
        python = str(FOLDER / "bin" / "python")
        subprocess.run([str(UV), "venv", "--quiet", "--clear", "--python", sys.executable, str(FOLDER)], check=True)
        install = [
            str(UV),
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            "--python",
            python,
            str(PEERS / "requirements.txt"),
        ]
        subprocess.run(install, check=True)
        stamp.write_text(said)
    return FOLDER / "bin"


@contextlib.contextmanager
def served_peer(name: str, told: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A peer at an address of its own, told the database and the key; its address and process."""
    programs, port = environment(), free_port()
    command = [str(programs / COMMANDS[name][0]), *COMMANDS[name][1:], f"{HOST}:{port}" if name == "drf" else str(port)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PEERS), **told}
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *command], env=env, cwd=PEERS, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not get ready")
            time.sleep(0.1)
        yield f"http://{HOST}:{port}", process
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _answers(port: int) -> bool:
    """Whether somebody answers there, whatever it is."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def told(database: str, keyid: str, secret: bytes, suite: str, fingerprint_key: bytes) -> dict[str, str]:
    """What a peer has to know."""
    return {
        "DATABASE_URL": database,
        "BENCH_KEYID": keyid,
        "BENCH_SECRET": base64.b64encode(secret).decode(),
        "BENCH_FINGERPRINT_SUITE": suite,
        "BENCH_FINGERPRINT_KEY": base64.b64encode(fingerprint_key).decode(),
    }

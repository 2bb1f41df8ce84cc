"""nginx and Caddy of this machine, each with our file of ``deploy/``, over a server of the loopback."""

import contextlib
import datetime as dt
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from people.houses.loopback import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
HOST = "kuaiji.example"
START_SECONDS = 20
# What nginx's own file says on Debian around the files of conf.d.
NGINX = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/kuaiji.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """A running proxy: where it speaks TLS, where not, and how its certificate is believed."""

    tls_port: int
    plain_port: int
    certificate: Path

    def connect(self) -> ssl.SSLSocket:
        """An encrypted connection as a browser makes it. Raises OSError."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", self.tls_port), timeout=20)
        return context.wrap_socket(plain, server_hostname=HOST)


@contextlib.contextmanager
def nginx(upstream: int, **changes: str) -> Iterator[Front]:
    """nginx in front of that port; ``changes`` are words of our file and what stands in their place."""
    with _folder() as folder:
        front = _front(folder)
        text = (DEPLOY / "nginx.conf").read_text("utf-8")
        text = _replaced(text, "127.0.0.1:8000", f"127.0.0.1:{upstream}")
        text = _replaced(text, "/etc/ssl/kuaiji/certificate.pem", str(front.certificate))
        text = _replaced(text, "/etc/ssl/kuaiji/key.pem", str(folder / "key.pem"))
        text = _replaced(text, "listen 443", f"listen 127.0.0.1:{front.tls_port}")
        text = _replaced(text, "listen 80", f"listen 127.0.0.1:{front.plain_port}")
        text = "\n".join(line for line in text.splitlines() if "listen [::]" not in line)
        for old, new in changes.items():
            text = _replaced(text, old.replace("__", "="), new)
        (folder / "kuaiji.conf").write_text(text)
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
        with _running(["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"], folder, front):
            yield front


@contextlib.contextmanager
def caddy(upstream: int) -> Iterator[Front]:
    """Caddy in front of that port."""
    with _folder() as folder:
        front = _front(folder)
        text = (DEPLOY / "Caddyfile").read_text("utf-8")
        text = _replaced(text, "127.0.0.1:8000", f"127.0.0.1:{upstream}")
        text = _replaced(text, "{\n\tservers", f"{{\n\tadmin off\n\thttp_port {front.plain_port}\n\tservers")
        certificate = f"\ttls {front.certificate} {folder / 'key.pem'}\n"
        text = _replaced(text, f"{HOST} {{\n", f"https://{HOST}:{front.tls_port} {{\n{certificate}")
        (folder / "Caddyfile").write_text(text)
        command = ["caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]
        with _running(command, folder, front):
            yield front


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kuaiji-front-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _front(folder: Path) -> Front:
    """Ports, and a certificate of a day for our example's name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    return Front(free_port(), free_port(), folder / "certificate.pem")


@contextlib.contextmanager
def _running(command: list[str], folder: Path, front: Front) -> Iterator[None]:
    """The proxy for the length of the block. Raises AssertionError with what it said when it does not start."""
    env = {"PATH": f"{os.environ['PATH']}:/usr/sbin", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=env, stdout=log, stderr=log)
        try:
            _wait(process, front, lambda: (log.seek(0), log.read().decode())[1])
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", front: Front, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), front.connect():
            return
        assert process.poll() is None and time.monotonic() < deadline, said()
        time.sleep(0.05)

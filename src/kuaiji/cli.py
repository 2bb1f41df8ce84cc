"""The console script ``kuaiji``."""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from kuaiji.house import HouseError
from kuaiji.house.development import has_development_home, open_development
from kuaiji.house.ports import HOST

SETTINGS = "kuaiji.config.settings"
OWNER_COMMANDS = ("migrate", "ensure_partitions")
# Finished jobs are deleted, failed ones stay to be looked at; on stopping, jobs get less time than the supervisor's.
WORKER_OPTIONS = ("--concurrency=4", "--delete-jobs=successful", "--shutdown-graceful-timeout=8")
PLATFORM_WORKERS, STANDINS_WORKERS = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] == ["manage"]:
            _manage(words[1:])
        else:
            _dispatch(words)
    except HouseError as error:
        print(error, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"没有权限使用 {error.filename}；请用创建它的用户启动。", file=sys.stderr)
        print(f"No permission to use {error.filename}: start as the user who made it.", file=sys.stderr)
        return 1
    return 0


def _dispatch(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kuaiji", description="会计人员信息服务平台")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything on this machine, with demo data and stand-ins")
    for name, port in (("serve", 8000), ("standins-serve", 8003)):
        command = commands.add_parser(name, help="serve one application")
        command.add_argument("--host", default=HOST)
        command.add_argument("--port", type=int, default=port)
        command.add_argument("--workers", type=int, default=PLATFORM_WORKERS if name == "serve" else STANDINS_WORKERS)
    commands.add_parser("worker", help="run the jobs of the platform")
    commands.add_parser("manage", help="a management command of the platform: kuaiji manage <command> …")
    chosen = parser.parse_args(words)
    if chosen.command == "run":
        from kuaiji.house.run import run

        run()
    elif chosen.command == "worker":
        _manage(["procrastinate", "worker", *WORKER_OPTIONS])
    else:
        _serve(chosen)


def _serve(chosen: argparse.Namespace) -> None:
    from kuaiji.house.serving import serve

    package = "kuaiji.config" if chosen.command == "serve" else "kuaiji_standins"
    with _development(is_standins=chosen.command != "serve"):
        serve(f"{package}.wsgi:application", host=chosen.host, port=chosen.port, workers=chosen.workers)


def _manage(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with _development():
        if words[:1] and words[0] in OWNER_COMMANDS and os.environ.get("DATABASE_OWNER_URL"):
            os.environ.setdefault("KUAIJI_DATABASE_ROLE", "owner")
        from django.core.management import execute_from_command_line

        execute_from_command_line(["kuaiji manage", *words])


@contextlib.contextmanager
def _development(*, is_standins: bool = False) -> Iterator[None]:
    """In a checkout where ``make run`` has been: its environment, and its database server for as long as we need it."""
    if not has_development_home():
        yield
        return
    development = open_development()
    os.environ.update(development.standins_env() if is_standins else development.platform_owner_env())
    with development.cluster.available() if development.cluster else contextlib.nullcontext():
        yield


if __name__ == "__main__":
    sys.exit(main())

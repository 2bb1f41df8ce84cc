"""The console script ``kuaiji``."""

import argparse
import contextlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError
from kuaiji.common.profile import ProfileError
from kuaiji.house import HouseError
from kuaiji.house.development import has_development_home, open_development
from kuaiji.house.ports import HOST

SETTINGS = "kuaiji.config.settings"
HUB_SETTINGS = "kuaiji_hub.settings"
OWNER_COMMANDS = ("migrate", "ensure_partitions", "backup", "restore")
# Commands of ours that have words of their own, given on as they are.
STAFF_COMMANDS = {
    "parked": "messages to and from the national hub that wait for people, to look at: kuaiji parked list",
    "reconcile": "compare our books with the national hub's",
    "switch": "stop registration, transfers, the exchange or all writing for a while: kuaiji switch list, on, off",
    "messages": "what people are told: kuaiji messages list, remind --dry-run, stop, resume",
    "exam-windows": "when people register for the exam: kuaiji exam-windows list",
    "exam-client": "which exam systems may ask, and by which keys: kuaiji exam-client list",
    "exam-rules": "who may register for the exam: kuaiji exam-rules list",
    "conflicts": "people about whom the national hub says something else",
    "identity-checks": "whose identity nobody has confirmed: records, submissions that wait, documents not covered",
    "staff": "who works at the desk: kuaiji staff create-first",
    "backup": "copy database and files while people work: kuaiji backup FOLDER",
    "restore": "take a copy back: kuaiji restore COPY",
}


@dataclass(frozen=True, slots=True)
class Application:
    """A WSGI application to serve. ``threads`` of each worker is how many requests it works on at a time."""

    target: str
    port: int
    workers: int
    threads: int


APPLICATIONS = {
    "serve": Application("kuaiji.config.wsgi:application", port=8000, workers=2, threads=4),
    "hub-serve": Application("kuaiji_hub.wsgi:application", port=8002, workers=2, threads=4),
    # Some of the stand-ins' answers take long on purpose.
    "standins-serve": Application("kuaiji_standins.wsgi:application", port=8003, workers=1, threads=32),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] == ["manage"]:
            _manage(words[1:])
        elif words and words[0] in STAFF_COMMANDS:
            _manage([words[0].replace("-", "_"), *words[1:]])
        elif words[:1] == ["hub"]:
            _hub(words[1:])
        else:
            _dispatch(words)
    except HouseError as error:
        print(error, file=sys.stderr)
        return 1
    except (ConfigurationError, ProfileError) as error:
        print(f"环境变量有误，没有启动。\nNot started, for the environment is wrong: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"没有权限使用 {error.filename}；请用创建它的用户启动。", file=sys.stderr)
        print(f"No permission to use {error.filename}: start as the user who made it.", file=sys.stderr)
        return 1
    return 0


def _dispatch(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="kuaiji", description="会计人员信息服务平台")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start everything on this machine, with demo data and stand-ins")
    run.add_argument("profiles", nargs="*", help="the platforms to start, all of them by default")
    run.add_argument("--empty", action="store_true", help="without the known people of the demonstration")
    for name, application in APPLICATIONS.items():
        command = commands.add_parser(name, help=f"serve {application.target}")
        command.add_argument("--host", default=HOST)
        command.add_argument("--port", type=int, default=application.port)
        command.add_argument("--workers", type=int, default=application.workers)
    commands.add_parser("worker", help="run the jobs of the platform and its exchange with the national hub")
    verifying = commands.add_parser("verify-audit", help="compare the audit tables with their seals")
    verifying.add_argument("--new", action="store_true", help="what came since the last time, and the rest in turns")
    commands.add_parser("rotate-keys", help="bring everything under the current keys of the ring")
    mending = commands.add_parser(
        "mend-texts", help="bring names and records to the form in which texts are kept today"
    )
    mending.add_argument("--dry-run", action="store_true", help="say how many would change, and change nothing")
    for name, text in STAFF_COMMANDS.items():
        commands.add_parser(name, help=text)
    commands.add_parser("hub", help="operate the national hub: kuaiji hub <command> …, such as stuck, keys list")
    commands.add_parser("manage", help="a management command of the platform: kuaiji manage <command> …")
    chosen = parser.parse_args(words)
    if chosen.command == "run":
        from kuaiji.house.run import run as start

        start(chosen.profiles, empty=chosen.empty)
    elif chosen.command == "worker":
        environment.check_role()
        _manage(["work"])
    elif chosen.command == "verify-audit":
        _manage(["verify_audit", *(["--new"] if chosen.new else [])])
    elif chosen.command == "rotate-keys":
        _manage(["rotate_keys"])
    elif chosen.command == "mend-texts":
        _manage(["mend_texts", *(["--dry-run"] if chosen.dry_run else [])])
    else:
        _serve(chosen)


def _serve(chosen: argparse.Namespace) -> None:
    from kuaiji.house.serving import serve

    application = APPLICATIONS[chosen.command]
    environment.check_role()
    with _development(chosen.command.partition("-")[0]):
        if chosen.command == "serve":
            _share_metrics()
            environment.set_default(environment.PROCESSES.name, str(chosen.workers))
        serve(
            application.target,
            host=chosen.host,
            port=chosen.port,
            workers=chosen.workers,
            threads=application.threads,
        )


def _share_metrics() -> None:
    """All workers count into one folder, emptied at each start: whichever is asked answers for all of them."""
    folder = environment.HOME.get() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment.set_values({environment.METRICS_FOLDER: str(folder.resolve())})


def _manage(words: list[str]) -> None:
    environment.set_default(environment.SETTINGS_MODULE, SETTINGS)
    with _development():
        if words[:1] and words[0] in OWNER_COMMANDS and environment.DATABASE_OWNER_URL.text():
            environment.set_default(environment.ROLE.name, "owner")
        from django.core.management import execute_from_command_line

        execute_from_command_line(["kuaiji manage", *words])


def _hub(words: list[str]) -> None:
    environment.set_default(environment.SETTINGS_MODULE, HUB_SETTINGS)
    with _development("hub"):
        if words[:1] == ["migrate"]:
            environment.set_default(environment.ROLE.name, "owner")
        from django.core.management import execute_from_command_line

        if words[:1] in (["rotate-keys"], ["mend-texts"]):
            words = [words[0].replace("-", "_"), *words[1:]]  # as Python can name a module
        execute_from_command_line(["kuaiji hub", *words])


@contextlib.contextmanager
def _development(service: str = "serve") -> Iterator[None]:
    """In a checkout where ``make run`` has been: its environment, and its database server for as long as we need it."""
    if not has_development_home():
        yield
        return
    development = open_development()
    environments = {"standins": development.standins_env, "hub": development.hub_owner_env}
    environment.set_values(environments.get(service, development.platform_owner_env)())
    with development.cluster.available() if development.cluster else contextlib.nullcontext():
        yield


if __name__ == "__main__":
    sys.exit(main())

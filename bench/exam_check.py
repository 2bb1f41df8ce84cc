"""The exam check beside peers and beside what the database can do, on the same rows.

    python -m bench.exam_check [--people 300000] [--exam-rows 0] [--rounds 3] [--seconds 4] [--memory 100000]

Rounds in turn, after a warm-up: ours with nonce and durable audit row, ours without both (a switch of this bench,
``bench.peers.exam_without_audit``), and the peers of ``bench/peers``, which check the signature and look up, no more:
FastAPI as a shop writes it, which goals are held against, FastAPI as lean as it can be (docs/adr/0126), and DRF.
16 connections, every body another one and signed beforehand, 5 % about people nobody knows. Ratios are of one round;
medians, with their spread. Then batches of 1,000 on 4 connections; known, unknown and wrongly named people mixed; what
PostgreSQL does by itself (pgbench, prepared; ``= ANY``); what the client could do at most; sign-ins beside; memory of
the workers after many requests. Clients, servers and database share the machine; no worker, no hub, no TLS.
``--people`` are made first where they are not there (``bench.populate``); with ``--exam-rows`` those too are asked
about: what a run at ten million is of one at a million is told by ``ours_of_hello`` of both. Prints one JSON line; the
exit status is 1 when an answer was wrong.
"""

import argparse
import contextlib
import dataclasses
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import django

from bench.population import homes
from bench.population.personas import EXAM_ONLY_FROM
from bench.serving import Server
from bench.support.exam_limits import ASKED, DatabaseLimits
from bench.support.exam_requests import BATCH, SINGLE, Asking, Key, signed, single
from bench.support.house import served
from bench.support.load import Meter, wait_for_calm
from bench.support.peers import served_peer, told
from bench.support.signing_in import SigningIn
from bench.support.sockets import Sent, send_all
from kuaiji.house.development import Development
from people.houses.processes import children, descendants
from people.houses.stack import opened_home

CONNECTIONS, BATCH_CONNECTIONS, BATCH_SIZE = 16, 4, 1000
APPLICATIONS = {
    "ours": "kuaiji.config.wsgi:application",
    "bare": "bench.peers.exam_without_audit:application",
    "hello": "bench.peers.hello:application",
}
PEERS = ("fastapi", "fastapi_lean", "drf")
FOUND = b'"outcome":"found"'
OF_A_KIND = 10_000
GUESS = {SINGLE: 320, BATCH: 8}  # requests by whose time the length of a round is chosen


@dataclasses.dataclass(slots=True)
class Bench:
    """What all parts need: who may be asked about, the key, and the servers by name."""

    asking: Asking
    key: Key
    servers: dict[str, Server]
    wrong: int = 0
    busy: int = 0  # told to come back, by a server that has enough to do
    foreign: list[float] = dataclasses.field(default_factory=list)

    def send(self, name: str, path: str, bodies: Sequence[bytes], connections: int) -> Sent:
        """To one of the servers, signed now."""
        parts = urlsplit(self.servers[name].address)
        requests = [signed(self.key, parts.netloc, path, body) for body in bodies]
        meter = Meter()
        sent = send_all(parts.hostname or "", parts.port or 0, requests, connections, FOUND)
        self.foreign.append(meter.foreign_cores())
        self.busy += sent.statuses.count(503)
        self.wrong += sum(status not in (200, 503) for status in sent.statuses)
        return sent

    def bodies(self, path: str, count: int) -> list[bytes]:
        """``count`` questions for that address."""
        return self.asking.singles(count) if path == SINGLE else self.asking.batches(count, BATCH_SIZE)

    def count_for(self, name: str, path: str, connections: int, seconds: float) -> int:
        """How many requests take about that long; warms up."""
        self.send(name, path, self.bodies(path, GUESS[path]), connections)
        sent = self.send(name, path, self.bodies(path, GUESS[path]), connections)
        return max(GUESS[path], int(seconds * GUESS[path] / sent.seconds))


def in_turn(bench: Bench, names: Sequence[str], path: str, rounds: int, seconds: float) -> dict[str, Any]:
    """People a second and the 99th percentile of each server, and what ours is of the others, round by round."""
    connections, people = (CONNECTIONS, 1) if path == SINGLE else (BATCH_CONNECTIONS, BATCH_SIZE)
    counts = {name: bench.count_for(name, path, connections, seconds) for name in names}
    rates: dict[str, list[float]] = {name: [] for name in names}
    tails: dict[str, list[float]] = {name: [] for name in names}
    for nth in range(rounds):
        wait_for_calm()
        for name in (*names[nth % len(names) :], *names[: nth % len(names)]):
            sent = bench.send(name, path, bench.bodies(path, counts[name]), connections)
            rates[name].append(sent.statuses.count(200) * people / sent.seconds)
            tails[name].append(statistics.quantiles(sent.taken, n=100, method="inclusive")[98] * 1000)
    ratios = {
        f"{one}_of_{other}": spread(ours / theirs for ours, theirs in zip(rates[one], rates[other], strict=True))
        for one, other in itertools.product(("ours", "bare"), (*PEERS, "hello"))
        if one in names and other in names
    }
    return {
        "per_second": {name: spread(values, 0) for name, values in rates.items()},
        "p99_ms": {name: spread(values, 1) for name, values in tails.items()},
        "ratios": ratios,
    }


def kinds(bench: Bench, of_a_kind: int) -> dict[str, Any]:
    """Medians of known, unknown and wrongly named people, mixed by chance, 4 connections."""
    rng, asking = random.Random(2), bench.asking
    each = {
        "found": [single(asking.known(), at) for at in range(of_a_kind)],
        "unknown": [single(asking.nobody(), at) for at in range(of_a_kind)],
        "mismatch": [single(dataclasses.replace(asking.known(), name="欧阳无此人"), at) for at in range(of_a_kind)],
    }
    mixed = [(kind, body) for kind, bodies in each.items() for body in bodies]
    rng.shuffle(mixed)
    sent = bench.send("ours", SINGLE, [body for _, body in mixed], BATCH_CONNECTIONS)
    bench.wrong += sum((kind == "found") != marked for (kind, _), marked in zip(mixed, sent.marked, strict=True))
    medians = {
        kind: statistics.median(taken for (one, _), taken in zip(mixed, sent.taken, strict=True) if one == kind) * 1000
        for kind in each
    }
    most, least = max(medians.values()), min(medians.values())
    return {
        "median_ms": {kind: round(value, 3) for kind, value in medians.items()},
        "apart_ms": round(most - least, 3),
        "apart_percent": round(100 * (most - least) / least, 1),
    }


def memory(bench: Bench, requests: int) -> dict[str, Any]:
    """Megabytes of the workers (PSS) after every tenth part of that many requests."""
    found = []
    for _ in range(10):
        bench.send("ours", SINGLE, bench.asking.singles(requests // 10), CONNECTIONS)
        found.append(bench.servers["ours"].megabytes())
    return {"requests": requests, "megabytes": found, "grown_percent": round(100 * (found[-1] / found[0] - 1), 1)}


def beside_sign_ins(bench: Bench, rounds: int, seconds: float) -> dict[str, Any]:
    """The 95th percentile of the check alone and while people sign in, in turns."""
    count = bench.count_for("ours", SINGLE, BATCH_CONNECTIONS, seconds)
    alone: list[float] = []
    beside: list[float] = []
    with SigningIn(bench.servers["ours"].address, [bench.asking.known() for _ in range(400)]) as crowd:
        for nth in range(2 * rounds):
            with crowd.at_it() if nth % 2 else contextlib.nullcontext():
                sent = bench.send("ours", SINGLE, bench.asking.singles(count), BATCH_CONNECTIONS)
            p95 = statistics.quantiles(sent.taken, n=100, method="inclusive")[94] * 1000
            (beside if nth % 2 else alone).append(p95)
        signed_in = crowd.count
    ratio = spread(with_them / without for with_them, without in zip(beside, alone, strict=True))
    return {"p95_ms": spread(alone), "p95_ms_beside": spread(beside), "ratio": ratio, "sign_ins": signed_in}


def spread(values: Any, digits: int = 2) -> list[float]:
    """Median, least and most."""
    found = [*values]
    return [round(value, digits) for value in (statistics.median(found), min(found), max(found))]


@contextlib.contextmanager
def stage(people: int, exam_rows: int) -> Iterator[tuple[Bench, DatabaseLimits]]:
    """The database with its people, a key of an exam system, and every server beside it."""
    fill = ["bench.populate", "--people", str(people), "--exam-rows", str(exam_rows)]
    subprocess.run([sys.executable, "-m", *fill], check=True, cwd=homes.ROOT, stdout=sys.stderr)
    home = homes.home_of("looked-up")
    state = homes.read_state(home)
    with contextlib.ExitStack() as standing:
        development = standing.enter_context(opened_home(home))
        assert development.cluster is not None
        standing.enter_context(development.cluster.running())
        os.environ |= development.platform_env() | {"KUAIJI_ADDRESS_LIMITS": "off"}
        django.setup()
        key = _key_of_a_client()
        asking = Asking(state.patterns, range(people), range(EXAM_ONLY_FROM, EXAM_ONLY_FROM + exam_rows))
        asked = [asking.person(at) for at in range(ASKED)]
        limits = DatabaseLimits(development.cluster, development.platform_database, asked)
        standing.callback(limits.drop)
        servers = dict(_servers(standing, _told(development, key)))
        yield Bench(asking, key, servers), limits


def _servers(standing: contextlib.ExitStack, peers_told: Mapping[str, str]) -> Iterator[tuple[str, Server]]:
    for name, target in APPLICATIONS.items():
        before = children(os.getpid())
        address = standing.enter_context(served(target))
        (process,) = children(os.getpid()) - before
        yield name, Server(address, descendants(process))
    for name in PEERS:
        address, running = standing.enter_context(served_peer(name, peers_told))
        yield name, Server(address, descendants(running.pid))


def _key_of_a_client() -> Key:
    import base64

    from kuaiji.audit.enums import ActorKind, OperationKind
    from kuaiji.audit.services import Operation
    from kuaiji.examchecks.enums import KeyAlgorithm
    from kuaiji.examchecks.services.clients import Allowed, add_client

    operation = Operation(kind=OperationKind.EXAM_CLIENT_CHANGING, actor_kind=ActorKind.SYSTEM)
    name = f"bench {random.SystemRandom().randrange(10**9)}"
    made = add_client(
        operation=operation, name=name, allowed=Allowed(rate=1_000_000), algorithm=KeyAlgorithm.HMAC_SHA256
    )
    return Key(made.keyid, base64.b64decode(made.secret))


def _told(development: Development, key: Key) -> dict[str, str]:
    from kuaiji.common.keyring import keyring

    current = keyring().fingerprint[keyring().current_fingerprint]
    database = development.server.url(development.server.app, development.platform_database)
    return told(database, key.keyid, key.secret, current.suite, current.key)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--exam-rows", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--of-a-kind", type=int, default=OF_A_KIND)
    parser.add_argument("--memory", type=int, default=100_000)
    args = parser.parse_args()
    with stage(args.people, args.exam_rows) as (bench, limits):
        by_itself = [limits.one_by_one(args.seconds, CONNECTIONS) for _ in range(args.rounds)]
        figures = {
            "single": in_turn(bench, [*APPLICATIONS, *PEERS], SINGLE, args.rounds, args.seconds),
            "batch": in_turn(bench, ["ours", "bare", *PEERS], BATCH, args.rounds, args.seconds),
            "pgbench_per_second": spread(by_itself, 0),
            "any_per_second": spread((limits.thousands(args.seconds, 2) for _ in range(args.rounds)), 0),
            "kinds": kinds(bench, args.of_a_kind),
            "beside_sign_ins": beside_sign_ins(bench, args.rounds, args.seconds),
            "memory": memory(bench, args.memory),
        }
        figures["foreign_cores"] = spread(bench.foreign)
    print(
        json.dumps(
            {
                "bench": "exam_check",
                "people": args.people,
                "exam_rows": args.exam_rows,
                "wrong": bench.wrong,
                "busy": bench.busy,
                **figures,
            }
        )
    )
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

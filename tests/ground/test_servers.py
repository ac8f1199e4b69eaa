"""The private servers answer, are on nobody else's port, and are gone with their command."""

from contextlib import closing

import psycopg2
import pytest
import redis

from tests import servers


def test_servers_answer_and_go(tmp_path):
    if servers.missing():
        pytest.skip("; ".join(servers.missing()))
    with servers.both() as environment:
        with closing(psycopg2.connect(environment["DATABASE_URL"])) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
            assert cursor.fetchone() == ("C.UTF-8",)
        with redis.Redis.from_url(environment["BROKER_URL"]) as client:
            assert client.ping()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(environment["DATABASE_URL"])


def test_a_command_gets_the_servers_and_its_exit_code_is_kept(capfd):
    code = servers.main(["sh", "-c", "echo $DATABASE_URL; exit 7"])
    assert code == 7
    assert capfd.readouterr().out.startswith("postgres://")


def test_without_a_command_the_use_is_shown(capsys):
    assert servers.main([]) == 2
    assert "COMMAND" in capsys.readouterr().err

"""Long work: seen while it runs, taken up again when its worker died, and given up when it kills every worker."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from lms.jobs import Progress, enqueue, run_pending, worker
from lms.jobs.models import Job, Worker
from lms.plugins import installed
from tests.conftest import Cast

NAME = "example_plugin.test"


@pytest.fixture
def work(app: Flask) -> Iterator[dict[str, Any]]:
    """The jobs of the example plugin: `work[NAME] = function` is the one that the test enqueues."""
    jobs: Any = next(plugin for plugin in installed(app) if plugin.name == "example_plugin").jobs
    yield jobs
    jobs.pop(NAME, None)


def ask(account_id: int | None = None, **arguments: Any) -> int:
    with transaction():
        return enqueue(NAME, arguments, account_id)


def job(job_id: int) -> Job:
    return db.session.get_one(Job, job_id, populate_existing=True)


def test_the_one_who_asked_watches_it_and_takes_its_result(
    cast: Cast, work: dict[str, Any], signed_in: Callable[[str], FlaskClient]
) -> None:
    an, states = signed_in("an"), []

    def count(progress: Progress, upto: int) -> None:
        progress.at(1, upto, "một")
        states.append(an.get(f"/jobs/{job_id}/state").json)
        progress.result(message="xong", next_url="/courses")

    work[NAME] = count
    job_id = ask(cast.accounts["an"].id, upto=3)
    assert "Đang chờ" in an.get(f"/jobs/{job_id}").text
    assert run_pending() == 1
    assert (states[0]["state"], states[0]["done"], states[0]["total"]) == ("running", 1, 3)
    assert an.get(f"/jobs/{job_id}/state").json["url"] == "/courses"
    assert "xong" in an.get(f"/jobs/{job_id}").text
    assert signed_in("hoa").get(f"/jobs/{job_id}").status_code == 404


def test_a_job_without_its_cause_is_refused_and_one_rolled_back_is_not_done(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        enqueue(NAME, {}, None)
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue(NAME, {}, None)
        raise ZeroDivisionError
    assert run_pending() == 0


def test_what_a_job_declines_is_said_to_the_one_who_asked(
    cast: Cast, work: dict[str, Any], signed_in: Callable[[str], FlaskClient]
) -> None:
    def decline(progress: Progress) -> None:
        raise Refused("Tệp không còn trên máy chủ.")

    work[NAME] = decline
    job_id = ask(cast.accounts["an"].id)
    run_pending()
    assert job(job_id).state == "failed"
    assert "Tệp không còn" in signed_in("an").get(f"/jobs/{job_id}").text


def test_a_job_that_crashes_is_over_and_the_next_one_is_done(
    cast: Cast, work: dict[str, Any], signed_in: Callable[[str], FlaskClient]
) -> None:
    def crash(progress: Progress, number: int) -> None:
        1 // number

    work[NAME] = crash
    bad, good = ask(cast.accounts["an"].id, number=0), ask(number=1)
    assert run_pending(5) == 2
    assert (job(bad).state, job(good).state) == ("failed", "done")
    page = signed_in("an").get(f"/jobs/{bad}").text
    assert "lỗi" in page and "ZeroDivision" not in page


def lose(job_id: int) -> None:
    """The worker is gone: the last sign of life is old."""
    with transaction() as session:
        found = session.get_one(Job, job_id)
        found.state, found.beat_at = "running", clock.now() - timedelta(minutes=3)


def test_a_job_whose_worker_died_is_taken_up_again(app: Flask, work: dict[str, Any]) -> None:
    done = []
    work[NAME] = lambda progress: done.append(progress.job_id)
    job_id = ask()
    with transaction() as session:
        session.get_one(Job, job_id).state = "running"
        session.get_one(Job, job_id).beat_at = clock.now()
    assert run_pending() == 0  # somebody is at it
    lose(job_id)
    assert run_pending() == 1 and done == [job_id] and job(job_id).state == "done"


def test_a_job_that_kills_every_worker_is_given_up(app: Flask, work: dict[str, Any]) -> None:
    class Killed(BaseException):
        """What happens to the process, not to the job."""

    def kill(progress: Progress) -> None:
        raise Killed

    work[NAME] = kill
    job_id = ask()
    for _attempt in range(3):
        with pytest.raises(Killed):
            run_pending()
        lose(job_id)
    assert run_pending() == 1
    assert job(job_id).state == "failed" and "3" in job(job_id).message


def test_a_job_of_a_plugin_that_is_gone_fails_and_stops_nothing(app: Flask, work: dict[str, Any]) -> None:
    job_id = ask()
    assert run_pending() == 1 and job(job_id).state == "failed"


def test_a_worker_at_a_long_job_is_alive(app: Flask) -> None:
    at = clock.now()
    assert not worker.alive(at)
    worker.one_round(at)
    worker.one_round(at + timedelta(seconds=5))
    assert db.session.query(Worker).count() == 1 and worker.alive(at)
    later = at + timedelta(minutes=5)
    assert not worker.alive(later)
    with transaction() as session:
        session.add(Job(name=NAME, arguments={}, state="running", created_at=at, beat_at=later))
    assert worker.alive(later)

"""`flask quizzes statistics ID`."""

import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup

from courses.quizzes.models import Attempt, Quiz
from courses.results import queries, statistics
from lms.db import db
from lms.output import say

quizzes_cli = AppGroup("quizzes", help="Quizzes and their results.")


@quizzes_cli.command("statistics")
@click.argument("quiz_id", type=int)
@click.option("--which", type=click.Choice(queries.WHICH), default="first", help="Which attempts of each person count.")
@click.option("--json", "as_json", is_flag=True)
def show(quiz_id: int, which: str, as_json: bool) -> None:
    """Facility, discrimination, consistency and standard error, as Moodle defines them."""
    if db.session.get(Quiz, quiz_id) is None:
        say(as_json, {"problems": [f"no quiz {quiz_id}"]}, f"There is no quiz {quiz_id}.")
        sys.exit(1)
    found = queries.chosen(queries.marked(db.session(), [Attempt.quiz_id == quiz_id]), which)
    questions = queries.question_ids(db.session(), {version for attempt in found for version in attempt.versions})
    sat = queries.sat_of(found, questions)
    quiz = statistics.quiz_statistics(sat)
    positions = statistics.by_position(sat)
    weights = statistics.effective_weights(positions)
    items = [
        {"question": item.question.name, "doubts": item.doubts, **_rounded(asdict(item.numbers)),
         "options": [asdict(option) for option in item.options]}
        for item in queries.items(found, questions)
    ]  # fmt: skip
    places = [
        {"position": number, "effective_weight": weight, **_rounded(asdict(place))}
        for number, (place, weight) in enumerate(zip(positions, weights, strict=True), start=1)
    ]
    lines = [f"{name}: {value}" for name, value in _rounded(asdict(quiz)).items()]
    lines += [
        f"{item['question']}: facility {item['facility']}, discrimination {item['discrimination_index']}"
        for item in items
    ]
    facts = {"quiz": quiz_id, "which": which, **_rounded(asdict(quiz)), "items": items, "positions": places}
    say(as_json, facts, "\n".join(lines))


def _rounded(values: dict[str, object]) -> dict[str, object]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in values.items()}

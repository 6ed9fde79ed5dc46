"""Every route of every plugin, tried by every role, against one table."""

from collections.abc import Callable

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event

from lms.db import db
from tests.conftest import BACKEND, Cast
from tests.promises.access_matrix import MATRIX, ROLES, Row
from tests.promises.world import build

LOGIN = "/login"
# Who may is settled before a database is asked; on the second database four roles show that it understands the pages.
TRIED = ROLES if BACKEND == "sqlite" else {r: ROLES[r] for r in ("learner", "manager", "inspector", "administrator")}


def test_every_route_has_a_row_and_every_row_a_route(the_app: Flask) -> None:
    routes = {rule.endpoint: rule for rule in the_app.url_map.iter_rules()}
    new = sorted(routes.keys() - MATRIX.keys())
    assert not new, "add a row to MATRIX in tests/promises/access_matrix.py for: " + "; ".join(
        f'"{endpoint}": Row(may=<the roles that may>, args=lambda w: {{...}})  # {routes[endpoint].rule}'
        for endpoint in new
    )
    gone = sorted(MATRIX.keys() - routes.keys())
    assert not gone, f"take these rows out of tests/promises/access_matrix.py, their routes are gone: {gone}"


def test_every_role_gets_through_exactly_where_the_matrix_says(
    app: Flask, cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    world = build(cast)
    wrong = []
    written: list[str] = []
    clients: dict[str, FlaskClient] = {}
    event.listen(db.engine, "before_cursor_execute", lambda *args: written.append(args[2]))
    for rule in app.url_map.iter_rules():
        row = MATRIX[rule.endpoint]
        with app.test_request_context():
            path = url_for(rule.endpoint, **row.args(world))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for role, player in TRIED.items():
                # A posted form may end a sign-in; pages leave it as it is.
                client = clients.pop(role, None) or (signed_in(player) if player else app.test_client())
                if method == "GET":
                    clients[role] = client
                written.clear()
                sent = {"json": row.json} if row.json else {"data": row.post}
                answer = client.open(path, method=method, **(sent if method == "POST" else {}))
                answer.close()
                got = _answer(answer.status_code, answer.headers.get("Location", ""))
                if got != (expected := _expected(row, role, method)):
                    wrong.append(f"{method} {rule.endpoint} by {role}: {got}, the matrix says {expected}")
                if method == "GET" and (writes := [sql for sql in written if _writes(sql)]):
                    wrong.append(f"GET {rule.endpoint} by {role} writes: {writes[0][:60]}")
    assert not wrong, "\n".join(["tests/promises/access_matrix.py and the views differ:", *wrong])


def _writes(sql: str) -> bool:
    """Reading people's data leaves a line in the audit log; nothing else is written by reading."""
    return sql.startswith(("INSERT", "UPDATE", "DELETE")) and not sql.startswith("INSERT INTO lms_audit_entry")


def _answer(status: int, location: str) -> str:
    if status == 302 and location.startswith(LOGIN + "?"):
        return "to the sign-in page"
    return str(status) if status in (401, 403, 404) or status == 500 else "let through"


def _expected(row: Row, role: str, method: str) -> str:
    if role in row.may:
        return "let through"
    if role == "stranger":
        return "to the sign-in page" if method == "GET" else "401"
    return "404" if role in row.hidden_from else "403"

"""Each step of a quiz beside a bare Flask page: `python -m tests.bench.quiz [--people N]`.

Both run on granian as `flask serve` runs it; eight browsers ask without a pause. Counted is the server's own processor
time. The final has 20 questions, its papers are built beforehand; nobody passes, so no certificate is issued.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.bench.pages import processor_time
from tests.load.hall import Answer, Line, lines, serving
from tests.load.office import QUESTIONS, prepare, right_values

AT_ONCE = 8


async def step(label: str, bare: float, crowd: list[Line], ask: Callable[[Line, int], Awaitable[Answer]]) -> float:
    """Prints requests per processor second of one step, done once by each browser."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, line: Line) -> None:
        async with gate:
            answer = await ask(line, number)
            assert answer.status in (200, 302), (label, answer.status, answer.text[:200])

    before = processor_time()
    await asyncio.gather(*(one(number, line) for number, line in enumerate(crowd)))
    rate = len(crowd) / (processor_time() - before)
    print(f"| {label} | {rate:.0f} | {rate / (bare or rate):.0%} |", flush=True)
    return rate


async def bare_page(port: int, count: int) -> float:
    async with lines(port, [""] * count) as crowd:
        return await step("a bare Flask page", 0, crowd, lambda line, _number: line.get("/"))


async def steps(port: int, quiz_id: int, cookies: list[str], bare: float) -> None:
    attempts: dict[int, str] = {}
    papers: dict[int, list[Any]] = {}

    async def start(line: Line, number: int) -> Answer:
        answer = await line.form(f"/quizzes/{quiz_id}/start")
        attempts[number] = answer.headers["location"]
        return answer

    async def paper(line: Line, number: int) -> Answer:
        answer = await line.get(attempts[number])
        papers[number] = right_values(answer.text)
        return answer

    async def save(line: Line, number: int) -> Answer:
        place = number % QUESTIONS
        said = {"key": f"bench-{number:06}", "seq": 1, "position": place, "value": papers[number][place]}
        return await line.json(f"{attempts[number]}/answers", said)

    warm, cookies = cookies[:5], cookies[5:]
    async with lines(port, warm) as crowd:  # templates and statements are compiled at their first use
        for number, line in enumerate(crowd):
            await line.get(f"/quizzes/{quiz_id}")
            await start(line, number)
            await paper(line, number)
            await save(line, number)
            await line.form(f"{attempts[number]}/submit")
            await line.get(attempts[number])
    attempts.clear()
    async with lines(port, cookies) as crowd:
        await step("before the start", bare, crowd, lambda line, _number: line.get(f"/quizzes/{quiz_id}"))
        await step("start", bare, crowd, start)
        await step("the paper", bare, crowd, paper)
        await step("save", bare, crowd, save)
        await step("submit", bare, crowd, lambda line, number: line.form(f"{attempts[number]}/submit"))
        await step("the result", bare, crowd, lambda line, number: line.get(attempts[number]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=400)
    people = min(options.parse_args().people, 2000)
    with tempfile.TemporaryDirectory() as folder:
        app, quiz_id, cookies = prepare(Path(folder), "", people)
        print("| step | per processor second | of a bare Flask page |\n|---|---|---|")
        with serving(app, factory="tests.bench.bare:create_app") as port:
            bare = asyncio.run(bare_page(port, people))
        with serving(app) as port:
            asyncio.run(steps(port, quiz_id, cookies, bare))


if __name__ == "__main__":
    main()

"""The matrix topic x level x count: what is chosen, what is missing, what two papers share."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from courses.questions.types import LEVELS
from courses.quizzes.blueprint import ANY, Cell, Pooled, Shortage, cells, choose, draw_of, overlap, shortages, total

TOPICS = ("T1", "T2", "T3")
POOLS = st.lists(st.tuples(st.sampled_from(TOPICS), st.sampled_from((*LEVELS, ""))), max_size=60).map(
    lambda rows: sorted((Pooled(n, *row) for n, row in enumerate(rows)), key=lambda q: (q.topic, q.version))
)
DRAWS = st.dictionaries(
    st.sampled_from(TOPICS),
    st.integers(1, 6) | st.dictionaries(st.sampled_from((*LEVELS, ANY)), st.integers(1, 4), min_size=1),
)


def test_the_alarm_says_how_many_are_there() -> None:
    pool = [Pooled(n, "T3", "van-dung") for n in range(7)] + [Pooled(9, "T3", "nhan-biet")]
    assert shortages({"T3": {"van-dung": 12}}, pool) == [Shortage(Cell("T3", "van-dung", 12), 7)]
    # What a level uses is not left for "any level".
    assert shortages({"T3": {"van-dung": 7, ANY: 2}}, pool) == [Shortage(Cell("T3", ANY, 2), 1)]
    assert shortages({"T3": {"van-dung": 7, ANY: 1}}, pool) == []


@given(DRAWS, POOLS, st.integers())
def test_a_paper_is_what_the_blueprint_says_or_there_is_an_alarm(
    draw: dict[str, object], pool: list[Pooled], seed: int
) -> None:
    """Against the obvious: count the chosen ones by topic and level."""
    if shortages(draw, pool):
        return
    chosen = choose(draw, pool, Random(seed))
    assert len(chosen) == len(set(chosen)) == total(draw)
    assert chosen == choose(draw, pool, Random(seed))
    by_version = {question.version: question for question in pool}
    topics = Counter(by_version[version].topic for version in chosen)
    levels = Counter((by_version[version].topic, by_version[version].level) for version in chosen)
    for topic in TOPICS:
        mine = [cell for cell in cells(draw) if cell.topic == topic]
        assert topics[topic] == sum(cell.count for cell in mine)
        assert all(levels[topic, cell.level] >= cell.count for cell in mine if cell.level != ANY)


@given(DRAWS)
def test_the_matrix_is_read_back_as_it_was_written(draw: dict[str, object]) -> None:
    assert sorted(cells(draw_of(cells(draw)))) == sorted(cells(draw))


def test_overlap_counts_shared_questions() -> None:
    assert overlap([[1, 2, 3], [3, 4, 5], [7]]) == [[3, 1, 0], [1, 3, 0], [0, 0, 1]]

"""How posts become figures. Pure: no database, no clock.

People are counted once however many posts they hold. That count is no sum over units, but it becomes one: each holding
adds 1 at its unit, and each neighbouring pair of one person's holdings, in depth-first order of the tree, takes 1 off
at their lowest common unit. In any subtree the pairs inside are then one fewer than the holdings inside.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lms.text import rate


@dataclass(frozen=True)
class PostState:
    """One post in force and how it counts. `path` is its unit's, `/1/5/20/`."""

    post_id: int
    unit_id: int
    path: str
    kind_id: int
    state: str
    capacity: str = ""
    person_id: int | None = None
    trained: bool = False


@dataclass
class Figures:
    """posts = vacant + exempt + holders. `trained` of the holders' posts; `people` counts each holder once.

    `acting` and `concurrent` say in which capacity holders hold.
    """

    posts: int = 0
    vacant: int = 0
    exempt: int = 0
    acting: int = 0
    concurrent: int = 0
    holders: int = 0
    trained: int = 0
    people: int = 0
    people_trained: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Percent of holders' posts that are trained, one decimal, cut off; None where there is no holder."""
        return rate(self.trained, self.holders)

    @property
    def missing(self) -> int:
        return self.holders - self.trained

    def add(self, other: "Figures") -> None:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def add_post(self, post: PostState) -> None:
        """Counts one post, its person as if it were their only one."""
        holder = post.state == "holder"
        trained = holder and post.trained
        self.posts += 1
        self.vacant += post.state == "vacant"
        self.exempt += post.state == "exempt"
        self.acting += holder and post.capacity == "acting"
        self.concurrent += holder and post.capacity == "concurrent"
        self.holders += holder
        self.trained += trained
        self.people += holder
        self.people_trained += trained

    def take_off(self, trained: bool) -> None:
        """Somebody was counted twice."""
        self.people -= 1
        self.people_trained -= trained

    def as_json(self) -> dict[str, Any]:
        """The figures for scripts; `rate` is a number of percent or null."""
        exact = self.rate
        return {name: getattr(self, name) for name in NAMES} | {"rate": None if exact is None else float(exact)}


NAMES = tuple(field.name for field in fields(Figures))
# A unit and a post kind; None for all kinds.
Key = tuple[int, int | None]


def units_of(path: str) -> tuple[int, ...]:
    """The units from the root down: (1, 5, 20) of /1/5/20/. Sorted by it, a tree stands in depth-first order."""
    return tuple(int(part) for part in path.strip("/").split("/"))


@dataclass(frozen=True)
class Shared:
    """A neighbouring pair of one person's holdings and the lowest unit above both."""

    person_id: int
    unit_id: int
    kind_id: int | None
    trained: bool


def shared(posts: Iterable[PostState]) -> Iterator[Shared]:
    """The pairs of the holders among these posts, over all kinds and kind by kind; all posts of a person at once."""
    by_person: dict[int, list[PostState]] = {}
    for post in posts:
        if post.state == "holder" and post.person_id is not None:
            by_person.setdefault(post.person_id, []).append(post)
    for person_id, held in by_person.items():
        if len(held) < 2:
            continue
        kinds: list[int | None] = [None, *sorted({post.kind_id for post in held})]
        for kind in kinds:
            chosen = sorted(units_of(post.path) for post in held if kind in (None, post.kind_id))
            for one, other in pairwise(chosen):
                common = [a for a, b in zip(one, other, strict=False) if a == b]
                yield Shared(person_id, common[-1], kind, held[0].trained)


def own_figures(posts: Iterable[PostState], pairs: Iterable[Shared]) -> dict[Key, Figures]:
    """What each unit itself adds to the sums above it."""
    own: dict[Key, Figures] = {}
    for post in posts:
        for kind in (None, post.kind_id):
            own.setdefault((post.unit_id, kind), Figures()).add_post(post)
    for pair in pairs:
        own.setdefault((pair.unit_id, pair.kind_id), Figures()).take_off(pair.trained)
    return own


def totals(posts: Iterable[PostState]) -> dict[Key, Figures]:
    """The figures of every unit's subtree, by sums."""
    posts = list(posts)
    own = own_figures(posts, shared(posts))
    paths = {post.unit_id: units_of(post.path) for post in posts}
    for path in list(paths.values()):
        paths.update({unit: path[: index + 1] for index, unit in enumerate(path)})
    found: dict[Key, Figures] = {}
    for (unit, kind), figures in own.items():
        for above in paths[unit]:
            found.setdefault((above, kind), Figures()).add(figures)
    return found


def recounted(posts: Iterable[PostState]) -> dict[Key, Figures]:
    """The same figures the slow and obvious way, with sets of people: what `totals` must equal."""
    found: dict[Key, Figures] = {}
    people: dict[Key, set[int | None]] = {}
    trained: dict[Key, set[int | None]] = {}
    for post in posts:
        for unit in units_of(post.path):
            for kind in (None, post.kind_id):
                key = (unit, kind)
                found.setdefault(key, Figures()).add_post(post)
                if post.state == "holder":
                    people.setdefault(key, set()).add(post.person_id)
                    if post.trained:
                        trained.setdefault(key, set()).add(post.person_id)
    for key, figures in found.items():
        figures.people = len(people.get(key, ()))
        figures.people_trained = len(trained.get(key, ()))
    return found

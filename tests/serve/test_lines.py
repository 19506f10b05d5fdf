"""Who waits, who is next, and what is kept: parts that need no server."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from devcoop.serve.kept import KeptAnswers
from devcoop.serve.messages import (
    HEAD_SIZE,
    LENGTH_SIZE,
    QueryJob,
    Reply,
    pack_job,
    pack_reply,
    read_head,
    read_length,
    unpack_job,
)
from devcoop.serve.replies import Outgoing
from devcoop.serve.waiting import WaitingLine

FORMATS = ("text/csv", "text/csv", None)
clients = st.sampled_from("abc")


@given(st.lists(clients, max_size=40))
def test_a_line_is_bounded_fair_and_loses_nobody(arrivals: list[str]) -> None:
    line = WaitingLine[tuple[str, int]](size=10, share=5)
    waiting = [(client, n) for n, client in enumerate(arrivals) if line.add(client, (client, n))]
    counts = Counter(client for client, _ in waiting)
    assert len(line) == len(waiting) <= 10
    assert max(counts.values(), default=0) <= 5
    taken = [one for one in iter(line.take, None) if one]
    assert sorted(taken) == sorted(waiting)
    # Whoever came first among one client's requests is first.
    for client in counts:
        own = [n for who, n in taken if who == client]
        assert own == sorted(own)
    # The first requests of all who wait come before anybody's second.
    assert len({client for client, _ in taken[: len(counts)]}) == len(counts)


@given(st.lists(clients, min_size=1, max_size=20), st.data())
def test_who_leaves_the_line_is_not_served(arrivals: list[str], data: st.DataObject) -> None:
    line = WaitingLine[int](size=100, share=100)
    for n, client in enumerate(arrivals):
        line.add(client, n)
    gone = data.draw(st.integers(0, len(arrivals) - 1))
    line.discard(arrivals[gone], gone)
    line.discard(arrivals[gone], gone)
    assert len(line) == len(arrivals) - 1 == len(line.items())
    assert line.take(lambda _: False) is None
    assert gone not in list(iter(line.take, None))


@given(st.text(), st.floats(0.1, 100), st.none() | st.lists(st.text()).map(tuple))
def test_jobs_arrive_as_they_were_sent(
    text: str, seconds: float, graphs: tuple[str, ...] | None
) -> None:
    job = QueryJob(text, FORMATS, graphs)
    packed = pack_job(job, seconds)
    assert read_length(packed) == len(packed) - LENGTH_SIZE
    assert unpack_job(packed[LENGTH_SIZE:]) == (seconds, job)


@given(st.integers(100, 599), st.text(max_size=50), st.binary(), st.text(max_size=9))
def test_replies_say_how_long_they_are(
    status: int, media_type: str, body: bytes, note: str
) -> None:
    packed = pack_reply(Reply(status, media_type, body, note))
    read = read_head(packed)
    assert (read[0], read[3]) == (status, len(body))
    assert packed[HEAD_SIZE:].decode() == media_type + note
    assert sum(read[1:3]) == len(packed) - HEAD_SIZE


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5000)), max_size=60))
def test_kept_answers_stay_within_their_bytes(asked: list[tuple[int, int]]) -> None:
    kept = KeptAnswers(20_000)
    jobs = {n: QueryJob(f"ASK {{ {n} }}", FORMATS) for n, _ in asked}
    sizes: dict[int, int] = {}
    for n, size in asked:
        sizes.setdefault(n, size) if kept.find("v", jobs[n]) else sizes.update({n: size})
        kept.keep("v", jobs[n], Outgoing(200, [], b"x" * size))
    found = {n: kept.find("v", jobs[n]) for n in jobs}
    bodies = {n: answer.body for n, answer in found.items() if answer}
    assert sum(map(len, bodies.values())) <= 20_000
    assert {n: len(body) for n, body in bodies.items()}.items() <= sizes.items()
    assert kept.find("other", QueryJob("ASK { 0 }", FORMATS)) is None

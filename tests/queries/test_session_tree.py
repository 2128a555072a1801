"""Sub-sessions below their sessions."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from colonydesk.db.engine import Database
from colonydesk.db.tables import Session
from colonydesk.queries.id_array import IdArray
from colonydesk.queries.procedures import Filters
from colonydesk.queries.session_tree import SessionTree, arrange, session_tree
from tests.queries.colony import Colony, counted, on

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))


def tree_of(*pairs: tuple[UUID, UUID | None]) -> SessionTree:
    """Of (id, parent), in the order of a list."""
    ids = IdArray(b"".join(one.bytes for one, _ in pairs))
    return arrange(ids, {one: up for one, up in pairs if up is not None})


def test_each_below_its_parent_in_the_given_order() -> None:
    tree = tree_of((D, B), (A, None), (B, None), (C, B), (E, C))
    assert tuple(tree.ids) == (A, B, D, C, E)
    assert tree.depth == {D: 1, C: 1, E: 2}
    assert tree.children == {B: 2, C: 1}


def test_folded_up_all_that_is_below_is_gone() -> None:
    tree = tree_of((B, None), (D, B), (C, B), (E, C), (A, None))
    assert tuple(tree.without_below({B})) == (B, A)
    assert tuple(tree.without_below({C})) == (B, D, C, A)
    assert tuple(tree.without_below({B, C})) == (B, A)
    assert tree.without_below({A}) == tree.ids  # it has nothing below
    assert tree.without_below({UUID(int=99)}) == tree.ids


def test_without_its_parent_a_sub_session_stands_for_itself() -> None:
    tree = tree_of((C, B), (E, C))
    assert tuple(tree.ids) == (C, E)
    assert tree.depth == {E: 1}


def test_sessions_that_are_each_other_s_parents_are_all_there() -> None:
    tree = tree_of((A, B), (B, A), (C, B))
    assert set(tree.ids) == {A, B, C}
    assert tuple(tree.ids).index(C) == tuple(tree.ids).index(B) + 1


@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 12)), unique_by=lambda pair: pair[0]))
def test_nothing_is_lost_and_nothing_twice(pairs: list[tuple[int, int | None]]) -> None:
    given_ids = [(UUID(int=one), None if up is None else UUID(int=up)) for one, up in pairs]
    tree = tree_of(*given_ids)
    ids = tuple(tree.ids)
    assert sorted(ids) == sorted(one for one, _ in given_ids)
    parents = dict(given_ids)
    for place, one in enumerate(ids):
        if depth := tree.depth.get(one, 0):
            before = [other for other in ids[:place] if tree.depth.get(other, 0) == depth - 1]
            assert before[-1] == parents[one]
    assert sum(tree.children.values()) == len(tree.depth)


def test_from_the_database_in_two_statements(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    early, late = (colony.add(Session, subject_id=subject, start_time=on(day)) for day in (9, 2))
    part = colony.add(
        Session, subject_id=subject, start_time=on(1), parent_session_id=early, task_protocol="probe"
    )
    colony.write()
    with counted(db) as sent, db.read() as connection:
        tree = session_tree(connection, "session", Filters())
    assert len(sent) == 2
    assert tuple(tree.ids) == (late, early, part)
    assert tree.depth == {part: 1}
    with db.read() as connection:
        assert session_tree(connection, "session", Filters(text="probe")).ids == tree_of((part, None)).ids
        assert session_tree(connection, "ephys", Filters()).ids == IdArray()
        assert session_tree(connection, "session", Filters(member_id=uuid4())).ids == IdArray()

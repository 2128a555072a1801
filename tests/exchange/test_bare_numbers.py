"""NaN and infinity in a dump: Django writes them as they are, JSON does not know them."""

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Session, Weighing
from colonydesk.exchange.alyx import ImportReport, import_alyx
from colonydesk.exchange.alyx.bare import Marking
from tests.exchange.small_dump import NOW, Record, id_of, ids, listed, put, record, row_of, small_dump, write


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
def test_a_weight_that_is_no_number_is_listed_and_the_rest_comes_in(
    db: Database, take: Callable[..., ImportReport], token: str
) -> None:
    report = take(put("weighing", weight=float(token)))

    assert listed(report) == {("actions.weighing", id_of("weighing")): f"weight: “{token}” is not a number"}
    assert report.tables["actions.weighing"].skipped == 1
    assert report.total().written == 10
    assert ids(db, Weighing) == {id_of("second"), id_of("third")}


@pytest.mark.parametrize(
    ("label", "fields", "reason"),
    [
        ("a", {"json": {"deep": [1.5, {"x": math.nan}]}}, "json: “NaN” is not a number"),
        ("a", {"json": math.inf}, "json: “Infinity” is not a number"),
        ("a", {"not_ours": [[-math.inf]]}, "not_ours: “-Infinity” is not a number"),
        ("a", {"nickname": math.nan}, "nickname: “NaN” is not a number"),
    ],
)
def test_wherever_it_stands(
    db: Database, take: Callable[..., ImportReport], label: str, fields: dict[str, Any], reason: str
) -> None:
    report = take(put(label, **fields))
    problems = listed(report)
    assert problems["subjects.subject", id_of("a")] == reason
    assert problems["actions.weighing", id_of("second")] == f"subject: “{id_of('a')}” was itself left out"
    assert ids(db, Weighing) == {id_of("third")}


def test_what_is_no_number_for_a_pk_or_a_model(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        records["pk"] = {"model": "actions.weighing", "pk": math.nan, "fields": {}}
        records["model"] = {"model": math.nan, "pk": 1, "fields": {}}

    assert {(pk, reason) for _, pk, reason in take(spoil).problems} == {
        ("NaN", "pk: “NaN” is not a number"),
        ("1", "the record does not say its model"),
    }


def test_of_a_model_that_is_not_ours_too(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        records["probe"] = {"model": "experiments.probe", "pk": 1, "fields": {"depth": math.nan}}

    (problem,) = take(spoil).problems
    assert problem == ("experiments.probe", "1", "depth: “NaN” is not a number")


def test_the_same_words_within_a_text_stay(db: Database, take: Callable[..., ImportReport]) -> None:
    text = 'weights: [NaN, -Infinity] and "NaN", \\"Infinity\\\\'

    def spoil(records: dict[str, Record]) -> None:
        fields = {"subject": id_of("a"), "narrative": text, "json": {"NaN": ["Infinity", "\\"]}}
        records["visit"] = record("actions.session", "visit", **fields)

    assert take(spoil).problems == []
    visit = row_of(db, Session, "visit")
    assert (visit.narrative, visit.json) == (text, {"NaN": ["Infinity", "\\"]})


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("1e999", "weight: “Infinity” is not a number"),
        ("-1e999", "weight: “-Infinity” is not a number"),
        ("1e99999999999999999999", "weight: “Infinity” is not a number"),
        ("9" * 400, "weight: “Infinity” is not a number"),
        ("9" * 5000, "weight: “Infinity” is not a number"),
    ],
)
def test_a_number_that_is_too_large_is_listed_and_the_rest_comes_in(
    db: Database, tmp_path: Path, number: str, reason: str
) -> None:
    records = small_dump()
    records["weighing"]["fields"]["weight"] = 77777.5
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(list(records.values())).replace("77777.5", number))
    report = import_alyx(db, file, now=NOW)
    assert listed(report) == {("actions.weighing", id_of("weighing")): reason}
    assert ids(db, Weighing) == {id_of("second"), id_of("third")}
    assert row_of(db, Weighing, "second").weight == 21.0


def test_a_whole_number_of_more_than_eight_bytes_comes_in_where_there_is_room(
    db: Database, tmp_path: Path
) -> None:
    records = small_dump()
    records["lab"]["fields"]["json"] = {"share": 0.1, "count": 2**70}
    records["visit"] = record("actions.session", "visit", subject=id_of("a"), number=2**63)
    report = import_alyx(db, write(tmp_path / "dump.json", records), now=NOW)
    (said,) = listed(report).items()
    assert said == (("actions.session", id_of("visit")), f"number: {2**63} is too large")
    kept = row_of(db, Lab, "lab").json
    assert kept["share"] == 0.1
    assert float(kept["count"]) == 2.0**70  # PostgreSQL writes a decimal one whole


def test_strict_writes_nothing(db: Database, take: Callable[..., ImportReport]) -> None:
    report = take(put("weighing", weight=math.nan), strict=True)
    assert report.refused == "Nothing was written: 1 problem was found."
    assert ids(db, Weighing) == set()


def test_a_file_of_nothing_else_has_no_records(db: Database, tmp_path: Path) -> None:
    """Larger than what is read at once: pieces end within a token."""
    file = tmp_path / "dump.json"
    file.write_text("[" + ", ".join(["NaN"] * 20_000) + "]")
    report = import_alyx(db, file, now=NOW)
    assert report.tables["(no model)"].skipped == 20_000
    assert report.problems[0].reason == "“NaN” is not a record"


def marked(text: bytes, sizes: list[int], *, numbers: bool = False) -> bytes:
    """What a parser gets that asks for pieces of these sizes, again and again."""
    marking = Marking(io.BytesIO(text).read, numbers=numbers)
    pieces: list[bytes] = []
    while piece := marking.read(sizes[len(pieces) % len(sizes)]):
        pieces.append(piece)
    return b"".join(pieces)


texts = st.text(st.sampled_from(list('NaInfity-"\\\\,:[]{}u0 é\x00\n')), max_size=12)
values = st.recursive(
    st.none() | st.sampled_from([math.nan, math.inf, -math.inf, 0.5, 100, -7]) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def replaced(value: Any) -> Any:
    """A value as it comes out of the parser."""
    if isinstance(value, dict):
        return {key: replaced(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "\x00" + json.dumps(value)
    return value


@given(
    st.lists(
        st.sampled_from(["1e999", "-1E+999", "9" * 330, "1.8e308", str(2**63), str(-(2**63) - 1)])
        | st.sampled_from([str(2**63 - 1), str(-(2**63)), "0", "-7", "0.5", "1.5e308", "1e-999", "NaN"])
        | st.text(st.sampled_from(list('0159eE+-."\\u,')), max_size=8).map(json.dumps),
        max_size=8,
    ),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
)
def test_numbers_that_a_parser_cannot_hold_are_marked_or_decimal(
    written: list[str], sizes: list[int]
) -> None:
    def held(text: str) -> Any:
        value = json.loads(text)
        if isinstance(value, str):
            return value
        if not math.isfinite(float(text)):
            return "\x00" + json.dumps(float(text))
        return value if isinstance(value, float) or -(2**63) <= value < 2**63 else float(value)

    text = f"[{', '.join(written)}]".encode()
    for pieces in (sizes, [1 << 16]):
        found = json.loads(marked(text, pieces, numbers=True))
        assert [(type(one), one) for one in found] == [(type(one), one) for one in map(held, written)]


@given(values, st.lists(st.integers(1, 9), min_size=1, max_size=5), st.booleans())
def test_every_token_and_nothing_else_is_marked_wherever_the_pieces_end(
    value: Any, sizes: list[int], ascii_only: bool
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert json.loads(marked(text, sizes)) == replaced(value)
    in_one = marked(text, [1 << 16])
    assert json.loads(in_one) == replaced(value)

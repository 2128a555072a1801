import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.errors import Refused
from colonydesk.domain.naming import autoname, check_nickname, check_typed_nickname, wants_autoname

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "vectors" / "naming.json.gz"
KINDS = {
    "new_subject_autoname()": "subject",
    "Subject(line=L, nickname='-')": "subject",
    "new_litter_autoname()": "litter",
    "Litter.objects.create(line=L).name": "litter",
    "Litter.objects.create(line=L).name (again)": "litter",
    "new_breeding_pair_autoname()": "breeding_pair",
    "BreedingPair.objects.create(line=L).name": "breeding_pair",
}
DECIDED = {"taken litter and breeding pair names are NOT skipped"}
EXISTING = {"subject": "subject ", "litter": "litter ", "breeding_pair": "breeding pair "}


@pytest.fixture(scope="module")
def vectors():
    if not VECTORS.exists():
        pytest.skip("no shared/data/vectors beside the repository")
    return json.loads(gzip.decompress(VECTORS.read_bytes()))


def answers(sequence):
    """(name or None if refused, index after) of each step, by our rules."""
    line = sequence["line"]
    index = {kind: int(line.get(f"{kind}_autoname_index", 0)) for kind in EXISTING}
    taken = {
        kind: {name.removeprefix(prefix) for name in sequence.get("existing", []) if name.startswith(prefix)}
        for kind, prefix in EXISTING.items()
    }
    for step in sequence["steps"]:
        kind = KINDS[step["call"]]
        try:
            name, index[kind] = autoname(kind, line["nickname"], index[kind], taken[kind].__contains__)
        except Refused:
            name = None
        yield name, dict(index)


def test_names_are_those_of_the_reference(vectors):
    compared = 0
    for sequence in vectors["sequences"]:
        if sequence["name"] in DECIDED:
            continue
        for step, (name, index) in zip(sequence["steps"], answers(sequence), strict=True):
            result = step["result"]
            assert name == (None if isinstance(result, dict) else result), sequence["name"]
            assert index == step["indices_after"], sequence["name"]
            compared += 1
    assert compared >= 10


def test_decided_taken_litter_and_pair_names_are_skipped_too(vectors):
    [sequence] = [sequence for sequence in vectors["sequences"] if sequence["name"] in DECIDED]
    assert [name for name, _ in answers(sequence)] == ["EMX_L_002", "EMX_L_003", "EMX_BP_002"]


def test_the_pattern_is_that_of_the_reference(vectors):
    assert vectors["nickname_regex"] == r"^[\w.-]+$"


@pytest.mark.parametrize("name", ["m1", "PV_0001", "CR-12.b", "Zoë_3", "12", "."])
def test_nicknames_of_letters_digits_and_three_signs_are_allowed(name):
    assert check_nickname(f" {name} ") == name


@pytest.mark.parametrize("name", ["a b", "a/b", "a\nb", "a,b", "m1;", "m#1", "a\tb", "é\u0301 x"])
def test_other_nicknames_are_refused_in_one_line(name):
    with pytest.raises(Refused) as refusal:
        check_nickname(name)
    assert refusal.value.field == "nickname"
    assert len(str(refusal.value).splitlines()) == 1
    assert "letters, digits" in str(refusal.value)


@pytest.mark.parametrize("name", ["", "  ", "-", " - "])
def test_empty_and_a_dash_ask_for_an_automatic_name(name):
    assert wants_autoname(name)
    with pytest.raises(Refused, match="Type a nickname"):
        check_nickname(name)


def test_a_line_that_cannot_name_animals_can_name_litters():
    with pytest.raises(Refused, match='The line "Ai32 x/PV" cannot name animals') as refusal:
        autoname("subject", "Ai32 x/PV", 0, set().__contains__)
    assert refusal.value.field == "line"
    assert autoname("litter", "Ai32 x/PV", 0, set().__contains__) == ("Ai32 x/PV_L_001", 1)


@given(
    st.sampled_from(["subject", "litter", "breeding_pair"]),
    st.integers(min_value=0, max_value=20_000),
    st.sets(st.integers(min_value=1, max_value=60)),
)
def test_the_name_is_the_first_free_one_above_the_index(kind, index, steps):
    names = {autoname(kind, "PV", index + step - 1, set().__contains__)[0] for step in steps}
    name, after = autoname(kind, "PV", index, names.__contains__)
    assert name not in names
    assert after == index + min(set(range(1, 62)) - steps)


def test_while_it_is_typed_a_name_may_still_come_from_the_line():
    for name in ("", "-", "M_1"):
        check_typed_nickname(name)
    with pytest.raises(Refused, match="letters, digits"):
        check_typed_nickname("bad name!")

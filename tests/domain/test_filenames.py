"""Which dataset type and format a file is of, by its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.filenames import FormatMatcher, TypeMatcher, path_below, pattern_problem

TYPES = [
    ("spikes", "spikes.*.*", None),
    ("times", "spikes.times", None),
    ("times_ks", "spikes times of ks2", "spikes.times*.npy"),
    ("trials", "trials table", "*trials.table*"),
    ("any npy", "numpy", "*.npy"),
    ("video", "_iblrig_leftCamera.raw", None),
    ("ap", "ephys AP", "*_g[0-9]_t0.imec?.ap.*bin"),
    ("readme", "README", None),
    ("blank", "blank.pattern", "  "),
]


def matched(filename: str, types: list[tuple[str, str, str | None]] = TYPES) -> str | None:
    return TypeMatcher(types).match(filename)


@pytest.mark.parametrize(
    ("filename", "wanted"),
    [
        ("spikes.times.npy", "times_ks"),
        ("spikes.times.csv", "times"),
        ("spikes.depths.npy", "spikes"),
        ("spikes.depths.tar.gz", "spikes"),
        ("_ibl_trials.table.pqt", "trials"),
        ("_ibl_spikes.amps.npy", "spikes"),
        ("clusters.depths.npy", "any npy"),
        ("_iblrig_leftCamera.raw.mp4", "video"),
        ("run_g0_t0.imec0.ap.cbin", "ap"),
        ("run_gx_t0.imec0.ap.cbin", None),
        ("README.md", "readme"),
        ("README", "readme"),
        ("blank.pattern.txt", "blank"),
        ("notes.txt", None),
        ("npy", None),
        ("", None),
    ],
)
def test_a_file_is_of_the_type_that_says_most_of_its_name(filename: str, wanted: str | None) -> None:
    assert matched(filename) == wanted


@pytest.mark.parametrize("filename", ["SPIKES.TIMES.NPY", "Spikes.Times.npy", "_IBL_Trials.Table.pqt"])
def test_letters_case_does_not_matter(filename: str) -> None:
    assert matched(filename) == matched(filename.lower()) is not None


def test_the_order_of_the_types_does_not_matter() -> None:
    for filename in ("spikes.times.npy", "spikes.times.csv", "a.npy", "_ibl_trials.table.npy"):
        assert matched(filename) == matched(filename, TYPES[::-1])


def test_of_two_that_say_as_much_the_one_with_fewer_stars_then_the_first_by_text() -> None:
    assert matched("abc.npy", [("two", "x", "*bc.np*"), ("one", "y", "*bc.np?")]) == "one"
    for types in ([("b", "x", "*.np?"), ("a", "y", "*.?py")], [("a", "y", "*.?py"), ("b", "x", "*.np?")]):
        assert matched("abc.npy", types) == "a"


def test_what_is_special_to_regular_expressions_is_not_so_here() -> None:
    assert matched("a+b(1).npy", [("plus", "x", "a+b(1).*")]) == "plus"
    assert matched("aab1xnpy", [("plus", "x", "a+b(1).*")]) is None


def test_without_a_pattern_the_name_stands_for_that_object_alone() -> None:
    types: list[tuple[str, str, str | None]] = [("times", "spikes.times", None)]
    for filename in ("spikes.times.npy", "_ks2_spikes.times.npy", "spikes.times.probe00.npy", "spikes.times"):
        assert matched(filename, types) == "times"
    for filename in ("spikes.times2.npy", "xspikes.times.npy", "spikes.npy", "times.npy"):
        assert matched(filename, types) is None


def test_a_type_without_a_name_or_pattern_fits_nothing() -> None:
    assert matched("a.npy", [("empty", " ", None)]) is None


@given(st.text(max_size=30), st.text(alphabet="ab*?[].!_", max_size=8))
def test_no_name_and_no_pattern_upsets_it(filename: str, pattern: str) -> None:
    assert matched(filename, [("one", "n", pattern), ("all", "all", "*")]) in ("one", "all")


@pytest.mark.parametrize(
    ("filename", "wanted"),
    [
        ("a.npy", "npy"),
        ("A.NPY", "npy"),
        ("a.tar.gz", "tar"),
        ("a.gz", "gz"),
        ("a.csv", "csv"),
        ("acsv", None),
        (".npy", None),
        ("a", None),
    ],
)
def test_a_file_is_in_the_format_of_its_longest_ending(filename: str, wanted: str | None) -> None:
    formats = [("gz", ".gz"), ("tar", ".tar.gz"), ("npy", "npy"), ("csv", "*.csv"), ("x", None), ("y", " . ")]
    assert FormatMatcher(formats).match(filename) == wanted


@pytest.mark.parametrize("pattern", ["*", "*.*", "???", "[ab]*", "alf/*.npy", "alf\\*.npy"])
def test_patterns_that_are_none_are_told(pattern: str) -> None:
    assert pattern_problem(pattern)


@pytest.mark.parametrize("pattern", ["*.npy", "spikes.*.*", "a", "[ab]c"])
def test_patterns_that_are_some(pattern: str) -> None:
    assert pattern_problem(pattern) == ""


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("M1/2026-03-05/a.npy", "M1/2026-03-05/a.npy"),
        ("M1\\a.npy", "M1/a.npy"),
        ("./a..b//c", "a..b/c"),
        ("a/10:30", "a/10:30"),
        *((place, None) for place in ("/a", "\\a", "C:/a", "../a", "a/../../b", ".", "")),
    ],
)
def test_a_path_lies_below_its_repository(place: str, wanted: str | None) -> None:
    assert path_below(place) == wanted

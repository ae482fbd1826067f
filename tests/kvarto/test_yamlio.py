import pytest

from kvarto.faults import KvartoError
from kvarto.yamlio import loads


def test_values_are_read_as_quarto_reads_them() -> None:
    doc = loads("a: ja\nb: yes\nc: true\nd: 2016-02-01\ne: 1.20\nf: 0123\ng: ~\nh: no\n", "x.yml")
    assert doc.data == {
        "a": "ja",
        "b": "yes",
        "c": True,
        "d": "2016-02-01",
        "e": 1.2,
        "f": "0123",
        "g": None,
        "h": "no",
    }


def test_every_key_knows_its_line() -> None:
    doc = loads(
        "book:\n  title: T\n  chapters:\n    - a.qmd\n    - part: P\n      chapters: [b.qmd]\n", "x.yml", 5
    )
    assert doc.line("book", "title") == 6
    assert doc.line("book", "chapters", 1, "chapters", 0) == 10
    assert doc.line("book", "title", "nothing", "below") == 6


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: [1,\nb: 2\n", 1, "gyldig YAML"),
        ("a: 1\nb: 2\na: 3\n", 3, "«a» står to ganger"),
        ("a: !expr 1+1\n", 1, "«!expr» støttes ikke"),
        ("b: 1\na: 'x\n", 2, "gyldig YAML"),
        ("a: [\n", 1, "gyldig YAML"),
    ],
)
def test_broken_yaml_is_told_with_its_line(text: str, line: int, part: str) -> None:
    with pytest.raises(KvartoError) as caught:
        loads(text, "x.yml")
    fault = caught.value.faults[0]
    assert fault.line == line and part in fault.what and fault.path == "x.yml"

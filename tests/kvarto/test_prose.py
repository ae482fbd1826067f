"""What a book forbids in its prose: told with file and line, exceptions, rules that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvarto.cli import main
from kvarto.faults import EXIT_FAULTS, EXIT_OK
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY

CONFIG = HTML_ONLY + "kvarto:\n  prose: regler.yml\n"
CONFIG += "  annotations: {class: funn, attribute: ref, file: f.json}\n"
RULES = """rules:
  - pattern: '\\d+ [ ] %'
    what: "«{found}» er skrevet for hånd."
    fix: Regn det ut.
    except: [{file: index.qmd, text: inntil 40 %, why: Et eksempel.}]
"""
TEXT = """# K

Her er\n40 % av dem. `{python} "3 %"` og [5 % er\nenige]{.funn ref="f-1"}, {{< meta book.title >}}.

```
7 %
```

<!-- 8 % --> [a](x%209.html) [9]{title="9 %"}
"""


def told(
    folder: Path, capsys: pytest.CaptureFixture[str], rules: str = RULES, text: str = TEXT
) -> tuple[int, str]:
    files = {"regler_yml": rules, "f_json": '{"annotations": {"f-1": {"outcome": "ok"}}}'}
    make(folder, text.replace("[a](x%209.html) ", ""), CONFIG, **files)
    (folder / "index.qmd").write_text("# F {.unnumbered}\n\nGi inntil 40 % her.\n", encoding="utf-8")
    return main(["check", "-q", str(folder)]), capsys.readouterr().err


def test_what_is_typed_is_told_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TEXT.replace('`{python} "3 %"`', "kode")
    code, said = told(tmp_path, capsys, text=text)
    assert code == EXIT_FAULTS
    assert "k.qmd:4:1: «40 %» er skrevet for hånd.\n" in said and "→ Regn det ut." in said
    assert said.count("er skrevet for hånd") == 1


def test_other_words_may_stand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TEXT.replace('`{python} "3 %"`', "kode").replace("40 % av dem", "Noen av dem")
    assert told(tmp_path, capsys, text=text) == (EXIT_OK, "")


@pytest.mark.parametrize("rules", ["rules: 3\n", "rules: [{pattern: '('}]\n", "[\n", "a: b\n"])
def test_rules_that_cannot_be_read(rules: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(tmp_path, capsys, rules)
    assert code == EXIT_FAULTS and said.startswith("regler.yml"), said


def test_rules_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, "# K\n", HTML_ONLY + "kvarto:\n  prose: borte.yml\n")
    assert main(["check", "-q", str(tmp_path)]) == EXIT_FAULTS
    assert "_quarto.yml:18: Filen borte.yml med regler for teksten finnes ikke." in capsys.readouterr().err

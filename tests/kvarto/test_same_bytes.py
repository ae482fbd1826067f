"""The same book gives the same bytes: in another folder, time zone, language, hash seed and time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kvarto.book import HEAD, make

ROOT = Path(__file__).parents[2]
CHAPTER = """# K {#sec-k}

Se @fig-a, @tbl-b, @eq-c og @sec-k.[^n] Mengde: `{python} sorted({"a", "b", "c"})`.

[^n]: En note.

```{python}
#| label: fig-a
#| fig-cap: "En kurve."
#| fig-alt: "En kurve."
import matplotlib.pyplot as plt
import numpy as np
plt.plot(np.arange(5), np.arange(5) ** 2, label="æ")
plt.scatter([1, 2], [3, 4], marker="x")
plt.legend()
plt.show()
```

```{python}
#| label: fig-png
#| fig-cap: "Et bilde."
#| fig-alt: "Et bilde."
from IPython.display import Image
import io
buffer = io.BytesIO()
fig, ax = plt.subplots()
ax.bar(["a", "b"], [1, 2])
fig.savefig(buffer, format="png", metadata={"Software": None})
plt.close(fig)
Image(buffer.getvalue())
```

```{python}
#| label: tbl-b
#| tbl-cap: "Tall."
import pandas as pd
pd.DataFrame({"x": [1, 2], "y": ["ø", "å"]})
```

$$ x^2 + y^2 = z^2 $$ {#eq-c alt="x i andre pluss y i andre er z i andre"}

::: {.callout-note}
## Merk
Et «sitat» og kode `x`.
:::
"""


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def differing(one: Path, other: Path) -> list[str]:
    a, b = tree(one), tree(other)
    assert len(a) > 3
    return sorted({name for name in a.keys() | b.keys() if a.get(name) != b.get(name)})


def build(folder: Path, umask: int, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kvarto.cli", "render", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder if umask else folder.parent,
        umask=umask,
        env={**os.environ, **environment},
        timeout=900,
    )
    assert done.returncode == 0, done.stderr


def age(folder: Path, seconds: float) -> None:
    for path in sorted(folder.rglob("*"), reverse=seconds > 0):
        os.utime(path, (seconds, seconds))


HERE = {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "COLUMNS": "80"}
THERE = {
    "TZ": "Pacific/Kiritimati",
    "LANG": "nb_NO.UTF-8",
    "LC_ALL": "POSIX",
    "PYTHONHASHSEED": "987",
    "COLUMNS": "200",
    "HOME": "/nonexistent",
    "USER": "en-annen",
    "SOURCE_DATE_EPOCH": "1",
}


def test_a_small_book_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "et lengre navn/på mappen"
    config = HEAD + "  docx: default\n"
    make(one, CHAPTER, config)
    make(other, CHAPTER, config)
    age(one, 1_000_000_000)
    age(other, 1_900_000_000)
    build(one, 0o022, **HERE)
    build(other, 0o077, **THERE)
    assert differing(one / "_book", other / "_book") == []
    kinds = {Path(name).suffix for name in tree(one / "_book")}
    assert {".html", ".pdf", ".docx", ".svg", ".png", ".json", ".css", ".js"} <= kinds
    shutil.rmtree(other / ".kvarto")
    text = (other / "k.qmd").read_text(encoding="utf-8")
    (other / "k.qmd").write_text(text + "\nEt avsnitt til.\n", encoding="utf-8")
    build(other, 0o022, **HERE)
    (other / "k.qmd").write_text(text, encoding="utf-8")
    build(other, 0o022, **HERE)
    assert differing(one / "_book", other / "_book") == [], "after an edit and back, from remembered results"


@pytest.mark.long
def test_the_real_book_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Two copies of the sources, built from nothing: figures drawn anew, cells run anew."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    copies = [tmp_path / "en", tmp_path / "den andre, dypere/ned"]
    for copy in copies:
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, copy / name)
    for copy, when, umask, surroundings in zip(
        copies, (1_000_000_000, 1_900_000_000), (0o022, 0o077), (HERE, THERE), strict=True
    ):
        age(copy, when)
        build(copy, umask, **surroundings, PYTHONPATH=str(copy / "src"))
    assert differing(copies[0] / "_book", copies[1] / "_book") == []

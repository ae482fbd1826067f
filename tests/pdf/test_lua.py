"""storby.lua does for Quarto what kvarto does by rule; pandoc runs it here with a stub of Quarto."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kvarto import pandoc

STORBY = Path(__file__).parents[2] / "_extensions" / "storby"
STUB = """
quarto = {
  doc = {
    is_format = function(name) return name == "FORMAT" end,
    file_metadata = function() return {file = {bookItemType = "ITEM"}} end,
  },
  utils = {
    file_metadata_filter = function() return {} end,
    combineFilters = function(all)
      local out = {}
      for _, one in ipairs(all) do for key, value in pairs(one) do out[key] = value end end
      return out
    end,
  },
}
local made = dofile("FILTER")
return {made}
"""


def filtered(
    markdown: str, tmp_path: Path, item: str = "chapter", fmt: str = "typst", to: str = "typst"
) -> str:
    stub = (
        STUB.replace("FORMAT", fmt)
        .replace("ITEM", item)
        .replace("FILTER", (STORBY / "storby.lua").as_posix())
    )
    (tmp_path / "filter.lua").write_text(stub, encoding="utf-8")
    out, _ = pandoc.run(["-t", to, "--wrap=none", "-L", str(tmp_path / "filter.lua")], markdown)
    return re.sub(r"\n{2,}", "\n", out).strip()


@pytest.mark.parametrize(
    ("item", "call"),
    [("part", "#storby-part(label: <del>)[Første *del*]"), ("appendix", "#storby-appendices(label: <del>)[")],
)
def test_parts_and_appendices_become_calls(item: str, call: str, tmp_path: Path) -> None:
    out = filtered("# Første **del** {#del}\n", tmp_path, item)
    assert out.startswith(call.replace("*del*", "#strong[del]"))


def test_chapters_and_lower_headings_are_left_alone(tmp_path: Path) -> None:
    assert filtered("# Kapittel {#k}\n", tmp_path) == "= Kapittel\n<k>"
    assert filtered("## Del {#d}\n", tmp_path, "part") == "== Del\n<d>"


def test_classes_become_calls_of_the_template(tmp_path: Path) -> None:
    out = filtered("::: {.figur-note}\nKilde.\n:::\n\nord [hale]{.bare-i-teksten} slutt\n", tmp_path)
    assert out == "#storby-figur-note[\nKilde.\n]\nord #storby-bare-i-teksten[hale] slutt"


def test_other_formats_are_left_alone(tmp_path: Path) -> None:
    assert "storby" not in filtered("# A\n\n::: {.figur-note}\nKilde.\n:::\n", tmp_path, "part", "html")


def test_classes_become_styles_in_word(tmp_path: Path) -> None:
    out = filtered(
        "::: {.figur-note}\nKilde.\n:::\n\n::: {.annet}\nTekst.\n:::\n", tmp_path, fmt="docx", to="native"
    )
    assert '("custom-style","Figurnote")' in out.replace(" ", "") and out.count("custom-style") == 1


def test_the_filter_and_the_template_know_the_same_classes() -> None:
    """kvarto calls what the template defines; a class missing in the filter would not work in Quarto."""
    lua = (STORBY / "storby.lua").read_text(encoding="utf-8")
    named = set(re.findall(r'"([a-z-]+)"', "".join(re.findall(r"_CLASSES = \{(.*?)\}", lua))))
    template = (STORBY / "typst-template.typ").read_text(encoding="utf-8")
    section = template[template.index("// --- classes of the text") : template.index("// --- callouts")]
    defined = set(re.findall(r"^#let storby-([a-z-]+)", section, re.M)) - {"note"}
    assert named == defined

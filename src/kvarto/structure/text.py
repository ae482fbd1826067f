"""Inlines: references, citations, links, images, equations, notes, raw code."""

from __future__ import annotations

import re
from urllib.parse import unquote

from kvarto.faults import Fault
from kvarto.structure import ast, conditional, images
from kvarto.structure.ast import Attr, Element, Inlines
from kvarto.structure.base import (
    REFERENCE,
    UNSUPPORTED_CLASSES,
    Base,
    Citation,
    Link,
    Ref,
    at_pattern,
)

_NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_TAG = re.compile(r"<(/?)([a-z]+)>", re.I)
_WRAP = {
    "b": "Strong",
    "strong": "Strong",
    "i": "Emph",
    "em": "Emph",
    "u": "Underline",
    "s": "Strikeout",
    "del": "Strikeout",
    "sub": "Subscript",
    "sup": "Superscript",
}
"""HTML tags that mean what a Markdown mark means."""
_SPANS = {"kbd": "kbd", "mark": "mark"}
_BARE_TAGS = re.compile(
    r"(?:\s|<!--.*?-->|</?(?:b|strong|i|em|u|s|del|ins|sub|sup|kbd|mark|small|big|abbr|cite|code|samp|var|dfn|time|tt"
    r"|wbr|center|p|details|summary)(?:\s[^<>]*)?/?>)+",
    re.S | re.I,
)
"""Tags around text that stands as well without them: nothing is lost where they are left out."""


class Text(Base):
    """The part of the walk that handles inlines."""

    def inlines(self, inlines: Inlines) -> Inlines:
        """Transform a list of inlines."""
        if any(el["t"] == "RawInline" for el in inlines):
            inlines = _tags_as_marks(inlines)
        out: Inlines = []
        i = 0
        while i < len(inlines):
            el = inlines[i]
            i += 1
            t = el["t"]
            if t == "Space" or t == "SoftBreak":
                out.append(el)
            elif t == "Str":
                value = el["c"]
                out.append(el)
                if value[0:1] == "[" or "[^" in value:
                    self._undefined_note(value, out)
            elif t == "Cite":
                out.extend(self._cite(el))
            elif t in ("Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"):
                el["c"] = self.inlines(el["c"])
                out.append(el)
            elif t == "Quoted":
                el["c"][1] = self.inlines(el["c"][1])
                out.append(el)
            elif t == "Span":
                out.extend(self._span(el))
            elif t == "Link":
                out.append(self._link(el))
            elif t == "Image":
                out.extend(self._image(el))
            elif t == "Note":
                inner, self.in_note = self.in_note, True
                el["c"] = self.blocks(el["c"])
                self.in_note = inner
                out.append(el)
            elif t == "Math":
                display = el["c"][0]["t"] == "DisplayMath"
                self.formulas.add((el["c"][1], display))
                eq, used = self._equation(el, inlines[i:]) if display else (el, 0)
                out.append(eq)
                i += used
            elif t == "RawInline":
                out.extend(self._raw_inline(el))
            else:
                out.append(el)
        return out

    def _undefined_note(self, value: str, out: Inlines) -> None:
        m = _NOTE_MARK.search(value)
        if m is None:
            return
        pattern = rf"(?<!\\)\[\^{re.escape(m[1])}\](?!:)"
        if not re.search(pattern, self.at.text):
            return
        if self.in_note:
            told = (
                "En fotnote kan ikke ha en fotnote.",
                f"Merket [^{m[1]}] står inne i en note.",
                "Skriv innholdet rett i noten, eller sett merket i teksten.",
            )
        else:
            told = (
                f"Fotnoten [^{m[1]}] finnes ikke.",
                "Merket står i teksten, men noten er ikke skrevet.",
                f"Skriv noten på en egen linje: [^{m[1]}]: Tekst.",
            )
        fault = self.at.fault(pattern, *told, kind="undefined-note", nth=self.at.met(f"note {m[1]}"))
        out.append(self.mark(fault))

    def _raw_inline(self, el: Element) -> Inlines:
        fmt, content = el["c"]
        if fmt == "html" and re.fullmatch(r"<br\s*/?>", content.strip(), re.I):
            return [{"t": "LineBreak"}]
        return [el] if self._raw(fmt, content, block=False) else []

    def _raw(self, fmt: str, content: str, *, block: bool) -> bool:
        """Whether raw content stays in this format.

        What would be lost without the author's saying so is a fault.
        """
        base = {"html5": "html", "html4": "html", "openxml": "docx"}.get(fmt, fmt)
        if base == self.fmt:
            return True
        head = re.escape(content.strip()[:50])
        explicit = re.search(
            rf"\{{={re.escape(fmt)}\}}\s*\n\s*{head}" if block else rf"`{head}.*?`\{{={re.escape(fmt)}\}}",
            self.at.text,
        )
        if explicit or not content.strip() or (base == "html" and _BARE_TAGS.fullmatch(content)):
            return False
        first = re.escape(content.strip().split("\n")[0])
        if base == "html":
            # Told once: the PDF and Word lose the same.
            lost = "PDF-en" if "typst" in self.book.formats else "Word-filen"
            self.at.fault(
                first,
                f"HTML-koden {content.strip().splitlines()[0][:40]} kommer ikke med i {lost}.",
                "",
                'Skriv det som Markdown, eller legg det i ::: {.content-visible when-format="html"}.',
                kind="raw-html",
                nth=self.at.met("raw " + content),
            )
        else:
            self.at.fault(
                first,
                f"Rå {fmt} støttes ikke: {content.strip().splitlines()[0][:40]}",
                "",
                "Skriv det som Markdown.",
                kind="raw",
                nth=self.at.met("raw " + content),
            )
        return False

    def _span(self, el: Element) -> Inlines:
        at, inner = el["c"]
        if conditional.is_conditional(at):
            self._check_condition(at)
            if not conditional.shown(at, self.fmt, self.meta):
                return []
            rest = conditional.bare(at)
            if not (rest[0] or rest[1] or rest[2]):
                return self.inlines(inner)
            el["c"][0] = at = rest
        for name in at[1]:
            if name in ("aside", "column-margin"):
                what, fix = UNSUPPORTED_CLASSES[name]
                fault = self.at.fault(
                    rf"\.{name}", what, "", fix, kind="unsupported", nth=self.at.met(f"class {name}")
                )
                return [self.mark(fault), *self.inlines(inner)]
        if at[0].startswith("eq-") and len(inner) == 1 and inner[0]["t"] == "Math":
            return [self._numbered(inner[0], at[0], at)]
        if at[0]:
            self._label(at[0], "id", public=False)
        el["c"][1] = self.inlines(inner)
        marks = self.annotations.marks(at, self.at) if self.annotations else []
        return [el, *marks]

    def _equation(self, el: Element, after: Inlines) -> tuple[Element, int]:
        """Display mathematics followed by `{#eq-x alt="…"}`, which pandoc takes for text."""
        k = 0
        while k < len(after) and after[k]["t"] in ("Space", "SoftBreak"):
            k += 1
        if k == len(after) or after[k]["t"] != "Str" or not after[k]["c"].startswith("{#eq-"):
            return el, 0
        end = next((n for n in range(k, len(after)) if after[n]["t"] == "Str" and "}" in after[n]["c"]), None)
        if end is None:
            return el, 0
        m = re.match(r"\{#(eq-[^\s}]+)(.*?)\}", ast.source_like(after[k : end + 1]), re.S)
        if m is None:
            return el, 0
        at: Attr = [m[1], [], [[key, value] for key, value in re.findall(r'([\w-]+)="([^"]*)"', m[2])]]
        tail = after[end]["c"].split("}", 1)[1]
        eq = self._numbered(el, m[1], at)
        if tail:
            after[end]["c"] = tail
            return eq, end
        return eq, end + 1

    def _numbered(self, el: Element, ident: str, at: Attr) -> Element:
        number = self.count.next("eq")
        self._label(ident, "eq", number)
        out = ast.attr(ident, ["kv-eq"], number=number)
        out[2] += [p for p in at[2] if p[0] not in ("number",)]
        return ast.span(out, [el])

    def _cite(self, el: Element) -> Inlines:
        citations, shown = el["c"]
        keys = [c["citationId"] for c in citations]
        internal = [_reference(k) is not None for k in keys]
        if not any(internal):
            for c in citations:
                c["citationPrefix"] = self.inlines(c["citationPrefix"])
                c["citationSuffix"] = self.inlines(c["citationSuffix"])
            self.citations.append(Citation(el, self.in_note))
            return [el]
        if not all(internal):
            fault = self.at.fault(
                rf"@{re.escape(keys[0])}",
                "Henvisninger og kilder kan ikke stå i samme hakeparentes.",
                ast.stringify(shown),
                "Skriv dem hver for seg.",
                kind="mixed-citation",
            )
            return [self.mark(fault), *shown]
        out: Inlines = []
        for n, c in enumerate(citations):
            if n:
                out += [ast.text(","), ast.SPACE]
            key = c["citationId"]
            target = _reference(key) or key
            pattern = at_pattern(key)
            prefix = self.inlines(c["citationPrefix"])
            while prefix and prefix[-1]["t"] in ("Space", "SoftBreak"):
                prefix = prefix[:-1]
            holder = ast.span(ast.attr("", ["kv-ref"]), [])
            self.refs.append(
                Ref(
                    holder,
                    target,
                    key,
                    prefix or None,
                    c["citationMode"]["t"] == "SuppressAuthor",
                    key[0].isupper(),
                    self.at.met(pattern),
                )
            )
            out.append(holder)
            suffix = self.inlines(c["citationSuffix"])
            if suffix:
                # Quarto drops what follows; the author's words are kept here.
                if c["citationMode"]["t"] == "AuthorInText":
                    out += [ast.SPACE, ast.text("["), *suffix, ast.text("]")]
                else:
                    out += suffix if suffix[0].get("c") == "," else [ast.SPACE, *suffix]
        return out

    def _link(self, el: Element) -> Element:
        at, inner, target = el["c"]
        el["c"][1] = self.inlines(inner)
        if at[0]:
            self._label(at[0], "id", public=False)
        url: str = target[0]
        if url and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", url):
            self.links.append(Link(el, url))
        return el

    def _image(self, el: Element) -> Inlines:
        """Give the image its alternative text; returns the image and marks of what is wrong with it."""
        faults: list[Fault] = []
        at, content, target = el["c"]
        url: str = target[0]
        said = unquote(url)  # as the author wrote it: pandoc makes %20 of a blank
        pattern = rf"\]\((?:{re.escape(url)}|{re.escape(said)})"
        nth = self.at.met(pattern)
        if ast.has(at, "fig-alt"):
            alt: str | None = ast.get(at, "fig-alt")
        elif ast.has(at, "alt"):
            alt = ast.get(at, "alt")
        else:
            alt = ast.stringify(content) or None
        el["c"][0] = at = ast.without(
            at,
            "fig-alt",
            "alt",
            "fig-cap",
            "fig-align",
            "fig-pos",
            "fig-env",
            "fig-scap",
            "lightbox",
            "group",
        )
        if alt is None:
            faults.append(
                self.at.fault(
                    pattern,
                    f"Bildet {url} mangler alternativ tekst.",
                    "Uten den får den som ikke ser bildet, ingenting, og PDF-en blir ikke godkjent.",
                    'Skriv fig-alt="Hva bildet viser" i krøllparentesen etter bildet, '
                    "eller #| fig-alt: i cellen.",
                    kind="missing-alt",
                    nth=nth,
                )
            )
        ast.put(at, "fig-alt", alt or "")
        el["c"][1] = ast.words(alt or "")
        if re.match(r"https?:|//", url):
            faults.append(
                self.at.fault(
                    pattern,
                    f"Bildet {url} hentes fra nettet.",
                    "Boken skal kunne leses uten at noe hentes fra andre nettsteder.",
                    "Lagre bildet i bokens mappe og pek på det.",
                    kind="remote-image",
                    nth=nth,
                )
            )
        elif not url.startswith("data:") and self.executed is not None:
            file = self.executed.resource(self.fmt, url)
            if file is None:
                told = (
                    f"Bildefilen {said} finnes ikke.",
                    f"Lette fra mappen til {self.chapter.id}.",
                    "Rett stien, eller legg filen der.",
                )
                faults.append(self.at.fault(pattern, *told, kind="missing-image", nth=nth))
            elif why := images.unreadable(file):
                told = (f"Bildefilen {url} kan ikke vises.", why, "Lagre bildet på nytt i riktig format.")
                faults.append(self.at.fault(pattern, *told, kind="bad-image", nth=nth))
        return [el, *(self.mark(f) for f in faults)]


def _tags_as_marks(inlines: Inlines) -> Inlines:
    """Inlines with pairs such as `<sub>…</sub>` as the elements they mean, so that all formats have them."""
    out: Inlines = []
    i = 0
    while i < len(inlines):
        el = inlines[i]
        i += 1
        opening = _TAG.fullmatch(el["c"][1].strip()) if el["t"] == "RawInline" else None
        name = opening[2].lower() if opening and not opening[1] else ""
        if name in _WRAP or name in _SPANS:
            end = _closing(inlines, i, name)
            if end is not None:
                inner = _tags_as_marks(inlines[i:end])
                if name in _SPANS:
                    out.append(ast.span(ast.attr("", [_SPANS[name]]), inner))
                else:
                    out.append({"t": _WRAP[name], "c": inner})
                i = end + 1
                continue
        out.append(el)
    return out


def _closing(inlines: Inlines, start: int, name: str) -> int | None:
    """Where the tag opened just before `start` is closed, if in the same run of inlines."""
    depth = 1
    for i in range(start, len(inlines)):
        tag = _TAG.fullmatch(inlines[i]["c"][1].strip()) if inlines[i]["t"] == "RawInline" else None
        if tag and tag[2].lower() == name:
            depth += -1 if tag[1] else 1
            if depth == 0:
                return i
    return None


def _reference(key: str) -> str | None:
    """The id a key refers to («Fig-x» means «fig-x»), or None when the key is a source."""
    low = key[0].lower() + key[1:]
    return low if REFERENCE.match(low) else None

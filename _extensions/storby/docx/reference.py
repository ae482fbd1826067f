"""Makes `storby.docx`, the reference document of the Word output: the look of the PDF as Word styles.

    python _extensions/storby/docx/reference.py    # writes storby.docx beside this file, always the same bytes

Change the look here, or open `storby.docx` in Word, change its styles and keep it; Quarto and kvarto alike take
what styles the file has. Nothing else in it is used than styles, page set-up, header and footer.
"""

# ruff: noqa: E501
from __future__ import annotations

import io
import zipfile
from pathlib import Path

PETROL, OCHRE, SLATE, TINT, WARM, LINE = "0F5B66", "B86E0E", "55626B", "EAF1F2", "FBF3E7", "AEBBC0"
UMBER = "8A5208"  # ochre dark enough for text
SERIF, SANS, MONO = "Libertinus Serif", "Source Sans 3", "Source Code Pro"
# What Word takes on a machine without the fonts.
FONTS = {SERIF: ("Cambria", "roman"), SANS: ("Calibri", "swiss"), MONO: ("Consolas", "modern")}

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NOTE_MEASURE = 2154  # twips (38 mm): as in the PDF the text leaves this much of the page's 160 mm for notes


def run(
    font: str = "",
    size: float = 0,
    colour: str = "",
    bold: bool | None = None,
    italic: bool = False,
    more: str = "",
) -> str:
    """Run properties; `size` in points."""
    out = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>' if font else ""
    out += "" if bold is None else "<w:b/>" if bold else '<w:b w:val="0"/>'
    out += "<w:i/>" if italic else ""
    out += f'<w:color w:val="{colour}"/>' if colour else ""
    out += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    return f"<w:rPr>{out}{more}</w:rPr>"


def par(
    before: float | None = None,
    after: float | None = None,
    line: float = 0,
    right: int | None = None,
    left: int = 0,
    hanging: int = 0,
    keep: bool = False,
    page: bool = False,
    level: int | None = None,
    border: str = "",
    shade: str = "",
    tabs: str = "",
    whole: bool = False,
    frame: str = "",
    plain: bool = False,
) -> str:
    """Paragraph properties; spaces in points, indents in twips, in the order that the schema wants."""
    out = "<w:keepNext/>" if keep else ""
    out += "<w:keepLines/>" if whole else ""
    out += "<w:pageBreakBefore/>" if page else ""
    out += frame
    out += "<w:suppressLineNumbers/>" if plain else ""
    out += f"<w:pBdr>{border}</w:pBdr>" if border else ""
    out += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    out += f"<w:tabs>{tabs}</w:tabs>" if tabs else ""
    out += "<w:suppressAutoHyphens/>" if plain or level is not None else ""
    space = "" if before is None else f' w:before="{round(before * 20)}"'
    space += "" if after is None else f' w:after="{round(after * 20)}"'
    space += f' w:line="{round(line * 20)}" w:lineRule="atLeast"' if line else ""
    out += f"<w:spacing{space}/>" if space else ""
    indent = f' w:left="{left}"' if left else ""
    indent += "" if right is None else f' w:right="{right}"'
    indent += f' w:hanging="{hanging}"' if hanging else ""
    out += f"<w:ind{indent}/>" if indent else ""
    out += f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
    return f"<w:pPr>{out}</w:pPr>"


def style(
    ident: str,
    name: str,
    based: str = "Normal",
    p: str = "",
    r: str = "",
    following: str = "",
    kind: str = "paragraph",
    own: bool = True,
    more: str = "",
    default: bool = False,
) -> str:
    """A style; `own` for one that Word does not know by name."""
    at = f'w:type="{kind}"' + (' w:default="1"' if default else "") + (' w:customStyle="1"' if own else "")
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    return f'<w:style {at} w:styleId="{ident}"><w:name w:val="{name}"/>{base}{after}<w:qFormat/>{p}{r}{more}</w:style>'


def edge(side: str, colour: str = LINE, size: int = 4, space: int = 4) -> str:
    """A border; `size` in eighths of a point."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


def tab(at: int, kind: str = "left") -> str:
    """A tab stop, in twips."""
    return f'<w:tab w:val="{kind}" w:pos="{at}"/>'


def styles() -> str:
    """`word/styles.xml`."""
    text = NOTE_MEASURE
    heads = [  # level, size, before, after, colour, tab after the number
        (1, 24, 24, 22, PETROL, 650), (2, 16, 26, 10, PETROL, 850), (3, 12.5, 20, 7, PETROL, 850),
        (4, 10.5, 15, 5, "000000", 850), (5, 10, 13, 4, "000000", 850), (6, 10, 12, 4, SLATE, 850),
    ]  # fmt: skip
    out = [
        "<w:docDefaults><w:rPrDefault>",
        run(SERIF, 10.5, more='<w:lang w:val="nb-NO" w:eastAsia="nb-NO" w:bidi="ar-SA"/>'),
        f'</w:rPrDefault><w:pPrDefault>{par(0, 0, 15)}</w:pPrDefault></w:docDefaults>',
        style("Normal", "Normal", "", own=False, default=True, p="<w:pPr><w:widowControl/></w:pPr>"),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/></w:style>',
        style("BodyText", "Body Text", p=par(0, 9.5, right=text), own=False),
        style("FirstParagraph", "First Paragraph", "BodyText", p=par(6, 9.5), following="BodyText"),
        style("Compact", "Compact", "BodyText", p=par(0, 4)),
        style("ingress", "Ingress", "BodyText", p=par(0, 16, 17), r=run(SANS, 12, PETROL), following="BodyText"),
        style("statistikk", "Statistikk", "BodyText", p=par(4, 10, left=200, border=edge("left", PETROL, 8, 8)),
              r=run(SANS, 9.5)),
        style("BlockText", "Block Text", "BodyText", p=par(4, 10, left=400), r=run(size=10), own=False),
        style("SourceCode", "Source Code", p=par(4, 10, 12, shade="F5F6F6"), r=run(MONO, 8.8)),
        style("Bibliography", "Bibliography", "BodyText", p=par(0, 7, left=400, hanging=400), own=False),
        style("DefinitionTerm", "Definition Term", "BodyText", p=par(7, 0, keep=True), r=run(SANS, bold=True)),
        style("Definition", "Definition", "BodyText", p=par(0, 6, left=400)),
        # the cover and the page after it
        style("Title", "Title", p=par(150, 10, 34, plain=True), r=run(SANS, 28, PETROL, True), own=False),
        style("Subtitle", "Subtitle", p=par(0, 30, 22, plain=True), r=run(SANS, 16, SLATE), own=False),
        style("Author", "Author", p=par(0, 4), r=run(SANS, 11)),
        style("Date", "Date", p=par(0, 4), r=run(SANS, 11, SLATE), own=False),
        style("Abstract", "Abstract", "BodyText"),
        style("CoverLine", "Forside linje", p=par(0, 3, plain=True), r=run(SANS, 11, SLATE)),
        style("CoverMark", "Forside merke", p=par(0, 10, plain=True, border=edge("top", OCHRE, 12, 8)),
              r=run(SANS, 11, UMBER, True)),
        style("Colophon", "Kolofon", p=par(0, 6, 13.5, right=text, tabs=tab(1500), left=1500, hanging=1500), r=run(SANS, 9)),
        style("ColophonText", "Kolofontekst", p=par(0, 10, 13.5, right=text), r=run(SANS, 9.5)),
        style("ColophonTitle", "Kolofontittel", p=par(0, 6, 17, page=True, plain=True), r=run(SANS, 13, PETROL, True)),
        *[
            style(f"Heading{n}", f"heading {n}", p=par(
                before, after, size * 1.15, keep=True, whole=True, page=n == 1, level=n - 1,
                border=edge("bottom", space=10) if n == 1 else "", tabs=tab(stop)),
                r=run(SANS, size, colour, True), following="BodyText", own=False)
            for n, size, before, after, colour, stop in heads
        ],
        style("SectionNumber", "Section Number", "DefaultParagraphFont", kind="character", r=run(colour=UMBER, bold=False)),
        style("TOCHeading", "TOC Heading", p=par(24, 18, 28, keep=True, page=True, plain=True),
              r=run(SANS, 20, PETROL, True), own=False),
        style("TOC1", "toc 1", p=par(9, 3, 13, tabs=tab(600) + tab(1200) + tab(9070, "right"), plain=True),
              r=run(SANS, 10, PETROL, True), own=False),
        style("TOC2", "toc 2", p=par(0, 3, 13, left=600, tabs=tab(1200) + tab(9070, "right"), plain=True),
              r=run(SANS, 10), own=False),
        style("TOC3", "toc 3", "TOC2", p=par(left=1200, tabs=tab(2000)), own=False),
        style("TableofFigures", "table of figures", p=par(
            0, 4, 13, left=1300, hanging=1300, tabs=tab(1300) + tab(9070, "right"), plain=True),
            r=run(SANS, 9.5), own=False),
        # floats
        style("Caption", "caption", p=par(20, 6, 13, keep=True, whole=True, plain=True), r=run(SANS, 10, bold=True), own=False),
        style("TableCaption", "Table Caption", "Caption"),
        style("ImageCaption", "Image Caption", "Caption"),
        style("Figure", "Figure", p=par(2, 4, keep=True, plain=True)),
        style("CaptionedFigure", "Captioned Figure", "Figure"),
        style("figur-note", "Figurnote", p=par(2, 18, 12, right=text, plain=True), r=run(SANS, 8.5, SLATE)),
        style("tabell-note", "Tabellnote", "figur-note", p=par(5, 18, 12)),
        style("TableText", "Table Text", p=par(2, 2, 12, plain=True), r=run(SANS, 9)),
        style("TableHeading", "Table Heading", "TableText", p=par(keep=True), r=run(bold=True)),
        # boxes
        *[
            s
            for ident, name, bar, fill in (("Callout", "Boks", PETROL, TINT), ("CalloutStrong", "Boks viktig", UMBER, WARM))
            for s in (
                style(ident, name, p=par(0, 0, 14, left=240, right=text + 160, border="".join(
                    (edge("top", fill, 4, 6), edge("left", bar, 18, 9), edge("bottom", fill, 4, 7),
                     edge("right", fill, 4, 7))), shade=fill), r=run(SANS, 9.8)),
                style(f"{ident}Title", f"{name} tittel", ident, p=par(keep=True), r=run(colour=bar, bold=True),
                      following=ident),
            )
        ],
        style("FaultText", "Fault Text", r=run(SANS, colour="9A1B1B", bold=True)),
        style("Fault", "Fault", "DefaultParagraphFont", kind="character", r=run(colour="9A1B1B", bold=True)),
        style("MarginNote", "Margmerke", p=par(0, 0, 10.5, plain=True, frame=(
            '<w:framePr w:w="1900" w:hSpace="113" w:wrap="around" w:vAnchor="text" w:hAnchor="page" w:x="8500" w:y="40"/>')),
            r=run(SANS, 7.5, SLATE)),
        style("MarginNoteFar", "Margmerke ytterst", "MarginNote", p=par(frame=(
            '<w:framePr w:w="1150" w:hSpace="57" w:wrap="around" w:vAnchor="text" w:hAnchor="page" w:x="10600" w:y="40"/>'))),
        style("DraftStamp", "Utkaststempel", p=par(0, 4, 12, plain=True), r=run(SANS, 8.5, "9A1B1B", True)),
        # the rest
        style("FootnoteText", "footnote text", p=par(0, 3, 11.5, right=text), r=run(size=8.7), own=False),
        style("FootnoteReference", "footnote reference", "DefaultParagraphFont", kind="character", own=False,
              r='<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'),
        style("Hyperlink", "Hyperlink", "DefaultParagraphFont", kind="character", own=False, r=run(colour=PETROL)),
        style("VerbatimChar", "Verbatim Char", "DefaultParagraphFont", kind="character", r=run(MONO, 9)),
        style("LineNumber", "line number", "DefaultParagraphFont", kind="character", own=False, r=run(SANS, 7, "66727A")),
        style("Header", "header", p=par(0, 0, 12, border=edge("bottom", space=5), plain=True), r=run(SANS, 8.5, SLATE),
              own=False),
        style("Footer", "footer", p=par(0, 0, 12, plain=True).replace("</w:pPr>", '<w:jc w:val="right"/></w:pPr>'),
              r=run(SANS, 9, SLATE, True), own=False),
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        style("Table", "Table", "TableNormal", kind="table", more=(
            f'<w:tblPr><w:tblBorders>{edge("top", PETROL, 8, 0)}{edge("bottom", PETROL, 8, 0)}'
            f'{edge("insideH", LINE, 2, 0)}</w:tblBorders></w:tblPr>'
            f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{edge("bottom", PETROL, 6, 0)}</w:tcBorders>'
            '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        )),
        style("Layout", "Layout", "TableNormal", kind="table"),
    ]  # fmt: skip
    return f"{HEAD}<w:styles {NS}>{''.join(out)}</w:styles>"


def document() -> str:
    """`word/document.xml`: a line in each style that one may want to change, and the page."""
    names = (
        "Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Heading4", "FirstParagraph", "BodyText", "ingress",
        "BlockText", "ImageCaption", "TableCaption", "figur-note", "TableHeading", "TableText", "Callout", "FootnoteText",
    )  # fmt: skip
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{n}"/></w:pPr><w:r><w:t>{n}</w:t></w:r></w:p>' for n in names
    )
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId10"/><w:headerReference w:type="first" r:id="rId12"/>'
        '<w:footerReference w:type="default" r:id="rId11"/><w:footerReference w:type="first" r:id="rId13"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1701" w:right="1418" w:bottom="1588" w:left="1418" w:header="850" w:footer="737" w:gutter="0"/>'
        "<w:titlePg/></w:sectPr>"
    )
    return f"{HEAD}<w:document {NS}><w:body>{lines}{section}</w:body></w:document>"


def field(code: str, shown: str) -> str:
    """A field with its result."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def parts() -> dict[str, str]:
    """Every part of the package."""
    head = (
        f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{field("STYLEREF &quot;heading 1&quot;", "")}</w:p>'
    )
    foot = f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{field("PAGE", "1")}</w:p>'
    empty = '<w:p><w:pPr><w:suppressLineNumbers/><w:spacing w:before="0" w:after="0"/></w:pPr></w:p>'
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {
        "styles": "styles", "settings": "settings", "fontTable": "fontTable", "webSettings": "webSettings",
        "footnotes": "footnotes", "numbering": "numbering",
    }  # fmt: skip
    edges = {"rId10": "header1", "rId11": "footer1", "rId12": "header2", "rId13": "footer2"}
    overrides = [("/word/document.xml", f"{word}.document.main+xml")]
    overrides += [(f"/word/{name}.xml", f"{word}.{kind}+xml") for name, kind in kinds.items()]
    overrides += [(f"/word/{name}.xml", f"{word}.{name[:6]}+xml") for name in edges.values()]
    overrides += [("/word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml")]
    relations = [
        (f"rId{n}", f"{office}/{kind}", f"{name}.xml") for n, (name, kind) in enumerate(kinds.items(), 1)
    ]
    relations += [(key, f"{office}/{name[:6]}", f"{name}.xml") for key, name in edges.items()]
    relations += [("rId20", f"{office}/theme", "theme/theme1.xml")]
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:family w:val="{family}"/><w:pitch w:val="'
        f'{"fixed" if family == "modern" else "variable"}"/></w:font>'
        for name, (other, family) in FONTS.items()
    )
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{n}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
        for n, (kind, tag) in enumerate(
            (("separator", "separator"), ("continuationSeparator", "continuationSeparator")), -1
        )
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
        + "</Types>",
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{package}/relationships">'
        + "".join(f'<Relationship Id="{i}" Type="{t}" Target="{target}"/>' for i, t, target in relations)
        + "</Relationships>",
        "word/document.xml": document(),
        "word/styles.xml": styles(),
        "word/settings.xml": f'{HEAD}<w:settings {NS}><w:zoom w:percent="100"/><w:autoHyphenation/>'
        '<w:consecutiveHyphenLimit w:val="2"/><w:hyphenationZone w:val="300"/><w:doNotHyphenateCaps/>'
        '<w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="nb-NO"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>',
        "word/webSettings.xml": f"{HEAD}<w:webSettings {NS}/>",
        "word/numbering.xml": f"{HEAD}<w:numbering {NS}/>",
        "word/footnotes.xml": f"{HEAD}<w:footnotes {NS}>{separators}</w:footnotes>",
        "word/fontTable.xml": f"{HEAD}<w:fonts {NS}>{fonts}</w:fonts>",
        "word/header1.xml": f"{HEAD}<w:hdr {NS}>{head}</w:hdr>",
        "word/footer1.xml": f"{HEAD}<w:ftr {NS}>{foot}</w:ftr>",
        "word/header2.xml": f"{HEAD}<w:hdr {NS}>{empty}</w:hdr>",
        "word/footer2.xml": f"{HEAD}<w:ftr {NS}>{empty}</w:ftr>",
        "word/theme/theme1.xml": theme(),
    }


def theme() -> str:
    """The colours and fonts that Word's menus offer first."""
    slots = {
        "dk2": SLATE, "lt2": TINT, "accent1": PETROL, "accent2": OCHRE, "accent3": SLATE, "accent4": "5E8F97",
        "accent5": "D6A366", "accent6": "8C979E", "hlink": PETROL, "folHlink": SLATE,
    }  # fmt: skip
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in slots.items())
    pair = '<a:latin typeface="{}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="storby"><a:themeElements>'
        '<a:clrScheme name="storby"><a:dk1><a:srgbClr val="000000"/></a:dk1><a:lt1><a:srgbClr val="FFFFFF"/></a:lt1>'
        f"{colours}</a:clrScheme>"
        f'<a:fontScheme name="storby"><a:majorFont>{pair.format(SANS)}</a:majorFont>'
        f"<a:minorFont>{pair.format(SERIF)}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="storby"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


def make() -> bytes:
    """The package, always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, text in parts().items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            package.writestr(info, text.encode())
    return out.getvalue()


if __name__ == "__main__":
    (Path(__file__).parent / "storby.docx").write_bytes(make())

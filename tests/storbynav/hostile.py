"""Labels as an institute's file may hold them by accident or by malice: to markup, code and spreadsheets."""

LABELS = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "entity": "&lt;b&gt; &amp; &#60;i&#62;",
    "typst": '#set text(red) #eval("1") @fig-x <lbl> $x^2$ `kode` // nei /* */',
    "markdown": "*b* _i_ ~~s~~ ^h^ ~l~ [a](b) ![c](d.png) [e]{.smallcaps} ^[note] | | \\ \\n",
    "citation": "@ref [@ref] @fig-a [-@tbl-b] \\ref{x} \\textbf{y}",
    "shortcode": "{{< include /etc/passwd >}} {{< meta title >}} {{% x %}} {=html}",
    "code": "`{python} 1+1` ```{python} ``` ~~~",
    "div": "::: {.callout-note} :::",
    "heading": "# Tittel",
    "rule": "---",
    "list": "- punkt",
    "number": "1. punkt",
    "definition": ": definisjon",
    "percent": "% tittel",
    "quote": "> sitat",
    "smart": "\"sitat\" 'enkelt' -- --- ... (c)",
    "attribute": 'x id="a" class="b" fig-alt="c" }',
    "svg": "'Source Sans 3' ]]> <!-- x --> <?xml?> &nbsp;",
    "url": "https://example.org/?a=1&b=2 <mailto:a@b.no> javascript:alert(1)",
}
"""Each must come out as the very same words wherever the label is shown."""

CONTROLS = "a\u202eb\u2066c\u0000d\u0007e\u001b[31mf\r\ng\th\u2028i\ufeffj\x85k"
CONTROLS_PLAIN = "abc d e [31mf g h ij k"
"""What no page can carry and what turns the text around it: gone, or a space; the words stay."""

RIGHT_TO_LEFT = "שלום"

FORMULAS = ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("x")']
NUMBERS = ["-1", "-0,32", "−0,32", "+5", "-1 234,5", "-12 %", "-,19*", "12"]

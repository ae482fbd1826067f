"""The stage `design: offices`: respondents who follow from the offices they work in.

Where print gives regressions on properties of the offices, whether any answers can meet them is decided by
who works where. Another survey that needs no such design leaves the stage out (`background`).
"""

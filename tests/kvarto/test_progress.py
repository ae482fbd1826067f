import io

from kvarto.progress import Live, Progress, Quiet, for_terminal, seconds


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_output_decides_the_kind() -> None:
    assert type(for_terminal(out=Terminal())) is Live
    assert type(for_terminal(out=io.StringIO())) is Progress
    assert type(for_terminal(quiet=True, out=Terminal())) is Quiet


def test_a_terminal_has_one_moving_line_below_those_that_stay() -> None:
    out = Terminal()
    live = Live(out)
    live.chapter("k.qmd", "waiting", 0, 4)
    live.chapter("k.qmd", "running", 2, 4)
    live.chapter("k.qmd", "done")
    live.step("Lager PDF")
    live.close()
    screen, line = [], ""
    for char in out.getvalue().replace("\x1b[2K", "\0"):
        if char in "\r\0":
            line = ""
        elif char == "\n":
            screen.append(line)
            line = ""
        else:
            line += char
    assert len(screen) == 1 and screen[0].startswith("  ✓ k.qmd på ") and line == ""
    assert "██████░░░░░░  2/4" in out.getvalue() and "Lager PDF …" in out.getvalue()


def test_plain_lines_say_each_state_once() -> None:
    out = io.StringIO()
    plain = Progress(out)
    for done in range(3):
        plain.chapter("k.qmd", "waiting", 0, 3)
        plain.chapter("k.qmd", "running", done, 3)
    plain.chapter("k.qmd", "done")
    plain.chapter("l.qmd", "plain")
    plain.chapter("m.qmd", "cached")
    rows = out.getvalue().splitlines()
    assert (
        rows[0] == "k.qmd: kjører 3 steg"
        and rows[-2].startswith("k.qmd: kjørt på 0,")
        and rows[-1] == "m.qmd: uendret"
    )


def test_seconds_have_a_decimal_comma() -> None:
    assert seconds(1.25) == "1,2 s"

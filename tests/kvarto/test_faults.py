from kvarto.faults import Fault, Faults


def test_a_fault_is_one_block_with_place_reason_and_cure() -> None:
    fault = Fault("k.qmd", 3, "Noe er galt.", "Derfor.", "Gjør slik.", column=7, detail="a\nb")
    assert fault.text() == "k.qmd:3:7: Noe er galt.\n    Derfor.\n    | a\n    | b\n    → Gjør slik."


def test_faults_are_kept_once_and_come_in_the_order_of_the_book() -> None:
    faults = Faults()
    faults.add("k.qmd", 9, "B")
    faults.add("a.qmd", 10, "A")
    faults.add("k.qmd", 2, "C")
    faults.add("k.qmd", 9, "B")
    assert [(f.path, f.line) for f in faults] == [("a.qmd", 10), ("k.qmd", 2), ("k.qmd", 9)]
    assert faults.report().endswith("3 feil")


def test_lint_never_stops_and_a_draft_stops_for_nothing() -> None:
    faults = Faults()
    faults.add("k.qmd", 1, "Rart.", severity="lint")
    assert not faults.stop() and faults.report() == ""
    faults.add("k.qmd", 1, "Galt.")
    assert faults.stop() and not faults.stop(draft=True)
    assert faults.report(lint=True).endswith("2 feil")

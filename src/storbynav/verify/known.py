"""Which numbers in the text everyone knows already: those that print gives, and that the answers give too."""

from __future__ import annotations

from storbynav import paths
from storbynav.disclosure import Counted
from storbynav.report import Report
from storbynav.verify.bound import Binding, Bindings
from storbynav.verify.compute import Compute


def known(report: Report) -> frozenset[Counted]:
    """The sets of respondents and leaders whose number stands in print, and comes out of these answers.

    `report` must watch (`Report.watch`): numbers are compared here, and none is shown.
    """
    bindings, compute = Bindings(paths.PUBLISHED), Compute(report)
    chosen = [b for b in bindings.all if not b.words and b.call in _SETS and b.args]
    met = (b for b in chosen if bindings.number(b, b.of, compute).met)
    return frozenset(_counted(b, report) for b in met)


def _counted(b: Binding, report: Report) -> Counted:
    args = dict(b.args)
    if b.call == "leaders":
        codes = {item: report.codes(item, answer) for item, answer in args.items()}
        (item, first), *others = codes.items()
        return Counted.make(item, first, dict(others))
    item = str(args.pop("item"))
    variable = report.survey.variable(item)
    if b.call == "leaders_agree":
        return Counted.make(item, variable.agreement)
    if b.call == "leaders_disagree":
        return Counted.make(item, sorted(variable.codes)[-len(variable.agreement) :])
    args.pop("base", None)
    return Counted.make(item, report.codes(item, args.pop("answer", None)), args)


_SETS = ("leaders", "leaders_agree", "leaders_disagree", "share", "count")

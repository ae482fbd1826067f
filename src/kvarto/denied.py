"""When the machine, not the book or kvarto, is in the way: no right to read or write, no room."""

from __future__ import annotations

import errno

from kvarto.faults import Fault

_RIGHTS = ("ingen tilgang", "Gi deg selv tilgang til filen eller mappen, eller bygg et annet sted.")
_WHY = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: ("disken er skrivebeskyttet", "Kopier boken til en mappe du kan skrive i."),
    errno.ENOSPC: ("disken er full", "Frigjør plass, og bygg på nytt."),
    errno.EDQUOT: ("kvoten på disken er brukt opp", "Frigjør plass, og bygg på nytt."),
    errno.EFBIG: ("filen blir større enn det er lov å skrive her", "Hev grensen (ulimit -f)."),
    errno.EMFILE: ("for mange filer er åpne", "Hev grensen (ulimit -n), eller lukk andre programmer."),
}


def fault(exc: BaseException) -> Fault | None:
    """What to tell the author of such an error; None for any other."""
    if not isinstance(exc, OSError) or exc.errno not in _WHY:
        return None
    why, fix = _WHY[exc.errno]
    file = exc.filename2 or exc.filename or "en fil"
    what = f"kvarto får ikke lese eller skrive {file}: {why}."
    return Fault(None, None, what, "Boken ble ikke skrevet. Forrige utgave står urørt.", fix, kind="denied")

"""An institute's own file into a checked data set outside version control (`storbynav import`).

`inspect` looks at a file through a column map and tells what fits and what does not, without showing what
any one respondent answered; `write` puts the checked data set into a private folder, from which the whole
report is built.
"""

from storbynav.importing.inspection import Finding, Inspection, inspect
from storbynav.importing.writing import ImportRefusedError, write

__all__ = ["Finding", "ImportRefusedError", "Inspection", "inspect", "write"]

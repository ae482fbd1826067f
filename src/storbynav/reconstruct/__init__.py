"""The synthetic survey: printed facts in, respondents out (docs/reconstruction.md)."""

import hashlib as _hashlib
import os as _os
from pathlib import Path as _Path

_HERE = _Path(__file__).parent
_code = b"".join(file.read_bytes() for file in sorted(_HERE.rglob("*.py")))
# numba renews a stored function when its own file has changed, not when one that it calls in another file
# has: what is compiled is therefore kept by all of the code here. numba reads this when it is imported.
_os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(_HERE / "__pycache__" / f"compiled-{_hashlib.sha256(_code).hexdigest()[:12]}")
)

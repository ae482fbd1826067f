"""Disclosure control: the policy, the gate that every output passes, the ledger of what was shown, the scan.

``data/disclosure.yml`` is the policy; docs/egne-data.md explains it for data owners.
"""

from storbynav.disclosure.gate import Gate, Lines
from storbynav.disclosure.ledger import Counted, Entry
from storbynav.disclosure.policy import Policy, PolicyError, policy

__all__ = ["Counted", "Entry", "Gate", "Lines", "Policy", "PolicyError", "policy"]

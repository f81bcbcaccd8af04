"""The evaluation methods: what a tender document may say, and what the machine computes from it.

`blockers(method, regime, kind)` before publication, `evaluate(method, bids, …)` afterwards. It stands in this storey
because a tender document may not be published with a method that cannot be computed; `evaluation` uses the same code.
"""

from tendering.rules.methods.evaluation import evaluate
from tendering.rules.methods.facts import finding_blockers, score_blockers
from tendering.rules.methods.result import Result
from tendering.rules.methods.schema import FORMAT, Kind, Method
from tendering.rules.methods.validity import blockers, method_of

__all__ = [
    "FORMAT",
    "Kind",
    "Method",
    "Result",
    "blockers",
    "evaluate",
    "finding_blockers",
    "method_of",
    "score_blockers",
]

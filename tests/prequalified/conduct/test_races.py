"""Two at once on one case: one wins, the other is told, and the points are counted once."""

import pytest

from prequalified.actions.conduct.decide_case import decide_case
from prequalified.actions.conduct.report_conduct import report_conduct
from prequalified.models import ConductCase, ConductReport, PointEntry
from runtime.actor import SYSTEM
from runtime.refusal import Refusal
from tests.factories.parties import make_party
from tests.prequalified.conduct.kit import make_scene

"""Which numbers bind a section: what it froze at publication, else the rule set in force for its centre."""

import datetime as dt

from prequalified.models import Centre
from prequalified.rules.holidays import Calendar, national_calendar
from prequalified.rules.timing import day_of
from tendering.models import RuleSet, Section
from tendering.rules.rulesets import Offered, RegimeRules, choose, read_regime


def calendar() -> Calendar:
    return national_calendar()


def centre_line(centre: Centre) -> list[Centre]:
    """The centre and those above it, nearest first."""
    line: list[Centre] = []
    step: Centre | None = centre
    while step is not None and step not in line:
        line.append(step)
        step = step.parent
    return line


def rule_set_in_force(centre: Centre, day: dt.date) -> RuleSet:
    """Raises LookupError where no rule set was loaded (`manage.py load_rule_sets`)."""
    sets = {each.pk: each for each in RuleSet.objects.select_related("centre")}
    offered = [
        Offered(
            each.pk, each.centre.code if each.centre else None, each.demonstration, each.valid_from, each.valid_until
        )
        for each in sets.values()
    ]
    chosen = choose(offered, [(each.code, each.demonstration) for each in centre_line(centre)], day)
    if chosen is None:
        raise LookupError(f"no rule set in force on {day} for {centre.code}")
    return sets[chosen.key]


def rules_for(section: Section, at: dt.datetime) -> RegimeRules:
    """The section's own frozen terms once it is published, until then the set in force at `at`."""
    if section.terms:
        return read_regime(section.terms, section.regime)
    centre = section.tendering_project.project.centre
    return read_regime(rule_set_in_force(centre, day_of(at)).data, section.regime)

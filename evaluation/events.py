"""What an evaluation room announces. Seats, never names: staff and the journal's readers watch too (A-134).

A draft score is never announced, in no form: no event, count or timing tells others that somebody is scoring.
"""

PHASE = "room.phase"  # {phase, act}
SIGNED_IN = "room.signed_in"  # {seat}
UNDERTAKEN = "room.undertaken"  # {seat}
SEAT = "room.seat"  # {seat}: somebody else sits there now
VOTED = "room.voted"  # {seat, ballot}
BALLOT = "room.ballot"  # {ballot, tied}: a tie, everybody votes again
CHAIR = "room.chair"  # {seat}
REVIEWED = "room.reviewed"  # {seat}
HANDED_IN = "room.handed_in"  # {seat}
FINDING = "room.finding"  # {bid}
SUMMARY = "room.summary"  # {number}
REPORT = "room.report"  # {number}
SIGNED = "room.signed"  # {seat, number}
ROLL_BACK = "room.roll_back"  # {target, granted}
WINDOW = "room.window"  # {until}
PRESENCE = "room.presence"  # {seat, present}


def room_name(section_code: str) -> str:
    return f"room:{section_code}"

"""Ground under the house: clock, actor, refusals, after-commit dispatch, outbox and hub. Tiny; never a drawer for leftovers."""

"""The commands of `yangguang`, one module per group. Each has `register(subparsers)`; only the one asked for is imported.

A module's `register` adds its parsers (with `client.output.add_json`) and sets `run=function`; `run(args) -> int` gives
the exit status: 0, or 1 for checked and false. Unreadable input raises `client.output.Unusable` (status 2).
"""

MODULES = {
    "bid": "client.commands.bid",
    "ca": "client.commands.ca",
    "chain": "client.commands.chain",
    "cms": "client.commands.cms",
    "draw": "client.commands.draw",
    "journal": "client.commands.journal",
    "login": "client.commands.login",
    "score": "client.commands.score",
    "trustee": "client.commands.trustee",
    "verify": "client.commands.verify",
}

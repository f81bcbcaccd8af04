"""`yangguang` or `python -m client`: make, sign, seal, deliver and verify, without the platform's code and without trust.

Exit status: 0 all hold, 1 checked and false, 2 wrong usage or unreadable.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from client.commands import MODULES
from client.output import Unusable, show_refusal, show_unusable
from runtime.refusal import Refusal


def parser_for(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Only the group that is asked for is imported, so that the program starts fast; all of them for the help."""
    parser = argparse.ArgumentParser(
        prog="yangguang", description="阳光招标客户端：制作、签名、封装、递交、验证，无需信任平台"
    )
    groups = parser.add_subparsers(dest="group", metavar="命令", required=True)
    asked = next((word for word in arguments if not word.startswith("-")), "")
    for name in [asked] if asked in MODULES else MODULES:
        importlib.import_module(MODULES[name]).register(groups)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    args = parser_for(words).parse_args(words)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        return show_refusal(args, refusal.blockers)
    except Unusable as error:
        return show_unusable(args, error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has left
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

"""Base64 as it arrives from outside."""

import base64
import binascii

from runtime.refusal import Blocker, Refusal, gettext_noop


def decoded(text: str, place: str = "signature") -> bytes:
    """The bytes; raises Refusal `base64.malformed` (400) for anything but strict Base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(Blocker("base64.malformed", gettext_noop("不是 Base64 编码。"), place=place), 400) from error

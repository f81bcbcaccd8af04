"""What was hashed of a container, as JSON for the upload's row, so that whichever process finishes finds it."""

import base64
from collections.abc import Mapping
from typing import Any

from signing.rules.containers import Container, Member


def as_data(container: Container) -> dict[str, Any]:
    members = [
        {
            "name": member.name,
            "offset": member.offset,
            "size": member.size,
            "sha256": member.sha256,
            "head": base64.b64encode(member.head).decode(),
            "content": None if member.content is None else base64.b64encode(member.content).decode(),
        }
        for member in container.members.values()
    ]
    return {"size": container.size, "sha256": container.sha256, "members": members}


def from_data(data: Mapping[str, Any]) -> Container:
    members = {
        each["name"]: Member(
            each["name"],
            each["offset"],
            each["size"],
            each["sha256"],
            base64.b64decode(each["head"]),
            None if each["content"] is None else base64.b64decode(each["content"]),
        )
        for each in data["members"]
    }
    return Container(data["size"], data["sha256"], members)

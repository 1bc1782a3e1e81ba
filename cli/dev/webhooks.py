"""What the shop would have been told: nobody is called from this machine."""

from __future__ import annotations

import json
from typing import Any

from anlass.adapters.memory.shop import Post
from anlass.domain.call import Call
from anlass.ports import Answered

from cli.dev.looking import iso, journey_rows
from cli.runtime.world import LocalRuntime


def webhooks(runtime: LocalRuntime) -> list[dict[str, Any]]:
    """All that steps asked for, oldest first, each with its attempts."""
    rows = [row for row in journey_rows(runtime) if isinstance(row, Call)]
    posts: dict[str, list[Post]] = {}
    for post in runtime.shop.posts:
        posts.setdefault(post.headers["webhook-id"], []).append(post)
    return [
        {
            "id": row.id,
            "journey": row.journey,
            "step": row.step,
            "url": row.url,
            "secret": row.secret,
            "status": row.status.lower(),
            "reason": row.reason,
            "until": iso(row.until),
            "at": iso(row.created_at),
            "attempts": [_attempt(post) for post in posts.get(row.id, ())],
        }
        for row in sorted(rows, key=lambda row: (row.created_at, row.id))
    ]


def _attempt(post: Post) -> dict[str, Any]:
    answer = post.answer
    return {
        "at": iso(post.at),
        "headers": dict(post.headers),
        "body": json.loads(post.body),
        "answer": answer.status if isinstance(answer, Answered) else answer.reason,
    }


def plan_answers(runtime: LocalRuntime, statuses: Any) -> bool:
    """The next attempts are answered with these statuses, then all is well again. False: those are none."""
    if not isinstance(statuses, list) or not all(type(each) is int and 200 <= each <= 599 for each in statuses):
        return False
    runtime.shop.answers.extend(Answered(status) for status in statuses)
    return True

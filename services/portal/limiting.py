"""How often something may be asked; whoever asks too often is told when to come again."""

from __future__ import annotations

import time
from enum import Enum
from math import ceil

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from services.chassis.digests import keyed


class Often(Enum):
    """What is counted, by whom it is counted, and how often it may be."""

    START = "300 per 5 minutes"  # at a provider, by address of the caller: a whole office has one
    ASK = "20 per 15 minutes"  # for a code, by address of the caller
    ASK_FOR_ONE = "3 per 15 minutes"  # for a code, to one e-mail address
    ASK_A_DAY = "10 per 1 day"  # the same: so many codes, of five tries each
    TRY = "30 per 15 minutes"  # a code or a link, by address of the caller


class TooOften(Exception):
    """Come again in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class Limits:
    """Counts in this process' memory, under digests: who asked is written nowhere."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[Often, RateLimitItem] = {one: parse(one.value) for one in Often}

    async def count(self, often: Often, whose: str) -> None:
        """One time more. Raises TooOften."""
        item = self._items[often]
        key = keyed(self._secret, "limit", whose).hex()
        if not await self._window.hit(item, often.name, key):
            until = (await self._window.get_window_stats(item, often.name, key)).reset_time
            raise TooOften(max(1, ceil(until - time.time())))

    async def count_caller(self, often: Often, request: Request) -> None:
        """By the address that the server saw, which a proxy it trusts may have told. TooOften."""
        await self.count(often, request.client.host if request.client else "")

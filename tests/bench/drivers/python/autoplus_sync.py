"""The library, as an ordinary program uses it."""

from __future__ import annotations

import os
from operator import attrgetter

import driver
from driver import CA_FILE, GUILD, TOKEN, TRADE, URL, obey

from autoplus import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autoplus import Trade

EVENTS = 1000
"""More than one poll brings: what it brought is handed out at once."""

read_changes = attrgetter("changes.value")


class Autoplus:
    snapshot: Trade

    def __init__(self) -> None:
        self.client = Client(TOKEN, base_url=URL, ca_file=CA_FILE, store=os.environ["BENCH_STORE"])

    def one(self) -> int:
        self.snapshot = self.client.trade(TRADE)
        return driver.read_three(self.snapshot)

    def pay(self) -> int:
        trade = self.snapshot
        opened = self.client.open_trade(
            GUILD, crypto=trade.crypto, sender=trade.sender or "", receiver=trade.receiver or ""
        )
        return opened.trade_id + self.client.request_release(trade).confirm().revision

    def batch(self) -> int:
        with self.client.events(TRADE, start_after=0) as events:
            return driver.read_all(events.next_batch(EVENTS), read_changes)


stack = Autoplus()
obey(stack.one, stack.pay, stack.batch)

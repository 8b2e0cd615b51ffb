"""The other side changes something between the look and the confirmation."""

from __future__ import annotations

from other_side import client_of

from autoplus import ChangedSinceReviewError, Trade
from autoplus.testing import Simulator

shown: list[str] = []

with Simulator() as sim, client_of(sim, sim.sender) as client:
    opened = sim.open_trade(
        until="waitingTermsAcceptance", sender_terms="0.5 LTC, paid at once", receiver_terms="refund within a week"
    )

    def show(*lines: object) -> None:
        shown.append(" ".join(map(str, lines)))

    def ask_a_person(reviewed: Trade, current: Trade) -> None:
        assert reviewed.terms is not None
        assert current.terms is not None
        show("was:", repr(reviewed.terms.receiver.text))
        show("now:", repr(current.terms.receiver.text))

    # ANCHOR: confirm
    trade = client.trade(opened.id)  # a person reads both terms of this snapshot, and says yes
    # ANCHOR_END: confirm
    sim.act(opened, "receiver", "set_terms", text="no refunds")
    # ANCHOR: confirm
    try:
        client.confirm_terms(trade)  # sends exactly these two texts and their version
    except ChangedSinceReviewError as changed:
        show("not confirmed:", ", ".join(changed.fields), "changed; landed:", changed.landed)
        ask_a_person(changed.reviewed, changed.current)  # a yes confirms changed.current, never trade
    # ANCHOR_END: confirm

    # ANCHOR: parties
    trade = client.trade(opened.id)
    if (trade.sender, trade.receiver, trade.crypto) == (client.user_id, sim.receiver.id, "ltc"):
        print("still the trade that was agreed on")
    # ANCHOR_END: parties
    assert len(shown) == 3, shown
    assert shown[0].endswith("landed: False"), shown
    assert shown[1:] == ["was: 'refund within a week'", "now: 'no refunds'"], shown
    assert sim.inspect(opened)["effects"]["confirms"] == 0

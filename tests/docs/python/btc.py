"""A claim in BTC: one of the offered fees goes along, and the transfer is followed to its end."""

from __future__ import annotations

from decimal import Decimal

from known import until_known
from other_side import client_of

from autoplus import BtcFeeOption, ClaimChallenge, Client, Execution, InvalidError, check_address, steps
from autoplus.testing import Simulator

ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
DEAREST = Decimal(5)
failures: list[str | None] = []


# ANCHOR: fee
def claim(client: Client, trade_id: str) -> None:
    challenge = client.request_claim(client.trade(trade_id), ADDRESS)
    for option in challenge.fee_options:
        print(f"{option.priority}: {option.sat_per_vbyte:f} sat/vB, about {option.estimated_cost_usd} USD")
    fee = fastest_below(challenge, DEAREST)
    # The fee goes back exactly as it was offered. What was accepted is a receipt, not a transfer.
    receipt = until_known(lambda: challenge.confirm(fee=fee, operation="payout:42"))
    print("accepted:", receipt.execution_id, receipt.status)


def fastest_below(challenge: ClaimChallenge, limit: Decimal) -> BtcFeeOption:
    """The dearest offer that isn't above the limit; the cheapest if all are."""
    offers = sorted(challenge.fee_options, key=lambda offer: offer.sat_per_vbyte)
    return next((offer for offer in reversed(offers) if offer.sat_per_vbyte <= limit), offers[0])


# ANCHOR_END: fee


# ANCHOR: address
def look_at(address: str) -> str:
    """Sends nothing. Raises InvalidError if it is no BTC address; warns of what a person should look at."""
    checked = check_address("btc", address)
    for warning in checked.warnings:
        print(f"{warning.kind}: {warning}")
    return checked.canonical


# ANCHOR_END: address


def tell_a_person(transfer: Execution) -> None:
    failures.append(transfer.reason)
    sim.settings(executions="complete")


# ANCHOR: transfer
def take_payout(client: Client, trade_id: str) -> None:
    with client.events(trade_id, consumer="payout") as events:
        for event in events:
            transfer = event.changes.execution
            if transfer is not None and transfer.state == "failed":
                tell_a_person(transfer)  # nothing moved: the funds are still in escrow and are claimed again
            if event.type != "trade.closed" and isinstance(client.next_step(event.trade), steps.Claim):
                claim(client, trade_id)
        print("ended:", events.end)


# ANCHOR_END: transfer

assert look_at(ADDRESS.upper()) == ADDRESS
try:
    look_at(ADDRESS.replace("w508", "w509"))
except InvalidError as wrong:
    print(wrong)
else:
    raise AssertionError("a wrong character was taken")

with Simulator() as sim, client_of(sim, sim.receiver) as client:
    opened = sim.open_trade(crypto="btc", amount="0.015", until="waitingAddress")
    sim.settings(executions="fail")
    take_payout(client, opened.id)
    assert len(failures) == 1, failures
    bodies = [request.body or "" for request in sim.requests() if request.path.endswith("confirm-claim")]
    assert len(bodies) == 2
    assert all('"priority":"medium"' in body for body in bodies), bodies
    assert sim.check() == []

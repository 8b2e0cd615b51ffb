"""Errors by what to do about them."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from known import until_known

from autoplus import (
    AutoPlusError,
    CallTimeoutError,
    ChallengeExpiredError,
    ChangedSinceReviewError,
    Client,
    ConflictError,
    NotFoundError,
    Operation,
    OperationInProgressError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerError,
    Timeouts,
    TransportError,
)
from autoplus.testing import Simulator

alarms: list[AutoPlusError] = []


def tell_a_person(error: AutoPlusError) -> None:
    alarms.append(error)


# ANCHOR: by_kind
def release(client: Client, trade_id: str) -> bool:
    """True if the funds were released. False if nothing moved, and it may be tried at the next event."""
    try:
        challenge = client.request_release(client.trade(trade_id))
        until_known(lambda: challenge.confirm(operation=f"release:{trade_id}"), pause=PAUSE)
        return True
    except (ConflictError, ChangedSinceReviewError, NotFoundError, ChallengeExpiredError):
        return False  # the trade moved on: the next event has what stands now
    except (TransportError, CallTimeoutError, ServerError, RateLimitedError, OperationInProgressError):
        return False  # passes by itself
    except AutoPlusError as error:  # a wrong token, a full disk, a defect: nothing that waiting mends
        tell_a_person(error)
        return False


# ANCHOR_END: by_kind


# ANCHOR: keep
def confirm_once(client: Client, trade_id: str) -> None:
    """Without a file as the store: what is unknown is kept by the caller, and settled later."""
    challenge = client.request_release(client.trade(trade_id))
    try:
        challenge.confirm()
    except OutcomeUnknownError as unknown:
        if unknown.operation is not None:
            Path("unknown.json").write_text(unknown.operation.to_json())


def settle_later(client: Client) -> str:
    operation = Operation.from_json(Path("unknown.json").read_text())
    settlement = client.resolve(operation)
    return f"{settlement.verdict}: {settlement.message}"


# ANCHOR_END: keep

PAUSE = 0.1
SHORT = Timeouts(attempt=0.3, call=0.6)

with Simulator() as sim, TemporaryDirectory() as folder:
    os.chdir(folder)
    user = sim.sender
    client = Client(user.token, user_id=user.id, base_url=sim.base_url, timeouts=SHORT)

    done, moved_on, secret = (sim.open_trade(until="waitingAction") for _ in range(3))
    sim.fault("POST /trades/{id}/confirm-action", "lost_after", times=5)
    assert release(client, done.id)

    sim.act(moved_on, "receiver", "return")
    assert not release(client, moved_on.id)

    sim.fault("POST /trades/{id}/confirm-action", "lost_after", times=99)
    sim.fault("GET /trades/{id}", "status", status=503, times=99, skip=1)
    sim.fault("GET /trades/{id}/events", "status", status=503, times=99)
    confirm_once(client, secret.id)
    sim.calm()
    assert settle_later(client).startswith("done"), settle_later(client)

    sim.revoke_token(user.token)
    assert not release(client, secret.id)
    assert [type(error).__name__ for error in alarms] == ["AuthenticationError"]
    assert user.token not in repr(alarms)
    assert sim.check() == []
    client.close()
    os.chdir("/")

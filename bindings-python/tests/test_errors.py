"""Exceptions: one class per thing to do about it, with everything the server said."""

import pickle
from decimal import Decimal

import pytest

import autoplus
from autoplus import (
    AutoPlusError,
    ChangedSinceReviewError,
    Client,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    Timeouts,
    errors,
)
from autoplus.testing import Simulator

KINDS = {
    "invalid",
    "authentication",
    "forbidden",
    "not_found",
    "conflict",
    "changed_since_review",
    "challenge_expired",
    "unprocessable",
    "rate_limited",
    "server",
    "transport",
    "timeout",
    "decode",
    "outcome_unknown",
    "operation_in_progress",
    "store",
    "closed",
    "bug",
}


def test_there_is_one_class_per_kind() -> None:
    classes = AutoPlusError.__subclasses__()
    assert {error.kind for error in classes} == KINDS
    assert len(classes) == len(KINDS)
    assert all(getattr(autoplus, error.__name__) is error for error in classes)
    assert not any(error.__subclasses__() for error in classes)


def test_an_error_carries_what_the_server_said(sim: Simulator, sender: Client) -> None:
    body = '{"code":"gone_fishing","message":"no","requestId":"r-1","details":{"left":1e-7,"of":5}}'
    sim.answer("GET /trades/{id}", 404, body)
    with pytest.raises(NotFoundError) as raised:
        sender.trade("300000000000000001")
    error = raised.value
    assert (error.code, error.status, error.request_id) == ("gone_fishing", 404, "r-1")
    assert error.details == {"left": Decimal("1e-7"), "of": 5}
    assert error.details_json == '{"left":1e-7,"of":5}'
    assert "no" in str(error)
    assert error.message == str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is NotFoundError
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def test_a_limit_says_how_long_to_wait(sim: Simulator) -> None:
    sim.answer("GET /stats", 429, "", headers={"retry-after": "3"}, times=9)
    limits = Timeouts(call=0.5)
    with Client(base_url=sim.base_url, timeouts=limits) as client, pytest.raises(RateLimitedError) as raised:
        client.stats()
    assert raised.value.retry_after == 3.0


def test_what_changed_since_review_shows_both(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade(until="waitingTermsAcceptance")
    reviewed = sender.trade(opened.id)
    sim.act(opened, "receiver", "set_terms", text="twice the price")
    with pytest.raises(ChangedSinceReviewError) as raised:
        sender.confirm_terms(reviewed)
    error = raised.value
    assert error.reviewed == reviewed
    assert error.current.terms is not None
    assert error.current.terms.receiver.text == "twice the price"
    assert isinstance(error.fields, tuple)
    assert "terms" in " ".join(error.fields)
    assert error.landed is False
    again = pickle.loads(pickle.dumps(error))
    assert (again.reviewed, again.current, again.fields, again.landed) == (
        error.reviewed,
        error.current,
        error.fields,
        error.landed,
    )


def test_an_unknown_outcome_names_its_operation(sim: Simulator) -> None:
    sim.fault("POST /guilds/{guildId}/trades", "lost_after", times=20)
    limits = Timeouts(call=0.4, attempt=0.2)
    client = Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, timeouts=limits)
    with client, pytest.raises(OutcomeUnknownError) as raised:
        client.open_trade(sim.guild, crypto="ltc", sender=sim.sender.id, receiver=sim.receiver.id, operation="order:1")
    operation = raised.value.operation
    assert operation is not None
    assert (operation.name, operation.kind, operation.trade_id) == ("order:1", "open_trade", None)
    assert pickle.loads(pickle.dumps(raised.value)).operation == operation


def test_errors_are_not_other_errors() -> None:
    assert not issubclass(AutoPlusError, (OSError, ValueError))
    assert issubclass(errors.ServerError, Exception)

"""Enums: strings that know their known values."""

import json
import pickle

import pytest

from autoplus import Crypto, Role, TradeStatus


def test_a_known_word_is_one_object_and_equals_its_text() -> None:
    assert Crypto("ltc") is Crypto.LTC
    assert Crypto.LTC == "ltc"
    assert hash(Crypto.LTC) == hash("ltc")
    assert isinstance(Crypto.LTC, Crypto)
    assert Crypto.LTC.is_known


def test_an_unknown_word_keeps_its_text() -> None:
    doge = Crypto("doge")
    assert doge == "doge"
    assert not doge.is_known
    assert repr(doge) == "Crypto('doge')"
    assert str(doge) == f"{doge}" == "doge"


def test_match_works_by_value() -> None:
    match TradeStatus("waitingAction"):
        case TradeStatus.WAITING_ACTION:
            pass
        case _:
            pytest.fail("the status isn't matched")


def test_words_survive_json_and_pickle() -> None:
    assert json.dumps({"crypto": Crypto.SOL_USDT}) == '{"crypto": "sol_usdt"}'
    assert pickle.loads(pickle.dumps(Crypto.SOL_USDT)) is Crypto.SOL_USDT
    assert pickle.loads(pickle.dumps(Crypto("doge"))) == Crypto("doge")


def test_each_enum_has_its_own_words() -> None:
    assert set(Role.known()) == {"sender", "receiver"}
    assert len(Crypto.known()) == 15
    assert len(TradeStatus.known()) == 9

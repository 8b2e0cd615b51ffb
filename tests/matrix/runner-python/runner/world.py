"""One scenario from its first step to its last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import autoplus
from autoplus.testing import ControlError, Simulator

from . import calls, matching, prints, requests, stores, view
from .arguments import Arguments
from .faces import Face
from .saved import Saved, SavedValues
from .scenario import Failed, Scenario, Step

SECRET = "sim-token-"
"""Every token of the simulator begins so; none may ever be seen in a message."""
USERS = ("sender", "receiver", "stranger", "outsider")

FOLLOWING = (
    autoplus.EventStream,
    autoplus.AsyncEventStream,
    autoplus.StreamNotes,
    autoplus.AsyncStreamNotes,
    autoplus.Watch,
    autoplus.AsyncWatch,
)

__all__ = ["Failed", "play"]


def play(face: Face, name: str, scenario: Scenario) -> None:
    with Simulator() as simulator, prints.scenario(name, simulator), stores.folder(name) as folder:
        face.run(World(face, scenario, simulator, folder).play())


class World:
    def __init__(self, face: Face, scenario: Scenario, simulator: Simulator, folder: Path) -> None:
        self._face = face
        self._scenario = scenario
        self._simulator = simulator
        self._folder = folder
        self._clients: dict[str, Any] = {}
        self._following: list[tuple[str, Any]] = []
        """Streams and watches that were opened, each with the name of its client."""
        self._saved = SavedValues({"world": Saved(simulator.control({"do": "world"}))})

    async def play(self) -> None:
        try:
            for number, step in enumerate(self._scenario.steps, 1):
                try:
                    await self._face.within_limit(self._step(step))
                except Failed as why:
                    raise Failed(f"step {number}: {why}") from None
        finally:
            for name in list(self._clients):
                await self._end(name)

    async def _end(self, name: str) -> None:
        """Closes a client and what it follows."""
        for of, following in self._following:
            if of == name:
                await self._face.close(following)
        client = self._clients.pop(name)
        await self._face.get(client.close())
        prints.shown(client)

    async def _step(self, step: Step) -> None:
        if step.kind == "restart":
            for name in step.what:
                if name not in self._clients:
                    raise Failed(f"{name} hasn't started yet")
                await self._end(name)
            return
        if step.kind == "requests":
            seen = self._simulator.control({"do": "requests", "clear": True})
            requests.check(step.what, step.only, step.more, seen, self._saved)
            return
        expect = {} if step.expect is None else self._saved.resolve(step.expect)
        try:
            saved = await (self._call(step) if step.kind == "call" else self._control(step.what))
        except autoplus.AutoPlusError as error:
            prints.shown(error)
            if SECRET in str(error):
                raise Failed(f"a token leaked: {error}") from None
            if "error" not in expect:
                raise Failed(f"{error.kind}: {error}") from None
            saved = Saved(view.error(error), error.operation)
            matching.check(expect["error"], saved.view, "error")
            if step.save is not None:
                self._saved.values[step.save] = saved
            return
        if "error" in expect:
            raise Failed(f"expected the error {expect['error']}, but it gave {saved.view}")
        if "value" in expect:
            matching.check(expect["value"], saved.view, "value")
        if step.save is not None:
            self._saved.values[step.save] = saved

    async def _control(self, command: dict[str, Any]) -> Saved:
        try:
            return Saved(self._simulator.control(self._saved.resolve(command)))
        except ControlError as refusal:
            raise Failed(f"the simulator refused: {refusal}") from None

    async def _call(self, step: Step) -> Saved:
        arguments = Arguments(step.arguments, self._saved)
        if step.client is None:
            return await calls.call(self._face, None, step.what, arguments)
        saved = await calls.call(self._face, self._client(step.client), step.what, arguments)
        if isinstance(saved.native, FOLLOWING):
            self._following.append((step.client, saved.native))
        return saved

    def _client(self, name: str) -> Any:
        if name not in self._clients:
            limits = self._scenario.clients.get(name, {})
            timeouts = autoplus.Timeouts(**{key.removesuffix("_timeout"): value for key, value in limits.items()})
            store = stores.named(self._folder, name, shared=self._scenario.store == "shared")
            settings = {"base_url": self._simulator.base_url, "store": store, "timeouts": timeouts}
            self._clients[name] = self._face.connect(**self._account(name), **settings)
        return self._clients[name]

    def _account(self, name: str) -> dict[str, str]:
        users = self._saved.values["world"].view["users"]
        if name == "anonymous":
            return {}
        if name == "bad_token":
            return {"token": "sim-token-nobody", "user_id": users["sender"]["id"]}
        user = name.removeprefix("second_")
        if user not in USERS:
            raise Failed(f"the client {name} isn't known")
        return {"token": users[user]["token"], "user_id": users[user]["id"]}

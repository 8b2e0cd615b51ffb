"""What every async stream is as a context manager."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import TypeVar

Closing = TypeVar("Closing", bound="AsyncClosing")


class AsyncClosing(ABC):
    """Closed at the end of ``async with``."""

    @abstractmethod
    async def aclose(self) -> None:
        """Ends it."""

    async def __aenter__(self: Closing) -> Closing:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

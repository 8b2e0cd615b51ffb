"""What clients and streams are apart from their calls: bound to their process, and context managers."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn, TypeVar

    Bound = TypeVar("Bound", bound="StaysHere")
    Closing = TypeVar("Closing", bound="AsyncClosing")


class StaysHere:
    """Belongs to this process: it can't be pickled, and a copy of it is itself."""

    __slots__ = ()

    def __copy__(self: Bound) -> Bound:
        return self

    def __deepcopy__(self: Bound, memo: object) -> Bound:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} can't be pickled: it belongs to this process")


class AsyncClosing(StaysHere, ABC):
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

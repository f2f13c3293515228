"""What stands on the other side for a value that has no JSON form of its own."""

from typing import Any


class Opaque:
    """A value that has no JSON form, known only by its type's name and what it prints."""

    def __init__(self, type_name: str, shown: str) -> None:
        self.type_name, self.shown = type_name, shown

    def __repr__(self) -> str:
        return self.shown


class RemoteValue:
    """An object that stays in the program, known by its number there and its type's name."""

    def __init__(self, number: int, type_name: str) -> None:
        self.number, self.type_name = number, type_name

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class Failure:
    """An exception as a value: its type's name, its message, and those grouped in it.

    line  Line of the student's file it was raised at, counted from 1, by the program's own
          account; or None.
    args  What it was made with, at most ten; plain scalars as they are, all else as an Opaque.
    """

    def __init__(
        self,
        type_name: str,
        message: str,
        line: int | None = None,
        members: tuple[Any, ...] = (),
        args: tuple[Any, ...] = (),
    ) -> None:
        self.type_name, self.message, self.line, self.members = type_name, message, line, members
        self.args = args

    def __repr__(self) -> str:
        return f"{self.type_name}({self.message!r})"


class Record:
    """An instance of a dataclass or named tuple, known by its class's name and its fields.

    Two are equal if both are; `record.name` is the field of that name. Given to the program, it
    becomes an instance of the submission's class of that name.
    """

    def __init__(self, type_name: str, fields: dict[str, Any]) -> None:
        self.type_name, self.fields = type_name, fields

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return (self.type_name, self.fields) == (other.type_name, other.fields)

    def __hash__(self) -> int:
        return hash((self.type_name, tuple(self.fields)))

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.type_name}({words})"


class Stub:
    """A service, known by its name and kind: a function whose body is on the trusted side."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind


class Member:
    """A member of an enumeration, known by its class's name, its own, and its value."""

    def __init__(self, type_name: str, name: str, value: Any = None) -> None:
        self.type_name, self.name, self.value = type_name, name, value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Member):
            return NotImplemented
        return (self.type_name, self.name) == (other.type_name, other.name)

    def __hash__(self) -> int:
        return hash((self.type_name, self.name))

    def __repr__(self) -> str:
        return f"{self.type_name}.{self.name}"

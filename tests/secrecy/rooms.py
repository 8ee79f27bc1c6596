"""Every module of the product, every type in it that holds a secret, and an instance of each with a canary in it."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, get_args, get_type_hints

import msgspec

import booth
import config
import printer
import sync
from config.secret import Secret

CANARY = "canary 271828182845"
ROOMS: tuple[ModuleType, ...] = (booth, printer, config, sync)
Maker = Callable[[], Any]


def names() -> list[str]:
    """Of all modules, programs' entry points too."""
    return [found.name for room in ROOMS for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]


def draws(name: str) -> bool:
    """It opens a window when it is imported."""
    return name in {"booth.app", "booth.desk.window"} or name.startswith("booth.screens.")


def modules() -> list[ModuleType]:
    """All that can be imported without a screen."""
    return [importlib.import_module(name) for name in names() if not draws(name)]


def classes() -> list[type]:
    """Every class where it is defined."""
    return [
        kind
        for module in modules()
        for kind in vars(module).values()
        if inspect.isclass(kind) and kind.__module__ == module.__name__
    ]


def secrets() -> list[type]:
    """Secret, and what is one."""
    return [kind for kind in classes() if issubclass(kind, Secret)]


def hints(kind: type) -> dict[str, Any]:
    """The annotated fields of a record of any kind; none for another class."""
    record = dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct) or hasattr(kind, "_fields")
    return get_type_hints(kind) if record else {}


def holders() -> dict[type, dict[str, Any]]:
    """Records with a secret in a field, or with such a record in one, however deep."""
    records = {kind: hints(kind) for kind in classes()}
    found: dict[type, dict[str, Any]] = {}
    while True:
        new = {
            kind: fields
            for kind, fields in records.items()
            if kind not in found and any(_within(field, found) for field in fields.values())
        }
        if not new:
            return found
        found |= new


def _within(annotation: Any, known: dict[type, dict[str, Any]]) -> type | None:
    """The secret, or the holder of one, that an annotation speaks of."""
    if inspect.isclass(annotation) and (issubclass(annotation, Secret) or annotation in known):
        return annotation
    origin = getattr(annotation, "__origin__", None)
    if inspect.isclass(origin) and issubclass(origin, Secret):
        return origin
    parts = [part for part in get_args(annotation) if not isinstance(part, list)]
    return next((kind for part in parts if (kind := _within(part, known)) is not None), None)


def secret_of(kind: type) -> Any:
    """With the canary wherever it can hold anything."""
    made = kind.__new__(kind)
    Secret.__init__(made, CANARY)
    for base in kind.__mro__:
        for slot in base.__dict__.get("__slots__", ()):
            name = f"_{base.__name__.lstrip('_')}{slot}" if slot.startswith("__") else slot
            if not hasattr(made, name):
                object.__setattr__(made, name, CANARY)
    return made


def holder_of(kind: type, known: dict[type, dict[str, Any]]) -> Any:
    """A record whose secrets are canaries and whose other fields are empty."""
    values = {name: _value(annotation, known) for name, annotation in known[kind].items()}
    if dataclasses.is_dataclass(kind):
        made = object.__new__(kind)
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made
    return kind(**values)


def _value(annotation: Any, known: dict[type, dict[str, Any]]) -> Any:
    kind = _within(annotation, known)
    if kind is None:
        return None
    made = holder_of(kind, known) if kind in known else secret_of(kind)
    origin = getattr(annotation, "__origin__", None)
    if origin in (tuple, list):
        return origin([made])
    return {"one": made} if origin is dict else made


def drawn_records_with_secrets(source: str) -> Iterator[str]:
    """Fields of classes in a module that draws whose annotation names a secret: none is kept in a record there."""
    spoken = {kind.__name__ for kind in secrets()}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign):
                    used = {name.id for name in ast.walk(field.annotation) if isinstance(name, ast.Name)}
                    if used & spoken:
                        yield f"{node.name}.{ast.unparse(field.target)}"

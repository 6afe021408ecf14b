"""From marked YAML to typed values: pydantic checks, and each complaint gets its place and mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from ivr.config.marked_yaml import Node, Plain, find, find_key, plain
from ivr.config.problems import Problem
from ivr.domain.errors import did_you_mean
from ivr.domain.tree.tree import Text

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
AnswerId = Annotated[str, StringConstraints(pattern=r"^\w[\w:.-]{0,39}$")]


class Shape(BaseModel):
    """Base of everything read from a file: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TextShape(Shape):
    """A text in both languages of the desk."""

    ru: Line
    en: Line

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: object) -> object:
        if isinstance(value, str):
            raise wrong("a text in one language only", "write {ru: …, en: …}")
        return value

    def text(self) -> Text:
        return Text(self.ru, self.en)


@dataclass(frozen=True, slots=True)
class Like:
    """Narrows a text to what is written so; whoever wrote it otherwise is told by `mend` how."""

    pattern: str
    mend: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return no_info_after_validator_function(self._written, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _written(self, value: str) -> str:
        if re.search(self.pattern, value) is None:
            raise wrong(f'"{_short(value)}" is not written so', self.mend)
        return value


def wrong(message: str, mend: str = "") -> PydanticCustomError:
    """An error of our own inside a pydantic validator, with its mend."""
    return PydanticCustomError("linetree", "{message}", {"message": message, "mend": mend})


Model = TypeVar("Model", bound=BaseModel)


_ROUNDS = 4
"""How often a file is tried again without what was wrong: a complaint may have hidden others."""


def shaped(model: type[Model], node: Node, file: str, problems: list[Problem]) -> Model | None:
    """The node as `model`, or None; every complaint joins `problems`.

    What can be left out is left out after its complaint, so that the rest is checked in the same
    run: a value that comes back does not mean that there were no complaints.
    """
    data = plain(node)
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(data)
        except ValidationError as fault:
            errors = _told_once(fault.errors(include_url=False))
        problems += [_problem(model, node, file, error) for error in errors]
        if not all(_left_out(model, data, error) for error in errors):
            return None
    return None


def _told_once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without "too few": pydantic counts what is right only, and the rest has its own words."""

    def inside(loc: tuple[str | int, ...]) -> bool:
        return any(one["loc"] != loc and one["loc"][: len(loc)] == loc for one in errors)

    return [one for one in errors if one["type"] != "too_short" or not inside(one["loc"])]


_UNSAID = "—"
_TELLING = {"scale", "from", "to"}
"""Without these a tree means something else, and complaints about that would mislead."""


def _left_out(model: type[BaseModel], data: Plain, error: ErrorDetails) -> bool:
    """Take what an error complains of out of `data`, or say False when nothing can go."""
    *way, last = error["loc"] or (0,)
    holder = data
    for part in way:
        if isinstance(holder, dict) and part in holder:
            holder = holder[str(part)]
        elif isinstance(holder, list) and isinstance(part, int) and part < len(holder):
            holder = holder[part]
        else:
            return False
    if not isinstance(holder, dict):
        return False
    found = _model(_annotation(model, way))
    if found is TextShape and last in ("ru", "en"):
        holder[str(last)] = _UNSAID
    elif found is not None and _model(_inside(found, last)) is TextShape and last in holder:
        holder[str(last)] = {"ru": _UNSAID, "en": _UNSAID}
    elif found is not None and last in holder and str(last) not in _required(found) | _TELLING:
        del holder[str(last)]
    else:
        return False
    return True


def _required(model: type[BaseModel]) -> set[str]:
    fields = model.model_fields.items()
    return {field.alias or name for name, field in fields if field.is_required()}


def _problem(model: type[BaseModel], node: Node, file: str, error: ErrorDetails) -> Problem:
    loc = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "missing":
        mark = find(node, loc[:-1])
    elif error["type"] == "extra_forbidden" or "[key]" in error["loc"]:
        mark = find_key(node, loc)
    else:
        mark = find(node, loc)
    message, mend = _said(model, error, loc)
    return Problem(file, mark.line, mark.column, message, mend)


def _said(
    model: type[BaseModel], error: ErrorDetails, loc: tuple[str | int, ...]
) -> tuple[str, str]:
    """What an error means for the person who wrote the file, and how to mend it."""
    name = str(loc[-1]) if loc else "the file"
    given = error["input"]
    ctx: Mapping[str, Any] = error.get("ctx") or {}
    match error["type"]:
        case "linetree":
            return f"{name}: {ctx['message']}", str(ctx["mend"])
        case "missing" if name in ("ru", "en"):
            language = {"ru": "Russian", "en": "English"}[name]
            return f"{_last(loc[:-1])} has no text in {language}", f"add `{name}: …`"
        case "missing":
            return f"`{name}` is missing in {_last(loc[:-1])}", f"add `{name}: …`"
        case "extra_forbidden":
            known = known_keys(model, loc[:-1])
            near = did_you_mean(name, known)
            return f"unknown key `{name}`" + near, f"known here: {', '.join(known)}"
        case "enum" | "literal_error":
            expected = str(ctx.get("expected", ""))
            words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
            return (
                f'{name}: "{given}" is not known' + did_you_mean(str(given), words),
                f"write one of {', '.join(words)}",
            )
        case "string_pattern_mismatch":
            return f'"{given}" cannot be a name', "use Latin small letters, digits, - and _"
        case "int_parsing" | "int_type" | "int_from_float":
            return f'{name}: "{_short(given)}" is not a whole number', "write digits, such as 5"
        case "bool_parsing" | "bool_type":
            return f'{name}: "{_short(given)}" is neither yes nor no', "write yes or no"
        case "string_too_short":
            return f"{name} is empty", "write something, or remove the key"
        case "string_type" if given is None:
            return f"{name} is empty", "write something, or remove the key"
        case kind if kind in _KINDS:
            return f"{name} must be {_KINDS[kind]}", "look at the example configuration"
        case _:
            return f"{name}: {error['msg']} (given: {_short(given)})", ""


_KINDS = {
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "one value",
}


def _last(loc: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in loc) or "the file"


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= 60 else text[:59] + "…"


def known_keys(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """The keys that may stand at `loc` of a file of this shape."""
    found = _model(_annotation(model, loc))
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def _annotation(model: type[BaseModel], loc: Iterable[str | int]) -> object:
    annotation: object = model
    for part in loc:
        annotation = _inside(annotation, part)
    return annotation


def _inside(annotation: object, part: str | int) -> object:
    found = _model(annotation)
    if found is not None:
        for name, field in found.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    arguments = [one for one in get_args(_bare(annotation)) if one is not Ellipsis]
    return arguments[-1] if arguments else None


def _bare(annotation: object) -> object:
    """The annotation without Annotated and without `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        others = [one for one in get_args(annotation) if one is not type(None)]
        return _bare(others[0]) if others else None
    return annotation


def _model(annotation: object) -> type[BaseModel] | None:
    bare = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None

"""Templates as they are stored: checked, compiled, ready to render for one recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from anlass.domain.errors import BrokenDefinition
from anlass.domain.send import Purpose
from anlass.language.settings import Channel


@dataclass(frozen=True)
class LocaleParts:
    """The Jinja sources of one language. `subjects` are variants of the subject for tests; `sms` "": there is none."""

    subject: str
    preheader: str
    html: str
    text: str
    subjects: Mapping[str, str] = field(default_factory=dict)
    sms: str = ""


@dataclass(frozen=True)
class TemplateDocument:
    """A published template. `names` are the fields it uses, dotted: `coupon.code`, `profile.first_name`."""

    name: str
    purpose: Purpose
    channels: tuple[Channel, ...]
    locales: Mapping[str, LocaleParts]
    names: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Only what JSON knows."""
        document = asdict(self)
        return {**document, "channels": list(self.channels), "names": list(self.names)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> TemplateDocument:
        """Raises BrokenDefinition."""
        try:
            return cls(
                name=stored["name"],
                purpose=stored["purpose"],
                channels=tuple(stored["channels"]),
                locales={locale: LocaleParts(**parts) for locale, parts in stored["locales"].items()},
                names=tuple(stored["names"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise BrokenDefinition(f"a stored template cannot be read ({error!r}); publish it again") from error

    def uses(self, name: str) -> bool:
        """Whether the template uses this name or a field of it."""
        return any(used == name or used.startswith(f"{name}.") for used in self.names)

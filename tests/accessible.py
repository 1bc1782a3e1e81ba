"""What makes a page usable for everybody, as far as simple rules can tell: labels, names, order, language, contrast.

`faults` reads the HTML alone; what only a browser knows (sizes, computed colours) is measured in `tests/browser`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from anlass.language.pages.colour import contrast

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
PLAIN_INPUTS = ("checkbox", "radio", "date", "email", "tel", "text")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    above: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    def text(self) -> str:
        """What is read aloud: pictures by their words, and nothing that is hidden."""
        if self.attributes.get("aria-hidden") == "true" or self.tag in ("style", "script"):
            return ""
        if self.tag == "img":
            return self.attributes.get("alt") or ""
        return " ".join(filter(None, (e.strip() if isinstance(e, str) else e.text() for e in self.inside)))

    def all(self, *tags: str) -> Iterator[Element]:
        for each in self.inside:
            if isinstance(each, Element):
                if not tags or each.tag in tags:
                    yield each
                yield from each.all(*tags)

    def has_above(self, tag: str) -> bool:
        return self.above is not None and (self.above.tag == tag or self.above.has_above(tag))

    @property
    def is_hidden(self) -> bool:
        if self.attributes.get("aria-hidden") == "true" or self.attributes.get("type") == "hidden":
            return True
        return self.above is not None and self.above.is_hidden


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.at = self.root
        self.strays: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.at)
        self.at.inside.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        if self.at.tag != tag or self.at.above is None:
            self.strays.append(tag)
        else:
            self.at = self.at.above

    def handle_data(self, data: str) -> None:
        self.at.inside.append(data)


def tree_of(html: str) -> Element:
    """The page as elements. Every element is closed where it belongs."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    assert not tree.strays, tree.strays
    assert tree.at is tree.root, f"<{tree.at.tag}> is never closed"
    return tree.root


def faults(html: str) -> list[str]:
    """All that is wrong with it, in words."""
    root = tree_of(html)
    return [*_page(root), *_headings(root), *_names(root), *_references(root), *_colours(html)]


def _page(root: Element) -> Iterator[str]:
    (document,) = root.all("html")
    if document.attributes.get("lang") not in ("de", "en"):
        yield "the page does not say its language"
    for tag in ("title", "main", "h1"):
        found = list(root.all(tag))
        if len(found) != 1 or not found[0].text():
            yield f"there must be one <{tag}> with words, and there are {len(found)}"
    zoom = [m.attributes.get("content") or "" for m in root.all("meta") if m.attributes.get("name") == "viewport"]
    if len(zoom) != 1 or "width=device-width" not in zoom[0] or "user-scalable" in zoom[0] or "maximum" in zoom[0]:
        yield "the page must fit the screen and can be enlarged"
    for element in root.all():
        if element.tag in ("script", "iframe", "object", "embed", "base"):
            yield f"there is a <{element.tag}>"
        for name in element.attributes:
            if name.startswith("on") or name == "style":
                yield f"<{element.tag}> has the attribute {name}"
        if (element.attributes.get("tabindex") or "0") not in ("0", "-1"):
            yield "a tabindex changes the order"


def _headings(root: Element) -> Iterator[str]:
    levels = [int(each.tag[1]) for each in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels[:1] != [1]:
        yield "the first heading is no <h1>"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"<h{after}> follows <h{before}>"


def _names(root: Element) -> Iterator[str]:
    labels = {label.attributes["for"]: label for label in root.all("label") if label.attributes.get("for")}
    for field_ in root.all("input", "select", "textarea"):
        if field_.is_hidden:
            continue
        label = labels.get(field_.attributes.get("id") or "")
        around = field_.above
        while label is None and around is not None and around.tag != "label":
            around = around.above
        if not (label or around) or not (label or around or Element("", {})).text():
            yield f"the field {field_.attributes.get('name')} has no label"
        if field_.attributes.get("type") not in PLAIN_INPUTS:
            yield f"the field {field_.attributes.get('name')} is of an odd kind"
    for each in root.all("button", "a"):
        if not each.text():
            yield f"a <{each.tag}> has no name"
    for button in root.all("button"):
        if not button.has_above("form"):
            yield f"the button {button.text()} belongs to no form"
    for form in root.all("form"):
        if form.attributes.get("method") != "post" or "action" in form.attributes:
            yield "a form goes somewhere else"
        if not list(form.all("button")):
            yield "a form has no button"
    for group in root.all("fieldset"):
        first = next((each for each in group.inside if isinstance(each, Element)), None)
        if first is None or first.tag != "legend" or not first.text():
            yield "a group of fields has no legend"
    for radio in (each for each in root.all("input") if each.attributes.get("type") in ("radio", "checkbox")):
        if not radio.has_above("fieldset"):
            yield f"the box {radio.attributes.get('value')} belongs to no group"
    for picture in root.all("img"):
        if not picture.attributes.get("alt"):
            yield "a picture has no words"


def _references(root: Element) -> Iterator[str]:
    ids = [each.attributes["id"] for each in root.all() if "id" in each.attributes]
    if len(ids) != len(set(ids)):
        yield "an id is there twice"
    for each in root.all():
        for name in ("for", "aria-describedby", "aria-labelledby"):
            for target in (each.attributes.get(name) or "").split():
                if target not in ids:
                    yield f"{name} points to {target}, which is not there"
    for wrong in (each for each in root.all("input") if each.attributes.get("aria-invalid")):
        if not wrong.attributes.get("aria-describedby"):
            yield f"nobody is told what is wrong with {wrong.attributes.get('name')}"


def _colours(html: str) -> Iterator[str]:
    of = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", html))
    for text, ground in (
        *(("ink", ground) for ground in ("ground", "card")),
        *(("soft", ground) for ground in ("ground", "card")),
        *(("tone", ground) for ground in ("ground", "card")),
        ("on-brand", "brand"),
        ("bad", "card"),
    ):
        if contrast(of[text], of[ground]) < 4.5:
            yield f"{text} cannot be read on {ground}: {of[text]} on {of[ground]}"
    if contrast(of["line"], of["card"]) < 3:
        yield "the frames of fields cannot be seen"

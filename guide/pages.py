"""Turns the chapters of ``docs/guide`` into templates of the platform, held against the pictures that were taken."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from guide.camera import Picture
from kuaiji.portal.guide import CHAPTERS, Chapter

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "docs" / "guide"
NOTES = SOURCES / "pictures.json"
PICTURES = ROOT / "src" / "kuaiji" / "portal" / "static" / "kuaiji" / "guide"
NARROW = 400  # a picture of a phone; a wider one stands above its words
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
RENDERER = RendererHTML()

Block = Sequence[Token]


@dataclasses.dataclass(frozen=True, slots=True)
class DeskChapter(Chapter):
    """For the bureaux' staff, who read it at the desk."""

    @property
    def template(self) -> str:
        """What ``python -m guide`` made of it."""
        return "desk/guide/desk.html"


ALL: tuple[Chapter, ...] = (*CHAPTERS, DeskChapter("desk", "管理端操作指引", "", ""))


class Wrong(Exception):
    """A chapter says what cannot be shown; names the place."""


def source(chapter: Chapter) -> Path:
    """Its Markdown, numbered in the order of reading."""
    [found] = SOURCES.glob(f"[0-9]-{chapter.slug}.md")
    return found


def template(chapter: Chapter) -> Path:
    """What is made of it."""
    app = chapter.template.partition("/")[0]
    return ROOT / "src" / "kuaiji" / app / "templates" / chapter.template


def noted() -> dict[str, Picture]:
    """The pictures as ``make guide`` last took them."""
    return {name: Picture(**facts) for name, facts in json.loads(NOTES.read_text(encoding="utf-8")).items()}


def fragment(chapter: Chapter, pictures: Mapping[str, Picture]) -> str:
    """The template of one chapter. Raises Wrong."""
    text = source(chapter).read_text(encoding="utf-8")
    return "\n".join(["{% load static %}", *Writer(chapter, pictures).parts(text)]) + "\n"


def pictures_of(text: str) -> list[str]:
    """Names of the pictures that a chapter shows, in its order."""
    return [Path(str(image.attrs["src"])).stem for block in blocks(text) if (image := picture_in(block))]


def blocks(text: str) -> Iterator[Block]:
    """The document's top-level parts, each from its opening to its closing token."""
    gathered: list[Token] = []
    for token in MARKDOWN.parse(text):
        gathered.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield gathered
            gathered = []


def picture_in(block: Block) -> Token | None:
    """The picture of a paragraph that is nothing else."""
    within = block[1].children or [] if block[0].type == "paragraph_open" else []
    return within[0] if len(within) == 1 and within[0].type == "image" else None


class Writer:
    """Writes one chapter: a sheet for what stands before the first heading and for each part."""

    def __init__(self, chapter: Chapter, pictures: Mapping[str, Picture]) -> None:
        self.chapter, self.pictures = chapter, pictures
        self.headings: list[str] = []
        self.figures = 0

    def parts(self, text: str) -> list[str]:
        """The list of parts, then the parts."""
        sheets: list[list[str]] = [[]]
        remaining = list(blocks(text))
        if not remaining or rendered(remaining.pop(0)) != f"<h1>{self.chapter.title}</h1>":
            raise Wrong(f"{self.chapter.slug}: begins with another title than {self.chapter.title}")
        while remaining:
            block = remaining.pop(0)
            if block[0].tag == "h2":
                self.headings.append(RENDERER.renderInline(block[1].children or [], MARKDOWN.options, {}))
                sheets.append([])
            elif image := picture_in(block):
                sheets[-1].append(self.shown(image, remaining.pop(0) if remaining else []))
            elif block[0].type == "table_open":
                sheets[-1].append(table(block))
            else:
                sheets[-1].append(rendered(self.linked(block)))
        first, *others = sheets
        return [sheet("", first), self.contents(), *(self.part(at, lines) for at, lines in enumerate(others, 1))]

    def contents(self) -> str:
        """Links to the parts."""
        lines = "\n".join(f'<li><a href="#part-{at}">{words}</a></li>' for at, words in enumerate(self.headings, 1))
        heading = '<nav class="k-card" aria-labelledby="parts">\n<h2 id="parts">本章内容</h2>'
        return f'{heading}\n<ol class="k-tasklist">\n{lines}\n</ol>\n</nav>'

    def part(self, at: int, lines: list[str]) -> str:
        """One heading and what belongs to it."""
        back = '<p class="k-up"><a class="k-tap" href="#parts">回到本章目录</a></p>'
        return sheet(
            f'<h2 id="part-{at}">{self.headings[at - 1]}</h2>', [*lines, back], f' aria-labelledby="part-{at}"'
        )

    def shown(self, image: Token, words: Block) -> str:
        """A picture and the list of its marks, as many as it has."""
        name = Path(str(image.attrs["src"])).stem
        picture = self.pictures.get(name)
        if picture is None or (SOURCES / str(image.attrs["src"])).resolve().parent != PICTURES:
            raise Wrong(f"{self.chapter.slug}: no picture {name}")
        items = [token for token in words if token.type == "list_item_open"]
        if not words or words[0].type != "ordered_list_open" or len(items) != picture.marks:
            raise Wrong(f"{self.chapter.slug}: {name} has {picture.marks} marks, the list after it {len(items)} items")
        self.figures += 1
        wide = "" if picture.width < NARROW else " k-wide"
        told = rendered(self.linked(words)).replace("<ol>", '<ol class="k-marks" role="list">', 1)
        return (
            f'<div class="k-shot{wide}">\n<figure><img src="{{% static \'kuaiji/guide/{name}.webp\' %}}" '
            f'width="{picture.width}" height="{picture.height}" alt="{escape(image.content)}" loading="lazy">'
            f"<figcaption>图（{self.figures}）{escape(str(image.attrs['title']))}</figcaption></figure>\n"
            f"{told}\n</div>"
        )

    def linked(self, block: Block) -> Block:
        """Links to chapters and to pages of the platform (``identity:login``) become addresses."""
        for child in (child for token in block for child in token.children or [] if child.type == "link_open"):
            child.attrs["href"] = self.address(str(child.attrs["href"]))
        return block

    def address(self, target: str) -> str:
        """What a link of the Markdown leads to on the platform."""
        for chapter in CHAPTERS:
            if target == source(chapter).name:
                return f"{{% url 'portal:guide_chapter' '{chapter.slug}' %}}"
        if target.count(":") != 1 or "/" in target:
            raise Wrong(f"{self.chapter.slug}: {target} is neither a chapter nor the name of a page")
        return f"{{% url '{target}' %}}"


def rendered(block: Block) -> str:
    """HTML of a part."""
    made: str = RENDERER.render(block, MARKDOWN.options, {}).strip()
    if "**" in made:  # Chinese punctuation inside the asterisks
        raise Wrong(f"not made bold: {made}")
    return made


def sheet(heading: str, lines: list[str], attributes: str = "") -> str:
    """A white sheet."""
    return "\n".join(
        [f'<section class="k-card k-stack"{attributes}>', *([heading] if heading else []), *lines, "</section>"]
    )


def table(block: Block) -> str:
    """A table whose rows stand on their side on a phone: each cell names its column, each row begins with its name."""
    cells = [token.children or [] for token in block if token.type == "inline"]
    width = sum(token.type == "th_open" for token in block)
    heads, *rows = [
        [RENDERER.renderInline(cell, MARKDOWN.options, {}) for cell in cells[at : at + width]]
        for at in range(0, len(cells), width)
    ]
    lines = ['<table class="k-table">', "<thead><tr>" + "".join(f'<th scope="col">{words}</th>' for words in heads)]
    lines[-1] += "</tr></thead>"
    lines.append("<tbody>")
    for name, *values in rows:
        told = zip(heads[1:], values, strict=True)
        row = "".join(f'<td data-label="{head}">{value}</td>' for head, value in told)
        lines.append(f'<tr><th scope="row">{name}</th>{row}</tr>')
    return "\n".join([*lines, "</tbody>", "</table>"])


def as_notes(pictures: Mapping[str, Picture]) -> str:
    """The text of ``pictures.json``: a line for each picture."""
    facts: dict[str, dict[str, Any]] = {name: vars(picture) for name, picture in sorted(pictures.items())}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(fact)}" for name, fact in facts.items())
    return f"{{\n{lines}\n}}\n"

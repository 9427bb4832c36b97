"""A row that a page names: its names in both languages, its address, its amount."""

from dataclasses import dataclass

from clusters.names import reads_chinese


@dataclass(frozen=True)
class Named:
    """A project, enterprise or entry that the reader may see; entries have an amount."""

    name_zh: str
    name_en: str
    url: str
    fen: int | None = None
    measure: str = ""

    @property
    def name(self) -> str:
        """The name in the current language, else the other one."""
        if reads_chinese():
            return self.name_zh or self.name_en
        return self.name_en or self.name_zh

    @property
    def lang(self) -> str:
        """The language of `name` where it is not that of the page; else ""."""
        if reads_chinese():
            return "" if self.name_zh else "en"
        return "" if self.name_en else "zh-Hans"

"""What is raised about a folder that cannot be an exercise."""

from graders.text import Text


class ManifestError(ValueError):
    """An exercise folder that cannot be used; `words` say which file and what to change."""

    def __init__(self, es: str, en: str) -> None:
        super().__init__(en)
        self.words = Text(es, en)

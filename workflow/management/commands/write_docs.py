"""``manage.py write_docs``"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from workflow.handbook import PAGES


class Command(BaseCommand):
    """Writes the pages of the documentation that are made from the code."""

    help = "Write states, permission matrix and retention in docs/ from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, page in PAGES.items():
            path = settings.BASE_DIR / "docs" / name
            path.write_text(page(), encoding="utf-8")
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)} written.")

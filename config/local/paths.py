"""Where things lie in a clone."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
VAR = ROOT / "var"
# How to reach the private servers of `make run`; 0600, since it holds passwords.
REMEMBERED = VAR / "environment.json"


def remembered_environment() -> dict[str, str]:
    """Variables that the last `make run` in this clone used; empty before the first."""
    try:
        content = json.loads(REMEMBERED.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): str(value) for name, value in content.items()}

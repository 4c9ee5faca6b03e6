"""Builds static/css/vouch.css from these sources. The built file is committed.

Run with Node.js at hand: ``python styles/build.py``. ``--check`` builds elsewhere and
fails when the committed file differs, ``--offline`` uses what is already installed.
"""

# ruff: noqa: S603, S607, T201 - it starts npm and sass by name and tells a person.
import argparse
import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "static" / "css" / "vouch.css"
# What a phone on a poor line has to fetch before the first page is drawn, in bytes.
MOST_GZIPPED = 20_480


def install() -> None:
    """Install the pinned sources next to this file; raises CalledProcessError."""
    subprocess.run(
        ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit"],
        cwd=HERE,
        check=True,
        stdout=sys.stderr,
    )


def compile_to(target: Path) -> None:
    """Write the compressed stylesheet to ``target``; raises CalledProcessError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            str(HERE / "node_modules" / ".bin" / "sass"),
            "--load-path=node_modules",
            "--style=compressed",
            "--no-source-map",
            "--no-charset",
            "--quiet-deps",
            "vouch.scss",
            str(target),
        ],
        cwd=HERE,
        check=True,
    )


def main() -> int:
    """Build, or with ``--check`` compare; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--offline", action="store_true")
    options = parser.parse_args()
    if shutil.which("npm") is None:
        print("Building the stylesheet needs Node.js: install it and run again.")
        return 2
    if not options.offline:
        install()
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "vouch.css"
        compile_to(built)
        css = built.read_bytes()
    size = len(gzip.compress(css, 9))
    print(f"vouch.css: {len(css)} bytes, {size} gzipped")
    if size > MOST_GZIPPED:
        print(f"That is more than {MOST_GZIPPED} bytes gzipped: take something out.")
        return 1
    if options.check:
        if TARGET.read_bytes() == css:
            return 0
        print(f"{TARGET.name} is not what the sources build: run styles/build.py.")
        return 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(css)
    return 0


if __name__ == "__main__":
    sys.exit(main())

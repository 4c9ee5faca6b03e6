"""Which published list a file is, told by what is in it; never by its name."""

from directory.term_files.documents import read_document
from directory.term_files.found import FoundList, NotAList
from directory.term_files.tables import read_table

MOST_BYTES = 10 * 1024 * 1024


def read_lists(content: bytes) -> list[FoundList]:
    """The lists of a file, each settled. Raises NotAList with a sentence."""
    if len(content) > MOST_BYTES:
        raise NotAList("This file is larger than 10 MB, which no list of terms is.")
    if not content.strip():
        raise NotAList("This file is empty.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        lists = read_document(content.removeprefix(b"\xef\xbb\xbf"))
    else:
        lists = read_table(_decoded(content))
    for each in lists:
        each.settle()
    if not any(each.terms for each in lists):
        raise NotAList("Not one term of this file could be used.")
    return lists


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise NotAList("This file is neither a table (CSV) nor JSON.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")

"""The page on paper troubles says what the program says and the tests do."""

from tests.printer.troublepage import PAGE, renewed


def test_the_page_holds_the_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == renewed(page)

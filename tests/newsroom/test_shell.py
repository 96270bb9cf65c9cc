"""The bar on top of every page of the newsroom: every door is in sight, or in the menu at its end."""

from __future__ import annotations

from cms.newsroom.shell import MOST
from tests.conftest import Client
from tests.site.page import Page

BAR = "//nav[@aria-label='Newsroom']"


def test_who_has_few_doors_sees_them_all(writer: Client, admin: Client) -> None:
    assert Page(writer.get("/newsroom/")).words(f"{BAR}/a")[-1] == "Pages"
    page = Page(admin.get("/newsroom/"))
    assert page.words(f"{BAR}/a") == ["Desk", "People", "Logins", "Record"]
    assert not page.words(f"{BAR}/details")


def test_who_has_many_finds_the_seldom_used_in_a_menu_that_says_what_they_are(chief: Client) -> None:
    page = Page(chief.get("/newsroom/"))
    assert page.words(f"{BAR}/a") == ["Desk", "Pieces", "Planning", "Series", "People", "Pictures"]
    assert len(page.words(f"{BAR}/*")) <= MOST
    assert page.words(f"{BAR}//summary") == ["More"]
    assert "Sections Topics, desks, templates, checks and review rules" in page.words(f"{BAR}/details//a")


def test_the_menu_is_named_after_the_page_that_one_is_on(chief: Client) -> None:
    page = Page(chief.get("/newsroom/rules"))
    assert page.words(f"{BAR}//summary[@aria-current]") == ["Sections"]
    assert page.words(f"{BAR}//a[@aria-current]") == ["Sections Topics, desks, templates, checks and review rules"]


def test_a_narrow_bar_has_a_link_to_the_search(writer: Client) -> None:
    assert Page(writer.get("/newsroom/")).words("//header//a[@href='/newsroom/find']") == ["Find a piece"]

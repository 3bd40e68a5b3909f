"""A digest's subject."""

from __future__ import annotations

import pytest

from presswatch.digests.subject import Count, count_subject


@pytest.mark.parametrize(
    ("counts", "subject"),
    [
        ([Count("DACA", 1)], "DACA: 1 release"),
        ([Count("DACA", 1, updated=1)], "DACA: 1 release (updated)"),
        ([Count("DACA", 4, updated=4)], "DACA: 4 releases (updated)"),
        ([Count("DACA", 4, updated=1), Count("287(g)", 1)], "DACA: 4 releases (1 updated), 287(g): 1"),
        ([Count("DACA", 2), Count("287(g)", 1, updated=1)], "DACA: 2 releases, 287(g): 1 (updated)"),
        (
            [Count("DACA", 2, updated=1, removed=3), Count("287(g)", 0, removed=1)],
            "DACA: 2 releases (1 updated), taken out of 3, 287(g): taken out of 1",
        ),
        (
            [Count("DACA", 0, removed=2), Count("287(g)", 5)],
            "DACA: taken out of 2 releases, 287(g): 5",
        ),
    ],
)
def test_a_subject_tells_what_is_new_from_what_an_edit_made(counts: list[Count], subject: str) -> None:
    """Whoever decides by the subject whether to open a mail should not be surprised by what is in it."""
    assert count_subject(counts) == subject


def test_a_subject_of_many_programs_is_short_and_counts_the_rest() -> None:
    """Mail readers cut a subject wherever they like, and leave a name without its number."""
    counts = [Count(f"Program of the county number {n}", n) for n in range(1, 23)]
    first_two = "Program of the county number 1: 1 release, Program of the county number 2: 2"
    assert count_subject(counts[:3]) == f"{first_two}, Program of the county number 3: 3"
    assert count_subject(counts[:4]) == f"{first_two} and 2 more programs"
    assert count_subject(counts) == f"{first_two} and 20 more programs"
    assert count_subject([Count("Endless " * 30, 1), Count("DACA", 1)]).endswith(" and 1 more program")

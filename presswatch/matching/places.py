"""Looking things up among the places of a release, without comparing each with each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from presswatch.matching.document import Hit
from presswatch.matching.mention import Field

_BUCKET = 128  # normalised characters


class Fixed:
    """Places that are all known."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._hits: dict[Field, list[Hit]] = {}
        for hit in sorted(hits, key=lambda h: h.start):
            self._hits.setdefault(hit.field, []).append(hit)
        self._starts = {field: [hit.start for hit in hits] for field, hits in self._hits.items()}
        self._furthest = {
            field: list(accumulate((hit.end for hit in hits), max)) for field, hits in self._hits.items()
        }

    def around(self, hit: Hit) -> Hit | None:
        """One of the places that holds the hit wholly."""
        last = bisect_right(self._starts.get(hit.field, []), hit.start) - 1
        while last >= 0 and self._furthest[hit.field][last] >= hit.end:
            place = self._hits[hit.field][last]
            if place.end >= hit.end:
                return place
            last -= 1
        return None

    def near(self, hit: Hit, reach: int) -> Hit | None:
        """The first place within reach of the hit, or anywhere if one of the two is in the title; not one
        inside the hit itself.
        """
        for field, hits in self._hits.items():
            titled = "title" in (field, hit.field)
            if titled:
                first, last = 0, len(hits)
            else:
                first = bisect_left(self._furthest[field], hit.start - reach)
                last = bisect_right(self._starts[field], hit.end + reach)
            for place in hits[first:last]:
                if (titled or place.end >= hit.start - reach) and not place.within(hit):
                    return place
        return None


class Growing:
    """Places that are added one by one, none of them much longer than a bucket."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[Field, int], list[Hit]] = {}

    def add(self, hit: Hit) -> None:
        """Note a place, in each bucket that it touches."""
        for bucket in range(hit.start // _BUCKET, hit.end // _BUCKET + 1):
            self._buckets.setdefault((hit.field, bucket), []).append(hit)

    def hold(self, hit: Hit) -> bool:
        """Whether one of the places holds the hit wholly."""
        return any(hit.within(place) for place in self._buckets.get((hit.field, hit.start // _BUCKET), ()))

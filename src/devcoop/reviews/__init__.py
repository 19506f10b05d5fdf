"""What people say about findings: kept in their own file, honoured in every later run."""

from devcoop.reviews.gaps import (
    GapReview,
    ReviewedGap,
    apply_gap_reviews,
    get_gap,
    make_gap_review,
)
from devcoop.reviews.records import (
    Opinion,
    Review,
    Reviewed,
    apply_reviews,
    get_pair,
    key_of,
    make_review,
    read_grounds,
)
from devcoop.reviews.storage import ReviewFile, read_reviews, write_reviews

__all__ = [
    "GapReview",
    "Opinion",
    "Review",
    "ReviewFile",
    "Reviewed",
    "ReviewedGap",
    "apply_gap_reviews",
    "apply_reviews",
    "get_gap",
    "get_pair",
    "key_of",
    "make_gap_review",
    "make_review",
    "read_grounds",
    "read_reviews",
    "write_reviews",
]

"""What people say about findings: kept in their own file, honoured in every later run."""

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
    "Opinion",
    "Review",
    "ReviewFile",
    "Reviewed",
    "apply_reviews",
    "get_pair",
    "key_of",
    "make_review",
    "read_grounds",
    "read_reviews",
    "write_reviews",
]

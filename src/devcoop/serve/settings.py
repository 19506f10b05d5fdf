"""What the server may use and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """Limits of the server.

    Attributes:
        workers: Processes that answer at the same time.
        seconds: Time that one answer may take.
        max_rows: Rows or triples that one answer may have.
        memory_bytes: Memory that one worker may take on top of the data.
        load_seconds: Time to open the data and compare the plans.
        load_bytes: Memory that this may take.
        compare_mebibytes: Memory that comparing may take of it.
        listed: Findings of each two agencies that are told one by one, where all are too many.
        max_answer_bytes: Size of one answer.
        max_buffered_bytes: Size of all larger answers that wait to be sent.
        kept_bytes: Size of all small answers that are kept for whoever asks the same.
        max_text_bytes: Size of a request's body.
        max_head_bytes: Size of a request's line and header fields.
        head_seconds: Time for a request's head to arrive.
        body_seconds: Time for its body to arrive.
        answer_seconds: Time for an answer to be read, beside one second for each 64 KiB.
        waiting: Requests that may wait for a worker.
        waiting_share: Those of one client address among them.
        waiting_seconds: Time that a request may wait.
        max_connections: Connections that may be open.
    """

    workers: int = 4
    seconds: float = 10.0
    max_rows: int = 100_000
    memory_bytes: int = 1024 * MEBIBYTE
    load_seconds: float = 3600.0
    load_bytes: int = 16 * 1024 * MEBIBYTE
    compare_mebibytes: int = 1024
    listed: int = 10
    max_answer_bytes: int = 64 * MEBIBYTE
    max_buffered_bytes: int = 256 * MEBIBYTE
    kept_bytes: int = 16 * MEBIBYTE
    max_text_bytes: int = MEBIBYTE
    max_head_bytes: int = 64 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 20.0
    answer_seconds: float = 30.0
    waiting: int = 256
    waiting_share: int = 64
    waiting_seconds: float = 10.0
    max_connections: int = 4096

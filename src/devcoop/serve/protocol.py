"""The SPARQL 1.1 protocol: what a request asks for, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from devcoop import media
from devcoop.serve.messages import Formats, QueryJob
from devcoop.serve.negotiation import choose
from devcoop.serve.replies import RefusedError

TABLE_TYPES = media.RESULTS
GRAPH_TYPES = (
    media.TURTLE,
    media.N_TRIPLES,
    media.RDF_XML,
    media.JSON_LD,
    media.TRIG,
    media.N_QUADS,
)
SHORT_NAMES = {
    "json": (media.RESULTS_JSON, media.JSON_LD),
    "xml": (media.RESULTS_XML, media.RDF_XML),
    "csv": (media.CSV, None),
    "tsv": (media.TSV, None),
    "turtle": (None, media.TURTLE),
    "ttl": (None, media.TURTLE),
    "ntriples": (None, media.N_TRIPLES),
    "nt": (None, media.N_TRIPLES),
    "rdfxml": (None, media.RDF_XML),
    "rdf": (None, media.RDF_XML),
    "rdf+xml": (None, media.RDF_XML),
    "jsonld": (None, media.JSON_LD),
    "json-ld": (None, media.JSON_LD),
    "n3": (None, media.TURTLE),
    "trig": (None, media.TRIG),
    "nquads": (None, media.N_QUADS),
    "nq": (None, media.N_QUADS),
}
"""What `format=` may say: media types of tables and of graphs."""
_TABLE_NAMES = {one: one for one in TABLE_TYPES} | {media.OLD_XML: media.RESULTS_XML}
_GRAPH_NAMES = {one: one for one in GRAPH_TYPES} | {
    "text/n3": media.TURTLE,
    "text/rdf+n3": media.TURTLE,
    "application/x-turtle": media.TURTLE,
    media.JSON: media.JSON_LD,
    media.XML: media.RDF_XML,
    media.OLD_XML: media.RDF_XML,
}
_MOST_PARAMS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a query.

    Attributes:
        text: SPARQL; None if the service description is asked for.
        named: What `format=` says, each value once.
        default_graphs: What `default-graph-uri=` says; None if it is not there.
        named_graphs: What `named-graph-uri=` says; None if it is not there.
        seconds: Time that the client is ready to wait; None if it does not say.
    """

    text: str | None
    named: tuple[str, ...] = ()
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    seconds: float | None = None

    def make_job(self, accept: str) -> QueryJob:
        """Make the job for a worker.

        Args:
            accept: Accept header; empty if there is none.

        Raises:
            RefusedError: Nothing that is acceptable can be given.
        """
        formats = choose_formats(accept, self.named)
        return QueryJob(self.text or "", formats, self.default_graphs, self.named_graphs)


def read_request(method: str, query_string: bytes, content_type: str, body: bytes) -> Asked:
    """Read what a request asks for.

    Args:
        method: GET, HEAD or POST.
        query_string: What follows the question mark, as it was sent.
        content_type: Header of that name; empty if there is none.
        body: The body.

    Raises:
        RefusedError: It asks for nothing that can be given.

    Examples:
        >>> read_request("GET", b"query=ASK%7B%7D", "", b"").text
        'ASK{}'
    """
    params = read_params(query_string)
    if method == "POST":
        text, params = _read_body(content_type, body, params)
    else:
        if any(name == "update" for name, _ in params):
            raise RefusedError(
                400, "No query", "an update is not sent by GET; and this server takes none"
            )
        text = _one(params, "query")
    if text is None:
        return Asked(None)
    return Asked(
        text.lstrip("\ufeff"),
        tuple(dict.fromkeys(value for name, value in params if name == "format" and value)),
        _graphs(params, "default-graph-uri"),
        _graphs(params, "named-graph-uri"),
        _read_seconds(_one(params, "timeout")),
    )


def _read_body(
    content_type: str, body: bytes, params: list[tuple[str, str]]
) -> tuple[str | None, list[tuple[str, str]]]:
    """Read the query from the body; the form's fields are parameters, too."""
    media_type, *more = (part.strip().lower() for part in content_type.split(";"))
    charset = next((one[8:].strip("\"'") for one in more if one.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise RefusedError(415, "Unsupported media type", "the text has to be in UTF-8")
    if media_type == media.UPDATE:
        raise RefusedError(403, "Read only", "this server takes no updates")
    if media_type == media.QUERY:
        if any(name == "query" for name, _ in params):
            raise RefusedError(400, "Two queries", "one in the address and one in the body")
        return decode(body), params
    if media_type != media.FORM:
        raise RefusedError(
            415,
            "Unsupported media type",
            f"send the query as {media.QUERY} or in a form ({media.FORM})",
        )
    params = [*params, *read_params(body)]
    updates = sum(name == "update" for name, _ in params)
    if updates:
        several = updates > 1 or any(name == "query" for name, _ in params)
        raise RefusedError(400 if several else 403, "Read only", "this server takes no updates")
    text = _one(params, "query")
    if text is None:
        raise RefusedError(400, "No query", "the form has no field `query`")
    return text, params


def read_params(encoded: bytes) -> list[tuple[str, str]]:
    """Read parameters as a form encodes them; decoded exactly once.

    Args:
        encoded: The text.

    Raises:
        RefusedError: They are not UTF-8, or too many.

    Examples:
        >>> read_params(b"a=100%2525&a=x+y&b")
        [('a', '100%25'), ('a', 'x y'), ('b', '')]
    """
    if not encoded:
        return []
    fields = encoded.split(b"&", _MOST_PARAMS)
    if len(fields) > _MOST_PARAMS:
        raise RefusedError(400, "Too many parameters", f"at most {_MOST_PARAMS}")
    params = []
    for field in fields:
        name, _, value = field.partition(b"=")
        if name or value:
            params.append((_unquote(name), _unquote(value)))
    return params


def _unquote(part: bytes) -> str:
    if b"+" in part:
        part = part.replace(b"+", b" ")
    return decode(unquote_to_bytes(part) if b"%" in part else part)


def decode(content: bytes) -> str:
    """Decode UTF-8, strictly.

    Args:
        content: The bytes.

    Raises:
        RefusedError: They are not UTF-8.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(400, "No UTF-8", "the text has to be in UTF-8") from error


def _one(params: list[tuple[str, str]], name: str) -> str | None:
    values = [value for key, value in params if key == name]
    if len(values) > 1:
        raise RefusedError(400, f"Several values of {name}", f"`{name}` may be given once")
    return values[0] if values else None


def _graphs(params: list[tuple[str, str]], name: str) -> tuple[str, ...] | None:
    return tuple(value for key, value in params if key == name and value) or None


def _read_seconds(value: str | None) -> float | None:
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if seconds == 0:
        # Clients of other servers say so when they do not care.
        return None
    if not 0 < seconds < float("inf"):
        raise RefusedError(400, "Bad timeout", "`timeout` is a number of seconds above 0")
    return seconds


@lru_cache(maxsize=512)
def choose_formats(accept: str, named: tuple[str, ...]) -> Formats:
    """Choose how each kind of answer is written.

    Args:
        accept: Accept header; empty if there is none.
        named: What `format=` says, short names or media types; they count more than the header,
            and of several the first that fits the kind of answer.

    Returns:
        Media types for SELECT, for ASK, and for CONSTRUCT or DESCRIBE.

    Raises:
        RefusedError: Nothing that is acceptable can be given.

    Examples:
        >>> choose_formats("text/turtle", ())
        (None, None, 'text/turtle')
        >>> choose_formats("", ("csv",))
        ('text/csv', 'text/csv', None)
        >>> choose_formats("", ("tsv", "application/rdf+xml"))
        ('text/tab-separated-values', 'text/tab-separated-values', 'application/rdf+xml')
    """
    if named:
        known = [one for one in map(_read_format, named) if one != (None, None)]
        if not known:
            names = ", ".join(SHORT_NAMES)
            detail = f"`format` is one of {names}, or a media type of these"
            raise RefusedError(400, "Unknown format", detail)
        table = next((one for one, _ in known if one), None)
        graph = next((one for _, one in known if one), None)
    else:
        table, graph = choose(accept, TABLE_TYPES), choose(accept, GRAPH_TYPES)
    if table is None and graph is None:
        raise RefusedError(406, "Not acceptable", f"we have {', '.join(TABLE_TYPES + GRAPH_TYPES)}")
    return table, table, graph


def _read_format(name: str) -> tuple[str | None, str | None]:
    # A plus that nobody encoded was read as a blank.
    # Who copies a whole field has parameters such as the charset in it.
    name = name.partition(";")[0].strip().lower().replace(" ", "+")
    if name in SHORT_NAMES:
        return SHORT_NAMES[name]
    return _TABLE_NAMES.get(name), _GRAPH_NAMES.get(name)

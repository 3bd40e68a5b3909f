"""The tables of a configuration file, as pydantic models: what may stand where.

Validation needs a :class:`config.names.Names` as its context, for the names that point elsewhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo

from config import checks
from config.durations import parse_duration
from config.mistake import Mistake, did_you_mean, kind
from config.names import Names
from presswatch.watch import AT_ONCE, Fulltext, Kind, QuietHours

Value = TypeVar("Value")


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        raise Mistake(f'must be a duration such as "30m", not {kind(value)}.')
    return parse_duration(value)


def _positive_duration(value: object) -> timedelta:
    duration = _duration(value)
    if not duration:
        raise Mistake("must be longer than zero.")
    return duration


def _since(value: object) -> timedelta | Literal["all"]:
    return "all" if value == "all" else _duration(value)


def _keep(value: object) -> timedelta | Literal["forever"]:
    return "forever" if value == "forever" else _positive_duration(value)


def _known_channel(channel: str, info: ValidationInfo[Names]) -> str:
    if info.context.complete and channel not in info.context.channels:
        raise Mistake(f'there is no channel "{channel}".', did_you_mean(channel, info.context.channels))
    return channel


def _known_program(program: str, info: ValidationInfo[Names]) -> str:
    if info.context.complete and program not in info.context.programs:
        raise Mistake(f'there is no program "{program}".', did_you_mean(program, info.context.programs))
    return program


def _known_publisher(publisher: str, info: ValidationInfo[Names]) -> str:
    if info.context.complete and publisher not in info.context.publishers:
        raise Mistake(
            f'no feed has the publisher "{publisher}".', did_you_mean(publisher, info.context.publishers)
        )
    return publisher


def _known_tag(tag: str, info: ValidationInfo[Names]) -> str:
    if info.context.complete and tag not in info.context.tags:
        raise Mistake(f'no feed has the tag "{tag}".', did_you_mean(tag, info.context.tags))
    return tag


def _quiet_hours(value: object, info: ValidationInfo[Names]) -> QuietHours:
    if not isinstance(value, str):
        raise Mistake(f'must be a time of day such as "22:00-07:00", not {kind(value)}.')
    _only_at_once(value, info)
    return checks.check_quiet_hours(value)


def _only_at_once(value: Value, info: ValidationInfo[Names]) -> Value:
    if value and info.data.get("schedule", AT_ONCE) != AT_ONCE:
        raise Mistake(f'has no place beside a schedule: it is for schedule = "{AT_ONCE}".', "Remove it.")
    return value


def _not_at_once(empty: Literal["skip", "send"], info: ValidationInfo[Names]) -> Literal["skip", "send"]:
    if empty == "send" and info.data.get("schedule") == AT_ONCE:
        remedy = 'Give the subscription a schedule, such as "0 8 * * 1".'
        raise Mistake("would send a digest with each cycle.", remedy)
    return empty


def _gone_subscription(formerly: str, info: ValidationInfo[Names]) -> str:
    if formerly in info.context.subscriptions:
        raise Mistake(
            f'there is a subscription "{formerly}" still.',
            "Remove formerly, or that subscription: it is for one that this one takes the place of.",
        )
    return checks.check_id(formerly)


def _known_type(name: str, info: ValidationInfo[Names]) -> str:
    if name not in info.context.channel_types:
        raise Mistake(f'there is no channel type "{name}".', did_you_mean(name, info.context.channel_types))
    return name


def _good_recipient(recipient: str, info: ValidationInfo[Names]) -> str:
    channel_type = info.context.channels.get(info.data.get("channel", ""))
    if channel_type:
        channel_type.check_recipient(recipient)
    return recipient


def _enough_recipients(recipients: list[str], info: ValidationInfo[Names]) -> list[str]:
    channel_type = info.context.channels.get(info.data.get("channel", ""))
    if channel_type and channel_type.needs_recipients and not recipients:
        raise Mistake(f'has nobody to send to, and the channel is of type "{channel_type.name}".')
    return recipients


def _good_alert_recipient(recipient: str, info: ValidationInfo[Names]) -> str:
    channel_type = info.context.channels.get(info.data.get("alerts") or "")
    if channel_type:
        channel_type.check_recipient(recipient)
    return recipient


def _enough_alert_recipients(recipients: list[str], info: ValidationInfo[Names]) -> list[str]:
    channel = info.data.get("alerts")
    channel_type = info.context.channels.get(channel) if channel else None
    if channel_type and channel_type.needs_recipients and not recipients:
        raise Mistake(f'names nobody, and the channel "{channel}" sends to people.', "Say whom to tell.")
    if recipients and not channel and "alerts" in info.data:
        raise Mistake("has no place without alerts.", "Name the channel: alerts = …")
    return recipients


def _one_heartbeat(variable: str, info: ValidationInfo[Names]) -> str:
    if info.data.get("heartbeat_url"):
        raise Mistake("has no place beside heartbeat_url.", "One of them is enough.")
    return variable


def _one_address(url: str | None, info: ValidationInfo[Names]) -> str | None:
    if url is None:
        if info.data.get("url_env") is None and "url_env" in info.data:
            raise Mistake("is missing.")
        return None
    if info.data.get("url_env"):
        raise Mistake("has no place beside url_env.", "One of them is enough.")
    return checks.check_url(url)


def _address_of_dask(address: str, info: ValidationInfo[Names]) -> str:
    runner = info.data.get("runner")  # missing where it was mistaken itself
    if runner == "threads" and address:
        raise Mistake('has no place beside runner = "threads".', 'Remove it, or say runner = "dask".')
    return checks.check_dask_address(address) if runner == "dask" else address


def _selectors_of_a_page(
    selectors: SelectorsTable | None, info: ValidationInfo[Names]
) -> SelectorsTable | None:
    newsroom = info.data.get("kind")  # missing where it was mistaken itself
    if newsroom == "page" and selectors is None:
        raise Mistake(
            'is missing, and the kind is "page".',
            'Write it like selectors = { item = "article", link = "a" }.',
        )
    if newsroom in {"feed", "sitemap"} and selectors is not None:
        raise Mistake(f'is for pages, and the kind is "{newsroom}".', 'Remove it, or say kind = "page".')
    return selectors


def _only_of_a_sitemap(only: str, info: ValidationInfo[Names]) -> str:
    newsroom = info.data.get("kind")
    if newsroom in {"feed", "page"}:
        raise Mistake(
            f'is for sitemaps, and the kind is "{newsroom}".', 'Remove it, or say kind = "sitemap".'
        )
    return checks.check_only(only)


def _some_term(terms: list[str], info: ValidationInfo[Names]) -> list[str]:
    if not terms and info.data.get("ambiguous_terms") == []:
        raise Mistake("has no term, so nothing would ever be found.", "Give terms or ambiguous_terms.")
    return terms


Id = Annotated[str, AfterValidator(checks.check_id)]
Line = Annotated[str, AfterValidator(checks.check_line)]
Selector = Annotated[str, AfterValidator(checks.check_selector)]
SelectorOrNone = Annotated[str, AfterValidator(checks.check_selector_or_none)]
Term = Annotated[str, AfterValidator(checks.check_term)]
Duration = Annotated[timedelta, PlainValidator(_duration)]
PositiveDuration = Annotated[timedelta, PlainValidator(_positive_duration)]
LeftOut = Literal["boilerplate", "signatories"]
Since = Annotated[timedelta | Literal["all"], PlainValidator(_since)]
Keep = Annotated[timedelta | Literal["forever"], PlainValidator(_keep)]


class Table(BaseModel):
    """A table: no unknown keys, and no value taken for another type than it is."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BackupsTable(Table):
    """``backups`` of ``[archive]``: ``folder`` is relative to the file that says it."""

    folder: Annotated[str, AfterValidator(checks.check_path)] | None = None
    keep: Annotated[int, Field(ge=1)] = 7


class RetentionTable(Table):
    """``retention`` of ``[archive]``. A publisher may be one that isn't watched any more."""

    keep: Keep = "forever"
    publishers: dict[Line, Keep] = {}


class ArchiveTable(Table):
    """``[archive]``: ``path`` is relative to the file that says it."""

    path: Annotated[str, AfterValidator(checks.check_path)] = "data/archive.db"
    backups: BackupsTable = BackupsTable()
    retention: RetentionTable = RetentionTable()


class FetchTable(Table):
    """``[fetch]``: how feeds are fetched, and what a feed that says nothing itself has."""

    interval: Duration = timedelta(minutes=30)
    announce_since: Since = timedelta(days=3)
    allow_private_addresses: bool = False
    connections: Annotated[int, Field(ge=1, le=256)] = 32
    timeout: PositiveDuration = timedelta(seconds=15)
    total_timeout: PositiveDuration = timedelta(seconds=60)
    max_size_mb: Annotated[int, Field(ge=1)] = 20
    contact: Annotated[str, AfterValidator(checks.check_contact)] | None = None
    fulltext: Fulltext = "auto"
    page_delay: Duration = timedelta(seconds=1)
    host_delay: Duration = timedelta(seconds=0.5)
    longest_cycle: PositiveDuration = timedelta(minutes=15)
    runner: Literal["threads", "dask"] = "threads"
    dask_address: Annotated[str, AfterValidator(_address_of_dask), Field(validate_default=True)] = ""


class ServeTable(Table):
    """``[serve]``: how often ``presswatch serve`` looks for what is due."""

    watch_every: PositiveDuration = timedelta(minutes=5)
    deliver_every: PositiveDuration = timedelta(minutes=2)
    maintain_every: PositiveDuration = timedelta(days=1)
    heartbeat_url: Annotated[str, AfterValidator(checks.check_url)] | None = None
    heartbeat_env: (
        Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"), AfterValidator(_one_heartbeat)] | None
    ) = None
    alerts: Annotated[str, AfterValidator(_known_channel)] | None = None
    alert_recipients: Annotated[
        list[Annotated[str, AfterValidator(_good_alert_recipient)]],
        AfterValidator(_enough_alert_recipients),
        Field(validate_default=True),
    ] = []
    dashboard_port: Annotated[int, Field(strict=True, ge=1024, le=65535)] | None = None


class SelectorsTable(Table):
    """``selectors`` of a feed: see :class:`presswatch.watch.Selectors`."""

    item: Selector
    link: SelectorOrNone = ""
    title: SelectorOrNone = ""
    date: SelectorOrNone = ""
    summary: SelectorOrNone = ""


class FeedTable(Table):
    """One of ``[[feeds]]``. ``url`` comes after ``url_env``, ``selectors`` and ``only`` after ``kind``,
    which they depend on.
    """

    url_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    url: Annotated[str | None, AfterValidator(_one_address), Field(validate_default=True)] = None
    publisher: Line
    tags: list[Line] = []
    interval: Duration | None = None
    announce_since: Since | None = None
    fulltext: Fulltext | None = None
    kind: Kind = "feed"
    selectors: Annotated[
        SelectorsTable | None, AfterValidator(_selectors_of_a_page), Field(validate_default=True)
    ] = None
    only: Annotated[str, AfterValidator(_only_of_a_sitemap)] = ""


class ProgramTable(Table):
    """One of ``[[programs]]``. ``terms`` comes last because its check looks at ``ambiguous_terms``."""

    id: Id
    name: Line
    description: str = ""
    ambiguous_terms: list[Term] = []
    context: list[Term] = []
    never: list[Term] = []
    publishers: list[Line] = []
    capitals_are_evidence: bool = True
    terms: Annotated[list[Term], AfterValidator(_some_term), Field(validate_default=True)] = []


class ChannelTable(Table):
    """One of ``[[channels]]``, without the options: these belong to the model of the channel's type."""

    model_config = ConfigDict(extra="allow")

    id: Id
    type: Annotated[str, AfterValidator(_known_type)]


class SubscriptionTable(Table):
    """One of ``[[subscriptions]]``. ``recipients`` comes after ``channel``, whose type judges them."""

    id: Id
    channel: Annotated[str, AfterValidator(_known_channel)]
    recipients: Annotated[
        list[Annotated[str, AfterValidator(_good_recipient)]],
        AfterValidator(_enough_recipients),
        Field(validate_default=True),
    ] = []
    programs: list[Annotated[str, AfterValidator(_known_program)]] = []
    publishers: list[Annotated[str, AfterValidator(_known_publisher)]] = []
    tags: list[Annotated[str, AfterValidator(_known_tag)]] = []
    languages: list[Annotated[str, AfterValidator(checks.check_language)]] = []
    leave_out: list[LeftOut] = []
    schedule: Annotated[str, AfterValidator(checks.check_schedule)] = AT_ONCE
    timezone: Annotated[str, AfterValidator(checks.check_timezone)] = "UTC"
    quiet_hours: Annotated[QuietHours | None, PlainValidator(_quiet_hours)] = None
    at_most_every: Annotated[Duration, AfterValidator(_only_at_once)] = timedelta()
    empty: Annotated[Literal["skip", "send"], AfterValidator(_not_at_once)] = "skip"
    health: bool = True
    formerly: Annotated[str, AfterValidator(_gone_subscription)] | None = None


class WatchFile(Table):
    """A whole file, the main one or an included one."""

    include: list[str] = []
    archive: ArchiveTable | None = None
    fetch: FetchTable | None = None
    serve: ServeTable | None = None
    feeds: list[FeedTable] = []
    programs: list[ProgramTable] = []
    channels: list[ChannelTable] = []
    subscriptions: list[SubscriptionTable] = []

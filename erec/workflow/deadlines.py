"""How long somebody still has, in words. Counted on the business clock (`Today.moment`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from erec.parameters.business_day import Today

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class TimeLeft:
    """`left`: 「あと3時間」. `until`: 「本日15:00まで」. `tone`: the tag's class, louder the nearer it is."""

    left: str
    until: str
    tone: str = ""
    over: bool = False


def time_left(deadline: datetime, today: Today) -> TimeLeft:
    """Worked example: on 20 November at 10:00, until 15:00 is 「あと5時間」, 「本日15:00まで」."""
    end, left = timezone.localtime(deadline), deadline - today.moment
    until = _until(end, today)
    if left <= timedelta():
        return TimeLeft("締切を過ぎました", until, "stop", over=True)
    if left < HOUR:
        return TimeLeft(f"あと{max(1, left // timedelta(minutes=1))}分", until, "stop")
    days = (end.date() - today.moment.date()).days
    if days == 0:
        return TimeLeft(f"あと{left // HOUR}時間", until, "warn")
    return TimeLeft(f"あと{days}日", until)


def _until(end: datetime, today: Today) -> str:
    if end.date() == today.moment.date():
        return f"本日{end:%-H:%M}まで"
    year = f"{end.year}年" if end.year != today.moment.year else ""
    return f"{year}{end.month}月{end.day}日（{'月火水木金土日'[end.weekday()]}）{end:%-H:%M}まで"

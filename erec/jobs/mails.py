"""Mails of jobs to their owner. No secret and no link: the file is fetched after the usual login."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from erec.jobs.kinds import name_of
from erec.jobs.models import Job
from erec.jobs.owners import Owner
from erec.trail import outbox

_WHERE = (
    "いつもの手順で電子記録債権サービスにログインし、［会計データ］の［出力ジョブ］でご確認ください。",
    "このメールに、ログインのためのリンクはありません。",
)


def done(job: Job, to: Owner, at: datetime) -> None:
    lines = [f"ファイルは{_moment(job.kept_until)}まで残ります。"] if job.kept_until else []
    _send(job, to, f"{name_of(job.kind)}の処理が終わりました", lines, at)


def failed(job: Job, to: Owner, at: datetime) -> None:
    _send(job, to, f"{name_of(job.kind)}の処理を終えられませんでした", [job.error], at)


def _send(job: Job, to: Owner, subject: str, lines: list[str], at: datetime) -> None:
    body = [
        f"{to.company_name}　{to.name} 様（{to.login_id}）",
        "",
        f"ジョブ番号：{job.job_no}",
        f"受付日時：{_moment(job.created_at)}",
        *lines,
        "",
        *_WHERE,
        "",
        settings.INSTITUTION,
    ]
    outbox.put(
        key=f"job:{job.pk}:{job.state}",
        to=to.mail,
        subject=f"【{settings.INSTITUTION}】{subject}",
        body="\n".join(body),
        at=at,
    )


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y年%-m月%-d日 %-H時%-M分")

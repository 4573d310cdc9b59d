from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """What leaves for the accounting software: 期日管理帳票 and every layout."""

    name = "erec.exports"
    label = "exports"
    verbose_name = "会計データの出力"

    def ready(self) -> None:
        from erec.exports.ledger import job as ledger  # the jobs' models are loaded by now
        from erec.jobs.kinds import register

        register(ledger.KIND)

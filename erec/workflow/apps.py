from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "erec.workflow"
    verbose_name = "記録請求"

"""時間のかかる処理, at the cert door."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

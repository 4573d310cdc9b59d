"""融資申込照会, at the cert door."""

from django.urls import path

from erec.financing import views

urlpatterns = [
    path("densai/financing", views.applications, name="financings"),
    path("densai/financing/<slug:application_no>", views.application, name="financing"),
]

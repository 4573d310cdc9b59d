"""取引先管理, at the cert door."""

from django.urls import path

from erec.partners.views import editing, groups, imports, partners

urlpatterns = [
    path("densai/partners", partners.index, name="partners"),
    path("densai/partners/new", editing.new, name="partners-new"),
    path("densai/partners/<int:partner>", partners.one, name="partners-one"),
    path("densai/partners/<int:partner>/change", editing.change, name="partners-change"),
    path("densai/partners/<int:partner>/delete", partners.delete, name="partners-delete"),
    path("densai/partners/groups", groups.index, name="partners-groups"),
    path("densai/partners/groups/new", groups.new, name="partners-group-new"),
    path("densai/partners/groups/<int:group>", groups.one, name="partners-group"),
    path("densai/partners/groups/<int:group>/delete", groups.delete, name="partners-group-delete"),
    path("densai/partners/import", imports.upload, name="partners-import"),
    path("densai/partners/import/preview", imports.preview, name="partners-import-preview"),
    path("densai/partners/import/template", imports.template, name="partners-import-template"),
]

"""How forms are drawn: every field through one template, so that label, help and error look alike everywhere."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draw `{{ form.name.as_field_group }}` with the product's own field, widgets with Django's templates."""

    field_template_name = "parts/field.html"

"""Units, posts, holdings, portfolios and accounts in the administration (`accounts/administration.py`)."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.administration import ReasonedForm, Rows
from accounts.models import Delegation, Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole, User
from accounts.models.organisation import STAND_APART
from core import clock, sync
from core.wording import say
from regulation.posts import POSTS
from regulation.records import LeadRole, Role

# Groups and permission rows decide nothing here: rights come with posts.
admin.site.unregister(Group)

LEADERS = (
    "deputy_secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "deputy_district_head",
    "deputy_department_head",
)
UNIT_ROLES = {
    LeadRole.COOPERATION_EXCHANGE.value: gettext_lazy("in charge of cooperation and exchange"),
    LeadRole.FOREIGN_AFFAIRS.value: gettext_lazy("in charge of foreign affairs"),
    LeadRole.PAIRED_ASSISTANCE.value: gettext_lazy("in charge of paired assistance"),
    Role.GENERAL_OFFICE.value: gettext_lazy("General Office"),
    Role.SECRETARIAT.value: gettext_lazy("Secretariat"),
    Role.SUPERVISION_OFFICE.value: gettext_lazy("Supervision office"),
    "planning": gettext_lazy("in charge of land and planning"),
    "finance": gettext_lazy("in charge of fiscal funds"),
    "ecology": gettext_lazy("in charge of the environment"),
    "state_assets": gettext_lazy("in charge of state assets"),
}


class SigningAuthorityForm(ReasonedForm):
    def clean_kind(self):
        """Refuse a second municipal government: it is there from the beginning."""
        kind = self.cleaned_data["kind"]
        if kind == SigningAuthority.Kind.MUNICIPAL:
            raise ValidationError(_("There is one municipal government; a district or a department is added."))
        return kind


@admin.register(SigningAuthority)
class SigningAuthorityAdmin(Rows):
    """Who signs in its own name (§2): a district or a department is added with its own posts, categories and route."""

    form = SigningAuthorityForm
    settled = ("code", "kind")
    fields = ("code", "kind", "name_zh", "name_en", "number_prefix", "reason")
    list_display = ("name_zh", "code", "kind", "number_prefix")

    def save_model(self, request, obj, form, change):
        """Give a new authority the rows with which it begins, in the transaction that makes it."""
        super().save_model(request, obj, form, change)
        if not change:
            sync.run(obj)


class UnitForm(ReasonedForm):
    def clean_parent(self):
        """Refuse a unit above itself, at whatever distance."""
        parent = above = self.cleaned_data["parent"]
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("A unit cannot lie below itself."))
            above = above.parent
        return parent


@admin.register(Unit)
class UnitAdmin(Rows):
    form = UnitForm
    settled = ("authority", "code")
    fields = ("authority", "code", "kind", "parent", "name_zh", "name_en", "short_zh", "retired_on", "reason")
    list_display = ("name_zh", "short_zh", "kind", "parent", "retired_on")
    list_filter = ("kind", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("name_zh", "short_zh", "initials")
    autocomplete_fields = ("parent",)


class UnitRoleForm(ReasonedForm):
    role = forms.ChoiceField(label=gettext_lazy("role"), choices=list(UNIT_ROLES.items()))


@admin.register(UnitRole)
class UnitRoleAdmin(Rows):
    form = UnitRoleForm
    settled = ("authority", "role")
    fields = ("authority", "role", "unit", "reason")
    list_display = ("role_name", "unit")
    list_select_related = ("unit",)
    autocomplete_fields = ("unit",)

    @admin.display(description=gettext_lazy("role"), ordering="role")
    def role_name(self, row):
        return UNIT_ROLES.get(row.role, row.role)


def _post_codes():
    return [(code, say(post.name)) for code, post in POSTS.items()]


class PostForm(ReasonedForm):
    code = forms.ChoiceField(label=gettext_lazy("post of the procedure"), choices=_post_codes)


@admin.register(Post)
class PostAdmin(Rows):
    form = PostForm
    settled = ("authority", "code", "seat")
    fields = ("authority", "unit", "code", "seat", "name_zh", "name_en", "retired_on", "reason")
    list_display = ("name_zh", "unit", "seat", "retired_on")
    list_filter = (("retired_on", admin.EmptyFieldListFilter),)
    list_select_related = ("unit",)
    search_fields = ("name_zh", "unit__name_zh", "unit__short_zh", "unit__initials")
    autocomplete_fields = ("unit",)


@admin.register(Portfolio)
class PortfolioAdmin(Rows):
    settled = ("post", "unit", "from_on")
    fields = ("post", "unit", "from_on", "to_on", "reason")
    list_display = ("post", "unit", "from_on", "to_on")
    list_filter = ("post", ("to_on", admin.EmptyFieldListFilter))
    list_select_related = ("post", "unit")
    search_fields = ("post__name_zh", "unit__name_zh", "unit__initials")
    autocomplete_fields = ("unit",)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "post":
            kwargs["queryset"] = Post.objects.filter(code__in=LEADERS, retired_on=None).select_related("unit")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PostHoldingForm(ReasonedForm):
    """Who gives posts gives none to oneself, and the three administrators stand apart (GB/T 22239-2019)."""

    by: User

    def clean(self):
        super().clean()
        cleaned, row = self.cleaned_data, self.instance
        user = cleaned.get("user") or getattr(row, "user", None)
        post = cleaned.get("post") or getattr(row, "post", None)
        begins, ends = cleaned.get("from_on") or row.from_on, cleaned.get("to_on")
        if user is None or post is None or begins is None:
            return cleaned
        if user.pk == self.by.pk:
            raise ValidationError(_("Nobody gives oneself a post: another security administrator does it."))
        if ends and ends < begins:
            raise ValidationError({"to_on": _("The end lies before the beginning.")})
        others = user.holdings.exclude(pk=row.pk).filter(Q(to_on=None) | Q(to_on__gte=begins)).select_related("post")
        if ends:
            others = others.filter(from_on__lte=ends)
        for other in others:
            if other.post.code != post.code and {other.post.code, post.code} & set(STAND_APART):
                raise ValidationError(
                    _("%(user)s holds “%(post)s” at that time; these administrators hold no other post beside.")
                    % {"user": user, "post": other.post.name}
                )
        deputises = Delegation.objects.open_from(max(begins, clock.today())).filter(to_user=user)
        if post.code in STAND_APART and deputises.exists():
            raise ValidationError(
                _("%(user)s acts in a post as a deputy; end that delegation first: these administrators stand apart.")
                % {"user": user}
            )
        return cleaned


@admin.register(PostHolding)
class PostHoldingAdmin(Rows):
    form = PostHoldingForm
    settled = ("user", "post", "from_on")
    fields = ("user", "post", "from_on", "to_on", "basis", "reason")
    list_display = ("user", "post", "from_on", "to_on", "basis")
    list_filter = (("to_on", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "post__unit")
    search_fields = ("user__full_name", "user__username", "post__name_zh", "post__unit__name_zh")
    autocomplete_fields = ("user", "post")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user  # type: ignore[attr-defined]
        return form


class UserForm(ReasonedForm):
    """An account; its password is set here and never shown."""

    new_password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
        help_text=gettext_lazy("Setting one ends every session of the account. Leave empty to keep the present one."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "new_password" in self.fields:
            self.fields["new_password"].required = self.instance.pk is None

    def clean_new_password(self):
        password = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit=True):
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        return super().save(commit)


@admin.register(User)
class UserAdmin(Rows):
    form = UserForm
    settled = ("username",)
    fields = ("username", "full_name", "is_active", "new_password", "reason")
    list_display = ("username", "full_name", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "full_name")
    ordering = ("username",)

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return fields if "reason" in fields else [name for name in fields if name != "new_password"]

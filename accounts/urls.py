from django.urls import URLPattern, URLResolver, path

from accounts import delegation_views, policy, views

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.LogIn.as_view(), name="login"),
    path("logout/", views.log_out, name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.PasswordChange.as_view(), name="password-change"),
    path("account/delegations/", delegation_views.listing, name="delegation-list"),
    path("account/delegations/new/", delegation_views.new, name="delegation-new"),
    path("account/delegations/<pid:public_id>/", delegation_views.show, name="delegation-detail"),
    path("account/delegations/<pid:public_id>/paper/", delegation_views.paper, name="delegation-paper"),
]

policy.declare(policy.PUBLIC, "accounts:login", "accounts:logout")
policy.declare(policy.LOGIN, "accounts:account", "accounts:password-change")
policy.declare(
    policy.LOGIN,
    "accounts:delegation-list",
    "accounts:delegation-new",
    "accounts:delegation-detail",
    "accounts:delegation-paper",
)

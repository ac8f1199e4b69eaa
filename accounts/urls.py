from django.urls import URLPattern, URLResolver, path

from accounts import policy, views

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.LogIn.as_view(), name="login"),
    path("logout/", views.log_out, name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.PasswordChange.as_view(), name="password-change"),
]

policy.declare(policy.PUBLIC, "accounts:login", "accounts:logout")
policy.declare(policy.LOGIN, "accounts:account", "accounts:password-change")

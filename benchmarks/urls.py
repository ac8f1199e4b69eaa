"""The product's addresses, and the admin that the list is measured against."""

from django.urls import path

from benchmarks.comparison import site
from config.urls import urlpatterns as product

urlpatterns = [*product, path("bench/", site.urls)]

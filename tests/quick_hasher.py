"""Scrypt with little work, for tests only; the stock hasher reads what it writes."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScrypt(ScryptPasswordHasher):
    work_factor = 2**4

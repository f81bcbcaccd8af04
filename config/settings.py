"""One file, driven by the environment (docs/start.md lists the variables). With nothing set it is the embedded default."""

import sys
from pathlib import Path

from csp.constants import NONE, SELF

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules or env.flag("YANGGUANG_TESTING")
HOME = Path(env.text("YANGGUANG_HOME") or BASE_DIR / "var").resolve()  # everything that must survive a restart
STORE = Path(env.text("STORE_DIR") or HOME / "store").resolve()  # sealed bids, opened bids, papers
KEYS = HOME / "keys"  # the platform's private keys, mode 0700
for folder in (HOME, STORE, KEYS):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _kept_secret() -> str:
    """A random key made on first start and kept beside the data: no secret ever stands in the code."""
    from django.core.management.utils import get_random_secret_key

    path = KEYS / "django-secret"
    try:
        with path.open("x") as out:
            path.chmod(0o600)
            out.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = env.text("SECRET_KEY") or _kept_secret()
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
HTTPS = env.flag("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "axes",
    "csp",
    "ninja",
    "runtime",
    "signing",
    "prequalified",
    "tendering",
    "evaluation",
    "supervision",
    "config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "prequalified.web.middleware.ActorMiddleware",
    "config.middleware.CookieApiMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # for the API's documentation page; ours are all in templates/
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "config.templatetags.page"],
        },
    }
]

DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {"default": env.database(DATABASE_URL or f"sqlite://{HOME / 'yangguang.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # redis-py 8 would cut idle consumers after five seconds otherwise.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
    # Test runs share a Redis; what one keeps must not meet another.
    _prefix = f"{HOME}:" if TESTING else ""
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": _prefix,
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": _prefix} if _prefix else {}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "filesystem://"
    (HOME / "broker").mkdir(exist_ok=True, mode=0o700)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(HOME / "broker"),
        "data_folder_out": str(HOME / "broker"),
        "control_folder": str(HOME / "broker-control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")

AUTH_USER_MODEL = "prequalified.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    *(["tests.quick_hasher.QuickScrypt"] if TESTING else []),
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "config.views.too_many"
LOGIN_URL = "/log-in/"
LOGIN_REDIRECT_URL = "/home/"
SESSION_COOKIE_AGE = 12 * 3600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [
    BASE_DIR / "locale" / name
    for name in ("config", "signing", "prequalified", "tendering", "evaluation", "supervision")
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG or TESTING

# Big bodies travel only as tus PATCHes (tendering/api/uploads.py); a form is small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
BID_BYTES_LIMIT = env.number("BID_BYTES_LIMIT", 2 * 1024**3)
STORE_RESERVE = env.number("STORE_RESERVE", 64 * 1024**2)  # bytes of the disk that no upload may take

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "worker-src": [SELF],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
    }
}

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(HOME / "mail")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "yangguang@localhost")

TIMESTAMP_URL = env.text("TIMESTAMP_URL")  # an RFC 3161 authority; empty: the local one, shown as such
PLATFORM_NAME = env.text("PLATFORM_NAME", "阳光招标采购平台")  # stands in the certificates of the platform's own CA

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO" if not TESTING else "WARNING")},
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
}

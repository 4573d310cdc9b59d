"""Django's settings, from the one table of `erec.configuration`. Bad values stop the start, all at once."""

import os
import urllib.parse

from csp.constants import NONCE, NONE, SELF

from erec import configuration
from erec.formats import bank_calendar
from erec.parameters import table
from erec.stack import addresses

CONFIG = configuration.load(os.environ)

VAR = CONFIG["EREC_VAR"]
ENTRY_URL: str = CONFIG["EREC_ENTRY_URL"]
CERT_URL: str = CONFIG["EREC_CERT_URL"]
BRAND: str = CONFIG["EREC_BRAND"]
INSTITUTION: str = CONFIG["EREC_INSTITUTION"]
INSTITUTION_NUMBER: str = CONFIG["EREC_INSTITUTION_NUMBER"]
INSTITUTION_ACCOUNT: str = CONFIG["EREC_INSTITUTION_ACCOUNT"]
INSTITUTION_MAIL: str = CONFIG["EREC_INSTITUTION_MAIL"]
CERT_HEADER: str = CONFIG["EREC_CERT_HEADER"]
PARAMETERS = {p.name: CONFIG[p.variable] for p in table.PARAMETERS}
bank_calendar.close_also(CONFIG["EREC_CLOSED_DAYS"])

SECRET_KEY = CONFIG["EREC_SECRET_KEY"] or configuration.kept_secret(VAR / "secrets" / "django")
CA_DIRECTORY = VAR / "pki"
CA_PASSPHRASE = CONFIG["EREC_CA_PASSPHRASE"] or configuration.kept_secret(VAR / "secrets" / "ca")
TRAIL_HEADS = VAR / "heads"

DEBUG = False
ALLOWED_HOSTS = sorted({urllib.parse.urlsplit(url).hostname or "" for url in (ENTRY_URL, CERT_URL)})
USE_X_FORWARDED_HOST = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "csp",
    "django_otp",
    "erec.parameters",
    "erec.trail",
    "accounts",
    "certs",
    "erec.members",
    "erec.notices",
    "erec.partners",
    "erec.claims",
    "erec.financing",
    "erec.workflow",
    "erec.jobs",
    "erec.accounting",
    "erec.bills",
    "erec.journals",
    "erec.exports",
    "erec",
]

# The door comes first: it chooses the URLs and the cookie names that all others see.
MIDDLEWARE = [
    "erec.middleware.DoorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "erec.middleware.PageHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "erec.middleware.InputMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "certs.middleware.CertificateMiddleware",
    "certs.middleware.AudienceMiddleware",
]

ROOT_URLCONF = "erec.urls.entry"
WSGI_APPLICATION = "erec.wsgi.application"
APPEND_SLASH = False

DATABASES = {"default": addresses.database(CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "csp.context_processors.nonce",
                "erec.context.page",
                "erec.notices.context.unread",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RowBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2idHasher"]
ARGON2_COST = {"passes": 2, "memory_kib": 19 * 1024}
PASSWORD_POLICY: str = CONFIG["EREC_PASSWORD_POLICY"]
LOGIN_URL = "/login"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "session"  # the door puts __Host- and its own name in front
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "erec.errors.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# One form holds at most a page of fields; nginx refuses larger bodies first.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A 発生記録請求 has up to 500 lines of eight fields (domain facts §4.1).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [VAR / "browser"] if (VAR / "browser").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "erec.static_storage.HashedStorage"},
}

# Who keeps the record book and who moves the money; these two are in this process.
REGISTRAR = "erec.claims.embedded.EmbeddedRegistrar"
SETTLEMENT = "erec.claims.settlement.EmbeddedSettlement"
# What is said of a company's claims beside the book's own words: which of them secure a loan.
CLAIM_MARKS = "erec.financing.access.marks"
SECOND_MASTER = "erec.workflow.masters.ThroughTheEngine"
# Who a job's owner is now, and whether he may still have its result.
JOB_OWNERS = "erec.exports.owners.owner_of"

MAIL_URL: str = CONFIG["EREC_MAIL_URL"]
MAIL_DIRECTORY = VAR / "mail"
DEFAULT_FROM_EMAIL = CONFIG["EREC_MAIL_FROM"]

CELERY_BROKER_URL = addresses.broker(CONFIG)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ROUTES = {"erec.jobs.tasks.work": {"queue": "jobs"}}
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # While no worker runs, asking again is enough: what expires does not pile up in the broker.
    "sweep-outbox": {
        "task": "erec.trail.tasks.sweep_outbox",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "run-business-day": {
        "task": "erec.workflow.tasks.run_business_day",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "collect-answers": {
        "task": "erec.workflow.tasks.collect_answers",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "remind-checkers": {
        "task": "erec.workflow.tasks.remind_checkers",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "run-jobs": {
        "task": "erec.jobs.tasks.work",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "tidy-jobs": {"task": "erec.jobs.tasks.tidy", "schedule": 3600.0},
    "write-trail-heads": {
        "task": "erec.trail.tasks.write_heads",
        "schedule": PARAMETERS["trail_heads_minutes"] * 60.0,
    },
    "remind-of-certificate-ends": {"task": "certs.tasks.send_reminders", "schedule": 3600.0},
    "keep-authority-fresh": {"task": "certs.tasks.keep_authority_fresh", "schedule": 86400.0},
    "forget-demo-codes": {
        "task": "certs.tasks.forget_demo_codes",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "erec.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

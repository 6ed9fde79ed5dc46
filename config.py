"""Settings and their defaults. An environment variable `LMS_<NAME>` overrides the setting of that name."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent

# The packages that make up this installation, in the order in which they are installed. Add your own here.
PLUGINS = ["courses", "certificates"]

# "development" makes up what is missing; "production" stops at the start instead.
MODE = "development"
SECRET_KEY = ""

ADDRESS = "127.0.0.1"
PORT = 8000
WORKERS = 1
# The address that people type, printed in QR codes; empty means http://ADDRESS:PORT.
PUBLIC_URL = ""

# The database (when DATABASE_URL is empty), uploads, results and fonts live in this folder.
DATA_FOLDER = ROOT / "instance"
# sqlite:///file or postgresql+psycopg://user:password@host/name
DATABASE_URL = ""

SITE_NAME = "Bồi dưỡng công tác dân vận"
LANGUAGE = "vi"

SESSION_HOURS = 12
UPLOAD_LIMIT_MB = 20
# Failed sign-ins before an account, or an address, has to wait; and how long.
LOCK_AFTER_ACCOUNT = 5
LOCK_AFTER_ADDRESS = 100
LOCK_MINUTES = 15
# The mail server that sends copies of notices; empty: notices stand on people's first page only.
SMTP_HOST = ""
SMTP_PORT = 587
SMTP_USER = ""
SMTP_PASSWORD = ""
SMTP_TLS = True
MAIL_FROM = "lms@localhost"
# Letters go out on working days, from one full hour to another (Vietnamese time).
QUIET_UNTIL = 7
QUIET_FROM = 20
# So long are lists that offices sent, and what each row changed, kept; 0: for ever.
ROSTER_DAYS = 365
# How many proxies stand in front and set X-Forwarded-For.
PROXIES = 0

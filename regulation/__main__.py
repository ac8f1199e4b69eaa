"""`python -m regulation`: print the document."""

import sys

from regulation.render import markdown

sys.stdout.write(markdown())

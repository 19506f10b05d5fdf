"""Print the README's N-th command: the content of its N-th `sh` block, counted from 1."""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
blocks = re.findall(r"^```sh\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)
print(blocks[int(sys.argv[1]) - 1].strip())  # noqa: T201

"""What stands for the program `dbt` in tests. Imports little: it is started for each of its commands."""

import json
import os
import socket
import sys

with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    socket.send_fds(server, [b"x"], [0, 1, 2])
    request = {"arguments": sys.argv[2:], "environment": dict(os.environ), "folder": os.getcwd()}  # noqa: PTH109 (pathlib takes as long to import as all of this)
    server.sendall(json.dumps(request).encode() + b"\n")
    sys.exit(int(server.recv(16) or b"1"))

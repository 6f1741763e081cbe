"""Makes Superset's own database and its admin, and takes over databases, datasets, charts and dashboards from the YAML
files beside this one. Run by `start.py`, which sets the environment; says whatever Superset says.

    set_up.py [--new-password]
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
FOLDERS = ("databases", "datasets", "charts", "dashboards")
OWN = Path(os.environ["SUPERSET_HOME"])


def main(is_new_password: bool) -> None:
    """Raises what Superset raises of a file that it does not take; then everything stays as it was."""
    with sqlite3.connect(OWN / "superset.db") as connection:
        connection.execute("pragma journal_mode = wal")  # who reads does not wait for who writes
    from superset.app import create_app

    with create_app().app_context():
        from flask_migrate import upgrade
        from superset import appbuilder, db, security_manager
        from superset.utils.core import override_user

        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        with override_user(_admin(security_manager, is_new_password)):
            _take_over()
        db.session.commit()


def _admin(security_manager, is_new_password: bool):
    password = (OWN / "password").read_text()
    admin = security_manager.find_user(username="admin")
    if admin is None:
        role = security_manager.find_role("Admin")
        return security_manager.add_user("admin", "Warehouse", "Admin", "admin@localhost", role, password=password)
    if is_new_password:  # somebody removed the file to get another one
        security_manager.reset_password(admin.id, password)
    return admin


def _take_over() -> None:
    from superset import db
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    files = [HERE / "metadata.yaml", *(path for name in FOLDERS for path in sorted((HERE / name).glob("*.yaml")))]
    texts = {str(path.relative_to(HERE)): path.read_text() for path in files}
    ImportAssetsCommand(texts).run()
    # What once came from a file that is gone goes as well. What people made stays.
    uuids = {yaml.safe_load(text).get("uuid") for text in texts.values()}
    for model in (Dashboard, Slice):
        for known in db.session.query(model).filter_by(is_managed_externally=True):
            if str(known.uuid) not in uuids:
                db.session.delete(known)


if __name__ == "__main__":
    main("--new-password" in sys.argv)

"""What kind of file system a database file lies on."""

import sys
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "webdav", "davfs", "ncpfs", "afpfs"}
    | {"fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "ceph", "lustre", "glusterfs", "beegfs", "gpfs"}
)


def file_system_of(path: Path) -> str:
    """The type of the file system that holds ``path``, e.g. "ext4" or "nfs4"; "" where it cannot be told."""
    if sys.platform == "win32":
        return _windows(path)
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return mounted_on(path.resolve(), mounts)


def mounted_on(path: Path, mounts: str) -> str:
    """The type of the innermost mount of ``mounts`` (the text of /proc/mounts) that holds ``path``."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind


def _windows(path: Path) -> str:
    import ctypes

    drive_remote = 4
    anchor = path.resolve().anchor
    if anchor.startswith("\\\\"):
        return "smb"
    windll = getattr(ctypes, "windll")  # noqa: B009 - only there on Windows
    return "smb" if windll.kernel32.GetDriveTypeW(anchor) == drive_remote else ""

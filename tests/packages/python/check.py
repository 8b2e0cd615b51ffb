"""Looks into the packages: size, contents, metadata.

check.py FOLDER                     the wheel and the source distribution that are released
check.py --wheel-of-source FOLDER   a wheel that was built from the latter
"""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
LIMIT = 4_000_000
"""Bytes that the wheel may have, simulator included."""
PACKAGE = ROOT / "bindings-python/python/autoplus"
LICENCES = ("LICENSE-APACHE", "LICENSE-MIT")
METADATA = {
    "Name": "autoplus",
    "License-Expression": "MIT OR Apache-2.0",
    "Requires-Python": ">=3.10",
    "Description-Content-Type": "text/markdown; charset=UTF-8; variant=GFM",
}
CLASSIFIERS = [f"Programming Language :: Python :: 3.{minor}" for minor in (10, 11, 12, 13)]
CLASSIFIERS += ["Typing :: Typed", "Programming Language :: Rust", "Framework :: AsyncIO"]


class Findings(list[str]):
    def expect(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.append(otherwise)


def main() -> int:
    only_wheel = sys.argv[1] == "--wheel-of-source"
    folder = Path(sys.argv[-1])
    found = Findings()
    wheel = one(folder, "*.whl")
    look_into_wheel(wheel, found, released=not only_wheel)
    if not only_wheel:
        look_into_source(one(folder, "*.tar.gz"), found)
    for finding in found:
        print(f"wrong: {finding}")
    print(f"{wheel.name}: {wheel.stat().st_size:,} bytes, {len(found)} findings")
    return 1 if found else 0


def one(folder: Path, pattern: str) -> Path:
    files = list(folder.glob(pattern))
    if len(files) != 1:
        sys.exit(f"expected one {pattern} in {folder} and found {[file.name for file in files]}")
    return files[0]


def look_into_wheel(path: Path, found: Findings, *, released: bool) -> None:
    with zipfile.ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        info = next(name.split("/")[0] for name in names if ".dist-info/" in name)
        look_at_metadata(message_from_string(wheel.read(f"{info}/METADATA").decode()), found)
        native = wheel.read("autoplus/_native.abi3.so") if "autoplus/_native.abi3.so" in names else b""
        tags = message_from_string(wheel.read(f"{info}/WHEEL").decode()).get_all("Tag", [])
    wanted = {f"autoplus/{file.name}" for file in PACKAGE.iterdir() if file.suffix in (".py", ".pyi", ".typed")}
    wanted |= {"autoplus/_native.abi3.so", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"}
    wanted |= {f"{info}/licenses/{licence}" for licence in LICENCES}
    optional = {name for name in names if re.fullmatch(rf"{re.escape(info)}/sboms/.*\.json", name)}
    found.expect("autoplus/py.typed" in names, "the wheel has no py.typed")
    found.expect(wanted <= names, f"the wheel lacks {sorted(wanted - names)}")
    found.expect(names - optional <= wanted, f"the wheel has {sorted(names - optional - wanted)} too")
    found.expect(all(tag.startswith("cp310-abi3-") for tag in tags), f"the wheel is tagged {tags}")
    if released:
        paths = sorted({path.decode() for path in re.findall(rb"/(?:root|home)/[\w./-]{4,60}", native)})
        found.expect(not paths, f"the native half names paths of this machine: {paths[:5]}")
        older = any("manylinux2014" in tag or "manylinux_2_17" in tag for tag in tags)
        found.expect(older, f"the wheel isn't for manylinux2014 but for {tags}")
        found.expect(path.stat().st_size <= LIMIT, f"the wheel has {path.stat().st_size:,} of {LIMIT:,} bytes")


def look_at_metadata(metadata: Message, found: Findings) -> None:
    for name, value in METADATA.items():
        found.expect(metadata.get(name) == value, f"{name} is {metadata.get(name)!r} and not {value!r}")
    missing = set(CLASSIFIERS) - set(metadata.get_all("Classifier", []))
    found.expect(not missing, f"the classifiers {sorted(missing)} are missing")
    labels = {url.split(",")[0] for url in metadata.get_all("Project-URL", [])}
    wanted = {"Repository", "Documentation", "Changelog", "Issues"}
    found.expect(wanted <= labels, f"the URLs {sorted(wanted - labels)} are missing")
    found.expect(metadata.get("Requires-Dist") is None, "it depends on other packages")
    found.expect(set(metadata.get_all("License-File", [])) == set(LICENCES), "License-File doesn't name both licences")
    found.expect(metadata.get("Keywords"), "there are no keywords")
    found.expect("# autoplus for Python" in str(metadata.get_payload()), "the README isn't in the metadata")


def look_into_source(path: Path, found: Findings) -> None:
    with tarfile.open(path) as source:
        names = {member.name.split("/", 1)[1] for member in source.getmembers() if member.isfile()}
        links = [member.name for member in source.getmembers() if member.issym() or member.islnk()]
    for wanted in (*LICENCES, "pyproject.toml", "Cargo.lock", "core/src/lib.rs", "PKG-INFO"):
        found.expect(wanted in names, f"the source distribution lacks {wanted}")
    unwanted = r"\.(so|pyd|dylib|pyc|whl)$|(^|/)(target|\.venv|__pycache__|node_modules)/|bindings-(node|kotlin)/|\.db"
    extra = sorted(name for name in names if re.search(unwanted, name))
    found.expect(not extra, f"the source distribution has {extra}")
    tests = sorted(name for name in names if "bindings-python/tests/" in name)
    found.expect(not tests, f"the source distribution has the tests {tests}")
    found.expect(not links, f"the source distribution has the links {links}")
    print(f"{path.name}: {path.stat().st_size:,} bytes, {len(names)} files")


if __name__ == "__main__":
    sys.exit(main())

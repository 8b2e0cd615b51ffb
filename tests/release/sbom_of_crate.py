"""Writes the bill of materials of one crate of the workspace: sbom_of_crate.py CRATE FILE.

All crates that are compiled in, for any target and with all features, each with its licence and the lock file's hash.
"""

import json
import pathlib
import re
import subprocess
import sys

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import OutputFormat, make_outputter
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCKED = re.compile(r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"')
VERSION = SchemaVersion.V1_6


def metadata() -> dict:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--all-features"]
    return json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def compiled_in(nodes: dict[str, dict], root: str) -> dict[str, set[str]]:
    """Each package that `root` is built of, with what it needs itself. What only tests need doesn't count."""
    needed, waiting = {}, [root]
    while waiting:
        package = waiting.pop()
        if package in needed:
            continue
        kinds = {
            dependency["pkg"]: {kind["kind"] for kind in dependency["dep_kinds"]}
            for dependency in nodes[package]["deps"]
        }
        needed[package] = {dependency for dependency, found in kinds.items() if found != {"dev"}}
        waiting.extend(needed[package])
    return needed


def component(package: dict, checksums: dict[tuple[str, str], str], of_type: ComponentType) -> Component:
    name, version = package["name"], package["version"]
    checksum = checksums.get((name, version))
    licence = (package["license"] or "").replace("/", " OR ")
    return Component(
        type=of_type,
        name=name,
        version=version,
        description=package["description"],
        bom_ref=f"{name}@{version}",
        purl=PackageURL("cargo", None, name, version),
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
    )


def main() -> None:
    crate, file = sys.argv[1], pathlib.Path(sys.argv[2])
    known = metadata()
    packages = {package["id"]: package for package in known["packages"]}
    nodes = {node["id"]: node for node in known["resolve"]["nodes"]}
    root = next((member for member in known["workspace_members"] if packages[member]["name"] == crate), None)
    if root is None:
        sys.exit(f"the workspace has no crate {crate}")
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    checksums = {(name, version): checksum for name, version, checksum in LOCKED.findall(lock)}
    needed = compiled_in(nodes, root)
    components = {
        member: component(packages[member], checksums, ComponentType.LIBRARY)
        for member in sorted(needed, key=lambda member: (packages[member]["name"], packages[member]["version"]))
    }
    bom = Bom(components=[own for member, own in components.items() if member != root])
    bom.metadata.component = components[root]
    for member, dependencies in needed.items():
        bom.register_dependency(components[member], [components[dependency] for dependency in dependencies])
    text = make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=2)
    wrong = JsonStrictValidator(VERSION).validate_str(text)
    if wrong:
        sys.exit(f"{crate}: no valid CycloneDX: {wrong}")
    file.write_text(text + "\n", encoding="utf-8")
    print(f"{crate}: {len(components) - 1} crates")


if __name__ == "__main__":
    main()

"""Reads a bundle as Databricks' own classes of it do, and prints it as JSON: for each target what would be deployed."""

import copy
import json
import sys
from pathlib import Path

import yaml
from databricks.bundles.jobs import Job
from databricks.bundles.pipelines import Pipeline
from databricks.bundles.schemas import Schema

CLASSES = {"jobs": Job, "pipelines": Pipeline, "schemas": Schema}


def merged(below, above):
    """As a target's part goes over the bundle's: objects member by member, lists one behind the other, all else whole."""
    if isinstance(below, list) and isinstance(above, list):
        return below + above
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{key: merged(below[key], value) if key in below else value for key, value in above.items()}}


root = Path(sys.argv[1])
bundle = yaml.safe_load((root / "databricks.yml").read_text())
for pattern in bundle["include"]:
    for path in sorted(root.glob(pattern)):
        resources = yaml.safe_load(path.read_text())
        bundle = merged(bundle, copy.deepcopy(resources))

targets = {}
for name, target in bundle["targets"].items():
    resources = merged(bundle["resources"], target.get("resources", {}))
    targets[name] = {
        kind: {key: CLASSES[kind].from_dict(value).as_dict() for key, value in ones.items()}
        for kind, ones in resources.items()
    }
print(json.dumps({"bundle": bundle, "targets": targets}))

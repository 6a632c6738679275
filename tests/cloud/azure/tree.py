"""Syntax trees of Bicep files as JSON, by tree-sitter's grammar: [type, text of a leaf, line, children] each."""
import json
import pathlib
import re
import sys

import tree_sitter_bicep
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_bicep.language()))


def node(one, source):
    kind = "ERROR" if one.is_missing else one.type
    children = [node(child, source) for child in one.children if child.is_named or child.is_missing]
    whole = not children or kind in ("resource_declaration", "ERROR")
    text = source[one.start_byte : one.end_byte].decode() if whole else ""
    return [kind, text, one.start_point[0] + 1, children]


trees = {}
for name in sys.argv[1:]:
    text = pathlib.Path(name).read_text(encoding="utf-8")
    if name.endswith(".bicepparam"):
        # The grammar is of templates: what a parameters file gives is to it what a template gives, an output.
        text = re.sub(r"(?m)^param (\w+) =", r"output \1 string =", text)
    source = text.encode()
    trees[name] = node(parser.parse(source).root_node, source)
print(json.dumps(trees))

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds docs/netlink/camfence.yaml to kmod/uapi/camfence.h, both ways.

	netlink.py numbers|consts|texts|structs|references [YAML]

Names are made as the kernel's generator makes them: FAMILY-SET-A-NAME for an
attribute (without SET where it is the family's own), FAMILY-CMD-NAME for an
operation, FAMILY-ENUM-NAME for an enum's entry, FAMILY-NAME for a constant. The
header is read as the C preprocessor leaves it.
"""
import re
import subprocess
import sys

import yaml

HEADER = "kmod/uapi/camfence.h"
SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}


def preprocess(flags=(), behind=""):
    text = f'#include "{HEADER}"\n{behind}'
    return subprocess.run(["gcc", "-E", "-P", "-I.", *flags, "-"], input=text, text=True,
                          check=True, stdout=subprocess.PIPE).stdout


def symbol(*words):
    return "-".join(words).upper().replace("-", "_")


def numbered(entries, start):
    """(entry, number): a number not given is one more than the one before"""
    for entry in entries:
        start = entry.get("value", start)
        yield entry, start
        start += 1


def definitions(spec, kind):
    return [d for d in spec["definitions"] if d["type"] == kind]


# What the header has, what the YAML has: {name: value}.

def header_numbers():
    have = {}
    for body in re.findall(r"\benum camfence_\w+ \{(.*?)\}", preprocess(), re.S):
        names = [n.strip() for n in body.split(",") if n.strip()]
        have.update((n, i) for i, n in enumerate(names) if not re.search("^__|_UNSPEC$", n))
    return have


def yaml_numbers(spec):
    have, family = {}, spec["name"]

    def add(name, number):
        if name in have:
            sys.exit(f"{name} is there twice")
        have[name] = number

    for attrs in spec["attribute-sets"]:
        names = [family, attrs["name"], "a"] if attrs["name"] != family else [family, "a"]
        for attr, number in numbered(attrs["attributes"], 1):
            add(symbol(*names, attr["name"]), number)
    for enum in definitions(spec, "enum"):
        for entry, number in numbered(enum["entries"], enum.get("value-start", 0)):
            add(symbol(family, enum["name"], entry["name"]), number)
    for op, number in numbered(spec["operations"]["list"], 1):
        add(symbol(family, "cmd", op["name"]), number)
    return have


def header_consts():
    have = {}
    for line in preprocess(["-dM"]).splitlines():
        match = re.match(r"#define (CAMFENCE_\w+) (.+)", line)
        if match and not match[1].endswith("_A_MAX"):
            have[match[1]] = eval(match[2], {"__builtins__": {}})
    return have


def yaml_consts(spec):
    have = {symbol(spec["name"], d["name"]): d["value"] for d in definitions(spec, "const")}
    have[symbol(spec["c-family-name"])] = spec["name"]
    have[symbol(spec["c-version-name"])] = spec["version"]
    for group in spec["mcast-groups"]["list"]:
        have[symbol(group["c-define-name"])] = group["name"]
    return have


def header_texts():
    lines = preprocess(behind="#define R(s, n, k, t) @reason s t\n"
                              "#define E(s, n, t) @event s t\n"
                              "CAMFENCE_REASONS(R) CAMFENCE_EVENTS(E)\n")
    return {symbol("camfence", m[1], m[2]): m[3]
            for m in re.finditer(r'@(\w+) (\w+) "([^"]*)"', lines)}


def yaml_texts(spec):
    return {symbol(spec["name"], enum["name"], entry["name"]): entry["doc"]
            for enum in definitions(spec, "enum") if enum["name"] in ("reason", "event")
            for entry in enum["entries"]}


def header_structs():
    have = {}
    for name, body in re.findall(r"struct camfence_(\w+) \{(.*?)\}", preprocess(), re.S):
        have[name] = [f"{kind} {member}" for kind, member in
                      re.findall(r"__(\w+) (\w+(?:\[\d+\])?);", body)]
    return have


def yaml_structs(spec):
    def member(m):
        if m["type"] == "binary":
            return f"u8 {m['name']}[{m['len']}]"
        return f"{'be' + m['type'][1:] if 'byte-order' in m else m['type']} {m['name']}"

    return {d["name"].replace("-", "_"): [member(m) for m in d["members"]]
            for d in definitions(spec, "struct")}


def differences(header, described):
    for name in sorted(header.keys() | described.keys()):
        if name not in described:
            yield f"{name} is not described"
        elif name not in header:
            yield f"{name} is not in the header"
        elif header[name] != described[name]:
            yield f"{name} is {header[name]!r} in the header, {described[name]!r} in the YAML"


def size(struct):
    return sum(m["len"] if m["type"] == "binary" else SIZES[m["type"]]
               for m in struct["members"])


def dangling(spec):
    """what refers to nothing, is of a wrong size, or lacks a text"""
    named = {kind: {d["name"]: d for d in definitions(spec, kind)}
             for kind in ("const", "enum", "struct")}
    sets = {s["name"]: [a["name"] for a in s["attributes"]] for s in spec["attribute-sets"]}
    groups = [g["name"] for g in spec["mcast-groups"]["list"]]
    for attrs in spec["attribute-sets"]:
        for a in attrs["attributes"]:
            where, checks = f"{attrs['name']}.{a['name']}", a.get("checks", {})
            if a.get("enum") and a["enum"] not in named["enum"]:
                yield f"{where}: no enum {a['enum']}"
            if (a["type"] == "nest") != (a.get("nested-attributes") in sets):
                yield f"{where}: a nest is of attributes that are there"
            if a.get("struct") and a["struct"] not in named["struct"]:
                yield f"{where}: no struct {a['struct']}"
            elif a.get("struct") and checks.get("exact-len", size(
                    named["struct"][a["struct"]])) != size(named["struct"][a["struct"]]):
                yield f"{where}: not as long as struct {a['struct']}"
            for word in checks.values():
                if isinstance(word, str) and word.split(" - ")[0] not in named["const"]:
                    yield f"{where}: no constant {word}"
    for op in spec["operations"]["list"]:
        lists = [op["event"]] if "event" in op else [
            op[how][way] for how in ("do", "dump") for way in ("request", "reply")
            if way in op.get(how, {})]
        if not lists:
            yield f"{op['name']}: neither do, dump nor event"
        for name in [n for part in lists for n in part["attributes"]]:
            if name not in sets[op["attribute-set"]]:
                yield f"{op['name']}: no attribute {name}"
        if op.get("mcgrp", groups[0]) not in groups:
            yield f"{op['name']}: no group {op['mcgrp']}"
    entries = [("definition", d) for d in spec["definitions"]]
    for d in spec["definitions"]:
        entries += [(d["name"], e) for e in d.get("entries", []) + d.get("members", [])]
    for attrs in spec["attribute-sets"]:
        entries += [("attribute set", attrs)] + [(attrs["name"], a) for a in attrs["attributes"]]
    entries += [("operation", op) for op in spec["operations"]["list"]]
    for where, entry in entries:
        if not entry.get("doc"):
            yield f"{where} {entry['name']}: no doc"


def main():
    what, path = (sys.argv + ["docs/netlink/camfence.yaml"])[1:3]
    with open(path, encoding="utf-8") as f:
        spec = yaml.safe_load(f)
    if what == "references":
        wrong = list(dangling(spec))
    else:
        header, described = {
            "numbers": lambda: (header_numbers(), yaml_numbers(spec)),
            "consts": lambda: (header_consts(), yaml_consts(spec)),
            "texts": lambda: (header_texts(), yaml_texts(spec)),
            "structs": lambda: (header_structs(), yaml_structs(spec)),
        }[what]()
        if not header:
            sys.exit(f"no {what} in {HEADER}")
        wrong = list(differences(header, described))
        print(f"{len(header)} {what}")
    if wrong:
        sys.exit("\n".join(wrong))


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds JSON to a schema of docs/schema: JSON Schema 2020-12, as much of it as they use.

    schema.py SCHEMA [FILE]            each line of FILE is one answer, and each is as SCHEMA says
    schema.py --mutate SCHEMA [FILE]   and none of them is any more once something in it was changed
    schema.py --each DIRECTORY         both, of each line "NAME FILE TEXT" that is read; two lines about each

What a schema has beyond that is an error, so that nothing in it is passed over."""
import functools
import json
import pathlib
import re
import sys

TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}
SAID = {'$schema', '$id', '$defs', '$comment', 'title', 'description'}


@functools.cache
def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding='utf-8'))


def is_type(value, name):
    if name in ('integer', 'number'):
        kinds = int if name == 'integer' else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def check_object(value, schema, where, base):
    properties = schema.get('properties', {})
    for key in schema.get('required', []):
        if key not in value:
            yield f'{where}: "{key}" is missing'
    for key, one in value.items():
        if key in properties:
            yield from check(one, properties[key], f'{where}.{key}', base)
        elif schema.get('additionalProperties', True) is False:
            yield f'{where}: "{key}" is not in the schema'


def check(value, schema, where, base):
    """What is wrong with a value; base is the file that the schema stands in."""
    for key, rule in schema.items():
        if key == '$ref':
            name, _, at = rule.partition('#/$defs/')
            file = base.parent / name if name else base
            yield from check(value, load(file)['$defs'][at], where, file)
        elif key == 'type':
            if not any(is_type(value, name) for name in ([rule] if isinstance(rule, str) else rule)):
                yield f'{where}: is no {rule}: {value!r}'
        elif key == 'enum':
            if value not in rule:
                yield f'{where}: is none of {rule}: {value!r}'
        elif key == 'pattern':
            if isinstance(value, str) and not re.search(rule, value):
                yield f'{where}: is not as {rule}: {value!r}'
        elif key == 'minimum':
            if isinstance(value, int) and value < rule:
                yield f'{where}: is below {rule}: {value!r}'
        elif key == 'items':
            for i, one in enumerate(value if isinstance(value, list) else []):
                yield from check(one, rule, f'{where}[{i}]', base)
        elif key in ('required', 'properties', 'additionalProperties'):
            if key == 'properties' or (key == 'required' and 'properties' not in schema):
                yield from check_object(value, schema, where, base) if isinstance(value, dict) else []
        elif key not in SAID:
            raise SystemExit(f'{base}: "{key}" is not known here')


def mutants(value):
    """Answers that are wrong in one respect: one more key, one less, another type."""
    yield {**value, 'strange': 0}
    for key in value:
        yield {k: v for k, v in value.items() if k != key}
        yield {**value, key: {'strange': 0}}
        if isinstance(value[key], list) and value[key] and isinstance(value[key][0], dict):
            yield {**value, key: [{**value[key][0], 'strange': 0}] + value[key][1:]}
        elif isinstance(value[key], dict):
            yield {**value, key: {**value[key], 'strange': 0}}


def held(mutate, path, lines):
    """What is wrong with the answers."""
    path, answers = pathlib.Path(path), 0
    optional = set(load(path)['properties']) - set(load(path)['required'])
    for line in lines:
        answers += 1
        value = json.loads(line)
        yield from [] if mutate else check(value, load(path), '$', path)
        for mutant in mutants(value) if mutate else []:
            if set(value) - set(mutant) <= optional and set(value) != set(mutant) and set(mutant) <= set(value):
                continue    # what need not be there was taken away
            if not any(check(mutant, load(path), '$', path)):
                yield f'not refused: {json.dumps(mutant)}'
    if not answers:
        yield 'no answer'


def each(directory, lines):
    for line in lines:
        name, file, text = line.rstrip('\n').split(' ', 2)
        for mutate in (False, True):
            with open(file, encoding='utf-8') as answers:
                wrong = list(held(mutate, f'{directory}/{name}.json', answers))
            print('FAIL' if wrong else 'PASS', f'{name}{", changed" if mutate else ""}: {text}', *wrong[:1])


def main(words):
    if words[0] == '--each':
        return each(words[1], sys.stdin)
    mutate = words[0] == '--mutate'
    schema, *file = words[mutate:]
    with open(file[0], encoding='utf-8') if file else sys.stdin as answers:
        wrong = list(held(mutate, schema, answers))
    print(*wrong, sep='\n')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

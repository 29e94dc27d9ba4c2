// SPDX-License-Identifier: GPL-2.0
/*
 * From a file to nodes, or to a sentence that says why not. The file is read as
 * a whole: libyaml does not tell the line of every error, and what it says is
 * not always what an admin has done wrong.
 *
 * libyaml's own documents take 160 bytes a node, and a time that grows with the
 * square of how deep they are and of how many anchors they have. Here a node is
 * 20 bytes and its text, and both have limits. A list's nodes have been read
 * when it ends; until then they wait on a stack:
 *
 *	[a, [b, c]]	waiting: a	waiting: a, b, c	waiting: a, list
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "mem.h"
#include "node.h"
#include "textfile.h"

/* Where libyaml stopped; it counts bytes where it could not read characters. */
static struct place error_place(const struct document *d,
				const yaml_parser_t *p,
				const struct textfile *t)
{
	struct place at = { d->name, 1, 1 };
	size_t i;

	if (p->error != YAML_READER_ERROR) {
		at.line = p->problem_mark.line + 1;
		at.column = p->problem_mark.column + 1;
		return at;
	}
	for (i = 0; i < p->problem_offset && i < t->len; i++) {
		if (t->text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if ((t->text[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

static const char *line_at(const struct textfile *t, unsigned int line)
{
	const char *s = t->text;

	while (--line) {
		s = strchr(s, '\n');
		if (!s)
			return "";
		s++;
	}
	return s;
}

/* An address that YAML takes for something else: 2001:db8:: in a list. */
static void hint_quotes(const struct document *d, const struct place *at,
			const char *line)
{
	static const char digits[] = "0123456789abcdefABCDEF:./";
	size_t len = strcspn(line, "\r\n"), i = 0, n;

	for (; i < len; i += n ? n : 1) {
		n = strspn(line + i, digits);
		if (n < 2 || (i && strchr("\"'", line[i - 1])) ||
		    (strncmp(line + i, "::", 2) &&
		     strncmp(line + i + n - 2, "::", 2)))
			continue;
		wrongs_add(d->wrongs, at,
			   "YAML takes %.*s for something else\nquote it: \"%.*s\"",
			   (int)n, line + i, (int)n, line + i);
		return;
	}
}

/* What people write that YAML keeps for itself. */
static const char *hint_mark(char c)
{
	switch (c) {
	case '\t':
		return "a tab, expected blanks: YAML is indented by them alone";
	case '@':
	case '`':
	case '%':
		return "not YAML: quote a value that begins so";
	default:
		return NULL;
	}
}

static void say_syntax(const struct document *d, const yaml_parser_t *p,
		       const struct textfile *t)
{
	struct place at = error_place(d, p, t);
	const char *line = line_at(t, at.line);
	size_t before = d->wrongs->n + d->wrongs->more;
	const char *hint = NULL;

	if (p->error == YAML_SCANNER_ERROR && at.column <= strlen(line))
		hint = hint_mark(line[at.column - 1]);
	if (p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR)
		hint_quotes(d, &at, line);
	if (d->wrongs->n + d->wrongs->more > before)
		return;
	if (p->error == YAML_MEMORY_ERROR)
		wrongs_add(d->wrongs, &at, "too much to be read");
	else if (hint)
		wrongs_add(d->wrongs, &at, "%s", hint);
	else if (p->context && p->context_mark.line)
		wrongs_add(d->wrongs, &at, "not YAML: %s, %s from line %zu on",
			   p->problem, p->context, p->context_mark.line + 1);
	else
		wrongs_add(d->wrongs, &at, "not YAML: %s", p->problem);
}

/* No schema is as deep, and nobody writes as many anchors. */
#define DEPTH_MAX 32
#define ANCHORS_MAX 256

/*
 * struct open_node - a list or mapping that has not ended
 * @first: of @waiting that is in it
 */
struct open_node {
	u32 node;
	size_t first;
};

struct anchor {
	char *name;
	u32 node;
};

/*
 * struct loading - nodes while they are read
 * @waiting: those whose list or mapping has not ended
 */
struct loading {
	struct document *d;
	yaml_parser_t parser;
	u32 *waiting;
	size_t n_waiting, cap_waiting;
	struct open_node open[DEPTH_MAX];
	size_t depth;
	struct anchor anchor[ANCHORS_MAX];
	size_t n_anchors;
};

static void wrong_at(struct loading *l, const yaml_event_t *e, const char *text)
{
	struct place at = { l->d->name, e->start_mark.line + 1,
			    e->start_mark.column + 1 };

	wrongs_add(l->d->wrongs, &at, "%s", text);
}

static void hold(struct loading *l, u32 node)
{
	l->waiting = mem_grow(l->waiting, &l->cap_waiting, l->n_waiting + 1,
			      sizeof(*l->waiting));
	l->waiting[l->n_waiting++] = node;
}

static bool remember(struct loading *l, const yaml_event_t *e,
		     const yaml_char_t *name, u32 node)
{
	if (!name)
		return true;
	if (l->n_anchors == ANCHORS_MAX) {
		wrong_at(l, e, "one anchor more than the 256 that there can be");
		return false;
	}
	l->anchor[l->n_anchors++] = (struct anchor){
		mem_strdup((const char *)name), node
	};
	return true;
}

static bool has_tag(const yaml_char_t *tag, const char *implied)
{
	return tag && strcmp((const char *)tag, "!") &&
	       strcmp((const char *)tag, implied);
}

static u32 add_node(struct loading *l, const yaml_event_t *e,
		    enum node_type type, bool tagged)
{
	struct document *d = l->d;

	d->node = mem_grow(d->node, &d->cap_nodes, d->n_nodes + 1,
			   sizeof(*d->node));
	d->node[d->n_nodes] = (struct yaml_node){
		.line = e->start_mark.line + 1,
		.column = e->start_mark.column + 1,
		.type = type,
		.tagged = tagged,
	};
	hold(l, d->n_nodes);
	return d->n_nodes++;
}

static bool add_scalar(struct loading *l, const yaml_event_t *e)
{
	size_t len = e->data.scalar.length;
	struct document *d = l->d;
	u32 i = add_node(l, e, NODE_TEXT, has_tag(e->data.scalar.tag,
						  YAML_STR_TAG));

	d->text = mem_grow(d->text, &d->cap_text, d->n_text + len + 1, 1);
	memcpy(d->text + d->n_text, e->data.scalar.value, len + 1);
	d->node[i].first = d->n_text;
	d->node[i].n = len;
	d->node[i].bare = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	d->n_text += len + 1;
	return remember(l, e, e->data.scalar.anchor, i);
}

static bool begin(struct loading *l, const yaml_event_t *e,
		  enum node_type type, bool tagged, const yaml_char_t *anchor)
{
	u32 i = add_node(l, e, type, tagged);

	if (l->depth == DEPTH_MAX) {
		wrong_at(l, e, "nested deeper than any configuration is");
		return false;
	}
	l->open[l->depth++] = (struct open_node){ i, l->n_waiting };
	return remember(l, e, anchor, i);
}

static void end(struct loading *l)
{
	const struct open_node *o = &l->open[--l->depth];
	size_t n = l->n_waiting - o->first;
	struct document *d = l->d;

	d->child = mem_grow(d->child, &d->cap_children, d->n_children + n,
			    sizeof(*d->child));
	memcpy(d->child + d->n_children, l->waiting + o->first,
	       n * sizeof(*d->child));
	d->node[o->node].first = d->n_children;
	d->node[o->node].n = n;
	d->n_children += n;
	l->n_waiting = o->first;
}

static bool is_open(const struct loading *l, u32 node)
{
	size_t i;

	for (i = 0; i < l->depth; i++)
		if (l->open[i].node == node)
			return true;
	return false;
}

/* The node that it stands for, again: nothing is copied. */
static bool add_alias(struct loading *l, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	size_t i = l->n_anchors;

	while (i && strcmp(l->anchor[i - 1].name, name))
		i--;
	if (!i || is_open(l, l->anchor[i - 1].node)) {
		wrong_at(l, e, i ? "an alias inside of what it stands for" :
				   "an alias of an anchor that is not there");
		return false;
	}
	hold(l, l->anchor[i - 1].node);
	return true;
}

static bool take(struct loading *l, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(l, e);
	case YAML_SEQUENCE_START_EVENT:
		return begin(l, e, NODE_LIST,
			     has_tag(e->data.sequence_start.tag, YAML_SEQ_TAG),
			     e->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return begin(l, e, NODE_MAP,
			     has_tag(e->data.mapping_start.tag, YAML_MAP_TAG),
			     e->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		end(l);
		return true;
	case YAML_ALIAS_EVENT:
		return add_alias(l, e);
	case YAML_DOCUMENT_START_EVENT:
		/* It would be ignored, and nobody would know. */
		if (l->d->n_nodes)
			wrong_at(l, e, "a second document begins here, expected one in a file");
		return !l->d->n_nodes;
	default:
		return true;
	}
}

static bool load_events(struct loading *l, const struct textfile *t)
{
	bool good = true, last = false;
	yaml_event_t e;

	while (good && !last) {
		if (!yaml_parser_parse(&l->parser, &e)) {
			say_syntax(l->d, &l->parser, t);
			return false;
		}
		last = e.type == YAML_STREAM_END_EVENT;
		good = take(l, &e);
		yaml_event_delete(&e);
	}
	return good;
}

static bool load(struct document *d, const struct textfile *t)
{
	struct place whole = { .file = d->name };
	struct loading l = { .d = d };
	bool good;

	if (!yaml_parser_initialize(&l.parser)) {
		wrongs_add(d->wrongs, &whole, "too much to be read");
		return false;
	}
	yaml_parser_set_input_string(&l.parser, (const yaml_char_t *)t->text,
				     t->len);
	good = load_events(&l, t);
	if (good && !d->n_nodes) {
		wrongs_add(d->wrongs, &whole,
			   "is empty, expected a configuration; it begins with version: 1");
		good = false;
	}
	yaml_parser_delete(&l.parser);
	while (l.n_anchors)
		free(l.anchor[--l.n_anchors].name);
	free(l.waiting);
	return good;
}

/**
 * document_open() - read a YAML file
 * @d: the document, to be closed in any case
 * @name: the file's, "-" is standard input
 * @w: where all is said that is wrong with it
 *
 * Return: whether it could be read.
 */
bool document_open(struct document *d, const char *name, struct wrongs *w)
{
	struct place whole = { .file = name };
	struct textfile t = {};
	struct fault f = {};
	bool good = false;

	*d = (struct document){ .name = name, .wrongs = w };
	if (textfile_read(&t, name, &f))
		wrongs_take(w, &whole, &f);
	else
		good = load(d, &t);
	textfile_free(&t);
	return good;
}

/**
 * document_root() - the node that all others are in
 * @d: the document
 *
 * Return: the node.
 */
struct node document_root(const struct document *d)
{
	return (struct node){ d, &d->node[0] };
}

/**
 * document_close() - free all nodes
 * @d: the document
 */
void document_close(struct document *d)
{
	free(d->node);
	free(d->child);
	free(d->text);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nodes of YAML files, read by a schema. A getter that does not find what it
 * wants says so at the node's place and returns nothing; reading goes on.
 */
#ifndef CAMFENCE_NODE_H
#define CAMFENCE_NODE_H

#include "place.h"
#include "types.h"

enum node_type { NODE_TEXT, NODE_LIST, NODE_MAP };

/*
 * struct yaml_node - one node
 * @type: what it is
 * @tagged: has a tag that does not just say what it is
 * @bare: a text without quotes
 * @first: of its text, or in the list of children; a mapping has a key and a
 *	value in turn
 * @n: bytes of text, or children
 */
struct yaml_node {
	u32 line, column;
	u8 type;
	bool tagged, bare;
	u32 first, n;
};

/*
 * struct document - one YAML file
 * @name: as it shall be called, borrowed
 * @wrongs: where all is said that is wrong, borrowed
 * @node: its nodes, the root first
 * @child: numbers of nodes, those of a list or mapping side by side
 * @text: that of all nodes, a zero behind each
 */
struct document {
	const char *name;
	struct wrongs *wrongs;
	struct yaml_node *node;
	u32 *child;
	char *text;
	size_t n_nodes, cap_nodes, n_children, cap_children, n_text, cap_text;
};

/*
 * struct node - one node of it, good as long as the document is
 */
struct node {
	const struct document *doc;
	const struct yaml_node *yaml;
};

typedef void (*node_one)(struct node item, void *arg);
typedef void (*node_named)(const char *name, struct node key,
			   struct node value, void *arg);
typedef void (*node_keyed)(size_t which, struct node value, void *arg);

bool document_open(struct document *d, const char *name, struct wrongs *w);
struct node document_root(const struct document *d);
void document_close(struct document *d);

struct place node_place(struct node n);
void node_wrong(struct node n, const char *fmt, ...)
	__printf(2, 3);
void node_take(struct node n, struct fault *f);

bool node_is_list(struct node n);
bool node_is_map(struct node n);
bool node_is_cut(struct node n);
const char *node_text(struct node n);
char *node_copy(struct node n, const char *(*parse)(const char *s));
bool node_choice(struct node n, const char *const *words, size_t n_words,
		 size_t *which);
bool node_bool(struct node n);
void node_each(struct node n, node_one one, void *arg);
void node_some(struct node n, node_one one, void *arg);
void node_items(struct node n, node_one one, void *arg);
void node_names(struct node n, node_named one, void *arg);
unsigned int node_keys(struct node n, const char *const *keys, size_t n_keys,
		       node_keyed one, void *arg);

#endif

// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "reading.h"
#include "services.h"
#include "words.h"

enum word {
	DEFAULT, ACTION, ALLOW, BLOCK, SERVICES, LOG, COMMENT, FORCE, WORDS
};

static const char *const keys[WORDS] = {
	[DEFAULT] = "default", [ACTION] = "action", [ALLOW] = "allow",
	[BLOCK] = "block", [SERVICES] = "services", [LOG] = "log",
	[COMMENT] = "comment", [FORCE] = "force",
};

static void read_set(struct node n, void *arg)
{
	char *name = node_copy(n, parse_name);
	struct names *sets = arg;

	if (name && names_have(sets, name))
		node_wrong(n, "set \"%s\" is given twice", name);
	else if (name)
		names_add(sets, name, strlen(name));
	free(name);
}

static void read_service(struct node n, void *arg)
{
	const char *text = node_text(n);
	struct policy *p = arg;
	struct fault f = {};

	if (text && parse_one_service(text, &p->services, NULL, &f))
		node_take(n, &f);
}

static void read_log(struct node n, struct policy *p)
{
	const char *text = node_text(n);
	const char *wrong = text ? parse_log(text, &p->nflog) : NULL;

	if (wrong)
		node_wrong(n, "\"%s\": %s", text, wrong);
}

/*
 * struct policy_reading - a policy while it is read
 */
struct policy_reading {
	struct reading *r;
	struct policy *p;
};

static void read_key(size_t which, struct node n, void *arg)
{
	const struct policy_reading *x = arg;
	struct policy *p = x->p;
	size_t choice;

	switch (which) {
	case DEFAULT:
		if (node_choice(n, default_words, DEFAULTS, &choice))
			p->default_ = choice;
		return;
	case ACTION:
		if (node_choice(n, action_words, ACTIONS, &choice))
			p->action = choice;
		return;
	case ALLOW:
		names_free(&p->allow);
		return node_each(n, read_set, &p->allow);
	case BLOCK:
		names_free(&p->block);
		return node_each(n, read_set, &p->block);
	case SERVICES:
		return node_each(n, read_service, p);
	case LOG:
		return read_log(n, p);
	case COMMENT:
		p->comment = node_copy(n, parse_text);
		return;
	case FORCE:
		read_force(x->r, KIND_POLICY, n);
	}
}

/* What is not said is as in the template of that name, where there is one. */
static void read_policy(const char *name, struct node key, struct node value,
			void *arg)
{
	const struct policy *template = template_find(name);
	struct reading *r = arg;
	struct place at = node_place(key);
	struct policy *p = reading_add(r, KIND_POLICY, name, &at);

	if (!p)
		return;
	if (template)
		policy_copy(p, template);
	node_keys(value, keys, WORDS, read_key,
		  &(struct policy_reading){ r, p });
}

/**
 * read_policies() - the section "policies"
 * @r: the reading
 * @n: what is in it
 */
void read_policies(struct reading *r, struct node n)
{
	node_names(n, read_policy, r);
}

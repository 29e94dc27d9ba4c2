// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "out.h"

/* The object of this kind that a sentence begins with, and its place. */
static const struct place *find_place(const struct config *c, const char *word,
				      enum objkind kind, const char *text)
{
	const struct place *place = NULL;
	size_t len = strlen(word), longest = 0, i;

	if (strncmp(text, word, len) || strncmp(text + len, " \"", 2))
		return NULL;
	text += len + 2;
	for (i = 0; i < c->want.n[kind]; i++) {
		char *name = out_text(*(char *const *)ruleset_at(&c->want,
								 kind, i));

		len = strlen(name);
		if (len >= longest && !strncmp(text, name, len) &&
		    text[len] == '"') {
			place = &c->place[kind][i];
			longest = len;
		}
		free(name);
	}
	return place;
}

/**
 * config_add_place() - say where an object stands that was refused
 * @c: the configuration
 * @code: the exit code
 * @f: what the engine said; where it begins with an object, that has a place
 */
void config_add_place(const struct config *c, int code, struct fault *f)
{
	const struct place *place = NULL;
	enum objkind kind;
	char *text;

	for (kind = 0; kind < KINDS && !place; kind++)
		place = find_place(c, kind_name(kind), kind, f->text);
	/* A catch is a camera to the kernel. */
	if (!place)
		place = find_place(c, kind_name(KIND_CAMERA), KIND_CATCH,
				   f->text);
	if (!place)
		return;
	text = place_text(place);
	fault_prefix(f, code, "%s: ", text);
	f->placed = true;
	free(text);
}

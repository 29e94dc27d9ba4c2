// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the counters for a test that asks with every packet: to start the tool
 * in an emulated machine takes longer than all else that such a test does. The
 * engine is the tool's own. A line of standard input asks, "reasons" or "all";
 * the answer is one line, of KEY=VALUE with tabs between:
 *
 *	reasons
 *		no_camera=12	bridged=0	…
 *	all
 *		reasons:no_camera:packets=12	reasons:no_camera:bytes=720	…
 */
#include <stdio.h>
#include <string.h>
#include "engine.h"

static const struct {
	const char *name;
} reasons[] = {
#define ROW(sym, name, verdict, text) { #name },
	CAMFENCE_REASONS(ROW)
};

static void tell(const char *kind, const char *name, const char *key, u64 n)
{
	printf("%s:%s:%s=%llu\t", kind, name, key, (unsigned long long)n);
}

static void tell_reasons(const struct stats *s, bool brief)
{
	for (size_t i = 0; i < s->n_reasons; i++) {
		const struct counter *c = &s->reason[i];
		const char *name = reasons[c->reason].name;

		if (brief) {
			printf("%s=%llu\t", name, (unsigned long long)c->packets);
		} else {
			tell("reasons", name, "packets", c->packets);
			tell("reasons", name, "bytes", c->bytes);
		}
	}
}

static void tell_objects(const struct stats *s, enum objkind kind, const char *word)
{
	for (size_t i = 0; i < s->n[kind]; i++) {
		const struct counter *c = &s->object[kind][i];

		tell(word, c->name, "packets", c->packets);
		tell(word, c->name, "bytes", c->bytes);
		tell(word, c->name, "drops", c->drops);
		tell(word, c->name, "drop-bytes", c->drop_bytes);
		tell(word, c->name, "spoofs", c->spoofs);
		tell(word, c->name, "seen", c->seen);
	}
}

static void tell_stats(const struct stats *s, const char *what)
{
	bool brief = !strcmp(what, "reasons");

	tell_reasons(s, brief);
	if (!brief) {
		tell_objects(s, KIND_POLICY, "policies");
		tell_objects(s, KIND_CAMERA, "cameras");
		tell_objects(s, KIND_EXEMPTION, "exemptions");
	}
	putchar('\n');
}

/* The module may come and go: nothing is kept. */
static void answer(const char *what)
{
	struct engine *e = NULL;
	struct stats s = {};
	struct fault f = {};
	int code = engine_open(&e, NULL, &f);

	if (!code)
		code = engine_stats(e, false, &s, &f);
	if (code)
		printf("error %s\n", f.text);
	else
		tell_stats(&s, what);
	engine_stats_free(&s);
	engine_close(e);
	fault_clear(&f);
}

int main(void)
{
	char line[16];

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		answer(line);
		fflush(stdout);
	}
	return 0;
}

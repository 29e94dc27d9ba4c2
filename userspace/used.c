// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel counts an exemption as long as one of its name is in force, and
 * nothing beyond a flush or a reboot. So /var/lib/camfence/used.json keeps when
 * each was used last, and from when on that is known: written by each apply and
 * by each flush, which the unit's stop is. What was used between the last of
 * them and a power failure is not known.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "history.h"
#include "newfile.h"
#include "times.h"
#include "used.h"

static const char path[] = HISTORY_DIR "/used.json";

static u64 number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static json_t *read_all(FILE *file)
{
	json_t *root = json_loadf(file, 0, NULL);
	json_t *of = json_incref(json_object_get(root, "exemptions"));

	json_decref(root);
	if (json_is_object(of))
		return of;
	json_decref(of);
	return NULL;
}

/**
 * used_read() - what is kept
 * @u: where to, zeroed; to be freed in any case
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int used_read(struct used *u, struct fault *f)
{
	FILE *file = fopen(path, "re");

	if (!file && errno != ENOENT)
		return fault_input(f, "%s: %s", path, strerror(errno));
	if (file) {
		u->of = read_all(file);
		fclose(file);
		if (!u->of) {
			fault_input(f, "%s: is not what camfence has written",
				    path);
			fault_add(f, "without it the use of exemptions is known from now on: rm %s",
				  path);
			return CODE_INPUT;
		}
	} else {
		u->of = json_object();
	}
	return 0;
}

/* Exemptions and their counters come in one order: it is mostly the next. */
static u64 seen_of(const struct stats *s, const char *name, size_t *at)
{
	const struct counter *c = s->object[KIND_EXEMPTION];
	size_t n = s->n[KIND_EXEMPTION], i;

	for (i = 0; i < n; i++) {
		size_t k = (*at + i) % n;

		if (strcmp(c[k].name, name))
			continue;
		*at = k + 1;
		return c[k].seen;
	}
	return 0;
}

/**
 * used_take() - add what the kernel has counted
 * @u: what is known
 * @rs: what is in force
 * @stats: its counters
 * @since: when its generation began
 *
 * What is not in force any more is forgotten.
 */
void used_take(struct used *u, const struct ruleset *rs,
	       const struct stats *stats, u64 since)
{
	json_t *of = json_object();
	size_t at = 0, i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];
		struct use use = used_of(u, e->name);
		u64 seen = seen_of(stats, e->name, &at);

		if (e->is_service)
			continue;
		if (!use.since)
			use.since = since;
		if (seen > use.last)
			use.last = seen;
		json_object_set_new(of, e->name,
				    json_pack("{s:I, s:I}",
					      "since", (json_int_t)use.since,
					      "used", (json_int_t)use.last));
	}
	json_decref(u->of);
	u->of = of;
}

/**
 * used_of() - what is known of an exemption
 * @u: what is known
 * @name: the exemption's
 *
 * Return: that; zero where nothing is.
 */
struct use used_of(const struct used *u, const char *name)
{
	const json_t *o = json_object_get(u->of, name);

	return (struct use){ number(o, "since"), number(o, "used") };
}

/**
 * used_since() - from when on is the use of any exemption known?
 * @u: what is known
 *
 * Return: seconds since 1970, 0 where there is none.
 */
u64 used_since(const struct used *u)
{
	const char *name;
	u64 first = 0;
	json_t *o;

	json_object_foreach(u->of, name, o) {
		u64 since = number(o, "since");

		if (!first || since < first)
			first = since;
	}
	return first;
}

/**
 * used_free() - forget it
 * @u: what is known
 */
void used_free(struct used *u)
{
	json_decref(u->of);
	*u = (struct used){};
}

static int write_all(const struct used *u, struct fault *f)
{
	json_t *root = json_pack("{s:i, s:O}", "version", 1, "exemptions",
				 u->of);
	int code = newfile_json(path, root, f);

	json_decref(root);
	return code;
}

/**
 * used_keep() - have on the disk what is known by now
 * @e: the engine, of the network namespace that configurations are for
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int used_keep(struct engine *e, struct fault *f)
{
	struct engine_info info = {};
	struct ruleset rs = {};
	struct stats stats = {};
	struct used u = {};
	int code;

	code = used_read(&u, f);
	if (!code)
		code = engine_info(e, &info, f);
	if (!code)
		code = engine_dump(e, &rs, f);
	if (!code)
		code = engine_stats(e, false, &stats, f);
	if (!code && info.in_force &&
	    (rs.n[KIND_EXEMPTION] > ruleset_service_parts(&rs) ||
	     json_object_size(u.of))) {
		used_take(&u, &rs, &stats, info.since);
		code = write_all(&u, f);
	}
	engine_stats_free(&stats);
	ruleset_free(&rs);
	engine_info_free(&info);
	used_free(&u);
	return code;
}

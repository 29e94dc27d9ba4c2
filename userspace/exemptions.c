// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "exemptions.h"
#include "mem.h"
#include "parse.h"
#include "times.h"

const char *const exemption_words[EXEMPTION_WORDS] = {
	[EXEMPTION_CAMERA] = "camera", [EXEMPTION_POLICY] = "policy",
	[EXEMPTION_REMOTE] = "remote", [EXEMPTION_DIR] = "dir",
	[EXEMPTION_PROTO] = "proto", [EXEMPTION_PORT] = "port",
	[EXEMPTION_LOCAL_PORT] = "local-port",
	[EXEMPTION_ICMP_TYPE] = "icmp-type",
	[EXEMPTION_NOT_BEFORE] = "not-before", [EXEMPTION_UNTIL] = "until",
	[EXEMPTION_REASON] = "reason", [EXEMPTION_BY] = "by",
	[EXEMPTION_COMMENT] = "comment",
};

/**
 * exemption_text() - where the value of a word is kept as it is
 * @e: the exemption
 * @which: the word
 *
 * Return: where; NULL for words whose values are parsed.
 */
char **exemption_text(struct exemption *e, enum exemption_word which)
{
	switch (which) {
	case EXEMPTION_CAMERA:
		return &e->camera;
	case EXEMPTION_POLICY:
		return &e->policy;
	case EXEMPTION_REASON:
		return &e->reason;
	case EXEMPTION_BY:
		return &e->by;
	case EXEMPTION_COMMENT:
		return &e->comment;
	default:
		return NULL;
	}
}

static int add_remote(struct exemption *e, const char *word, struct fault *f)
{
	char buf[RANGE_TEXT];
	const char *wrong;
	struct range r;
	bool host_bits;

	if (!strcmp(word, "router")) {
		e->router = true;
		return 0;
	}
	wrong = parse_prefix(word, &r, &host_bits);
	if (wrong)
		return fault_input(f, "remote \"%s\": %s", word, wrong);
	if (host_bits) {
		fault_input(f, "remote \"%s\": bits are set behind the prefix length",
			    word);
		fault_add(f, "for all of the prefix: %s; for one address leave the length out",
			  range_text(&r, buf));
		return CODE_INPUT;
	}
	*exemption_add_remote(e) = r;
	return 0;
}

static int take_until(struct exemption *e, const char *value, u64 now,
		      struct fault *f)
{
	int code;

	if (!strcmp(value, "permanent")) {
		e->until = TIME_FOREVER;
		return 0;
	}
	code = parse_time(value, true, now, &e->until, f);
	if (code)
		fault_add(f, "for one without end: until permanent");
	return code;
}

static int take_proto(struct exemption *e, const char *value, struct fault *f)
{
	u8 proto;
	int code = parse_proto(value, &proto, f);

	if (!code)
		e->proto = proto;
	return code;
}

/**
 * exemption_take() - the value of a word that is parsed
 * @w: the exemption
 * @which: the word: remote (one), proto, port, local-port, icmp-type,
 *	not-before, until
 * @value: its value
 * @now: seconds since 1970, for times that are told from now on
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int exemption_take(struct written *w, enum exemption_word which,
		   const char *value, u64 now, struct fault *f)
{
	struct exemption *e = w->e;

	switch (which) {
	case EXEMPTION_REMOTE:
		return add_remote(e, value, f);
	case EXEMPTION_PROTO:
		return take_proto(e, value, f);
	case EXEMPTION_PORT:
		return parse_ports("port", value, &e->ports, f);
	case EXEMPTION_LOCAL_PORT:
		return parse_ports("local-port", value, &e->local_ports, f);
	case EXEMPTION_ICMP_TYPE:
		names_add(&w->icmp_types, value, strlen(value));
		return 0;
	case EXEMPTION_NOT_BEFORE:
		return parse_time(value, false, now, &e->not_before, f);
	default:
		return take_until(e, value, now, f);
	}
}

/**
 * exemption_take_set() - a set that is a remote
 * @w: the exemption
 * @name: the set's name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int exemption_take_set(struct written *w, const char *name, struct fault *f)
{
	const char *wrong = parse_name(name);

	if (wrong)
		return fault_input(f, "remote set \"%s\": %s", name, wrong);
	if (!names_have(&w->e->sets, name))
		names_add(&w->e->sets, name, strlen(name));
	return 0;
}

/**
 * exemption_missing() - what every exemption needs, and this one has not
 * @w: the exemption
 * @from: 0, then one more than @which was
 * @which: what is missing, for the next call
 *
 * Return: what, as it is told; NULL if nothing more is missing.
 */
const char *exemption_missing(const struct written *w, unsigned int from,
			      unsigned int *which)
{
	static const struct {
		unsigned int any_of;
		const char *text;
	} needed[] = {
		{ 1 << EXEMPTION_CAMERA | 1 << EXEMPTION_POLICY,
		  "whose it is (camera C or policy P)" },
		{ 1 << EXEMPTION_REMOTE, "\"remote\"" },
		{ 1 << EXEMPTION_UNTIL, "\"until\"" },
		{ 1 << EXEMPTION_REASON, "\"reason\"" },
		{ 1 << EXEMPTION_BY, "\"by\"" },
	};

	for (*which = from; *which < ARRAY_SIZE(needed); ++*which)
		if (!(w->given & needed[*which].any_of))
			return needed[*which].text;
	return NULL;
}

static int take_icmp_types(struct written *w, struct fault *f)
{
	struct exemption *e = w->e;
	int code = 0;
	size_t i;

	for (i = 0; i < w->icmp_types.n && !code; i++)
		code = parse_icmp_types(w->icmp_types.v[i], e->proto,
					e->icmp_type, &e->n_icmp_types, f);
	return code;
}

/**
 * exemption_finish() - what only all of the words together can get wrong
 * @w: the exemption, with all that it needs; its remotes are in order
 *	afterwards
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int exemption_finish(struct written *w, struct fault *f)
{
	struct exemption *e = w->e;
	bool has_ports = e->proto >= 0 && proto_has_ports(e->proto);
	int code;

	if (e->camera && e->policy)
		return fault_input(f, "it is for a camera or for a policy, not for both");
	if (!has_ports && (e->ports.n || e->local_ports.n))
		return fault_input(f, "%s: only with proto tcp, udp, sctp or dccp",
				   exemption_words[e->ports.n ? EXEMPTION_PORT :
						   EXEMPTION_LOCAL_PORT]);
	code = take_icmp_types(w, f);
	if (code)
		return code;
	if (e->not_before >= e->until)
		return fault_input(f, "it would be over (until) before it begins (not-before)");
	exemption_sort_remotes(e);
	return 0;
}

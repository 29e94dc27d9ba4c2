// SPDX-License-Identifier: GPL-2.0
/*
 * The engine that is the kernel module. Nobody above knows netlink; what the
 * kernel answers becomes a sentence here, with the object that it is about.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "mem.h"
#include "nl.h"
#include "out.h"
#include "services.h"
#include "uapi/camfence.h"
#include "wire.h"

#define NETNS_DIR "/run/netns/"
#define DUMP_TRIES 10

struct engine {
	struct nl *nl;
	u64 txn;
};

static int enter_netns(const char *netns, struct fault *f)
{
	char *path = strchr(netns, '/') ? mem_strdup(netns) :
					  mem_printf(NETNS_DIR "%s", netns);
	int fd = open(path, O_RDONLY | O_CLOEXEC), code = 0;

	if (fd < 0)
		code = fault_input(f, "no network namespace \"%s\": %s: %s",
				   netns, path, strerror(errno));
	else if (setns(fd, CLONE_NEWNET))
		code = errno == EPERM ?
			fault_set(f, CODE_REFUSED, "netns \"%s\": needs root (CAP_SYS_ADMIN)",
				  netns) :
			fault_input(f, "network namespace \"%s\": %s: %s",
				    netns, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	return code;
}

/**
 * engine_open() - reach the kernel module
 * @e: the engine
 * @netns: network namespace to enter, by name or path, or NULL
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_open(struct engine **e, const char *netns, struct fault *f)
{
	struct nl_error error;
	struct nl *nl;
	int code;

	*e = NULL;
	if (netns) {
		code = enter_netns(netns, f);
		if (code)
			return code;
	}
	nl = nl_open(CAMFENCE_GENL_NAME, &error);
	if (!nl && error.err == ENOENT) {
		fault_set(f, CODE_NO_MODULE, "the kernel module is not loaded");
		fault_add(f, "load it: modprobe camfence");
		return CODE_NO_MODULE;
	}
	if (!nl)
		return fault_set(f, CODE_REFUSED, "cannot reach the kernel over netlink: %s",
				 strerror(error.err));
	*e = mem_zalloc(sizeof(**e));
	(*e)->nl = nl;
	return 0;
}

/**
 * engine_close() - let go of the engine; what is not committed is aborted
 * @e: the engine, or NULL
 */
void engine_close(struct engine *e)
{
	if (!e)
		return;
	nl_close(e->nl);
	free(e);
}

static const char *meaning(int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return "needs root (CAP_NET_ADMIN)";
	case ESTALE:
		return "the ruleset was changed by somebody else meanwhile; try again";
	case EBUSY:
		return "too many changes are under way in this network namespace; try again";
	case EOPNOTSUPP:
		return "the kernel module does not know this command; it is an older version";
	case EBADMSG:
		return "the kernel module answers in another way than this tool knows";
	case EINTR:
		return "the ruleset is being changed all the time; try again";
	case ENOMEM:
		return "the kernel has not enough memory for it";
	}
	return strerror(err);
}

/* ``camera "hall-1", mac 00:00:5e:00:53:01: SENTENCE`` */
static int refuse(const struct nlmsghdr *nlh, const char *about,
		  const struct nl_error *error, struct fault *f)
{
	bool has_sentence = error->message[0];
	bool named = *about && strstr(error->message, about);
	char place[WIRE_PLACE] = "";
	char *safe, *what;

	/* The kernel's sentence, if any, is about namespaces there. */
	if (error->err == EPERM && has_sentence) {
		fault_set(f, CODE_REFUSED, "%s: %s", meaning(EPERM),
			  error->message);
		f->err = EPERM;
		return CODE_REFUSED;
	}
	if (error->offset)
		wire_locate(nlh, error->offset, place);
	if (named)
		about = "";
	what = mem_printf("%s%s%s%s%s", about, *about && *place ? ", " : "",
			  place, *about || *place ? ": " : "",
			  has_sentence ? error->message : meaning(error->err));
	safe = out_text(what);
	fault_set(f, CODE_REFUSED, "%s", safe);
	f->err = error->err;
	free(safe);
	free(what);
	return CODE_REFUSED;
}

static int talk(struct engine *e, const struct nlmsghdr *nlh, const char *about,
		nl_answer answer, void *data, struct fault *f)
{
	struct nl_error error;

	if (!nl_talk(e->nl, answer, data, &error))
		return 0;
	return refuse(nlh, about, &error, f);
}

static int read_info(const struct nlmsghdr *nlh, void *data)
{
	return wire_get_info(nlh, data);
}

/**
 * engine_info() - what the engine says of itself
 * @e: the engine
 * @info: where to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_info(struct engine *e, struct engine_info *info, struct fault *f)
{
	struct nlmsghdr *nlh = nl_request(e->nl, CAMFENCE_CMD_INFO_GET, false);

	*info = (struct engine_info){};
	return talk(e, nlh, "", read_info, info, f);
}

/**
 * engine_info_free() - free what it holds
 * @info: what engine_info() filled
 */
void engine_info_free(struct engine_info *info)
{
	free(info->version);
	free(info->netns);
	names_free(&info->unhooked);
	*info = (struct engine_info){};
}

static int read_object(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CAMFENCE_A_MAX + 1];

	wire_top(nlh, tb);
	return wire_get_object(tb, data);
}

/**
 * engine_dump() - the ruleset in force, without the sets' ranges
 * @e: the engine
 * @rs: where to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_dump(struct engine *e, struct ruleset *rs, struct fault *f)
{
	struct nlmsghdr *nlh;
	enum objkind kind;
	int code, tries = 0;

	*rs = (struct ruleset){};
	do {
		ruleset_free(rs);
		nlh = nl_request(e->nl, CAMFENCE_CMD_RULESET_GET, true);
		code = talk(e, nlh, "", read_object, rs, f);
	} while (code && f->err == EINTR && ++tries < DUMP_TRIES);
	for (kind = 0; kind < KINDS && !code; kind++)
		free(ruleset_sort(rs, kind));
	if (!code)
		services_find(rs);
	return code;
}

struct range_dump {
	struct ranges *ranges;
	u64 generation;
};

static int read_ranges(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CAMFENCE_A_MAX + 1];
	struct range_dump *dump = data;
	u64 txn;

	if (wire_get_txn(nlh, &txn, &dump->generation))
		return -1;
	wire_top(nlh, tb);
	if (!tb[CAMFENCE_A_SET])
		return 0;
	return wire_get_ranges(tb[CAMFENCE_A_SET], dump->ranges);
}

/**
 * engine_dump_set() - the ranges of a set
 * @e: the engine
 * @name: of the set
 * @generation: in which they are wanted
 * @r: where to; merged
 * @f: what is wrong; ESTALE: another generation is in force
 *
 * Return: 0 or the exit code.
 */
int engine_dump_set(struct engine *e, const char *name, u64 generation,
		    struct ranges *r, struct fault *f)
{
	struct range_dump dump = { r, generation };
	struct nl_error stale = { .err = ESTALE };
	char *about = mem_printf("set \"%s\"", name);
	struct nlmsghdr *nlh;
	int code, tries = 0;

	*r = (struct ranges){};
	do {
		ranges_free(r);
		nlh = nl_request(e->nl, CAMFENCE_CMD_SET_RANGE_GET, true);
		wire_put_name(nlh, nl_room(e->nl), KIND_SET, name);
		code = talk(e, nlh, about, read_ranges, &dump, f);
	} while (code && f->err == EINTR && ++tries < DUMP_TRIES);
	if (!code && dump.generation != generation)
		code = refuse(nlh, about, &stale, f);
	ranges_merge(r);
	free(about);
	return code;
}

static int read_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CAMFENCE_A_MAX + 1];

	wire_top(nlh, tb);
	return wire_get_stats(tb, data);
}

/**
 * engine_stats() - all counters
 * @e: the engine
 * @reset: what is read is taken off them
 * @s: where to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_stats(struct engine *e, bool reset, struct stats *s,
		 struct fault *f)
{
	struct nlmsghdr *nlh;
	int code, tries = 0;

	*s = (struct stats){};
	do {
		engine_stats_free(s);
		nlh = nl_request(e->nl, CAMFENCE_CMD_STATS_GET, true);
		if (reset)
			mnl_attr_put(nlh, CAMFENCE_A_RESET, 0, NULL);
		code = talk(e, nlh, "", read_stats, s, f);
	} while (code && f->err == EINTR && !reset && ++tries < DUMP_TRIES);
	return code;
}

/**
 * engine_stats_free() - free what they hold
 * @s: what engine_stats() filled
 */
void engine_stats_free(struct stats *s)
{
	enum objkind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i < s->n[kind]; i++)
			free(s->object[kind][i].name);
		free(s->object[kind]);
	}
	free(s->reason);
	*s = (struct stats){};
}

struct listener {
	engine_hear hear;
	void *data;
};

static int read_event(const struct nlmsghdr *nlh, void *data)
{
	const struct listener *l = data;
	struct event event;
	int ret = wire_get_event(nlh, &event);

	return ret ? ret : l->hear(&event, l->data);
}

/**
 * engine_listen() - hear of what happens from now on
 * @e: the engine, of which nothing is asked afterwards
 * @hear: called for each event
 * @data: for @hear
 * @f: what is wrong
 *
 * Return: 0 once @hear had enough, or the exit code.
 */
int engine_listen(struct engine *e, engine_hear hear, void *data,
		  struct fault *f)
{
	struct listener l = { hear, data };
	struct nl_error error;

	if (nl_join(e->nl, CAMFENCE_GENL_NAME, CAMFENCE_GENL_EVENTS, &error) ||
	    nl_listen(e->nl, read_event, &l, &error))
		return refuse(NULL, "", &error, f);
	return 0;
}

static int read_verdict(const struct nlmsghdr *nlh, void *data)
{
	return wire_get_verdict(nlh, data);
}

/**
 * engine_verdict() - what would become of a packet
 * @e: the engine
 * @packet: the packet
 * @verdict: where to; its texts stay until the engine is asked again
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_verdict(struct engine *e, const struct event *packet,
		   struct event *verdict, struct fault *f)
{
	struct nlmsghdr *nlh = nl_request(e->nl, CAMFENCE_CMD_VERDICT_GET,
					  false);

	*verdict = (struct event){};
	wire_put_packet(nlh, nl_room(e->nl), packet);
	return talk(e, nlh, "", read_verdict, verdict, f);
}

/**
 * engine_flush() - take the ruleset out of force, whatever it is
 * @e: the engine
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_flush(struct engine *e, struct fault *f)
{
	struct nlmsghdr *nlh = nl_request(e->nl, CAMFENCE_CMD_RULESET_FLUSH,
					  false);

	return talk(e, nlh, "", NULL, NULL, f);
}

/**
 * engine_confirm() - what was committed to be confirmed stands
 * @e: the engine
 * @generation: the one that is meant, 0 for whatever is to be confirmed
 * @f: what is wrong; ENOENT: nothing is, ESTALE: another one is
 *
 * Return: 0 or the exit code.
 */
int engine_confirm(struct engine *e, u64 generation, struct fault *f)
{
	struct nlmsghdr *nlh = nl_request(e->nl, CAMFENCE_CMD_TXN_CONFIRM,
					  false);

	if (generation)
		mnl_attr_put_u64(nlh, CAMFENCE_A_GENERATION, generation);
	return talk(e, nlh, "", NULL, NULL, f);
}

struct txn_answer {
	u64 txn;
	u64 generation;
};

static int read_txn(const struct nlmsghdr *nlh, void *data)
{
	struct txn_answer *answer = data;

	return wire_get_txn(nlh, &answer->txn, &answer->generation);
}

/**
 * engine_begin() - begin a transaction
 * @e: the engine, which has no other open
 * @generation: what the changes are made for
 * @f: what is wrong; ESTALE: another generation is in force
 *
 * Return: 0 or the exit code.
 */
int engine_begin(struct engine *e, u64 generation, struct fault *f)
{
	struct nlmsghdr *nlh = nl_request(e->nl, CAMFENCE_CMD_TXN_BEGIN, false);
	struct txn_answer answer = {};
	int code;

	mnl_attr_put_u64(nlh, CAMFENCE_A_GENERATION, generation);
	code = talk(e, nlh, "", read_txn, &answer, f);
	e->txn = answer.txn;
	return code;
}

static struct nlmsghdr *request(struct engine *e, u8 cmd)
{
	struct nlmsghdr *nlh = nl_request(e->nl, cmd, false);

	mnl_attr_put_u64(nlh, CAMFENCE_A_TXN, e->txn);
	return nlh;
}

static int send_object(struct engine *e, struct nlmsghdr *nlh, bool fits,
		       enum objkind kind, const char *name, struct fault *f)
{
	char *about = mem_printf("%s \"%s\"", kind_name(kind), name);
	int code;

	if (fits)
		code = talk(e, nlh, about, NULL, NULL, f);
	else
		code = fault_input(f, "%s: too much for one message; divide it", about);
	free(about);
	return code;
}

/**
 * engine_put_set() - add or replace a set
 * @e: the engine, in a transaction
 * @s: the set
 * @r: its ranges, merged
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_put_set(struct engine *e, const struct set *s,
		   const struct ranges *r, struct fault *f)
{
	struct wire_cursor at = {};
	int code;

	do {
		struct nlmsghdr *nlh = request(e, CAMFENCE_CMD_SET_PUT);
		bool fits = wire_put_set(nlh, nl_room(e->nl), s, r, &at);

		code = send_object(e, nlh, fits, KIND_SET, s->name, f);
	} while (!code && (at.at4 < r->n4 || at.at6 < r->n6));
	return code;
}

/**
 * engine_put_policy() - add or replace a policy
 * @e: the engine, in a transaction
 * @p: the policy
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_put_policy(struct engine *e, const struct policy *p, struct fault *f)
{
	struct nlmsghdr *nlh = request(e, CAMFENCE_CMD_POLICY_PUT);
	bool fits = wire_put_policy(nlh, nl_room(e->nl), p);

	return send_object(e, nlh, fits, KIND_POLICY, p->name, f);
}

/**
 * engine_put_camera() - add or replace a camera or a catch
 * @e: the engine, in a transaction
 * @kind: KIND_CAMERA or KIND_CATCH
 * @c: the camera
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_put_camera(struct engine *e, enum objkind kind,
		      const struct camera *c, struct fault *f)
{
	struct nlmsghdr *nlh = request(e, CAMFENCE_CMD_CAMERA_PUT);
	bool fits = wire_put_camera(nlh, nl_room(e->nl), kind, c);

	return send_object(e, nlh, fits, kind, c->name, f);
}

/**
 * engine_put_exemption() - add or replace an exemption
 * @e: the engine, in a transaction
 * @x: the exemption
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_put_exemption(struct engine *e, const struct exemption *x,
			 struct fault *f)
{
	size_t at = 0;
	int code;

	do {
		struct nlmsghdr *nlh = request(e, CAMFENCE_CMD_EXEMPTION_PUT);
		bool fits = wire_put_exemption(nlh, nl_room(e->nl), x, &at);

		code = send_object(e, nlh, fits, KIND_EXEMPTION, x->name, f);
	} while (!code && at < x->n_remotes);
	return code;
}

/**
 * engine_put_settings() - replace the settings
 * @e: the engine, in a transaction
 * @s: the settings
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_put_settings(struct engine *e, const struct settings *s,
			struct fault *f)
{
	struct nlmsghdr *nlh = request(e, CAMFENCE_CMD_OPTIONS_PUT);

	if (!wire_put_settings(nlh, nl_room(e->nl), s))
		return fault_input(f, "option: too much for one message");
	return talk(e, nlh, "option", NULL, NULL, f);
}

/**
 * engine_delete() - take an object out
 * @e: the engine, in a transaction
 * @kind: what kind of object
 * @name: its name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int engine_delete(struct engine *e, enum objkind kind, const char *name,
		  struct fault *f)
{
	static const u8 cmds[] = {
		[KIND_SET] = CAMFENCE_CMD_SET_DEL,
		[KIND_POLICY] = CAMFENCE_CMD_POLICY_DEL,
		[KIND_CAMERA] = CAMFENCE_CMD_CAMERA_DEL,
		[KIND_CATCH] = CAMFENCE_CMD_CAMERA_DEL,
		[KIND_EXEMPTION] = CAMFENCE_CMD_EXEMPTION_DEL,
	};
	struct nlmsghdr *nlh = request(e, cmds[kind]);
	bool fits = wire_put_name(nlh, nl_room(e->nl), kind, name);

	return send_object(e, nlh, fits, kind, name, f);
}

/**
 * engine_commit() - put all of the transaction into force
 * @e: the engine, in a transaction, which has ended if all went well
 * @c: how much there shall be of each afterwards
 * @confirm: seconds within which it is to be confirmed, 0: it stands at once
 * @generation: the new one
 * @f: what is wrong; ESTALE: another commit came first
 *
 * Return: 0 or the exit code.
 */
int engine_commit(struct engine *e, const struct counts *c, u32 confirm,
		  u64 *generation, struct fault *f)
{
	struct nlmsghdr *nlh = request(e, CAMFENCE_CMD_TXN_COMMIT);
	struct txn_answer answer = {};
	int code;

	wire_put_counts(nlh, nl_room(e->nl), c);
	if (confirm)
		mnl_attr_put_u32(nlh, CAMFENCE_A_CONFIRM, confirm);
	code = talk(e, nlh, "", read_txn, &answer, f);
	*generation = answer.generation;
	return code;
}

/**
 * engine_abort() - forget the transaction
 * @e: the engine, in a transaction or not
 */
void engine_abort(struct engine *e)
{
	struct nl_error ignored;

	request(e, CAMFENCE_CMD_TXN_ABORT);
	nl_talk(e->nl, NULL, NULL, &ignored);
}

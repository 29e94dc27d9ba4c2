// SPDX-License-Identifier: GPL-2.0
/*
 * The words of a question:
 *
 *	camera NAME to ADDR tcp 443		camera NAME from ADDR udp 1234
 *	from ADDR mac M iif I to ADDR icmp	from camera A to camera B tcp 554
 *
 * What follows an end is that end's. The port is the one that the packet goes
 * to, whichever end that is; the other one is source-port. A reply is asked for
 * by what it answers.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "question.h"

enum word {
	CAMERA, FROM, TO, MAC, ADDR, TCP, UDP, SCTP, DCCP, ICMP, ICMPV6, PROTO,
	SOURCE_PORT, IIF, OIF, AT, NEW, REPLY, UNTRACKED, OFFLINE, WORDS
};

static const char *const keywords[WORDS] = {
	[CAMERA] = "camera", [FROM] = "from", [TO] = "to", [MAC] = "mac",
	[ADDR] = "addr", [TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp",
	[DCCP] = "dccp", [ICMP] = "icmp", [ICMPV6] = "icmpv6",
	[PROTO] = "proto", [SOURCE_PORT] = "source-port", [IIF] = "iif",
	[OIF] = "oif", [AT] = "at", [NEW] = "new", [REPLY] = "reply",
	[UNTRACKED] = "untracked", [OFFLINE] = "--offline",
};

/*
 * struct words - a question while its words are read
 * @subject: "camera NAME" before from or to: the end that these are not
 * @now: the end that what comes next is of
 * @given: bit for each keyword
 */
struct words {
	struct question *q;
	struct question_end subject;
	struct question_end *now;
	unsigned int given;
};

static int parse_addr(const char *word, const char *value, struct range *r,
		      struct fault *f)
{
	const char *wrong;
	bool host_bits;

	wrong = strpbrk(value, "/-") ? "expected one address" :
		parse_range(value, strlen(value), r, &host_bits);
	return wrong ? fault_input(f, "%s \"%s\": %s", word, value, wrong) : 0;
}

static int parse_camera(struct words *w, struct args *a,
			struct question_end *end, struct fault *f)
{
	int code;

	if (end->camera || end->addr.family)
		return fault_input(f, "one end of the packet is named twice");
	code = args_name(a, "camera", &end->camera, f);
	w->now = end;
	return code;
}

static int parse_end(struct words *w, struct args *a, enum word which,
		     struct fault *f)
{
	struct question_end *end = &w->q->end[which == TO];
	const char *value;
	int code = args_value(a, keywords[which], &value, f);

	if (code)
		return code;
	if (!strcmp(value, "camera"))
		return parse_camera(w, a, end, f);
	w->now = end;
	return parse_addr(keywords[which], value, &end->addr, f);
}

/* What is said of the end before it: its MAC, which address of a camera's. */
static int parse_of_end(struct words *w, struct args *a, enum word which,
			struct fault *f)
{
	const char *value, *wrong;
	int code = args_value(a, keywords[which], &value, f);

	if (code)
		return code;
	if (!w->now)
		return fault_input(f, "\"%s\" stands behind the end that has it, such as from ADDR",
				   keywords[which]);
	if (which == ADDR) {
		if (w->now->addr.family)
			return fault_input(f, "\"addr\" is for a camera's other address");
		return parse_addr("addr", value, &w->now->addr, f);
	}
	if (w->now->has_mac)
		return fault_input(f, "\"mac\" is given twice for one end");
	wrong = parse_mac(value, w->now->mac);
	w->now->has_mac = true;
	return wrong ? fault_input(f, "mac \"%s\": %s", value, wrong) : 0;
}

static int parse_port(const char *what, const char *value, int *port,
		      struct fault *f)
{
	u32 v;

	if (!value || !parse_number(value, strlen(value), 65535, &v) || !v)
		return fault_input(f, "%s \"%s\": expected a port, such as 443",
				   what, value ? value : "");
	*port = v;
	return 0;
}

static bool is_keyword(const char *word)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (!strcmp(keywords[i], word))
			return true;
	return false;
}

static int parse_transport(struct words *w, struct args *a, enum word which,
			   struct fault *f)
{
	struct question *q = w->q;
	const char *word = keywords[which];
	u8 proto = 0;
	int code = 0;

	if (which == PROTO)
		code = args_value(a, word, &word, f);
	if (code)
		return code;
	if (q->proto >= 0)
		return fault_input(f, "two protocols are given");
	code = parse_proto(word, &proto, f);
	if (code)
		return code;
	q->proto = proto;
	if (proto_has_ports(proto))
		return parse_port(word, args_next(a), &q->port, f);
	if ((proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) &&
	    args_peek(a) && !is_keyword(args_peek(a)))
		q->icmp_type = args_next(a);
	return 0;
}

static int parse_iface_word(struct args *a, const char *keyword,
			    const char **iface, struct fault *f)
{
	const char *wrong;
	int code = args_value(a, keyword, iface, f);

	if (code)
		return code;
	wrong = parse_iface(*iface);
	return wrong ? fault_input(f, "%s \"%s\": %s", keyword, *iface, wrong) :
		       0;
}

static int parse_hook(struct words *w, struct args *a, struct fault *f)
{
	static const char *const words[] = {
		"forward", "local-in", "local-out", "bridge"
	};
	static const enum camfence_hook hooks[] = {
		CAMFENCE_HOOK_FORWARD, CAMFENCE_HOOK_LOCAL_IN,
		CAMFENCE_HOOK_LOCAL_OUT, CAMFENCE_HOOK_BRIDGE,
	};
	const char *value;
	size_t which = 0;
	int code = args_value(a, "at", &value, f);

	if (!code)
		code = args_match(a, value, words, ARRAY_SIZE(words), &which, f);
	w->q->hook = hooks[which];
	return code;
}

static int parse_word(struct words *w, struct args *a, enum word which,
		      struct fault *f)
{
	const char *value;
	int code;

	switch (which) {
	case CAMERA:
		return parse_camera(w, a, &w->subject, f);
	case FROM:
	case TO:
		return parse_end(w, a, which, f);
	case MAC:
	case ADDR:
		return parse_of_end(w, a, which, f);
	case SOURCE_PORT:
		code = args_value(a, keywords[which], &value, f);
		return code ? code : parse_port("source-port", value,
						&w->q->source_port, f);
	case IIF:
		return parse_iface_word(a, "iif", &w->q->in, f);
	case OIF:
		return parse_iface_word(a, "oif", &w->q->out, f);
	case AT:
		return parse_hook(w, a, f);
	case NEW:
		w->q->ct = ASK_NEW;
		return 0;
	case REPLY:
		w->q->ct = ASK_REPLY;
		return 0;
	case UNTRACKED:
		w->q->ct = ASK_UNTRACKED;
		return 0;
	case OFFLINE:
		return args_value(a, "--offline", &w->q->offline, f);
	default:
		return parse_transport(w, a, which, f);
	}
}

static bool is_named(const struct question_end *end)
{
	return end->camera || end->addr.family;
}

/* "camera NAME" stands for the end that from or to has left. */
static int place_subject(struct words *w, struct fault *f)
{
	struct question_end *end = w->q->end;
	bool from = is_named(&end[0]), to = is_named(&end[1]);

	if (!w->subject.camera)
		return 0;
	if (from && to)
		return fault_input(f, "camera \"%s\": from or to it? Say from camera, or to camera",
				   w->subject.camera);
	if (!from && !to)
		return fault_input(f, "camera \"%s\": to or from whom? Such as to 192.0.2.1",
				   w->subject.camera);
	end[from] = w->subject;
	return 0;
}

static int check_words(const struct args *a, struct words *w, struct fault *f)
{
	struct question *q = w->q;
	int code = place_subject(w, f);

	if (code)
		return code;
	if (!is_named(&q->end[0]) || !is_named(&q->end[1]))
		return args_missing(a, is_named(&q->end[0]) ?
				    "where the packet goes (to ADDR)" :
				    "where the packet comes from (camera NAME, or from ADDR)",
				    f);
	if (q->proto < 0)
		return args_missing(a, "the protocol (such as tcp 443, udp 53, icmp)",
				    f);
	if (q->source_port >= 0 && q->port < 0)
		return fault_input(f, "source-port: only with tcp, udp, sctp or dccp");
	return 0;
}

/**
 * question_parse() - the words behind "explain"
 * @q: where to; it points to the words
 * @a: the words
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int question_parse(struct question *q, struct args *a, struct fault *f)
{
	struct words w = { .q = q };
	const char *word;
	size_t which;
	int code;

	*q = (struct question){ .proto = -1, .port = -1, .source_port = -1,
				.hook = -1 };
	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (code)
			return code;
		if (w.given & 1 << which && which != MAC && which != ADDR)
			return fault_input(f, "\"%s\" is given twice",
					   keywords[which]);
		w.given |= 1 << which;
		code = parse_word(&w, a, which, f);
		if (code)
			return code;
	}
	return check_words(a, &w, f);
}

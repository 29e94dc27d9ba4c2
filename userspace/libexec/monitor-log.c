// SPDX-License-Identifier: GPL-2.0
/*
 * camfence monitor --log: each event becomes an entry of the systemd journal,
 * its message as monitor prints it, and each key of its JSON a field: "camera"
 * is CAMFENCE_CAMERA.
 *
 *	camfence-monitor-log [-n NETNS] [FILTER…]
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "events.h"
#include "mem.h"
#include "uapi/camfence.h"

#define SOCKET "/run/systemd/journal/socket"
#define FIELDS 40

/* More than one event has. */
struct entry {
	struct iovec field[FIELDS];
	int n;
};

struct log {
	struct fault *f;
	int code;
};

/* @text: is the entry's */
static void add(struct entry *to, char *text)
{
	if (to->n < FIELDS)
		to->field[to->n++] = (struct iovec){ text, strlen(text) };
	else
		free(text);
}

static void add_key(struct entry *to, const char *key, const json_t *value)
{
	char *name = mem_strdup(key), *c;

	for (c = name; *c; c++)
		*c = *c == '-' ? '_' : toupper((unsigned char)*c);
	if (json_is_string(value))
		add(to, mem_printf("CAMFENCE_%s=%s", name,
				   json_string_value(value)));
	else
		add(to, mem_printf("CAMFENCE_%s=%lld", name,
				   (long long)json_integer_value(value)));
	free(name);
}

static int priority_of(const struct event *e)
{
	if (!e)
		return LOG_WARNING;
	switch (e->type) {
	case CAMFENCE_EVENT_SPOOF:
	case CAMFENCE_EVENT_UNHOOKED:
	case CAMFENCE_EVENT_FLUSH:
	case CAMFENCE_EVENT_TIMEOUT:
		return LOG_WARNING;
	case CAMFENCE_EVENT_COMMIT:
	case CAMFENCE_EVENT_CONFIRM:
	case CAMFENCE_EVENT_EXPIRED:
		return LOG_NOTICE;
	}
	return LOG_INFO;
}

static int log_event(const struct event *e, u64 lost, void *data)
{
	json_t *o = event_json(e, lost), *value;
	char *text = event_text(e, lost);
	struct entry entry = {};
	struct log *log = data;
	const char *key;
	int err;

	add(&entry, mem_printf("MESSAGE=%s", text));
	add(&entry, mem_printf("PRIORITY=%d", priority_of(e)));
	add(&entry, mem_strdup("SYSLOG_IDENTIFIER=camfence"));
	json_object_del(o, "version");
	json_object_foreach(o, key, value)
		add_key(&entry, key, value);
	err = sd_journal_sendv(entry.field, entry.n);
	while (entry.n)
		free(entry.field[--entry.n].iov_base);
	free(text);
	json_decref(o);
	if (err >= 0)
		return 0;
	log->code = fault_set(log->f, CODE_REFUSED, "the journal did not take an event: %s",
			      strerror(-err));
	return 1;
}

/* Without its socket libsystemd would say nothing and do nothing. */
static int need_journal(struct fault *f)
{
	if (!access(SOCKET, W_OK))
		return 0;
	fault_set(f, CODE_REFUSED, "no journal: " SOCKET ": %s",
		  strerror(errno));
	fault_add(f, "--log needs systemd-journald; or: camfence monitor | logger -t camfence");
	return CODE_REFUSED;
}

int main(int argc, char **argv)
{
	bool netns = argc > 2 && !strcmp(argv[1], "-n");
	struct args a = {
		.word = argv, .n = argc, .at = netns ? 3 : 1,
		.object = "monitor",
	};
	struct event_filter w = {};
	struct fault f = {};
	struct log log = { .f = &f };
	int code;

	code = events_parse(&a, &w, &f);
	if (!code)
		code = need_journal(&f);
	if (!code)
		code = events_listen(netns ? argv[2] : NULL, &w, log_event,
				     &log, &f);
	events_free(&w);
	fault_print(&f);
	fault_clear(&f);
	return code ? code : log.code;
}

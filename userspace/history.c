// SPDX-License-Identifier: GPL-2.0
/*
 * /var/lib/camfence/applied-N.yaml are the rulesets as "save" writes them, and
 * applied.json says what they are, the latest first. A ruleset's file is written
 * before the ruleset is applied and gets its name afterwards, and then
 * applied.json is replaced: what stands in there is there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard.h"
#include "history.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "save.h"
#include "times.h"

static const char index_path[] = HISTORY_DIR "/applied.json";

static void applied_free(struct applied *a)
{
	free(a->boot);
	free(a->who);
	free(a->message);
	json_decref(a->max_age);
	*a = (struct applied){};
}

/* The first line of a file of /proc, or nothing. */
static char *read_line(const char *path)
{
	FILE *file = fopen(path, "re");
	char buf[64] = "";

	if (file) {
		if (!fgets(buf, sizeof(buf), file))
			buf[0] = '\0';
		fclose(file);
	}
	return mem_strndup(buf, strcspn(buf, "\n"));
}

static char *this_boot(void)
{
	return read_line("/proc/sys/kernel/random/boot_id");
}

static char *user_name(uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	return pw ? mem_strdup(pw->pw_name) :
		    mem_printf("uid %lu", (unsigned long)uid);
}

/**
 * history_who() - who runs this?
 *
 * Who logged in, also behind su and sudo, where the kernel knows; else who
 * called sudo; else whose process it is.
 *
 * Return: a name, to be freed.
 */
char *history_who(void)
{
	const char *sudo = getenv("SUDO_USER");
	char *login = read_line("/proc/self/loginuid");
	u32 uid = 0;
	bool known = parse_number(login, strlen(login), UINT32_MAX - 1, &uid);

	free(login);
	if (known)
		return user_name(uid);
	if (!geteuid() && sudo && !parse_text(sudo))
		return mem_strdup(sudo);
	return user_name(getuid());
}

/**
 * history_path() - the file of a ruleset
 * @a: which
 *
 * Return: its path, to be freed.
 */
char *history_path(const struct applied *a)
{
	return mem_printf(HISTORY_DIR "/applied-%" PRIu64 ".yaml", a->number);
}

static bool read_forced(json_t *list, unsigned int *forced)
{
	struct fault ignored = {};
	const char *name;
	bool good = true;
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		name = json_string_value(one);
		good = good && name &&
		       !guard_parse_one(name, KINDS, forced, &ignored);
	}
	fault_clear(&ignored);
	return good;
}

static bool read_applied(json_t *o, struct applied *a)
{
	json_int_t number, generation, time;
	const char *boot, *who = NULL, *message = NULL;
	json_t *max_age = NULL, *forced = NULL;

	if (json_unpack(o, "{s:I, s:I, s:I, s:s, s?s, s?s, s?o, s?o}",
			"number", &number, "generation", &generation,
			"time", &time, "boot", &boot, "who", &who,
			"message", &message, "max-age", &max_age,
			"forced", &forced))
		return false;
	*a = (struct applied){
		.number = number, .generation = generation, .time = time,
		.boot = mem_strdup(boot), .who = mem_strdup(who),
		.message = mem_strdup(message), .max_age = json_incref(max_age),
	};
	return read_forced(forced, &a->forced);
}

static bool read_index(struct history *h, json_t *root)
{
	json_t *list = json_object_get(root, "applied"), *o;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > HISTORY_MOST)
		return false;
	json_array_foreach(list, i, o) {
		if (!read_applied(o, &h->v[i]))
			return false;
		h->n++;
	}
	return true;
}

/**
 * history_read() - what is kept
 * @h: where to, zeroed; to be freed in any case
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int history_read(struct history *h, struct fault *f)
{
	FILE *file = fopen(index_path, "re");
	json_t *root;
	bool good;

	if (!file && errno == ENOENT)
		return 0;
	if (!file)
		return fault_input(f, "%s: %s", index_path, strerror(errno));
	root = json_loadf(file, 0, NULL);
	fclose(file);
	good = root && read_index(h, root);
	json_decref(root);
	if (good)
		return 0;
	fault_input(f, "%s: is not what camfence has written", index_path);
	fault_add(f, "without it nothing is there to go back to: rm %s",
		  index_path);
	return CODE_INPUT;
}

static bool is_kept(const struct history *h, const char *name)
{
	bool kept = !strcmp(name, strrchr(index_path, '/') + 1);
	size_t i;

	for (i = 0; i < h->n && !kept; i++) {
		char *path = history_path(&h->v[i]);

		kept = !strcmp(name, strrchr(path, '/') + 1);
		free(path);
	}
	return kept;
}

/* What one that was killed has left behind. */
static void forget_strays(const struct history *h)
{
	DIR *dir = opendir(HISTORY_DIR);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "applied", strlen("applied")) &&
		    !is_kept(h, entry->d_name))
			unlinkat(h->lock, entry->d_name, 0);
	if (dir)
		closedir(dir);
}

/**
 * history_lock() - keep others from applying meanwhile, and read what is kept
 * @h: where to, zeroed; to be freed in any case
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int history_lock(struct history *h, struct fault *f)
{
	int code;

	if (mkdir(HISTORY_DIR, 0700) && errno != EEXIST)
		return fault_input(f, HISTORY_DIR ": %s", strerror(errno));
	h->lock = open(HISTORY_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->lock < 0) {
		h->lock = 0;
		return fault_input(f, HISTORY_DIR ": %s", strerror(errno));
	}
	if (!flock(h->lock, LOCK_EX | LOCK_NB)) {
		code = history_read(h, f);
		if (!code)
			forget_strays(h);
		return code;
	}
	if (errno != EWOULDBLOCK)
		return fault_input(f, HISTORY_DIR ": %s", strerror(errno));
	return fault_input(f, "somebody else applies a ruleset just now; nothing was changed");
}

/**
 * history_has() - is what is in force what was applied last?
 * @h: what is kept
 * @generation: the one in force
 *
 * Return: whether it is.
 */
bool history_has(const struct history *h, u64 generation)
{
	return history_is_of_this_boot(h) && h->v[0].generation == generation;
}

/**
 * history_is_of_this_boot() - was anything applied since the machine has begun?
 * @h: what is kept
 *
 * Return: whether it was; then its generation says when, among others'.
 */
bool history_is_of_this_boot(const struct history *h)
{
	char *boot = this_boot();
	bool is = h->n && !strcmp(h->v[0].boot, boot);

	free(boot);
	return is;
}

/**
 * applied_max_age() - how old a set may become
 * @a: the ruleset that was in force
 * @set: the set's name
 *
 * Return: seconds behind its date, 0 where nothing was said.
 */
u64 applied_max_age(const struct applied *a, const char *set)
{
	return json_integer_value(json_object_get(a->max_age, set));
}

static json_t *max_ages(const struct ruleset *rs)
{
	json_t *o = NULL;
	size_t i;

	for (i = 0; i < rs->n[KIND_SET]; i++) {
		const struct set *s = &rs->set[i];

		if (!s->max_age)
			continue;
		if (!o)
			o = json_object();
		json_object_set_new(o, s->name, json_integer(s->max_age));
	}
	return o;
}

/**
 * history_stage() - write down a ruleset that will have been in force
 * @h: what is kept, locked
 * @rs: the ruleset; with the generation 0 if it is not in force yet
 * @ranges: of its sets
 * @who: applies it, or NULL
 * @message: why, or NULL
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int history_stage(struct history *h, const struct ruleset *rs,
		  const struct ranges *ranges, const char *who,
		  const char *message, struct fault *f)
{
	struct newfile *file = &h->staged[h->n_staged].file;
	struct applied *a = &h->staged[h->n_staged].a;
	char *path;
	int code;

	*a = (struct applied){
		.number = (h->n ? h->v[0].number : 0) + 1 + h->n_staged,
		.generation = rs->generation,
	};
	path = history_path(a);
	code = newfile_open(file, path, f);
	free(path);
	if (!code)
		code = save_ruleset(file->to, rs, ranges, f);
	if (!code)
		code = newfile_finish(file, f);
	if (code) {
		newfile_drop(file);
		return code;
	}
	a->time = time_now();
	a->boot = this_boot();
	a->who = mem_strdup(who);
	a->message = mem_strdup(message);
	a->max_age = max_ages(rs);
	h->n_staged++;
	return 0;
}

/**
 * history_unstage() - forget what was staged
 * @h: what is kept
 */
void history_unstage(struct history *h)
{
	while (h->n_staged) {
		newfile_drop(&h->staged[--h->n_staged].file);
		applied_free(&h->staged[h->n_staged].a);
	}
}

/**
 * applied_forced() - which guards were passed by force
 * @a: the ruleset that was in force
 *
 * Return: the array of their names.
 */
json_t *applied_forced(const struct applied *a)
{
	json_t *list = json_array();
	enum guard which;

	for (which = 0; which < GUARDS; which++)
		if (guard_forced(a->forced, which))
			json_array_append_new(list,
					      json_string(guard_name(which)));
	return list;
}

static json_t *json_index(const struct history *h)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < h->n && i < HISTORY_MOST; i++) {
		const struct applied *a = &h->v[i];

		json_t *o = json_pack("{s:I, s:I, s:I, s:s, s:s*, s:s*, s:O*, s:o*}",
				      "number", (json_int_t)a->number,
				      "generation", (json_int_t)a->generation,
				      "time", (json_int_t)a->time,
				      "boot", a->boot, "who", a->who,
				      "message", a->message,
				      "max-age", a->max_age,
				      "forced", a->forced ? applied_forced(a) : NULL);

		json_array_append_new(list, o);
	}
	return json_pack("{s:i, s:o}", "version", 1, "applied", list);
}

static int write_index(const struct history *h, struct fault *f)
{
	json_t *root = json_index(h);
	int code = newfile_json(index_path, root, f);

	json_decref(root);
	return code;
}

/* Those that there are too many of. */
static void forget_old(struct history *h)
{
	while (h->n > HISTORY_MOST) {
		struct applied *a = &h->v[--h->n];
		char *path = history_path(a);

		unlink(path);
		free(path);
		applied_free(a);
	}
}

/**
 * history_keep() - what was staged has been in force, or is now
 * @h: what is kept
 * @generation: of what is in force now
 * @forced: bit for each guard that was passed by force
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int history_keep(struct history *h, u64 generation, unsigned int forced,
		 struct fault *f)
{
	size_t i;
	int code = 0;

	for (i = 0; i < h->n_staged && !code; i++) {
		struct applied *a = &h->staged[i].a;

		code = newfile_keep(&h->staged[i].file, f);
		if (code)
			break;
		if (!a->generation) {
			a->generation = generation;
			a->forced = forced;
		}
		memmove(&h->v[1], &h->v[0], h->n * sizeof(*h->v));
		h->v[0] = *a;
		*a = (struct applied){};
		h->n++;
	}
	history_unstage(h);
	if (!code)
		code = write_index(h, f);
	if (!code)
		forget_old(h);
	return code;
}

/**
 * history_renew() - the latest was applied again: what it says beside itself
 * @h: what is kept, locked
 * @rs: the ruleset, with what the kernel does not know
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int history_renew(struct history *h, const struct ruleset *rs, struct fault *f)
{
	json_t *max_age = max_ages(rs), *was = h->v[0].max_age;

	h->v[0].max_age = max_age;
	if (max_age == was || (max_age && was && json_equal(max_age, was))) {
		json_decref(was);
		return 0;
	}
	json_decref(was);
	return write_index(h, f);
}

/**
 * history_free() - let go of what is kept
 * @h: what is kept, staged ones are forgotten
 */
void history_free(struct history *h)
{
	history_unstage(h);
	while (h->n)
		applied_free(&h->v[--h->n]);
	if (h->lock)
		close(h->lock);
	*h = (struct history){};
}

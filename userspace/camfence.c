// SPDX-License-Identifier: GPL-2.0
/*
 * camfence: keeps registered cameras from exchanging traffic with addresses
 * that their owner does not trust. Options, the table of objects, help, and the
 * one place that prints errors; what commands do is in cmd/.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "batch.h"
#include "change.h"
#include "guard.h"
#include "out.h"
#include "tool.h"

static const struct object *const objects[] = {
	&object_set, &object_policy, &object_camera, &object_catch,
	&object_exemption, &object_option, &object_list, &object_status,
	&object_stats, &object_monitor, &object_explain, &object_check,
	&object_diff, &object_apply, &object_confirm, &object_rollback,
	&object_save, &object_flush,
};

#define OBJECTS ARRAY_SIZE(objects)
#define COMMANDS_MAX 16

/* An object that is a command itself has a single one of the same name. */
static bool is_command(const struct object *object)
{
	return !strcmp(object->commands[0].name, object->name);
}

static void help_all(void)
{
	size_t i;

	puts("usage: camfence [-j] [-p] [-s] [-n NETNS] OBJECT COMMAND …\n"
	     "       camfence [-j] [-p] [-n NETNS] -b FILE\n");
	for (i = 0; i < OBJECTS; i++) {
		const struct command *c = objects[i]->commands;

		printf("  %-10s %s", objects[i]->name, objects[i]->text);
		if (!is_command(objects[i]))
			for (; c->name; c++)
				printf("%s%s", c == objects[i]->commands ?
				       ": " : ", ", c->name);
		putchar('\n');
	}
	puts("\n"
	     "  -j, --json         print JSON\n"
	     "  -p, --pretty       JSON with line breaks\n"
	     "  -s, --stats        with counters beside each, in lists\n"
	     "  -b, --batch FILE   the commands in the file, a line each, all of them at once or none\n"
	     "  -n, --netns NETNS  in this network namespace, by name or path\n"
	     "  --save             keep a change in /etc/camfence/camfence.d/90-runtime.yaml, too,\n"
	     "                     which the configuration has to include (include:\n"
	     "                     camfence.d/*.yaml); it may stand at the command's end as well\n"
	     "  --force=GUARD,…    do what is refused unless it is meant; the refusal names\n"
	     "                     the guard. It may stand behind the command as well;\n"
	     "                     all guards: camfence help guards\n"
	     "  -V, --version      print the version\n"
	     "  -h, --help         this; also camfence OBJECT help, camfence OBJECT COMMAND help\n"
	     "\n"
	     "exit codes: 0 done, 1 wrong usage or input, 2 the kernel refused,\n"
	     "3 the kernel module is not loaded, 4 a question answered \"no\"\n"
	     "\n"
	     "China's cameras kept from China, in two commands (package tor-geoipdb has the list):\n"
	     "  camfence set load cn /usr/share/tor/geoip /usr/share/tor/geoip6 country CN,HK,MO\n"
	     "  camfence camera add hall-1 mac 00:00:5e:00:53:01 policy geoblock");
}

static void help_command(const struct object *object,
			 const struct command *command, bool text)
{
	const char *line = command->usage;

	printf("camfence %s", object->name);
	if (!is_command(object))
		printf(" %s", command->name);
	while (*line) {
		size_t len = strcspn(line, "\n");

		printf("%s%.*s", line == command->usage ? " " : "\n         ",
		       (int)len, line);
		line += len + !!line[len];
	}
	putchar('\n');
	if (text && command->text)
		printf("\n%s\n", command->text);
}

static void help_object(const struct object *object)
{
	const struct command *c;

	printf("%s: %s\n\n", object->name, object->text);
	for (c = object->commands; c->name; c++)
		help_command(object, c, is_command(object));
}

static int find_in_object(struct args *a, const struct object *object,
			  const struct command **found, struct fault *f)
{
	const struct command *command = object->commands;
	const char *names[COMMANDS_MAX], *word = args_peek(a);
	size_t n, which;
	int code;

	if (word && args_is_help(word))
		return 0;
	if (is_command(object)) {
		*found = command;
		return 0;
	}
	if (!word)
		return args_missing(a, "the command", f);
	for (n = 0; command[n].name; n++)
		names[n] = command[n].name;
	code = args_match(a, args_next(a), names, n, &which, f);
	if (!code)
		*found = &command[which];
	return code;
}

/* OBJECT COMMAND; neither, or no command, where the words ask for help. */
static int find(struct args *a, const struct object **object,
		const struct command **command, struct fault *f)
{
	const char *names[OBJECTS], *word = args_next(a);
	size_t i, which;
	int code;

	*object = NULL;
	*command = NULL;
	if (!word)
		return args_missing(a, "the object", f);
	if (args_is_help(word))
		return 0;
	for (i = 0; i < OBJECTS; i++)
		names[i] = objects[i]->name;
	code = args_match(a, word, names, OBJECTS, &which, f);
	if (code)
		return code;
	*object = objects[which];
	a->object = objects[which]->name;
	return find_in_object(a, objects[which], command, f);
}

static void help_guards(void)
{
	enum guard which;

	puts("What is refused unless it is meant. The refusal names the guard; to pass it,\n"
	     "--force=GUARD[,GUARD] stands before the object or where a keyword may.\n");
	for (which = 0; which < GUARDS; which++)
		printf("  %-18s  %s\n", guard_name(which), guard_text(which));
	puts("\n"
	     "Of what is in force already and stays as it is nothing is refused. A configuration\n"
	     "says it for good: force: [GUARD, …] at a set, policy or exemption; shared: true,\n"
	     "one-family: true at a camera.");
}

static int run_change(const struct options *o, struct args *a,
		      const struct change *change, struct fault *f)
{
	struct options mine = *o;

	if (a->at < a->n && !strcmp(a->word[a->n - 1], "--save")) {
		mine.save = true;
		a->n--;
	}
	return change_run(&mine, a, change, f);
}

static int run_words(const struct options *o, struct args *a, struct fault *f)
{
	const struct command *command;
	const struct object *object;
	int code = find(a, &object, &command, f);

	if (code)
		return code;
	if (o->save && !(command && command->change))
		return fault_input(f, "--save: keeps a change, and this is none");
	if (!object && args_peek(a) && !strcmp(args_peek(a), "guards"))
		help_guards();
	else if (!object)
		help_all();
	else if (!command)
		help_object(object);
	else if (args_peek(a) && args_is_help(args_peek(a)))
		help_command(object, command, true);
	else if (command->change)
		return run_change(o, a, command->change, f);
	else
		return command->run(o, a, f);
	return 0;
}

/* What was printed may still be waiting, and the disk be full. */
static int close_output(struct fault *f)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return fault_input(f, "cannot write the answer: %s", strerror(errno));
}

static int see_help(struct fault *f)
{
	fault_add(f, "see: camfence help");
	return CODE_INPUT;
}

static const struct option longs[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "stats", no_argument, NULL, 's' },
	{ "batch", required_argument, NULL, 'b' },
	{ "netns", required_argument, NULL, 'n' },
	{ "force", required_argument, NULL, 'f' },
	{ "save", no_argument, NULL, 'S' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{}
};

/* Less than 0: go on with what follows. */
static int parse_options(int argc, char **argv, struct options *o,
			 struct fault *f)
{
	int c, code;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:jpsb:n:Vh", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			o->json = true;
			break;
		case 'p':
			o->pretty = true;
			break;
		case 's':
			o->stats = true;
			break;
		case 'b':
			o->batch = optarg;
			break;
		case 'n':
			o->netns = optarg;
			break;
		case 'f':
			code = guard_parse(optarg, &o->force, f);
			if (code)
				return code;
			break;
		case 'S':
			o->save = true;
			break;
		case 'V':
			puts("camfence " CF_VERSION);
			return close_output(f);
		case 'h':
			help_all();
			return close_output(f);
		case ':':
			fault_input(f, "option %s needs a value",
				    argv[optind - 1]);
			return see_help(f);
		default:
			fault_input(f, "unknown option %s", argv[optind - 1]);
			return see_help(f);
		}
	}
	return -1;
}

static int run(int argc, char **argv, struct fault *f)
{
	struct options o = {};
	struct args a = {};
	int code;

	code = parse_options(argc, argv, &o, f);
	if (code >= 0)
		return code;
	a.word = argv + optind;
	a.n = argc - optind;
	a.abbreviate = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (o.batch && a.n) {
		fault_input(f, "with -b all commands are in the file");
		return see_help(f);
	}
	code = o.batch ? batch_run(&o, find, f) : run_words(&o, &a, f);
	return code ? code : close_output(f);
}

int main(int argc, char **argv)
{
	struct fault f = {};
	int code = run(argc, argv, &f);

	fault_print(&f);
	fault_clear(&f);
	return code;
}
